"""Why a message was answered so: beside the demo phone, and for staff behind each message. Read only."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.crypto import vault
from bot.db import Reader
from bot.wechat.codec import message_key
from bot.wechat.models import Inbox
from bot.words import _
from handlers.consult.service import Desk
from knowledge.decision import Decision, Outcome
from knowledge.entry import Citation
from knowledge.naming import article_words
from knowledge.scorer import Found
from knowledge.trace import Step, Trace

_SHOWN = 3
_OUTCOMES = {
    Outcome.ANSWER: _("直接回答"),
    Outcome.CLARIFY: _("列出几条请您选"),
    Outcome.REFER: _("指给管这事的部门"),
    Outcome.ESCALATE: _("转给工作人员"),
    Outcome.URGENT: _("有危险，先给电话"),
    Outcome.REFUSE: _("不帮这个忙"),
    Outcome.SMALLTALK: _("寒暄"),
}
_OTHER = {
    "listening": _("等您接着说"),
    "handoff": _("交给工作人员"),
    "clarify": _("再问一句"),
    "unsolved": _("再问一句"),
    "visit": _("说怎么约"),
    "booking": _("答预约里的小问题"),
    "booked": _("已经约好了"),
    "gone": _("这一条不用了"),
    "error": _("没处理好"),
}
_DECIDING = ("danger", "service word", "small talk", "wrongdoing", "advert", "refer", "hard", "retrieval")
"""Steps that can decide; the last of them that is there is tinted."""


@dataclass(frozen=True)
class Likely:
    """An entry with its score, for a bar. Attributes: share: of the best score, 0 to 100."""

    title: str
    score: float
    share: int


@dataclass(frozen=True)
class Reason:
    """What was decided about a message, and by which steps.

    Attributes:
        said: the words that were read together; outcome: the decision in words.
        confidence: 0 to 1, or None where nothing was compared; needed: from which on it is answered.
        context: True when the decision hangs on what was said before, which the steps do not show.
    """

    said: str
    outcome: str
    confidence: float | None
    needed: float
    context: bool
    steps: tuple[Step, ...]
    key_step: str
    likely: tuple[Likely, ...]
    basis: tuple[tuple[str, str], ...]
    entry: str


class Why:
    """Explains messages at one account.

    Args: account: ``gh_`` id of the account; desk: the one that answers now.
    """

    def __init__(self, reader: Reader, desk: Callable[[], Desk], account: str) -> None:
        self._reader, self._desk, self._account = reader, desk, account

    async def __call__(self, sender: str, number: str) -> Reason | None:
        """The reason; None when there is no such text message."""
        mark = vault().mark(f"key|oa|{message_key(self._account, sender, number)}")
        rows = await self._reader(_read, mark)
        if not rows or rows[-1].kind not in ("text", "voice"):
            return None
        said = "\n".join(json.loads(row.body)["t"] for row in rows)
        if not said.strip():
            return None
        return reason(self._desk(), said, rows[-1].decision or "")


def reason(desk: Desk, said: str, decided: str) -> Reason:
    """The reason of a decision. Args: decided: as it was recorded, such as ``answer:labour.quit``."""
    found = desk.matcher.decide(said)
    alone = f"{found.decision.value}:{found.entry}" if found.entry else found.decision.value
    context = decided.partition("+")[0] != alone
    steps = tuple(found.trace)
    names = [step.name for step in steps]
    likely = () if context else _likely(found)
    guided = decided.startswith("answer:guide.")
    basis = desk.matcher.answer(decided.split(":")[1]) if decided.startswith("answer:") else None
    return Reason(
        said=said,
        outcome=outcome_words(decided),
        confidence=found.confidence if likely else None,
        needed=desk.matcher.topic_from if guided else desk.matcher.sure_from,
        context=context,
        steps=steps,
        key_step="topics" if guided else next((name for name in reversed(_DECIDING) if name in names), ""),
        likely=likely,
        basis=_basis(basis.citations if basis else ()),
        entry=basis.entry or "" if basis else "",
    )


class _Read(NamedTuple):
    kind: str
    body: str
    decision: str | None
    group: int | None


def _read(connection: Connection, mark: str) -> list[_Read]:
    """The message; with the pieces that were read together with it, the answered one last."""
    columns = select(Inbox.kind, Inbox.body, Inbox.decision, Inbox.group_id)
    own = connection.execute(columns.where(Inbox.mark == mark)).first()
    if own is None:
        return []
    rows = [own]
    if own.group_id is not None:
        rows = list(connection.execute(columns.where(Inbox.group_id == own.group_id).order_by(Inbox.id)))
    return [_Read(row.kind, row.body or '{"t": ""}', row.decision, row.group_id) for row in rows]


def outcome_words(decided: str) -> str:
    """A recorded decision such as ``answer:labour.quit`` in words for staff."""
    word = decided.partition(":")[0]
    if decided.startswith("answer:guide."):
        return _("给这一类的指引")
    if word in {each.value for each in Outcome}:
        return _OUTCOMES[Outcome(word)]
    return _OTHER.get(word, _("按步骤办"))


def _likely(found: Decision) -> tuple[Likely, ...]:
    seen = found.trace.seen(Found) if isinstance(found.trace, Trace) else None
    scored = seen.scored[:_SHOWN] if seen else []
    best = max((one.score for one in scored), default=0.0)
    return tuple(
        Likely(one.entry.title, one.score, round(100 * max(one.score, 0.0) / best) if best > 0 else 0)
        for one in scored
    )


def _basis(citations: tuple[Citation, ...]) -> tuple[tuple[str, str], ...]:
    distinct = {(c.law, c.article): c.version for c in citations}
    return tuple((f"{law}{article_words(article)}", version) for (law, article), version in distinct.items())
