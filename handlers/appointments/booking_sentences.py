"""What a resident reads before and after a booking."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.words import _
from handlers.appointments import consent
from handlers.appointments.booking_words import NAMES, hidden, length_words, number_words, when_words
from handlers.appointments.drafting import Wish
from handlers.appointments.reading import Visit
from handlers.appointments.supply import Post, Service
from handlers.directory import links
from handlers.directory.county import StationCard

_CALLS = ("phone", "video")
_SHOWN = 60
_PAPERS = 6


@dataclass(frozen=True)
class Spot:
    """Where something is: what is done, by which post, of which station. village: name of a stop's."""

    service: Service
    post: Post
    station: StationCard | None
    village: str = ""


def place_words(spot: Spot, wish: Wish) -> str:
    """The line that says where to go, or that one need not go anywhere."""
    form, post = spot.service.form, spot.post
    if form in _CALLS:
        return _("方式：到时间打您的电话 {phone}").format(phone=hidden(wish.phone))
    if form == "home":
        return _("上门地址：{address}").format(address=wish.address)
    if post.stop:
        return _("地点：{village}{place}").format(village=spot.village, place=post.place)
    address = spot.station.address if spot.station else ""
    return _("地点：{parts}").format(
        parts=_("，").join(part for part in (post.name, address, post.place) if part)
    )


def summary_words(spot: Spot, begins: int, wish: Wish, now_ms: int) -> str:
    """All that will be booked, to be read and confirmed."""
    when = _("{when}，{length}").format(
        when=when_words(begins, now_ms), length=length_words(spot.service.minutes)
    )
    matter = wish.matter if len(wish.matter) <= _SHOWN else wish.matter[:_SHOWN] + "…"
    lines = [
        _("请看对不对："),
        _("约：{name}").format(name=spot.service.name),
        _("时间：{when}").format(when=when),
        place_words(spot, wish),
        _("给谁：{who}").format(who=_who(wish)),
        _("事情：{matter}").format(matter=matter),
    ]
    return "\n".join(lines)


def held_words(until: int | None, now_ms: int, *, again: bool) -> str:
    """Until when the time is kept. Args: until: milliseconds UTC, None when it is kept no more."""
    if until is None:
        return _("替您留的时间过了。还想要，回复“确认”，我看看还在不在。")
    hour = when_words(until, now_ms)
    if again:
        return _("刚才替您留的时间过了，好在还空着，又替您留到{hour}。").format(hour=hour)
    return _("这个时间替您留 10 分钟，到{hour}。").format(hour=hour)


def booked_words(
    spot: Spot,
    visit: Visit,
    wish: Wish,
    papers: Sequence[str],
    now_ms: int,
    *,
    late: bool,
    link_base: str = "",
) -> str:
    """Said once something is booked: number and paper code, when, where, what to bring, how to cancel.

    Args: link_base: root of links, for the way to the map.
    """
    head = _("留的时间过了，好在还空着，给您约好了。") if late else _("约好了。")
    station = spot.station
    phone = _("所里电话：{phone}").format(phone=station.phone) if station and station.phone else ""
    lines = [
        head
        + _("您的号是 {number}，纸上记 {code}。").format(
            number=number_words(visit.appointment_id), code=visit.code
        ),
        _("{name}，{when}。").format(name=spot.service.name, when=when_words(visit.begins, now_ms)),
        place_words(spot, wish),
        map_words(link_base, station) if spot.service.form == "office" else "",
        phone,
        papers_words(spot.service.papers, papers),
        _reminder(visit, wish, now_ms),
        _("来不了，请回复“取消预约”；要换时间，回复“我的预约”。"),
    ]
    return "\n".join(line for line in lines if line)


def map_words(link_base: str, station: StationCard | None) -> str:
    """The way to a station on a map; nothing where its coordinates are not known."""
    link = links.way_to_map(link_base, station) if station is not None else ""
    return _("地图：{link}").format(link=link) if link else ""


def papers_words(own: Sequence[str], matter: Sequence[str]) -> str:
    """What to bring: what the service asks for, then what the matter does."""
    named = list(dict.fromkeys((*own, *matter)))[:_PAPERS]
    return _("带上：{papers}。").format(papers=_("；").join(named)) if named else ""


def open_words(visit: Visit, now_ms: int) -> str:
    """An appointment of the same kind that is there already."""
    say = _("您已经约了{name}：{when}，{place}（{number}）。这一种一次只能约一个。")
    return say.format(
        name=NAMES[visit.kind],
        when=when_words(visit.begins, now_ms),
        place=visit.post,
        number=number_words(visit.appointment_id),
    )


def booked_before_words(visit: Visit, now_ms: int) -> str:
    """A yes that came once more: the same number."""
    return _("已经约好了，不用再确认。您的号是 {number}，{when}，{place}。").format(
        number=number_words(visit.appointment_id), when=when_words(visit.begins, now_ms), place=visit.post
    )


def waiting_words(number: int, name: str = "") -> str:
    """Somebody stands in line now. Args: number: how many wait before them; name: if it is for another."""
    ahead = _("前面还有 {n} 位。").format(n=number) if number else _("您排在第一位。")
    if name:
        ahead += _("替{name}排的。").format(name=name)
    return _("候补排上了，{ahead}有空出来的时间会告诉您，替您留两小时。不想等了，回复“我的预约”。").format(
        ahead=ahead
    )


def _reminder(visit: Visit, wish: Wish, now_ms: int) -> str:
    if wish.remind:
        return _("到时候会提前提醒您一次。")
    return _("要提前提醒，回复“提醒我”。") if consent.useful(visit.begins, now_ms) else ""


def _who(wish: Wish) -> str:
    known = _("，").join(part for part in (wish.name, hidden(wish.phone)) if part)
    if not wish.other:
        return _("您自己（{known}）").format(known=known) if known else _("您自己")
    return _("{known}（您代约，他本人同意了）").format(known=known)
