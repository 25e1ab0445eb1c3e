"""The gate in a conversation: what must not be booked goes to the body it belongs to, or to a person."""

from dataclasses import dataclass

from sqlalchemy import select

from bot.dialogue.journey import journey
from bot.dialogue.talk import Option, Talk
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import service
from handlers.appointments.gate import MEDIATION, Turned, gate
from handlers.appointments.models import Appointment, Wait
from handlers.appointments.service import Held
from handlers.handoff.promise import Outlook, outlook
from handlers.handoff.seclusion import harmed_since
from handlers.handoff.sentences import hotline_words, waiting_words
from handlers.handoff.service import Ticket, ask_for_person

ROUTED = "appointments.routed"
RECENT_MS = 24 * 60 * 60_000
"""So long after danger was heard no mediation is booked without a person."""
_BOOK = "appointments.book"


@dataclass(frozen=True)
class Passed:
    """What the gate says of a booking that goes on.

    Attributes: note: to be said first, or empty; urgent: a legal limit is near, and a person was asked
    already; seen: the reason for the note, or empty.
    """

    note: str = ""
    urgent: bool = False
    seen: str = ""


async def past_gate(talk: Talk, kind: str, *words: str) -> Passed:
    """Look at what was said of a matter, before anything is held.

    Args: kind: of `handlers.appointments.supply.KINDS`; words: in the resident's own words.
    Returns: what to say first. It does not return where the matter must not be booked as this kind.
    """
    found = gate().look(kind, words, talk.now_ms)
    if kind == MEDIATION and (found is None or not found.stops):
        harmed = await talk.read(harmed_since, talk.resident_id, talk.now_ms - RECENT_MS)
        found = gate().after_harm() if harmed else found
    if found is None:
        return Passed()
    if found.stops:
        await talk.do("gate.release", let_go)
        told = "，".join(words)[:200]
        talk.go(ROUTED, reason=found.reason, say=found.say, same_day=found.same_day, story=told)
    if not found.same_day:
        return Passed(found.say, seen=found.reason)
    told = (await _to_person(talk, found)).partition("\n")[0]  # the rest does not fit a booking that goes on
    return Passed(f"{found.say}\n{told}", urgent=True, seen=found.reason)


@journey(ROUTED, title=_("这件事该找谁"), draft=False)
async def routed(talk: Talk) -> str:
    """Say where a matter belongs that must not be booked; a person looks at once, or if it is wished.

    Given: ``reason``, ``say``, ``same_day`` of the gate, and ``story``.
    """
    found = Turned(talk.given("reason"), talk.given("say", ""), True, bool(talk.given("same_day")))
    if found.same_day:
        return f"{found.say}\n{await _to_person(talk, found)}"
    violence = found.reason == "violence"
    options = [Option("person", _("请工作人员联系我"))]
    if violence:
        options.append(Option("aid", _("约法律援助，不看收入")))
    options.append(Option("none", _("不用了，我知道了")))
    way = await talk.choose("way", found.say, options)
    if way == "aid":
        talk.go(_BOOK, kind="legal_aid", story=talk.given("story", ""))
    if way == "person":
        return _("好，请工作人员来回您。") + await _to_person(talk, found)
    if violence:
        return hotline_words(_("好。有危险，马上打 {tel:police}。想找人说，回复“人工”。"))
    return _("好。有别的事，直接说就行。要找人，回复“人工”。")


async def _to_person(talk: Talk, found: Turned) -> str:
    """Ask for a person, once a conversation. Returns: number and time, as the resident reads them."""
    now: Outlook = await talk.read(outlook, talk.resident_id, talk.now_ms)
    ticket = await talk.do(
        "gate.person", ask_person, found.reason, found.same_day, now.station_id, now.promised_at
    )
    return waiting_words(ticket, now, talk.now_ms)


def let_go(work: Work) -> int:
    """Give back what a conversation holds that ends here; what is offered to who waits stays. Returns: how
    many.
    """
    offered = select(Wait.offer_id).where(Wait.resident_id == work.resident_id, Wait.offer_id.is_not(None))
    held = work.db.scalars(
        select(Appointment.id).where(
            Appointment.resident_id == work.resident_id,
            Appointment.state == "held",
            Appointment.id.not_in(offered),
        )
    ).all()
    for ident in held:
        service.release(work, Held(ident, 0))
    return len(held)


def ask_person(
    work: Work, reason: str, same_day: bool, station_id: str | None, promised_at: int | None
) -> Ticket:
    """A task for a person with why the gate made it; violence closes the thread to all but named staff."""
    begun_by = int(str(work.once).split("/")[0].split(".")[0])
    return ask_for_person(
        work,
        work.resident_id,
        begun_by,
        "deadline" if same_day else "turned",
        station_id,
        promised_at,
        secluded="violence" if reason == "violence" else "",
    )
