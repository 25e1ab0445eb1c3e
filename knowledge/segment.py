"""Words of a Chinese text: rjieba where it is installed, else jieba, with legal words of our own."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

_LEGAL = """
外嫁女 宅基地 劳动仲裁 人身安全保护令 保护令 告诫书 法律援助 人民调解 调解协议
司法所 工伤认定 劳动能力鉴定 伤残鉴定 双倍工资 经济补偿 竞业限制 包工头 农民工
劳务派遣 试用期 抚养费 抚养权 赡养费 探望权 彩礼 嫁妆 假离婚 遗嘱 法定继承
代位继承 遗产 借条 欠条 民间借贷 高利贷 砍头息 支付令 诉讼时效 失信被执行人 老赖
强制执行 财产保全 定金 违约金 押金 转租 二房东 物业费 业委会 维修资金 相邻权
承包地 土地确权 征地 拆迁 安置房 补偿款 交强险 事故认定书 主责 次责 全责 医疗事故
误诊 退一赔三 假一赔三 预付卡 电信诈骗 刷单 校园霸凌 监护人 取保候审 社区矫正
行政复议 行政诉讼 公证处 社保 断缴 补缴 自愿离职 被迫离职
"""
LEGAL_WORDS = tuple(_LEGAL.split())
"""Words that a general dictionary splits wrongly."""


class Segmenter:
    """Cuts texts into words.

    Args:
        cache_dir: where jieba may keep its cache; without it none is written anywhere.
    """

    def __init__(self, cache_dir: Path | None = None) -> None:
        self.name, self._cut = _fast() or _plain(cache_dir)

    def words(self, text: str) -> list[str]:
        """The words of a cleaned text, in order, without spaces and punctuation."""
        return [w for w in self._cut(text) if len(w) > 1 or w.isalnum()]


_Engine = tuple[str, Callable[[str], list[str]]]


@cache
def _fast() -> _Engine | None:
    """One for the process: its dictionary takes 25 MB, and the package makes one when it is imported."""
    try:
        import rjieba
    except ImportError:
        return None
    for word in LEGAL_WORDS:
        rjieba.add_word(word, None, None)
    return "rjieba", rjieba.cut


@cache
def _plain(cache_dir: Path | None) -> _Engine:
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    engine = jieba.Tokenizer()
    if cache_dir is None:
        engine.initialize = _without_cache(engine)
    else:
        engine.tmp_dir = str(cache_dir)
    for word in LEGAL_WORDS:
        engine.add_word(word)
    return "jieba", lambda text: list(engine.cut(text))


def _without_cache(engine: object) -> Callable[..., None]:
    """jieba writes its cache into the shared temp folder unless told where; here it writes none."""

    def initialize(dictionary: object = None) -> None:  # noqa: ARG001
        if not engine.initialized:  # type: ignore[attr-defined]
            engine.FREQ, engine.total = engine.gen_pfdict(engine.get_dict_file())  # type: ignore[attr-defined]
            engine.initialized = True  # type: ignore[attr-defined]

    return initialize
