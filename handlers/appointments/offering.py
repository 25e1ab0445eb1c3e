"""Times and places as numbered lines: three times first, then days, then other places, calls and stops."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.clock import in_china, instant
from bot.dialogue.talk import Option
from bot.words import _
from handlers.appointments.booking_words import NAMES, when_words
from handlers.appointments.slots import Board, Place, Slot, elsewhere, instead, places
from handlers.appointments.whenever import Whenever
from handlers.directory.sentences import moment_words

TIMES = 3
_DAYS = 7
_OF_DAY = 12
_MOST = {0: 2, 1: 2, 2: 2, 3: 4}
"""Places that are listed of each group: nearest, neighbours, calls, stops."""
_NOON = 12
_HOUR = re.compile(r" ?\d+:\d\d$")
_CALLS = ("phone", "video")


@dataclass(frozen=True)
class View:
    """What is looked at: ``start``, ``times`` or ``days`` of a post, one ``day``, ``places``, or what is left
    when a time was ``lost``.
    """

    name: str = "start"
    service_id: str = ""
    post_id: str = ""
    day: str = ""
    lost: Slot | None = None


@dataclass(frozen=True)
class Offer:
    """A question with its lines."""

    say: str
    options: tuple[Option, ...]


def slot_of(picked: str) -> Slot | None:
    """The time that was picked, if it was one."""
    name, *rest = picked.split("|")
    return Slot(rest[0], rest[1], rest[2], int(rest[3])) if name == "time" else None


def view_of(picked: str) -> View:
    """What to look at after a line that is no time."""
    name, *rest = picked.split("|")
    service_id, post_id, day = [*rest, "", "", ""][:3]
    return View(name, service_id, post_id, day)


@dataclass
class Offering:
    """What can be offered of a kind at an instant.

    Attributes: home: the nearest station's id, None when not known; villages: names by id; waits: whether the
    wait list is offered (not where it was found full); when: a time that was named: times that suit it come
    first.
    """

    board: Board
    kind: str
    home: str | None
    villages: Mapping[str, str]
    waits: bool = True
    when: Whenever | None = None
    _places: list[Place] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._places = places(self.board, self.kind, self.home, each=1)
        self._stations = {one.id: one for one in self.board.almanac.stations}

    def lines(self, view: View) -> Offer:
        """The question for a view; where it has nothing left, all there is."""
        found: Offer | None = None
        if view.name == "start":
            found = self._start()
        elif view.name == "times":
            found = self._times(self._found(view))
        elif view.name == "days":
            found = self._days(self._found(view))
        elif view.name == "day":
            found = self._day(self._found(view), date.fromisoformat(view.day))
        elif view.name == "lost" and view.lost is not None:
            found = self._instead(view.lost)
        return found or self._all()

    def where(self, place: Place) -> str:
        """A place as residents know it."""
        village = self.villages.get(place.post.village_id or "", "")
        if place.service.form in _CALLS:
            return place.service.name
        if place.post.stop:
            return _("{village}（{place}）").format(
                village=village or place.post.name, place=place.post.place
            )
        return self._station(place.post.station_id)

    def full(self) -> bool:
        """Whether the nearest station offers the kind and has no time left."""
        there = {place.post.station_id for place in self._places if place.group < 2}
        return self.home not in there and self._offers(self.home)

    def waits_at(self) -> str | None:
        """The station at which one may wait: where the kind is offered, and nothing is free."""
        if self.home is not None:
            return self.home if self.full() else None
        offering = [post.station_id for _service, post in self.board.almanac.supply.offering(self.kind)]
        return offering[0] if offering and not self._places else None

    # -- views -----------------------------------------------------------------------------

    def _start(self) -> Offer | None:
        first = next(iter(self._places), None)
        if first is None or first.group != 0:
            return None
        return self._times(first)

    def _times(self, place: Place | None) -> Offer | None:
        begins = self._begins(place)
        if place is None or not begins:
            return None
        named = self._suiting(self.when, begins)
        shown = spread(named or self._near(begins) or begins, TIMES)
        options = [self._time(place, at) for at in shown]
        if len(begins) > len(shown):
            options.append(Option(_joined("days", place), _("别的时间")))
        if len(self._places) > 1:
            options.append(Option("places", self._elsewhere_label(place)))
        return Offer(self._times_say(place, found=bool(named)), tuple(options))

    @staticmethod
    def _suiting(when: Whenever | None, begins: Sequence[int]) -> list[int]:
        return [at for at in begins if when is not None and when.suits(in_china(instant(at)))]

    def _near(self, begins: Sequence[int]) -> list[int]:
        """Where the very time is taken: of the same half day, else of the same day."""
        when = self.when
        if when is None or when.day is None:
            return []
        afternoon = when.clock[0] >= _NOON if when.clock is not None else when.afternoon
        half = self._suiting(Whenever(when.day, afternoon, None), begins)
        return half or self._suiting(Whenever(when.day, None, None), begins)

    def _times_say(self, place: Place, *, found: bool) -> str:
        """Before the times of a place. Args: found: they suit what was named."""
        where, when = self.where(place), self.when.words() if self.when is not None else ""
        if not when:
            return _("{where}，最近能约的时间：").format(where=where)
        if found:
            return _("{where}，您说的{when}能约的时间：").format(where=where, when=when)
        return _("{where}，您说的{when}没有空的了。最近能约的时间：").format(where=where, when=when)

    def _days(self, place: Place | None) -> Offer | None:
        begins = self._begins(place)
        if place is None or not begins:
            return None
        by_day: dict[date, list[int]] = {}
        for at in begins:
            by_day.setdefault(in_china(instant(at)).date(), []).append(at)
        options = [
            Option(f"{_joined('day', place)}|{day.isoformat()}", self._day_label(times))
            for day, times in list(by_day.items())[:_DAYS]
        ]
        if len(self._places) > 1:
            options.append(Option("places", self._elsewhere_label(place)))
        return Offer(_("{where}，想哪一天？").format(where=self.where(place)), tuple(options))

    def _day(self, place: Place | None, day: date) -> Offer | None:
        begins = [at for at in self._begins(place) if in_china(instant(at)).date() == day]
        if place is None or not begins:
            return None
        options = [self._time(place, at) for at in begins[:_OF_DAY]]
        options.append(Option(_joined("days", place), _("换一天")))
        return Offer(_("{where}，想几点？").format(where=self.where(place)), tuple(options))

    def _instead(self, lost: Slot) -> Offer | None:
        found = instead(self.board, lost, self.home)
        found += [one for one in elsewhere(self.board, self.kind, self.home) if one not in found]
        if not found:
            return None
        options = [self._slot(one, named=one.post_id != lost.post_id) for one in found]
        return Offer(_("还可以约："), (*options, *self._ways_out()))

    def _all(self) -> Offer:
        counts: dict[int, int] = {}
        options = []
        for place in sorted(self._places, key=self._own_stops_first):
            counts[place.group] = counts.get(place.group, 0) + 1
            if counts[place.group] <= _MOST[place.group]:
                label = _("{where}，最早{when}").format(
                    where=self.where(place), when=when_words(place.begins[0], self.board.now_ms)
                )
                options.append(Option(_joined("times", place), label))
        ways = self._ways_out() if self.waits_at() or not options else ()
        return Offer(self._why(), (*options, *ways))

    def _why(self) -> str:
        """Why it is not simply the nearest station."""
        name = NAMES[self.kind]
        if not self._places:
            return _("{name}这段时间都约满了。").format(name=name)
        if self.full():
            station = self._station(self.home or "")
            return _("{station}这段时间约满了。还可以去：").format(station=station)
        if all(place.group == 3 for place in self._places):
            return _("{name}会到这些地方，您去哪里方便？").format(name=name)
        if self.home is not None and not self._offers(self.home) and self._places[0].group != 0:
            station = self._station(self.home)
            return _("{station}没有{name}。别处可以：").format(station=station, name=name)
        return _("想约在哪里？")

    # -- lines -----------------------------------------------------------------------------

    def _time(self, place: Place, at: int) -> Option:
        slot = Slot(place.service.id, place.post.id, place.post.station_id, at)
        return self._slot(slot, named=False)

    def _slot(self, slot: Slot, *, named: bool) -> Option:
        label = when_words(slot.begins, self.board.now_ms)
        place = self._found(View("times", slot.service_id, slot.post_id))
        if named and place is not None:
            label = _("{where}，{when}").format(where=self.where(place), when=label)
        return Option(f"time|{slot.service_id}|{slot.post_id}|{slot.station_id}|{slot.begins}", label)

    def _ways_out(self) -> Iterator[Option]:
        station = self.waits_at()
        if station is not None and self.waits:
            yield Option(f"wait|{station}", _("排候补，有空出来的告诉我"))
        yield Option("person", _("都不合适，请工作人员帮我约"))

    def _day_label(self, times: Sequence[int]) -> str:
        hours = [in_china(instant(at)).hour for at in times]
        parts = [_("上午")] if hours[0] < _NOON else []
        parts += [_("下午")] if hours[-1] >= _NOON else []
        day = _HOUR.sub("", moment_words(instant(times[0]), instant(self.board.now_ms)))
        return _("{day}，{parts}").format(day=day, parts=_("、").join(parts))

    def _elsewhere_label(self, place: Place) -> str:
        groups = {one.group for one in self._places if one.post.id != place.post.id}
        ways = [
            word
            for group, word in ((1, _("别的司法所")), (2, _("电话里谈")), (3, _("到村里的点")))
            if group in groups
        ]
        if not ways or place.post.stop:
            return _("换个地方")
        return _("换个地方（{ways}）").format(ways=_("、").join(ways))

    # -- look-ups --------------------------------------------------------------------------

    def _found(self, view: View) -> Place | None:
        supply = self.board.almanac.supply
        service, post = supply.by_service.get(view.service_id), supply.by_post.get(view.post_id)
        if service is None or post is None or service.id not in post.services:
            return None
        return Place(service, post, 0, ())

    def _begins(self, place: Place | None) -> list[int]:
        return self.board.begins(place.service, place.post) if place is not None else []

    def _station(self, ident: str) -> str:
        card = self._stations.get(ident)
        return card.name if card is not None else ""

    def _offers(self, station: str | None) -> bool:
        return any(
            post.station_id == station and service.form in ("office", "home")
            for service, post in self.board.almanac.supply.offering(self.kind)
        )

    def _own_stops_first(self, place: Place) -> tuple[int, bool]:
        return place.group, place.group == 3 and place.post.station_id != self.home


def spread(begins: Sequence[int], most: int) -> list[int]:
    """A few times to choose from: the first of each half day, so that they are not all of one morning; when
    there are too few, the next times.

    Args: begins: milliseconds UTC, in order.
    """
    halves: dict[tuple[date, bool], int] = {}
    for at in begins:
        local = in_china(instant(at))
        halves.setdefault((local.date(), local.hour < _NOON), at)
    found = list(halves.values())[:most]
    rest = [at for at in begins if at not in found]
    return sorted([*found, *rest[: most - len(found)]])


def _joined(name: str, place: Place) -> str:
    return f"{name}|{place.service.id}|{place.post.id}"
