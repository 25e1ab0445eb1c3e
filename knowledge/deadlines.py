"""Which time limit of an entry a told day belongs to, and by which rules of law it is counted."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from knowledge.counting import Counted, DaysOff, count, count_working, is_counted
from knowledge.dates import number
from knowledge.entry import Entry, Limit

MOST = 3
"""Limits that are told at once."""


class Late(StrEnum):
    """What the law says for somebody who seems to be late."""

    INTERRUPTED = "interrupted"
    LABOUR = "labour"
    COURT = "court"
    REVIEW = "review"
    SUIT = "suit"
    CRIMINAL = "criminal"
    NOTHING = ""


class Law(NamedTuple):
    """How a limit of one article is counted.

    Attributes:
        moves: the article by which a last day that is a day off moves; empty where none is known to say so.
        working: numbers of days that mean working days; by: the article that says so.
        late: see `Late`; several where the article has several sides.
    """

    moves: str = ""
    working: frozenset[int] = frozenset()
    by: str = ""
    late: Late = Late.NOTHING


class Due(NamedTuple):
    """A limit with its last day.

    Attributes:
        limit: as the entry has it; what: without remarks on counting.
        law: how it is counted; working: its working days, 0 for calendar days.
        early, late: counted from the first and the last day of what was told; the same for a day.
        sure: whether the told day is by its words the day from which this limit runs.
    """

    limit: Limit
    what: str
    law: Law
    working: int
    early: Counted
    late: Counted
    sure: bool

    @property
    def ends(self) -> date | None:
        """The last day that holds for certain; by counting alone where the table ends."""
        return self.early.last or self.early.counted


# -- the law ------------------------------------------------------------------------------------

_CIVIL, _COURT, _CRIMINAL = "民法典 203", "民事诉讼法 85", "刑事诉讼法 105"
_LIMITATION = Law(_CIVIL, late=Late.INTERRUPTED)
LAWS: dict[str, Law] = {
    "民法典": Law(_CIVIL),
    "民法典 188": _LIMITATION,
    "民法典 189": _LIMITATION,
    "审理民事案件适用诉讼时效制度规定": _LIMITATION,
    "保险法": Law(_CIVIL),
    "公司法": Law(_CIVIL),
    "建筑物区分所有权解释": Law(_CIVIL),
    "婚姻家庭编解释（一）": Law(_CIVIL),
    "物权编解释（一）": Law(_CIVIL),
    "劳动争议调解仲裁法 27": Law(_CIVIL, late=Late.LABOUR),
    "劳动争议调解仲裁法 48": Law(_COURT, late=Late.COURT),
    "劳动争议调解仲裁法 49": Law(_COURT, late=Late.COURT),
    "劳动争议调解仲裁法 50": Law(_COURT, late=Late.COURT),
    "农村土地承包经营纠纷调解仲裁法 48": Law(_COURT, late=Late.COURT),
    "人民调解法 33": Law(_COURT, late=Late.COURT),
    "民事诉讼法": Law(_COURT, late=Late.COURT),
    "民事诉讼法 250": Law(_COURT, late=Late.INTERRUPTED),
    "民诉法解释": Law(_COURT, late=Late.COURT),
    "行政诉讼法": Law(_COURT, late=Late.SUIT),
    "土地管理法 14": Law(_COURT, late=Late.SUIT),
    "森林法 22": Law(_COURT, late=Late.SUIT),
    "行政复议法": Law(_COURT, frozenset({3, 5, 7, 10}), "行政复议法 88", Late.REVIEW),
    "刑事诉讼法": Law(_CRIMINAL, late=Late.CRIMINAL),
    "行政处罚法": Law("", frozenset({2, 3, 5, 7}), "行政处罚法 85"),
    "道路交通事故处理程序规定": Law("", frozenset({1, 2, 3, 5, 10}), "道路交通事故处理程序规定 112"),
    "道路交通安全违法行为处理程序规定": Law(
        "", frozenset({2, 3, 5, 7, 10, 15}), "道路交通安全违法行为处理程序规定 81"
    ),
    "道路交通安全违法行为记分管理办法": Law("道路交通安全违法行为记分管理办法 36"),
    "机动车登记规定": Law("", frozenset({1, 2, 3, 5, 7, 10, 15}), "机动车登记规定 92"),
}
"""By law, or by law and article where that one differs.

