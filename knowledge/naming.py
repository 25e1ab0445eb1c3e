"""Names of laws and numbers of articles, long and short."""

import re
from functools import lru_cache

STATE = "中华人民共和国"
_COURT = re.compile(
    r"^最高人民(?:法院|检察院)(?:[、 　]*(?:最高人民法院|最高人民检察院|[\u4e00-\u9fff]{2,8}部))*关于"
)
_FILLING = re.compile(r"(?:具体)?(?:适用|应用)法律(?:若干)?问题的|若干问题的")
_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_UNIT = {"十": 10, "百": 100, "千": 1000}
USUAL = {
    "审理买卖合同纠纷案件解释": "买卖合同解释",
    "审理人身损害赔偿案件解释": "人身损害赔偿解释",
    "审理劳动争议案件解释（一）": "劳动争议解释（一）",
    "审理劳动争议案件解释（二）": "劳动争议解释（二）",
    "审理医疗损害责任纠纷案件解释": "医疗损害解释",
    "审理商品房买卖合同纠纷案件解释": "商品房买卖解释",
    "审理城镇房屋租赁合同纠纷案件解释": "房屋租赁解释",
    "审理工伤保险行政案件规定": "工伤保险行政案件规定",
    "审理建筑物区分所有权纠纷案件解释": "建筑物区分所有权解释",
    "审理建设工程施工合同纠纷案件解释（一）": "建设工程解释（一）",
    "审理民间借贷案件规定": "民间借贷规定",
    "审理涉及农村土地承包纠纷案件解释": "农村土地承包解释",
    "审理涉彩礼纠纷案件规定": "彩礼规定",
    "审理物业服务纠纷案件解释": "物业服务解释",
    "审理道路交通事故损害赔偿案件解释": "道路交通事故解释",
    "民事诉讼证据的若干规定": "民事证据规定",
    "确定民事侵权精神损害赔偿责任解释": "精神损害赔偿解释",
    "适用《刑事诉讼法》的解释": "刑诉法解释",
    "适用《民事诉讼法》的解释": "民诉法解释",
    "适用《民法典》侵权责任编的解释（一）": "侵权责任编解释（一）",
    "适用《民法典》合同编通则解释": "合同编通则解释",
    "适用《民法典》婚姻家庭编的解释（一）": "婚姻家庭编解释（一）",
    "适用《民法典》婚姻家庭编的解释（二）": "婚姻家庭编解释（二）",
    "适用《民法典》总则编解释": "总则编解释",
    "适用《民法典》有关担保制度的解释": "担保制度解释",
    "适用《民法典》物权编的解释（一）": "物权编解释（一）",
    "适用《民法典》继承编的解释（一）": "继承编解释（一）",
    "适用《行政诉讼法》的解释": "行诉法解释",
}
"""Interpretations (name by rule) and the short names by which lawyers call them."""
ARTICLE = re.compile(r"第([零〇○一二三四五六七八九十百千两\d]+)条((?:之[一二三四五六七八九十]+)?)")


@lru_cache(maxsize=4096)  # of some thousand laws, asked for every article
def short_name(law: str) -> str:
    """A usual short name: by the table, else without the state's name, the court's and filling words."""
    name = _FILLING.sub("", _COURT.sub("", law.replace(STATE, "")))
    return USUAL.get(name, name)


def same_law(one: str, other: str) -> bool:
    """Whether two names, long or short, mean one law."""
    return one == other or short_name(one) == short_name(other)


def number(chinese: str) -> int:
    """A Chinese or Arabic numeral as a number, as in 一千二百六十. Raises: ValueError for anything else."""
    if chinese.isdigit():
        return int(chinese)
    total = digit = 0
    for sign in chinese:
        if sign in _DIGIT:
            digit = _DIGIT[sign]
        elif sign in _UNIT:
            total += (digit or 1) * _UNIT[sign]
            digit = 0
        else:
            raise ValueError(f"no numeral: {chinese}")
    return total + digit


def article_key(article: int | str) -> str:
    """An article's number as text, one form for `14`, `"14"` and `120之一`."""
    return str(article).strip()


def article_value(key: str) -> int | str:
    """The reverse of `article_key`: a plain number becomes an int, as in the statutes' own form."""
    return int(key) if key.isascii() and key.isdigit() else key


def article_words(article: int | str) -> str:
    """How residents read it: 第 14 条, 第 120 条之一; without numbered articles the document's own sign."""
    key = article_key(article).partition("#")[0]
    found = re.fullmatch(r"(\d+)(之[一二三四五六七八九十]+)?", key)
    if found:
        return " ".join(("第", found.group(1), "条")) + (found.group(2) or "")
    return key if key == "全文" else "第" + key + "条"
