"""The gate at the API: what must not be booked is led elsewhere, and what presses goes to a person."""

from dataclasses import dataclass

from bot.errors import Refused
from bot.web.api import Ask, Turned
from bot.work.unit import Work
from handlers.appointments import service
from handlers.appointments.api_service import Counter
from handlers.appointments.gate import MEDIATION, gate
from handlers.appointments.gating import RECENT_MS
from handlers.appointments.service import Held
from handlers.handoff.promise import Outlook, outlook
from handlers.handoff.seclusion import harmed_since
from handlers.handoff.sentences import waiting_words
from handlers.handoff.service import ask_for_person

_INSTEAD = ("legal_aid", "lawyer")
"""What stays open to who cannot have mediation."""


@dataclass(frozen=True)
class Seen:
    """What the gate saw in a matter. Attributes: hold_id: names the task that is made, if one is made."""

    say: str = ""
    same_day: bool = False
    violence: bool = False
    resident_id: int | None = None
    hold_id: int = 0
    outlook: Outlook | None = None


async def look(counter: Counter, ask: Ask, kind: str, matter: str, hold_id: int, station: str | None) -> Seen:
    """Look at what a matter is about, as a conversation does.

    Raises: Turned for what must not be booked as this kind; the time is given back, and a person is asked
    where it cannot wait. It tells why, and times to talk to a lawyer or about legal aid. Staff decide for
    themselves. Args: station: of the time, whose times come first.
    """
    resident, read = ask.caller.resident_id, counter.service.reader
    if resident is None or not kind:
        return Seen()
    found = gate().look(kind, [matter], ask.now_ms) if matter else None
    if kind == MEDIATION and (found is None or not found.stops):
        harmed = await read(harmed_since, resident, ask.now_ms - RECENT_MS)
        found = gate().after_harm() if harmed else found
    if found is None:
        return Seen()
    violence = found.reason == "violence"
    ahead = await read(outlook, resident, ask.now_ms) if found.same_day or violence else None
    seen = Seen(found.say, found.same_day, violence, resident, hold_id, ahead)
    if not found.stops:
        return seen
    say = await counter.service.writer.do(_turned_away, seen)
    times = await counter.times(ask, _INSTEAD, station)
    raise Turned(
        Refused(say, code="elsewhere", field="matter"),
        409,
        more={"reason": found.reason, "alternatives": times},
    )


def noted(work: Work, seen: Seen) -> str:
    """What is said with a booking that goes on; a person is asked where a legal limit is near."""
    return _person_asked(work, seen) if seen.same_day else seen.say


def _turned_away(work: Work, seen: Seen) -> str:
    service.release(work, Held(seen.hold_id, 0))
    return _person_asked(work, seen) if seen.same_day else seen.say


def _person_asked(work: Work, seen: Seen) -> str:
    if seen.resident_id is None or seen.outlook is None:
        return seen.say
    ticket = ask_for_person(
        work,
        seen.resident_id,
        -seen.hold_id,  # no message began it; each hold is one matter
        "deadline",
        seen.outlook.station_id,
        seen.outlook.promised_at,
        secluded="violence" if seen.violence else "",
    )
    return f"{seen.say}\n{waiting_words(ticket, seen.outlook, work.now_ms)}"
