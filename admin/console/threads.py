"""A thread as its page shows it: everything read at once, then said in words."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from admin.console import live, media_cards, words
from admin.why import outcome_words
from bot.words import _
from handlers.correspondence import service as letters
from handlers.directory import stations
from handlers.handoff import baton, notes, reading, staff, story
from handlers.handoff.baton import OfferLine
from handlers.handoff.holding import HOLD_MS
from handlers.handoff.reading import Line
from handlers.handoff.scope import Scope
from handlers.handoff.sentences import number_words

_TARGET_ROLES = ("clerk", "head", "mediator", "county_admin", "lawyer")


@dataclass(frozen=True)
class ThreadSheet:
    """All that the page of a task reads. Attributes: more: whether older messages are left out."""

    mark: str
    talk: list[story.Utterance]
    more: bool
    window: story.Window | None
    holder: str
    seen: int
    unsent: int
    draft: letters.Written
    ready: list[letters.Ready]
    reach: letters.Reach
    call: letters.Due | None
    missed: int
    others: list[Line]
    notes: list[notes.Note]
    offers: list[OfferLine]
    people: list[staff.Colleague]
    stations: dict[str, str]
    last_words: str


def read_thread(
    connection: Connection, scope: Scope, line: Line, station_id: str | None, now_ms: int, most: int
) -> ThreadSheet:
    """Everything beside and in a thread. Args: station_id: whose ready words; most: messages.

    Raises: LookupError when the resident's data is gone.
    """
    resident = line.resident_id
    if resident is None:
        raise LookupError(line.id)
    mark = live.mark_now(connection)
    talk = story.talk_of(connection, resident, most)
    call, missed = letters.call_of(connection, line.id)
    return ThreadSheet(
        mark=mark,
        talk=talk[-most:],
        more=len(talk) > most,
        window=story.window(connection, resident, now_ms),
        holder=story.holder_name(connection, resident, now_ms - HOLD_MS),
        seen=story.newest_reply(connection, resident),
        unsent=story.unsent(connection, resident),
        draft=letters.draft_of(connection, scope.staff_id, line.id),
        ready=letters.ready_words(connection, station_id),
        reach=letters.contact_of(connection, resident),
        call=call,
        missed=missed,
        others=[one for one in reading.of_resident(connection, resident, scope) if one.id != line.id],
        notes=notes.of(connection, line.id),
        offers=baton.offers_of(connection, line.id),
        people=[who for who, active in staff.everybody(connection) if active and who.role in _TARGET_ROLES],
        stations={one.id: one.name for one in stations.all_open(connection)},
        last_words=story.last_words(connection, resident),
    )


def log(sheet: ThreadSheet, line: Line, now_ms: int, *, able: bool) -> list[dict[str, Any]]:
    """The conversation with what happened to the task in between, oldest first.

    Args: able: whether files can be turned into what browsers show.
    """
    first = sheet.talk[0].at if sheet.talk and sheet.more else 0
    rows = [(one.at, _said(one, now_ms, line.id, able=able)) for one in sheet.talk]
    rows += [(at, {"who": "event", "text": text}) for at, text in _events(sheet, line, now_ms) if at >= first]
    return [row for _at, row in sorted(rows, key=lambda row: row[0])]


def _events(sheet: ThreadSheet, line: Line, now_ms: int) -> list[tuple[int, str]]:
    asked = words.event_words(line.created_at, now_ms, _("{number} 开始：{what}"))
    events = [
        (
            line.created_at + 2,
            asked.format(number=number_words(line.id), what=words.tag(line)),
        )
    ]
    for one in sheet.offers:
        to = words.target_words(one)
        made = words.event_words(one.made_at, now_ms, _("{by}转给{to}"))
        events.append((one.made_at, made.format(by=one.by, to=to)))
        if one.ended_at is not None and one.state in ("accepted", "refused", "withdrawn"):
            ended = {"accepted": _("{to}收下了"), "refused": _("{to}没有收"), "withdrawn": _("收回了")}
            text = words.event_words(one.ended_at, now_ms, ended[one.state])
            events.append((one.ended_at, text.format(to=one.ended_by or to)))
    if line.closed_at is not None:
        done = words.event_words(line.closed_at, now_ms, _("办完：{how}"))
        events.append((line.closed_at, done.format(how=words.CATEGORIES.get(line.category, ""))))
    return events


def _said(one: story.Utterance, now_ms: int, task_id: int, *, able: bool) -> dict[str, Any]:
    by = {"resident": _("居民"), "bot": _("小司自动回"), "person": one.name}[one.who]
    explained = one.who == "bot" and bool(one.id) and bool(one.name)
    return {
        "who": one.who,
        "by": by,
        "at": words.hour_words(one.at, now_ms),
        "text": words.said(one),
        "fate": words.fate(one, now_ms) if one.who != "resident" else "",
        "how": outcome_words(one.name) if explained else "",
        "why": f"/admin/tasks/{task_id}/why/{one.id}" if explained else "",
        "learn": f"/admin/tasks/{task_id}/learn?at={one.at}" if one.who == "person" and one.text else "",
        "media": _media(one, task_id, able=able),
    }


def _media(one: story.Utterance, task_id: int, *, able: bool) -> dict[str, Any] | None:
    if one.media is None or one.kind == "gone":
        return None
    return media_cards.shown(one.media, f"/admin/tasks/{task_id}/media/{one.media.id}", able=able)


def targets(sheet: ThreadSheet, line: Line, own_id: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """To whom a task can be offered: groups of (value of the form, name)."""
    people = [who for who in sheet.people if who.id not in (own_id, line.holder_id)]
    near = [who for who in people if who.station_id == line.station_id and who.role != "lawyer"]
    far = [who for who in people if who not in near and who.role != "lawyer"]
    lawyers = [who for who in people if who.role == "lawyer"]
    found = [
        (_("本所同事"), [(f"colleague:{who.id}", who.name) for who in near]),
        (
            _("别的司法所"),
            [(f"station:{key}", name) for key, name in sheet.stations.items() if key != line.station_id],
        ),
        (
            _("别处的同事"),
            [(f"colleague:{who.id}", _named(who, sheet.stations)) for who in far],
        ),
        (
            _("专门的人"),
            [
                *(
                    [("lawyer", _("律师，哪位有空哪位收")), ("experts", _("专家组，哪位有空哪位收"))]
                    if lawyers
                    else []
                ),
                *((f"lawyer:{who.id}", _("{name}（律师）").format(name=who.name)) for who in lawyers),
                ("county", _("县局")),
            ],
        ),
    ]
    return [(name, options) for name, options in found if options]


def target_of(value: str) -> baton.Target:
    """The reverse: what was chosen. An unknown one is refused by the act."""
    kind, _colon, rest = value.partition(":")
    if kind == "station":
        return baton.Target("station", station_id=rest)
    number = int(rest) if rest.isascii() and rest.isdecimal() and len(rest) < 16 else None
    return baton.Target(kind, staff_id=number)


def _named(who: staff.Colleague, names: dict[str, str]) -> str:
    return _("{name}（{station}）").format(name=who.name, station=names.get(who.station_id or "", _("县局")))
