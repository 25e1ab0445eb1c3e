"""What is said out of turn while booking: a time that is not listed, name and number once more. It counts."""

import re
from typing import Any

from bot.clock import in_china, instant
from bot.dialogue.reply import Choice, Reply, chosen
from bot.dialogue.router import Visit
from bot.dialogue.talk import State
from bot.words import _
from handlers.appointments.booking_words import contact_of, hidden
from handlers.appointments.chat import JOURNEYS
from handlers.appointments.correcting import corrected
from handlers.appointments.meant import time_said
from handlers.appointments.whenever import Whenever

_BY_NAME = {one.name: one for one in JOURNEYS}
_CONTACT = re.compile(r"contact|n\d+")
_LISTED = ("time|", "days|", "day|")


async def amends(visit: Visit, state: State) -> Reply | None:
    """Take a time or a contact that the open question did not ask for; None for anything else."""
    asked = state.asked
    if not asked or asked["kind"] != "choose" or visit.said.kind != "text" or _is_line(visit, asked):
        return None
    wish = time_said(visit.said.text, in_china(instant(visit.now_ms)).date())
    if wish is not None:
        return await _timed(visit, state, asked, wish)
    return await _contacted(visit, state)


async def _timed(visit: Visit, state: State, asked: dict[str, Any], wish: Whenever) -> Reply | None:
    """Times of the same place that suit; where no times are listed yet, it is kept until they are."""
    places = {tuple(ident.split("|")[1:3]) for ident, _label in asked["options"] if ident.startswith(_LISTED)}
    if not places:
        if asked["name"] in ("kind", "who", "station"):
            state.given["when"] = wish.kept()
        return None
    if len(places) > 1:
        return None
    state.given["when"] = wish.kept()
    state.answers[asked["name"]] = "|".join(("times", *places.pop()))
    return await _again(visit, state, "")


async def _contacted(visit: Visit, state: State) -> Reply | None:
    """Name and number are written anew over those that were told before."""
    told = next((name for name in reversed(state.answers) if _CONTACT.fullmatch(name)), None)
    found = corrected(visit.said.text) if told is not None else None
    if told is None or found is None:
        return None
    before = contact_of(str(state.answers[told]))
    name = found.name or (before.name if before else "")
    phone = found.phone or (before.phone if before else "")
    state.answers[told] = " ".join(part for part in (name, phone) if part)
    known = _("，").join(part for part in (name, hidden(phone)) if part)
    return await _again(visit, state, _("记下了：{known}。").format(known=known))


async def _again(visit: Visit, state: State, say: str) -> Reply:
    """Run on from what is answered now."""
    state.asked = None
    step = await visit.runner.run(_BY_NAME[state.journey], state, None)
    if state not in visit.changed:
        visit.changed.append(state)
    reply = step.reply
    if step.go is not None and visit.begin is not None:
        reply = await visit.begin(visit, step.go.journey, step.go.given)
    return reply._replace(text="\n".join(part for part in (say, reply.text) if part))


def _is_line(visit: Visit, asked: dict[str, Any]) -> bool:
    lines = tuple(Choice(label) for _id, label in asked.get("options", []))
    return chosen(visit.said.text, lines) is not None
