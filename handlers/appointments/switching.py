"""In one of our lists, or a booking, another of our words is heard: it never loses what is booked."""

import re
from collections.abc import Mapping
from typing import Any

from bot.clock import in_china, instant
from bot.dialogue.reply import Choice, Reply, chosen, number
from bot.dialogue.router import KEPT_MS, Visit
from bot.dialogue.said import Said
from bot.dialogue.talk import State
from bot.words import _
from handlers.appointments import whichever
from handlers.appointments.answering import MARKS
from handlers.appointments.booking_words import ANY, SPOKEN, YES, wanted
from handlers.appointments.chat import BOOK
from handlers.appointments.correcting import CONTACT
from handlers.appointments.gate import MEDIATION, gate
from handlers.appointments.gating import ROUTED
from handlers.appointments.having import held_for
from handlers.appointments.meant import line_meant, time_said
from handlers.appointments.mine import CANCEL, MINE
from handlers.appointments.mine import JOURNEYS as OWN
from handlers.appointments.moving import MOVE
from handlers.handoff.seclusion import harmed_since

_OWN = {word: one.name for one in OWN for word in one.words}
_FIRMLY = frozenset({"是", "是的", "对", "要", "要的", "需要", "联系", "联系我", "请联系我"})
_SURELY = frozenset({"取消", "取消吧", "取消了吧", "要取消"})
_NOT = frozenset(
    {"不", "不用", "不用了", "不要", "不要了", "不了", "不取消", "不取消了", "别取消", "先不取消"}
)
_DROPS = frozenset(
    {
        "不用了",
        "不用约了",
        "不想约了",
        "先不约了",
        "先不约",
        "那不约了",
        "下次再约",
        "以后再约",
        "再说吧",
        "不需要了",
    }
)
_POINTS = re.compile(r"(?:[那这哪](?:一)?个|的)$")
_LISTS = frozenset({ROUTED, CONTACT, *(one.name for one in OWN)})


async def turns(visit: Visit) -> Reply | None:
    """In one of our own lists: another of our words begins that, and words that fit no line leave the list
    under a text that said where to go.
    """
    state, asked = visit.state, visit.state.asked if visit.state is not None else None
    if visit.begin is None or visit.held or visit.said.kind not in ("text", "voice"):
        return None
    if state is None or state.state != "open" or not asked:
        return None
    text = visit.said.text.strip(MARKS)
    if state.journey.startswith(BOOK):
        return await _after_harm(visit, state) or await _beside_draft(visit, state, text)
    if state.journey not in _LISTS:
        return None
    labels = tuple(Choice(label) for _id, label in asked["options"])
    if asked["name"] == "which" and chosen(text, labels) is None:
        have = await visit.runner.read(held_for, visit.runner.resident_id, visit.now_ms)
        which = whichever.meant(text, have, asked, visit.now_ms)
        if which:
            visit.said = Said("text", which)
            return None
        if _POINTS.search(text):
            return Reply(_("没看出是哪一个，请回复数字。") + "\n" + asked["say"], labels)
    if state.journey == MOVE and chosen(text, labels) is None and (at := _time_meant(visit, text, asked)):
        visit.said = Said("text", at)
        return None
    if state.journey in (MINE, MOVE) and whichever.every(text):
        return await visit.begin(visit, CANCEL, {"all": True})
    line = _yes_or_no(text, state.journey, asked["name"])
    if line is not None and chosen(text, labels) is None:
        visit.said = Said("text", labels[line].label)
        return None
    if not text or (chosen(text, labels) is not None and text not in _OWN):
        return None
    kind = next((kind for kind, spoken in SPOKEN.items() if text in spoken.words), None)
    if kind is None and text not in ANY:
        kind = wanted(text)
    elif kind is None:
        kind = ""
    name = _OWN.get(text) or (f"{BOOK}_{kind}" if kind else BOOK if kind == "" else "")
    if name:
        meant = state.given.get("appointment_id") or state.answers.get("which")
        given = {"appointment_id": meant} if meant and str(meant).isdecimal() and name in _LISTS else {}
        return await visit.begin(visit, name, given)
    if state.journey != MOVE and number(text) is None:
        state.state, state.asked = "dropped", None
        visit.changed.append(state)
        visit.state = None
    return None


def _time_meant(visit: Visit, text: str, asked: Mapping[str, Any]) -> str:
    """The line of a time in words; the days, where it is a time that is not listed."""
    line = line_meant(text, asked, visit.now_ms)
    if line or time_said(text, in_china(instant(visit.now_ms)).date()) is None:
        return line
    return next((label for ident, label in asked["options"] if ident.startswith("days|")), "")


def _yes_or_no(text: str, journey: str, asked: str) -> int | None:
    """The place of the line that a bare yes or no means: whether to cancel, or whether a person is wished;
    好 under the latter may mean no more than that it was read.
    """
    if asked != "sure" and journey != ROUTED:
        return None
    if text in _FIRMLY or (asked == "sure" and text in YES | _SURELY):
        return 0
    return -1 if text in _NOT else None


async def _after_harm(visit: Visit, state: State) -> Reply | None:
    """Danger was heard while a mediation was being booked: it is not booked, and its time is given back."""
    kind = state.answers.get("kind") or state.given.get("kind") or state.journey.removeprefix(f"{BOOK}_")
    if kind != MEDIATION or visit.begin is None:
        return None
    resident = visit.runner.resident_id
    if not await visit.runner.read(harmed_since, resident, state.started_at):
        return None
    found = gate().after_harm()
    return await visit.begin(visit, ROUTED, {"reason": found.reason, "say": found.say, "same_day": False})


async def _beside_draft(visit: Visit, state: State, text: str) -> Reply | None:
    """我的预约 in the middle of a booking is shown, and 取消预约 drops what is being booked, nothing else."""
    if text not in _OWN and text not in _DROPS and not whichever.every(text):
        return None
    if _OWN.get(text, CANCEL) == CANCEL:
        await visit.runner.undo(state, None)
        state.state, state.asked = "dropped", None
        visit.changed.append(state)
        visit.state = None
        visit.context["dropped"] = {"id": state.id, "until": visit.now_ms + KEPT_MS}
        return Reply(_("好，正在约的这个不办了，什么都没留下。要取消以前约好的，再回复一次“取消预约”。"))
    have = await visit.runner.read(held_for, visit.runner.resident_id, visit.now_ms)
    lines = [have.line(one, visit.now_ms) for one in have.visits]
    lines += [have.waiting(one, visit.now_ms) for one in have.waits]
    shown = "\n".join(lines) if lines else _("您现在没有约好的时间。")
    asked = state.asked or {}
    choices = tuple(Choice(label) for _id, label in asked.get("options", ()))
    return Reply(f"{shown}\n\n{asked.get('say', '')}", choices)
