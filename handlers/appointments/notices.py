"""What people are told, in words that give nothing away on a lock screen: no matter, no service."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from bot.clock import in_china, instant
from bot.words import _
from handlers.appointments.booking_words import number_words
from handlers.appointments.models import Appointment, Closing
from handlers.appointments.supply_models import Bookable, PostRow
from handlers.appointments.telling_models import Telling
from handlers.directory import stations
from handlers.directory.sentences import moment_words
from handlers.handoff import seclusion

LONGEST = 20
"""Characters of a ``thing`` in a subscribe message; a longer one is refused (47003)."""
FIELDS = ("what", "when", "where", "note")
PLAIN = {"what": _("预约"), "where": _("司法所"), "note": _("请看预约")}
"""Values that every template takes, where the platform refuses the others."""
_CALLS = ("phone", "video")


@dataclass(frozen=True)
class Matter:
    """What is to be told, as plain values.

    Attributes: begins: of the time that is meant; until: of an offer; form: of `supply.FORMS`; reason: why,
    as staff wrote it for residents; secluded: for which kind of matter nothing but a time may be said, empty
    for none. Instants are milliseconds UTC.
    """

    about: str
    number: int
    begins: int
    until: int
    now_ms: int
    form: str
    place: str = field(repr=False)
    station: str
    phone: str
    reason: str = ""
    secluded: str = ""


def matter(connection: Connection, row: Telling, appointment: Appointment, now_ms: int) -> Matter:
    """Look up what the words need."""
    form, place = connection.execute(
        select(Bookable.form, PostRow.place)
        .join(PostRow, PostRow.id == appointment.post_id)
        .where(Bookable.id == appointment.service_id)
    ).one()
    card = next((one for one in stations.all_open(connection) if one.id == appointment.station_id), None)
    reason = appointment.said or "" if row.about in ("change", "cancel") else ""
    if not reason and row.about in ("ask", "cancel"):
        reason = _reason(connection, appointment)
    writes = appointment.resident_id
    hidden = seclusion.kind_of(connection, writes) if writes is not None else ""
    return Matter(
        row.about,
        appointment.id,
        row.begins,
        appointment.held_until,
        now_ms,
        form,
        place,
        card.name if card else _("司法所"),
        card.phone if card else "",
        reason,
        hidden,
    )


def message_words(one: Matter) -> str:
    """The text of a customer-service message."""
    if one.secluded:
        return _secluded_words(one)
    when, where = _when(one), _where(one)
    match one.about:
        case "remind":
            return _(
                "提醒您：{when}有预约，{where}。\n来不了请回复“改时间”或“取消预约”。要带什么，回复“我的预约”看。"
            ).format(when=when, where=where)
        case "confirm":
            say = _("给您约好了：{when}，{where}。预约号 {number}。\n要改或者不来了，回复“我的预约”。")
            return say.format(when=when, where=where, number=number_words(one.number))
        case "change":
            say = _("{why}您的预约改了时间：{when}，{where}。预约号 {number}。\n不合适请回复“改时间”。{call}")
            return say.format(
                why=_because(one), when=when, where=where, number=number_words(one.number), call=_or_call(one)
            )
        case "cancel":
            say = _("{why}您约在{when}的预约取消了，对不起。\n要另约，回复“预约”。{call}")
            return say.format(why=_because(one), when=when, call=_or_call(one))
        case "ask":
            say = _(
                "{why}您约在{when}的时间办不了了，对不起。\n回复“改时间”另选一个，或者回复“取消预约”。{call}"
            )
            return say.format(why=_because(one), when=when, call=_or_call(one))
        case _:
            say = _(
                "您等的时间有了：{when}，{where}。给您留到{until}。\n回复“要”就约上，回复“不要”就让给别人。"
            )
            return say.format(when=when, where=where, until=_moment(one, one.until))


def _secluded_words(one: Matter) -> str:
    when = _when(one)
    match one.about:
        case "remind":
            return _("提醒您：{when}有个安排。要看详情，方便时回复“我的预约”。").format(when=when)
        case "offer":
            say = _("您等的时间有了：{when}。留到{until}。回复“要”或“不要”。")
            return say.format(when=when, until=_moment(one, one.until))
        case "confirm":
            return _("{when}的安排定了。要看详情，方便时回复“我的预约”。").format(when=when)
        case "cancel":
            return _("{when}的安排取消了，对不起。要另约，方便时回复“预约”。").format(when=when)
        case _:
            return _("您的安排有变动：{when}。方便时回复“我的预约”看。").format(when=when)


def notice_values(one: Matter) -> dict[str, str]:
    """The values of a subscribe message by the names of `FIELDS`; each at most `LONGEST` characters."""
    what, note = _titles(one)
    values = {
        "what": _("安排") if one.secluded else what,
        "when": in_china(instant(one.begins)).strftime("%Y年%m月%d日 %H:%M"),
        "where": _("回复“我的预约”看") if one.secluded else one.station,
        "note": note,
    }
    return {name: value[:LONGEST] for name, value in values.items()}


def _titles(one: Matter) -> tuple[str, str]:
    match one.about:
        case "remind":
            return _("预约提醒"), _("来不了请回复“取消预约”")
        case "confirm":
            return _("预约成功"), _("详情请回复“我的预约”")
        case "change":
            return _("预约改了时间"), _("不合适请回复“改时间”")
        case "cancel":
            return _("预约取消了"), _("要另约请回复“预约”")
        case "ask":
            return _("这个时间办不了了"), _("请回复“改时间”另选")
        case _:
            until = in_china(instant(one.until)).strftime("%H:%M")
            return _("等的时间有了"), _("{until}前回复“要”或“不要”").format(until=until)


def call_words(one: Matter) -> str:
    """What somebody says on the telephone, once they know who answers."""
    when, where = _when(one), _where(one)
    hello = _("您好，我是{station}的。").format(station=one.station)
    match one.about:
        case "remind":
            say = _("提醒您{when}有预约，{where}。您来得了吗？")
        case "confirm":
            say = _("给您约好了：{when}，{where}。您看合适吗？")
        case "change":
            say = _("{why}您的预约改到了{when}，{where}。您看合适吗？")
        case "cancel":
            say = _("{why}您约在{when}的预约取消了，对不起。要不要另约一个时间？")
        case "ask":
            say = _("{why}您约在{when}的时间办不了了，对不起。改到哪天方便？还是不约了？")
        case _:
            say = _("您等的时间有了：{when}，{where}。要不要？不要的话让给下一位。")
    return hello + say.format(when=when, where=where, why=_because(one))


def _moment(one: Matter, at: int) -> str:
    return moment_words(instant(at), instant(one.now_ms))


def _when(one: Matter) -> str:
    return _moment(one, one.begins)


def _where(one: Matter) -> str:
    if one.form in _CALLS:
        return _("到时请接电话") if one.form == "phone" else _("到时请接视频")
    if one.form == "home":
        return _("到您家里来，请留人在家")
    if one.form == "stop":
        return _("在{place}").format(place=one.place) if one.place else _("在村里")
    if not one.place:
        return _("在{station}").format(station=one.station)
    return _("在{station}（{place}）").format(station=one.station, place=one.place)


def _because(one: Matter) -> str:
    return _("因为{reason}，").format(reason=one.reason) if one.reason and not one.secluded else ""


def _or_call(one: Matter) -> str:
    return _("也可以打 {phone}。").format(phone=one.phone) if one.phone else ""


def _reason(connection: Connection, appointment: Appointment) -> str:
    """Why the place is closed then, as staff wrote it for residents."""
    found = connection.scalar(
        select(Closing.reason)
        .where(
            (Closing.post_id == appointment.post_id) | (Closing.station_id == appointment.station_id),
            Closing.since < appointment.ends,
            Closing.until > appointment.begins,
            Closing.ended_at.is_(None),
        )
        .order_by(Closing.id.desc())
        .limit(1)
    )
    return found or ""
