"""The same matter told nearer or put right: a day, an amount, 不是我，是我姐."""

import re
from dataclasses import replace

from bot.dialogue.reply import Reply
from bot.words import _
from handlers.consult.composing import (
    Desk,
    compose,
)
from handlers.consult.correcting import Correction, correction, is_speaker, put_right, to_them
from handlers.consult.dating import (
    asks_whether_in_time,
    day_told,
    days_told,
    in_time,
    which_of_them,
)
from handlers.consult.following import told, written
from handlers.consult.fresh import (
    BY_ITSELF,
    entry_of,
    fresh,
)
from handlers.consult.leaning import LONGEST, Aspect, Leaning, leaning
from handlers.consult.onward import follow, said_of, told_option
from handlers.consult.recent import Recent
from handlers.consult.sayings import USEFUL, USELESS
from handlers.consult.service import consult
from knowledge.dates import may_hold_date
from knowledge.decision import Decision, Outcome

_AMOUNT = re.compile(
    r"[0-9一二两三四五六七八九十百千万半]+(?:多|余|来)?(?:块|元|万|千|百|岁|周岁|级|个月|年|天)|[千百万]$|[0-9]{3,}"
)
_TIME = Leaning(Aspect.TIME, "", led=True)
_SAFETY_FIRST = frozenset({"domestic_violence"})
"""Topics in which a day or an amount brings what is to be done now, once more, and is not sorted."""
_FACT = re.compile("|".join((_AMOUNT.pattern, "^(?:没有?|还没|只有|签了|写了).{2}")))
"""An amount, an age, or what there is and is not: words that tell something nearer and ask nothing."""
_ASKS = re.compile(r"[？?吗呢么]|怎么|咋|如何|能不能|可不可以|多少|多久|哪|谁|啥|什么|行不|对不")


def about_the_same(desk: Desk, recent: Recent, words: str, message: int) -> Reply | None:
    """The reply to a day, a correction or a fact of the matter before; None for other words."""
    plain = desk.plain(words)
    if plain in USELESS or plain in USEFUL:
        return None
    dated = may_hold_date(words)
    put = correction(desk.normal.clean(words))
    in_time_asked = asks_whether_in_time(plain)
    bare_fact = is_fact(plain, words)
    if not (dated or put or in_time_asked or bare_fact):
        return None
    alone = desk.matcher.decide(words)
    if alone.decision in BY_ITSELF or (alone.kind == "entry" and alone.entry != recent.entry):
        return None
    reply = day_told(desk, recent, words, message) if dated else None
    if reply is None and put is not None:
        return _put_right(desk, recent, put, message)
    if reply is None and in_time_asked:
        reply = in_time(desk, recent, message) or _limits_of(desk, recent, words, message)
    if reply is None and (bare_fact or dated):
        reply = _noted(desk, recent, words, message, strange=not alone.found)
    return reply


def _limits_of(desk: Desk, recent: Recent, words: str, message: int) -> Reply | None:
    """过了期没, with no day told: the limits that the last entry has."""
    entry = desk.matcher.library.get(recent.entry) if recent.entry else None
    if entry is None or not written(entry, _TIME):
        return None
    return follow(desk, recent, entry, _TIME, words, message)


def is_fact(plain: str, words: str) -> bool:
    """Whether words only tell something nearer, as 欠了八千: short, with an amount, asking nothing."""
    if not 2 < len(plain) <= LONGEST or _ASKS.search(words):
        return False
    return _FACT.search(plain) is not None and leaning(plain) is None


def tells_day(desk: Desk, recent: Recent, words: str) -> bool:
    return bool(recent.entry or recent.near or recent.options) and bool(days_told(desk, words, recent))


def _put_right(desk: Desk, recent: Recent, put: Correction, message: int) -> Reply:
    """The answer anew, for the right person or thing."""
    said = put_right(recent.said, put)
    found = consult(desk, said)
    same = desk.matcher.answer(recent.entry) if recent.entry else None
    if same is not None and not found.decision.found:
        found = compose(desk, same)
    head = _("好，改过来了：是{right}。").format(right=to_them(put.right))
    if put.wrong:
        head = _("好，改过来了：是{right}，不是{wrong}。").format(
            right=to_them(put.right), wrong=to_them(put.wrong)
        )
    if is_speaker(put) and found.decision.decision is Outcome.ANSWER:
        head += _("下面说的“您”，指的是{right}。").format(right=to_them(put.right))
    reply = fresh(desk, found, said, message)
    if not put.person and recent.entry and entry_of(found) == recent.entry:
        head += _("下面这条要是不合您的事，请把事情重新说一句。")
    if found.decision.decision in (Outcome.URGENT, Outcome.SMALLTALK):
        return reply
    return reply._replace(text=f"{head}\n{reply.text}")


def _noted(desk: Desk, recent: Recent, words: str, message: int, *, strange: bool) -> Reply | None:
    """A bare fact, as 欠了八千: read together with what was said before.

    Args: strange: whether the words alone find nothing at all.
    """
    entry = desk.matcher.library.get(recent.entry) if recent.entry else None
    if entry is None:
        return None
    option = told(entry, desk.normal.clean(words))
    if option is not None:
        return told_option(desk, recent.knowing(words), entry, option, message)
    said = f"{recent.said}\n{words}"
    joined = desk.matcher.decide(said)
    source = joined.source
    if (
        joined.kind == "entry"
        and source is not None
        and source.id != entry.id
        and source.topic == entry.topic
    ):
        return fresh(desk, compose(desk, joined), said, message, recent)
    again = desk.matcher.answer(entry.id)
    if entry.topic in _SAFETY_FIRST and again is not None:
        return fresh(desk, compose(desk, again), said, message, recent)  # what to do now, once more
    if entry.is_guide and recent.near:
        return which_of_them(desk, recent, words, message)
    same = None if entry.is_guide else again
    if same is None or not (strange or _AMOUNT.search(desk.plain(words))):
        return None
    text = "\n".join(
        part for part in (written(entry, Leaning(Aspect.STEPS, "", led=True)), _question(same)) if part
    )
    say = _("记下了：{words}。办法还是这样：").format(words=words.strip("。，, ")[:20])
    kept = replace(recent.knowing(words), message=message, decides=same.ask is not None)
    reply = said_of(desk, entry, Leaning(Aspect.STEPS, "", led=True), f"{say}\n{text}", kept)
    choices = compose(desk, same).choices
    return reply._replace(choices=choices, decision=f"answer:{entry.id}:noted")


def _question(found: Decision) -> str:
    if found.ask is None:
        return ""
    return _("{question}（回复 1 到 {last}，我说得更准）").format(
        question=found.ask.question, last=len(found.ask.options)
    )