An administrative suit counts by the rules of civil procedure (行政诉讼法 101), and so does reconsideration
(行政复议法 88).
What is not here is counted in calendar days and not moved.
"""
NO_RULE = Law()


def law_of(limit: Limit) -> Law:
    """How a limit is counted by its law."""
    name, _space, _article = limit.article.rpartition(" ")
    return LAWS.get(limit.article) or LAWS.get(name, NO_RULE)


def working_days(limit: Limit) -> int:
    """How many working days a limit has, by its own words or by its law; 0 for calendar days."""
    told = _WORKING.search(limit.what)
    if told:
        return number(told.group(1)) or 0
    if not limit.period.endswith("d"):
        return 0
    days = int(limit.period[:-1])
    if "工作日" in limit.what + limit.start or days in law_of(limit).working:
        return days
    return 0


@lru_cache(maxsize=2000)
def what_of(limit: Limit) -> str:
    """What a limit is for, without remarks on how it is counted."""
    return _REMARK.sub("", limit.what)


@lru_cache(maxsize=2000)
def start_of(limit: Limit) -> str:
    """The day from which a limit runs, in the entry's words without what stands in brackets."""
    return _SECOND_DAY.sub("那天", _ASIDE.sub("", limit.start))


def runs_from_a_day(limit: Limit) -> bool:
    """Whether a limit has a day of its own from which it runs, and can be counted from it."""
    if not limit.start or not is_counted(limit.period) or _WAITS.search(limit.what):
        return False
    return not _NO_DAY.search(limit.start)


def countable(entry: Entry) -> tuple[Limit, ...]:
    """The limits of an entry that a told day makes countable."""
    return _countable(entry.limits)


