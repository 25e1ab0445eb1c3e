"""What a resident reads of the own appointments and places in line."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.words import _
from handlers.appointments.booking_sentences import map_words
from handlers.appointments.booking_words import NAMES, number_words, when_words
from handlers.appointments.reading import Visit
from handlers.appointments.waiting import Waits
from handlers.directory.county import StationCard

_CALLS = ("phone", "video")


@dataclass(frozen=True)
class Offered:
    """A time that is kept for who waited. Attributes: begins, until: milliseconds UTC."""

    appointment_id: int
    begins: int
    until: int


@dataclass(frozen=True)
class Mine:
    """What somebody has.

    Attributes: names: of whom it is for, by appointment, where that is another; offers: times that are kept
    for them, by place in line.
    """

    visits: tuple[Visit, ...]
    waits: tuple[Waits, ...]
    stations: dict[str, StationCard]
    names: dict[int, str] = field(default_factory=dict, repr=False)
    offers: dict[int, Offered] = field(default_factory=dict)

    def line(self, visit: Visit, now_ms: int) -> str:
        """One appointment as a numbered line: what, for whom, when, where."""
        name, what = self.names.get(visit.appointment_id, ""), NAMES[visit.kind]
        if name:
            what = _("{what}（替{name}约的）").format(what=what, name=name)
        said = _("{what}，{when}，{where}").format(
            what=what, when=when_words(visit.begins, now_ms), where=self.where(visit)
        )
        return said + _("（时间要改）") if visit.asked else said

    def where(self, visit: Visit) -> str:
        """Where to go, in a few characters."""
        if visit.form in _CALLS:
            return _("到时间打您的电话")
        if visit.form == "home":
            return _("工作人员上门")
        if visit.village_id is not None:
            return visit.place or visit.post
        return self._station(visit.station_id) or visit.post

    def _station(self, ident: str) -> str:
        card = self.stations.get(ident)
        return card.name if card is not None else ""

    def way(self, visit: Visit, link_base: str) -> list[str]:
        """The exact place with its map, where one goes to a station. Args: link_base: root of links."""
        if visit.village_id is not None or visit.form in (*_CALLS, "home"):
            return []
        card = self.stations.get(visit.station_id)
        parts = (card.address if card else "", visit.post, visit.place)
        place = _("地点：{parts}").format(parts=_("，").join(part for part in parts if part))
        return [line for line in (place, map_words(link_base, card)) if line]

    def whole(self, visit: Visit, papers: Sequence[str], now_ms: int, link_base: str = "") -> str:
        """One appointment with its numbers, the exact place, and what to bring."""
        lines, card = [self.line(visit, now_ms)], self.stations.get(visit.station_id)
        lines += self.way(visit, link_base)
        if card is not None and card.phone:
            lines.append(_("所里电话：{phone}").format(phone=card.phone))
        if papers:
            lines.append(_("带上：{papers}。").format(papers=_("；").join(papers)))
        lines.append(
            _("您的号是 {number}，纸上记 {code}。").format(
                number=number_words(visit.appointment_id), code=visit.code
            )
        )
        if visit.asked:
            lines.append(_("这个时间所里办不了了，对不起。请另选一个，或者取消。"))
        return "\n".join(lines)

    def waiting(self, wait: Waits, now_ms: int) -> str:
        """One place in line, or the time that is kept for it."""
        where, what = self._station(wait.station_id), NAMES[wait.kind]
        if wait.name:
            what = _("{what}（替{name}排的）").format(what=what, name=wait.name)
        offer = self.offers.get(wait.wait_id)
        if offer is not None:
            when, until = when_words(offer.begins, now_ms), when_words(offer.until, now_ms)
            return _("候补有位了：{what}，{when}，{where}，替您留到{until}").format(
                what=what, when=when, where=where, until=until
            )
        ahead = _("前面还有 {n} 位").format(n=wait.ahead) if wait.ahead else _("您排第一位")
        return _("候补：{what}，{where}，{ahead}").format(what=what, where=where, ahead=ahead)


def none_words(what: str) -> str:
    """There is nothing of the kind that was meant. Args: what: ``booked`` or ``waiting``."""
    if what == "waiting":
        return _("您现在没有在排候补。要约时间，回复“预约”。")
    return _("您现在没有约好的时间。要约，回复“预约”；手里有纸条的，把上面六位编号发过来，能查办到哪一步。")


def cancelled_words(visit: Visit, now_ms: int) -> str:
    """It is cancelled, and how to come back."""
    return _("取消了：{what}，{when}。没有别的影响。以后要约，回复“预约”。").format(
        what=NAMES[visit.kind], when=when_words(visit.begins, now_ms)
    )


def kept_words(visit: Visit | None, now_ms: int) -> str:
    """Nothing was changed."""
    if visit is None:
        return _("好，都没动。")
    return _("好，没改。还是{when}，请按时来。").format(when=when_words(visit.begins, now_ms))


def moved_words(
    visit: Visit, have: Mine, papers: Sequence[str], now_ms: int, *, left: int, link_base: str = ""
) -> str:
    """It has a new time. Args: left: how often it may be moved yet, without asking staff."""
    lines = [
        _("改好了：{what}，{when}，{where}。").format(
            what=NAMES[visit.kind], when=when_words(visit.begins, now_ms), where=have.where(visit)
        ),
        *have.way(visit, link_base),
        _("号没变：{number}，纸上记 {code}。原来的时间不用来了。").format(
            number=number_words(visit.appointment_id), code=visit.code
        ),
    ]
    if papers:
        lines.append(_("带上：{papers}。").format(papers=_("；").join(papers)))
    if left:
        lines.append(_("自己还能再改 {n} 次。").format(n=left))
    else:
        lines.append(_("再要改，请工作人员来办。"))
    return "\n".join(lines)


def taken_words(visit: Visit, have: Mine, papers: Sequence[str], now_ms: int, *, link_base: str = "") -> str:
    """The time that became free is theirs."""
    lines = [
        _("约好了：{what}，{when}，{where}。").format(
            what=NAMES[visit.kind], when=when_words(visit.begins, now_ms), where=have.where(visit)
        ),
        _("您的号是 {number}，纸上记 {code}。").format(
            number=number_words(visit.appointment_id), code=visit.code
        ),
        *have.way(visit, link_base),
    ]
    if papers:
        lines.append(_("带上：{papers}。").format(papers=_("；").join(papers)))
    lines.append(_("来不了，请回复“取消预约”；要换时间，回复“改时间”。"))
    return "\n".join(lines)
