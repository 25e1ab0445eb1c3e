"""The second half of a booking: a time is looked for and held, all is shown, changed or confirmed."""

from dataclasses import dataclass, field, replace

from bot.dialogue.talk import Option, Talk
from bot.words import _
from handlers.appointments import consent, drafting, reading
from handlers.appointments.booking_sentences import (
    Spot,
    booked_words,
    held_words,
    summary_words,
    waiting_words,
)
from handlers.appointments.booking_words import contact_of, phone_of, tells
from handlers.appointments.drafting import Settled, Tried, Wish
from handlers.appointments.gating import past_gate
from handlers.appointments.offering import Offering, View, slot_of, view_of
from handlers.appointments.shelves import board_now
from handlers.appointments.slots import Board, Slot
from handlers.appointments.standing import held_until
from handlers.appointments.waiting import waits_of
from handlers.appointments.whenever import Whenever
from handlers.directory import stations
from handlers.handoff import service as handoff
from handlers.handoff.promise import outlook
from handlers.handoff.sentences import waiting_words as person_words

MOST_QUESTIONS = 30
"""Who has looked at so many lists is helped by a person."""
_CALLS = ("phone", "video")
_REMIND, _PLAIN, _CHANGE = "remind", "plain", "change"
YES_LABEL, YES_ALONE, CHANGE_LABEL = _("确认，不用提醒"), _("确认"), _("改一下")


@dataclass(frozen=True)
class Draft:
    """What is known when a time is looked for.

    Attributes: home: the nearest station; papers: of the answer that led here; when: a time that was named;
    messages: ids of those that the conversation took so far.
    """

    kind: str
    wish: Wish
    home: str | None
    papers: tuple[str, ...]
    when: Whenever | None = None
    messages: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Kept:
    """A time that is held for this conversation."""

    slot: Slot
    tried: Tried


