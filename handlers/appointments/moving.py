"""改时间: the next times at the same place, and a number gives the appointment the new one at once."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.dialogue.journey import journey
from bot.dialogue.talk import Option, Talk
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import reading, service
from handlers.appointments.having import held_for
from handlers.appointments.mine_words import Mine, kept_words, moved_words, none_words
from handlers.appointments.models import Appointment
from handlers.appointments.offering import Offering, View, slot_of, view_of
from handlers.appointments.reading import Visit
from handlers.appointments.service import moves_left
from handlers.appointments.shelves import board_now
from handlers.appointments.slots import Slot
from handlers.directory import stations
from handlers.handoff.promise import outlook
from handlers.handoff.sentences import waiting_words
from handlers.handoff.service import ask_for_visit

MOVE = "appointments.move"
_MOST = 12
"""Questions for a time in one conversation."""


@dataclass(frozen=True)
class Moved:
    """What became of a chosen time.

    Attributes: code: of the refusal, empty when it was moved; say: its sentence.
    """

    code: str = ""
    say: str = ""


@journey(
    MOVE,
    title=_("改预约的时间"),
    draft=False,
    words=[
        "改预约",
        "改时间",
        "改约",
        "换时间",
        "改期",
        "改日子",
        "预约改时间",
        "改预约时间",
        "我要改时间",
        "重新约时间",
        "推迟",
    ],
)
async def move(talk: Talk) -> str:
    """改预约的时间. Given: ``appointment_id``, one that is meant already."""
    have = await talk.read(held_for, talk.resident_id, talk.now_ms)
    if not have.visits:
        return none_words("booked")
    visit = await _meant(talk, have)
    if visit is None:
        return kept_words(None, talk.now_ms)
    if not visit.asked and not await talk.read(moves_left, visit.appointment_id):
        return await _by_staff(talk, visit, _("已经自己改过两次了，再改请工作人员来办。"))
    return await _choose(talk, have, visit)


async def _choose(talk: Talk, have: Mine, visit: Visit) -> str:
    spot = await talk.read(_spot, visit.appointment_id)
    board = await talk.read(board_now, talk.now_ms)
    villages = await talk.read(stations.village_names)
    offering = Offering(board, visit.kind, visit.station_id, villages)
    view, lead = View("times", *spot), _now(have, visit, talk.now_ms)
    for n in range(_MOST):
        offer = offering.lines(view)
        options = [one for one in offer.options if not one.id.startswith("wait|")]
        options = [one for one in options if one.id != "person"] + _ways_out()
        picked = await talk.choose(f"slot{n}", "\n".join(part for part in (lead, offer.say) if part), options)
        if picked == "keep":
            return kept_words(visit, talk.now_ms)
        if picked == "person":
            return await _by_staff(talk, visit, "")
        slot = slot_of(picked)
        if slot is None:
            view, lead = view_of(picked), ""
            continue
        moved = await talk.do(f"move{n}", give_time, visit.appointment_id, slot)
        if not moved.code:
            return await _done(talk, have, visit.appointment_id)
        if moved.code not in ("slot_taken", "slot_gone"):
            return moved.say
        view, lead = View("lost", lost=slot), moved.say
    return await _by_staff(talk, visit, _("没找到合适的时间，请工作人员帮您约。"))


async def papers_for(talk: Talk, appointment_id: int) -> tuple[str, ...]:
    """What to bring to an appointment."""
    service_id, _post = await talk.read(_spot, appointment_id)
    board = await talk.read(board_now, talk.now_ms)
    known = board.almanac.supply.by_service.get(service_id)
    return known.papers if known else ()


def _ways_out() -> list[Option]:
    return [Option("person", _("都不合适，请工作人员帮我改")), Option("keep", _("不改了，还是原来的时间"))]


async def _done(talk: Talk, have: Mine, appointment_id: int) -> str:
    now = await talk.read(reading.one, appointment_id)
    if now is None:
        return none_words("booked")
    papers = await papers_for(talk, appointment_id)
    left = await talk.read(moves_left, appointment_id)
    return moved_words(now, have, papers, talk.now_ms, left=left, link_base=talk.link_base)


async def _by_staff(talk: Talk, visit: Visit, say: str) -> str:
    """A person changes the time; what is booked stands until then."""
    options = (Option("person", _("请工作人员帮我改")), Option("keep", _("不改了")))
    if say and await talk.choose("staff", say, options) == "keep":
        return kept_words(visit, talk.now_ms)
    now = await talk.read(outlook, talk.resident_id, talk.now_ms)
    ticket = await talk.finish(ask_for_visit, now.station_id, now.promised_at)
    more = _("想换到哪天，接着写在这里。没改好之前，原来的时间还给您留着。")
    return _("好，请工作人员来改。") + waiting_words(ticket, now, talk.now_ms) + "\n" + more


async def _meant(talk: Talk, have: Mine) -> Visit | None:
    given = talk.given("appointment_id")
    if given:
        return next((one for one in have.visits if one.appointment_id == int(given)), None)
    if len(have.visits) == 1:
        return have.visits[0]
    options = [Option(str(one.appointment_id), have.line(one, talk.now_ms)) for one in have.visits]
    options.append(Option("keep", _("都不改")))
    which = await talk.choose("which", _("要改哪一个的时间？"), options)
    return next((one for one in have.visits if str(one.appointment_id) == which), None)


def _now(have: Mine, visit: Visit, now_ms: int) -> str:
    line = have.line(visit, now_ms)
    if visit.asked:
        return _("{visit}。这个时间所里办不了了，对不起。回复数字就换好。").format(visit=line)
    return _("现在约的是：{visit}。回复数字就换好。").format(visit=line)


def _spot(connection: Connection, appointment_id: int) -> tuple[str, str]:
    row = connection.execute(
        select(Appointment.service_id, Appointment.post_id).where(Appointment.id == appointment_id)
    ).one()
    return row.service_id, row.post_id


def give_time(work: Work, appointment_id: int, slot: Slot) -> Moved:
    """Hold a time and give it to an appointment in one act, as a journey's act."""
    held: service.Held | None = None
    try:
        held = service.hold(work, work.resident_id, slot, moving=appointment_id)
        service.move(work, work.resident_id, held.appointment_id)
    except Refused as refusal:
        if held is not None:
            service.release(work, held)
        return Moved(refusal.code, refusal.say)
    return Moved()