@lru_cache(maxsize=2000)
def _countable(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    return tuple(limit for limit in limits if runs_from_a_day(limit))


_WORKING = re.compile(r"([一二两三四五六七八九十]+)个工作日")
_REMARK = re.compile(r"（[^（）]*(?:工作日|提醒|早问为好|早申请|早要为好)[^（）]*）")
_ASIDE = re.compile(r"（[^（）]*）")
_SECOND_DAY = re.compile(r"的?(?:第二[天日]|次日)$")
_WAITS = re.compile(r"不得|不能|才能|以后再|再起诉（没有新情况")
"""A span in which something may not be done is no limit to be met."""
_NO_DAY = re.compile(
    r"次年|第一个三十天满|期满前|解除前|随时|公告|段时间|那一年|每期|每天|每分|分段|逾期开始|那时|以前$"
)


# -- which limit the words mean -----------------------------------------------------------------

_NOUNS = (
    *("判[决觉绝]", "裁定", "裁决", "认定", "复议", "鉴定", "立案", "支付令", "起诉状|传票", "协议"),
    *("处罚|罚款|罚单|罚的", "补偿", "决定", "货|商品"),
)
_STRONG = frozenset(range(9))
"""Papers that are no other paper: what runs from one of them does not run from another."""
_VERBS = (
    r"收到|送达|送到|送来|接到|拿到|到手|领到|签收|寄到|寄来|(?<!放)下来|给我?的|收的|(?<!放)出来",
    r"知道|晓得|得知|发现|听说|才看到|看见|弄清|告诉|告知|明白|被骗|上当|转账|转的|打过去|骗",
    r"受伤|受了伤|伤(?!害)|摔|撞|砸|出事|事故|咬|打断",
    r"离职|离开|走的|走人|走了|辞|开除|不干|不在那|炒|解除|终止|解约",
    r"去世|死|过世|没了",
    r"到期|还款日|约定|该还|说好|履行|该给|该付|期限|还钱|还清|给钱|结账|给没给|付没付|明说不还|号还|日还",
    r"签|生效|达成|谈成",
    r"申请|受理|提交|登记",
    r"付款|交钱|付钱|买的|下单",
    r"搬走|退租|搬出",
    r"竣工|验收",
    r"被?威胁|胁迫|逼",
    r"确诊|诊断",
)
_NOUN = tuple(map(re.compile, _NOUNS))
_VERB = tuple(map(re.compile, _VERBS))
_RECEIVED, _KNOWING, _APPLIED = 0, 1, 7
_HAPPENED = re.compile(r"的事|发生|那会|时候|弄的|泡|漏|咬|坏|占|拆|骂|拍|偷|抢|欠|搬走")


def _signs(words: str, patterns: Sequence[re.Pattern[str]]) -> frozenset[int]:
    return frozenset(n for n, pattern in enumerate(patterns) if pattern.search(words))


@lru_cache(maxsize=2000)
def _of_start(limit: Limit) -> tuple[frozenset[int], frozenset[int]]:
    return _signs(limit.start, _NOUN), _signs(limit.start, _VERB)


def fit(limit: Limit, words: str) -> int:
    """How well words around a day fit the day from which a limit runs: 0 not, 1 perhaps, 2 and more well."""
    return _fit(limit, _signs(words, _NOUN), _signs(words, _VERB), words)


def _fit(limit: Limit, nouns: frozenset[int], verbs: frozenset[int], words: str) -> int:
    own_nouns, own_verbs = _of_start(limit)
    if (nouns and own_nouns and not nouns & own_nouns) or (
        nouns & own_nouns & _STRONG != own_nouns & _STRONG and nouns
    ):
        return 0
    same = verbs & own_verbs
    told = _RECEIVED in verbs and _KNOWING in own_verbs and bool(own_nouns)  # who gets a decision knows of it
    score = 2 * bool(nouns & own_nouns) + 2 * (bool(same) or told)
    if score:
        other_paper = bool(nouns) and not own_nouns and same == {_RECEIVED}
        return score - (other_paper or (bool(own_nouns & _STRONG) and not nouns))
    happened = bool(verbs - {_APPLIED}) or _HAPPENED.search(words) is not None
    return int(happened and not own_nouns and (_KNOWING in own_verbs or not own_verbs))


def papers_in(words: str) -> str:
    """The papers that words name, for a day that was told without saying of which: 收到的."""
    return " ".join(found.group() for pattern in _NOUN if (found := pattern.search(words)))


def names_paper(words: str) -> bool:
    """Whether words name a paper."""
    return bool(_signs(words, _NOUN))


def only_knowing(words: str) -> bool:
    """Whether words say no more than that somebody learned or did something: that fits any matter."""
    return not _signs(words, _NOUN) and _signs(words, _VERB) <= {_KNOWING}


def says_nothing(words: str) -> bool:
    """Whether words around a day do not say what happened on it."""
    return not (_signs(words, _NOUN) or _signs(words, _VERB) or _HAPPENED.search(words))


def meant(entry: Entry, words: str) -> tuple[tuple[Limit, bool], ...]:
    """The limits that a day with these words around it belongs to, each with whether the words say so.

    A day alone may belong to any of them. Nothing when the words tell of another day.
    """
    limits = countable(entry)
    if says_nothing(words):
        return tuple((limit, False) for limit in limits)[:MOST]
    nouns, verbs = _signs(words, _NOUN), _signs(words, _VERB)
    named = tuple(limit for limit in limits if _of_start(limit)[0] & nouns & _STRONG)
    limits = named or limits  # 复议决定 is told: not the decision before it
    scored = [(limit, _fit(limit, nouns, verbs, words)) for limit in limits]
    best = max((score for _limit, score in scored), default=0)
    return tuple((limit, best > 1) for limit, score in scored if score == best > 0)[:MOST]


def due(limit: Limit, first: date, last: date, off: DaysOff, *, sure: bool) -> Due:
    """Count a limit from a day, or from the first and the last day of a span."""
    law, working = law_of(limit), working_days(limit)
    early, late = (
        count_working(day, working, off) if working else count(day, limit.period, off, moves=bool(law.moves))
        for day in (first, last)
    )
    return Due(limit, what_of(limit), law, working, early, late, sure)
