"""Surnames that are common enough to point at a person."""

SURNAMES = (
    "欧阳|司马|上官|诸葛|王|李|张|刘|陈|杨|黄|赵|吴|周|徐|孙|马|朱|胡|郭|何|林|罗|郑|梁|谢|宋|唐|许|韩|冯|邓|曹|彭|曾|萧|肖|田|董"
    "|袁|潘|蒋|蔡|余|杜|叶|程|苏|魏|吕|丁|任|沈|姚|卢|姜|崔|钟|谭|陆|汪|范|石|廖|贾|夏|韦|付|邹|孟|熊|秦|邱|江|尹|薛|闫|段|雷|侯"
    "|龙|史|陶|黎|贺|顾|毛|郝|龚|邵|覃|武|戴|莫|孔"
)
"""As alternatives of a pattern, those of two characters first."""