class Choosing:
    """One run of the questions; each question has a number of its own, so that a replay finds its answer."""

    def __init__(self, talk: Talk, draft: Draft) -> None:
        self._talk, self._draft = talk, draft
        self._asked = 0
        self._said = ""
        self._view = View()
        self._board: Board | None = None
        self._end = ""
        self._line_full = False

    async def run(self) -> str:
        """Until it is booked, or goes on elsewhere. Returns: what is said last."""
        kept: _Kept | None = None
        while self._asked < MOST_QUESTIONS:
            if self._end:
                return await self.to_staff(self._end)
            if kept is None:
                picked = await self._pick()
                if picked == "person":
                    return await self.to_staff(_("好。"))
                if picked.startswith("wait|"):
                    if end := await self._wait(picked.partition("|")[2]):
                        return end
                    continue
                slot = slot_of(picked)
                if slot is None:
                    self._view = view_of(picked)
                else:
                    kept = await self._hold(slot)
                continue
            spot = await self._spot(kept.slot)
            if spot is None:
                self._said, self._view, kept = _("这个时间现在不能约了，请换一个。"), View(), None
                continue
            await self._call_number(spot)
            answer = await self._confirm(kept, spot)
            if answer == _CHANGE:
                kept = await self._change(kept)
                continue
            wish = replace(self._draft.wish, remind=answer == _REMIND)
            settled = await self._talk.do(
                f"book{self._asked}",
                drafting.settle,
                kept.tried.appointment_id,
                kept.slot,
                wish,
                self._draft.messages,
            )
            if not settled.code:
                return await self._told(spot, settled, wish)
            self._refused(kept.slot, settled)
            kept = None
        return await self.to_staff(_("还没挑到合适的，请工作人员帮您约。"))

    async def to_staff(self, say: str) -> str:
        """It is arranged by a person: a number, and a time where one can be kept."""
        now = await self._talk.read(outlook, self._talk.resident_id, self._talk.now_ms)
        station = self._draft.home or now.station_id
        ticket = await self._talk.finish(handoff.ask_for_visit, station, now.promised_at)
        return say + person_words(ticket, now, self._talk.now_ms)

    # -- questions -------------------------------------------------------------------------

    async def _pick(self) -> str:
        offer = (await self._offering()).lines(self._view)
        return await self._choose("w", offer.say, offer.options)

    async def _confirm(self, kept: _Kept, spot: Spot) -> str:
        talk, wish = self._talk, self._draft.wish
        until = await talk.read(held_until, kept.tried.appointment_id, talk.now_ms)
        say = "\n".join(
            [
                summary_words(spot, kept.slot.begins, wish, talk.now_ms),
                held_words(until, talk.now_ms, again=kept.tried.again),
            ]
        )
        change = Option(_CHANGE, CHANGE_LABEL)
        if not consent.useful(kept.slot.begins, talk.now_ms):
            return await self._choose("s", say, (Option(_PLAIN, YES_ALONE), change))
        remind = Option(_REMIND, _("确认，提前提醒我一次"))
        return await self._choose("s", say, (remind, Option(_PLAIN, YES_LABEL), change))

    async def _change(self, kept: _Kept) -> _Kept | None:
        options = (
            Option("time", _("时间、地点")),
            Option("matter", _("事情")),
            Option("contact", _("名字、电话")),
            Option("none", _("不改了")),
        )
        what = await self._choose("c", _("改哪一样？"), options)
        draft = self._draft
        if what == "time":
            self._view, self._draft = View(), replace(draft, when=None)
            return None
        if what == "matter":
            matter = await self._talk.text(
                self._named("m"), _("好，重新说一遍是什么事："), longest=200, fits=tells
            )
            passed = await past_gate(self._talk, draft.kind, matter)
            self._said = passed.note
            wish = replace(draft.wish, matter=matter, urgent=draft.wish.urgent or passed.urgent)
            self._draft = replace(draft, wish=wish)
        if what == "contact":
            words = await self._talk.text(
                self._named("n"),
                _("好，重新写名字和电话，比如：王秀英 13800001234。"),
                longest=60,
                fits=self._names_somebody,
            )
            found = contact_of(words)
            if found is not None:
                self._draft = replace(draft, wish=replace(draft.wish, name=found.name, phone=found.phone))
        return kept

    async def _call_number(self, spot: Spot) -> None:
        """A call needs a number."""
        wish = self._draft.wish
        if spot.service.form not in _CALLS or wish.phone:
            return
        words = await self._talk.text(
            self._named("p"),
            _("到时间打哪个电话？请写号码。"),
            longest=40,
            fits=lambda text: bool(phone_of(text)),
        )
        self._draft = replace(self._draft, wish=replace(wish, phone=phone_of(words)))

    # -- acts ------------------------------------------------------------------------------

    async def _hold(self, slot: Slot) -> _Kept | None:
        tried = await self._talk.do(
            f"hold{self._asked}", drafting.take, slot, self._draft.wish.other, undo=drafting.give_back
        )
        if not tried.code:
            return _Kept(slot, tried)
        self._refused(slot, Settled(tried.appointment_id, tried.code, tried.say))
        return None

    def _refused(self, slot: Slot, settled: Settled) -> None:
        """Where it goes on when a time was not given."""
        self._board = None  # others changed what is free
        if settled.code == drafting.OPEN and not self._draft.wish.other:
            self._talk.go("appointments.mine", appointment_id=settled.appointment_id)
        if settled.code in (drafting.TAKEN, drafting.GONE):
            self._said, self._view = settled.say, View("lost", lost=slot)
            return
        self._end = settled.say
        if settled.code == drafting.OPEN:
            self._end = _("这个人的这一种已经约过一次了，要改时间，请工作人员帮您看。")

    async def _wait(self, station: str) -> str:
        """Stand in line. Returns: what is said last; nothing when the line is full, and it goes on."""
        talk, draft = self._talk, self._draft
        lined = await talk.do(
            f"line{self._asked}", drafting.stand_in_line, draft.kind, station, draft.wish, draft.messages
        )
        if lined.code == drafting.LINE_FULL:
            self._said, self._view, self._line_full = lined.say, View("all"), True
            return ""
        if lined.code:
            return lined.say
        waits = await talk.read(waits_of, talk.resident_id)
        ahead = next((one.ahead for one in waits if one.wait_id == lined.wait_id), 0)
        return waiting_words(ahead, draft.wish.name if draft.wish.other else "")

    async def _told(self, spot: Spot, settled: Settled, wish: Wish) -> str:
        talk = self._talk
        visits = await talk.read(reading.open_of, talk.resident_id, talk.now_ms)
        visit = next((one for one in visits if one.appointment_id == settled.appointment_id), None)
        if visit is None:
            return _("约好了。要看时间、地点，请回复“我的预约”。")
        return booked_words(
            spot,
            visit,
            wish,
            self._draft.papers,
            talk.now_ms,
            late=settled.late,
            link_base=talk.link_base,
        )

    # -- look-ups --------------------------------------------------------------------------

    async def _choose(self, letter: str, say: str, options: tuple[Option, ...]) -> str:
        said, self._said = self._said, ""
        return await self._talk.choose(self._named(letter), f"{said}\n{say}" if said else say, options)

    def _named(self, letter: str) -> str:
        self._asked += 1
        return f"{letter}{self._asked}"

    def _names_somebody(self, words: str) -> bool:
        found = contact_of(words)
        return found is not None and bool(found.name or not self._draft.wish.other)

    async def _offering(self) -> Offering:
        names = await self._talk.read(stations.village_names)
        return Offering(
            await self._now(),
            self._draft.kind,
            self._draft.home,
            names,
            not self._line_full,
            self._draft.when,
        )

    async def _now(self) -> Board:
        if self._board is None:
            self._board = await self._talk.read(board_now, self._talk.now_ms)
        return self._board

    async def _spot(self, slot: Slot) -> Spot | None:
        """Where and what a time is; None where it left the county's supply."""
        almanac = (await self._now()).almanac
        names = await self._talk.read(stations.village_names)
        post = almanac.supply.by_post.get(slot.post_id)
        card = next((one for one in almanac.stations if one.id == slot.station_id), None)
        service = almanac.supply.by_service.get(slot.service_id)
        if post is None or service is None:
            return None
        return Spot(service, post, card, names.get(post.village_id or "", ""))
