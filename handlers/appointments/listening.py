"""What is heard around a booking: a message keeps the held time, a yes in other words, a village, a second
yes.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.clock import in_china, instant
from bot.dialogue.memory import MATTER, recall
from bot.dialogue.reply import Choice, Reply, chosen
from bot.dialogue.router import KEPT_MS, Visit
from bot.dialogue.said import MESSAGES, Said
from bot.dialogue.talk import State
from bot.words import _
from handlers.appointments import reading, service
from handlers.appointments.amending import amends
from handlers.appointments.asides import aside
from handlers.appointments.booking_sentences import booked_before_words
from handlers.appointments.booking_words import NO, YES, wanted
from handlers.appointments.chat import BOOK, JOURNEYS, MESSAGES_OF
from handlers.appointments.choosing import CHANGE_LABEL, YES_ALONE, YES_LABEL
from handlers.appointments.meant import line_meant, told_instead
from handlers.appointments.standing import just_booked
from handlers.appointments.whenever import Whenever, read, taken_out, wished_in
from handlers.directory import places, stations
from handlers.directory.county import StationCard
from handlers.handoff.chat import person

SECOND_YES_MS, NOD_MS = 30 * 60_000, 3 * 60_000
NAMED_MS = 30 * 60_000
"""So long a time that was named waits for a booking."""
_MOST_MESSAGES = 60
_LONGEST_PLACE = 10
_ENDS = ("司法所", "镇", "乡", "街道", "村", "社区")
_PICKED = ("time|", "times|", "day|", "days|")
_LONGEST_WISH, _LONGEST_STORY = 30, 300
_SECOND = frozenset({"确认", "确认预约", "确定", "1"})
_WORDS = {word: one.name for one in (*JOURNEYS, person) for word in one.words}
"""What does something by itself, also in the middle of a booking."""
_LEAST_STORY = 8
_OURS = re.compile("调解|法律援助|法援|司法所|预约|律师|公证")
"""Words about what we do: such a question is no matter of somebody's own."""
_MARKS = "。.！!，, ～~"


def is_whole(text: str) -> bool:
    """Whether a text is a short wish to book, or a yes: no further piece is awaited."""
    return text.strip(_MARKS) in _SECOND or kind_wished(text) is not None


def kind_wished(text: str) -> str | None:
    """The kind of a short wish to book, also with a time in it. See `booking_words.wanted`."""
    kind = wanted(text)
    if kind is not None or len(text) > _LONGEST_WISH:
        return kind
    rest, found = taken_out(text)
    return wanted(rest) if found is not None else None


async def in_booking(visit: Visit) -> Reply | None:
    """In an open booking: whoever writes keeps the time that is held, and need not say the very label.

    A time that was named before is kept with what is being booked, and so are the messages that it took: a
    picture among them belongs to the appointment.
    """
    state = visit.state
    if visit.held or state is None or state.state != "open" or not state.journey.startswith(BOOK):
        return None
    if visit.said.kind not in MESSAGES:
        return None
    if any(name.startswith("hold") and not done.undone for name, done in state.done.items()):
        await visit.runner.writer.do(service.extend, visit.runner.resident_id)
    asked = state.asked
    _keep_with_draft(visit, state)
    reply = await _elsewhere(visit, state) or await aside(visit, _kind(state))
    if reply is not None:
        return reply
    if not asked:
        return None
    words = await _meant(visit, asked) if asked["kind"] == "choose" else ""
    if not words:
        return await amends(visit, state) or await _instead(visit, asked)
    visit.said = Said("text", words)
    return None


def _keep_with_draft(visit: Visit, state: State) -> None:
    messages = state.given.setdefault(MESSAGES_OF, [])
    if visit.message not in messages and len(messages) < _MOST_MESSAGES:
        messages.append(visit.message)
        if state not in visit.changed:
            visit.changed.append(state)
    named = visit.context.pop("named", None)
    wish = _named_now(visit) if (state.asked or {}).get("kind") == "text" else None
    if wish is not None:
        state.given["when"] = wish.kept()
    elif named and named["until"] >= visit.now_ms:
        state.given.setdefault("when", named["when"])


def _named_now(visit: Visit) -> Whenever | None:
    if visit.said.kind != "text" or len(visit.said.text) > _LONGEST_STORY:
        return None
    return wished_in(visit.said.text, in_china(instant(visit.now_ms)).date())


async def named(visit: Visit) -> Reply | None:
    """我周三上午有空, before anything is booked: remembered for a while, and answered like anything else."""
    if not _busy(visit) and (wish := _named_now(visit)) is not None:
        visit.context["named"] = {"when": wish.kept(), "until": visit.now_ms + NAMED_MS}
    return None


async def _instead(visit: Visit, asked: Mapping[str, Any]) -> Reply | None:
    """Why words are no answer, where that can be told, with the question once more."""
    say = told_instead(visit.said.text, asked, visit.now_ms) if visit.said.kind == "text" else ""
    word = visit.said.text.strip(_MARKS)
    listed = any(ident.startswith(_PICKED) for ident, _label in asked.get("options", []))
    if not say and listed and word in _SECOND | YES:
        say = _("先回复数字挑一个，再确认。")
    if not say and asked["name"] == "contact" and await _is_place(visit, word):
        say = _("地方下一步再选。")
    if not say or _is_answer(visit, asked):
        return None
    choices = tuple(Choice(label) for _id, label in asked.get("options", []))
    return Reply(f"{say}\n\n{asked['say']}", choices, decision="booking:aside")


def _is_answer(visit: Visit, asked: Mapping[str, Any]) -> bool:
    """Whether a text is a line of the question as it stands."""
    lines = tuple(Choice(label) for _id, label in asked.get("options", []))
    return chosen(visit.said.text, lines) is not None


async def _elsewhere(visit: Visit, state: State) -> Reply | None:
    """人工, or another booking, in the middle of one: that is begun, and this one can be taken up again."""
    text = visit.said.text if visit.said.kind == "text" else ""
    name = _WORDS.get(text.strip(_MARKS))
    options = tuple(Choice(label) for _id, label in (state.asked or {}).get("options", []))
    if name is None or visit.begin is None or chosen(text, options) is not None:
        return None
    visit.context["dropped"] = {"id": state.id, "until": visit.now_ms + KEPT_MS}
    return await visit.begin(visit, name, {})


def _kind(state: State) -> str:
    _book, _mark, kind = state.journey.partition(f"{BOOK}_")
    return kind or str(state.answers.get("kind") or state.given.get("kind") or "")


async def begins(visit: Visit) -> Reply | None:
    """我想预约调解, 下周三上午想约个调解: a short wish begins a booking, with the time that it names."""
    if visit.begin is None or _busy(visit) or visit.said.kind not in ("text", "voice"):
        return None
    kind = kind_wished(visit.said.text)
    if kind is None or _is_line(visit):  # 预约 under an answer knows what the answer was about
        return None
    _rest, found = taken_out(visit.said.text)
    when = read(found, in_china(instant(visit.now_ms)).date()) if found is not None else None
    given: dict[str, Any] = {"when": when.kept()} if when is not None else {}
    matter = recall(visit.context, visit.now_ms).get(MATTER, "")
    if len(matter) >= _LEAST_STORY and not _OURS.search(matter):
        given["story"] = matter  # who has just told it need not tell it again; the summary shows it
    return await visit.begin(visit, f"{BOOK}_{kind}" if kind else BOOK, given)


async def said_twice(visit: Visit) -> Reply | None:
    """确认 once more after it was booked: the same number."""
    word = visit.said.text.strip(_MARKS)
    if _busy(visit) or visit.said.kind != "text" or word not in _SECOND | YES or _list_shown(visit):
        return None
    runner, since = visit.runner, visit.now_ms - (SECOND_YES_MS if word in _SECOND else NOD_MS)
    found = await runner.read(just_booked, runner.resident_id, since)
    visits = await runner.read(reading.open_of, runner.resident_id, visit.now_ms) if found else []
    shown = next((one for one in visits if one.appointment_id == found), None)
    return Reply(booked_before_words(shown, visit.now_ms), decision="booked") if shown else None


async def _meant(visit: Visit, asked: Mapping[str, Any]) -> str:
    """The label that other words mean, or nothing."""
    labels = [label for _id, label in asked["options"]]
    word = visit.said.text.strip(_MARKS)
    if asked["name"] == "station":
        return await _named_place(visit, asked["options"])
    times = [str(label) for ident, label in asked["options"] if ident.startswith("time|")]
    if word in _SECOND | YES and len(times) == 1 and not word.isdecimal():
        return times[0]
    if word in YES:
        return next((label for label in (YES_LABEL, YES_ALONE) if label in labels), "")
    if word in NO and CHANGE_LABEL in labels:
        return CHANGE_LABEL
    if visit.said.kind != "text" or _is_answer(visit, asked):
        return ""
    return line_meant(visit.said.text, asked, visit.now_ms)


async def _is_place(visit: Visit, word: str) -> bool:
    """Whether a short word is a place of the county, so that it is nobody's name."""
    if visit.said.kind != "text" or not 1 < len(word) <= _LONGEST_PLACE:
        return False
    known: list[StationCard] = await visit.runner.read(stations.all_open)
    villages = await visit.runner.read(stations.villages)
    names = {name for one in known for name in (one.name, one.town)} | {one.name for one in villages}
    return word in names or any(f"{word}{end}" in names for end in _ENDS)


async def _named_place(visit: Visit, options: Sequence[Sequence[str]]) -> str:
    """The station of a village that was written, or nearest to a place that was sent."""
    known: list[StationCard] = await visit.runner.read(stations.all_open)
    values, station = visit.said.values, ""
    if visit.said.kind == "location":
        at = places.point(values.get("Location_X", ""), values.get("Location_Y", ""))
        near = places.nearest(known, *at) if at else None
        station = near[0] if near else ""
    elif visit.said.kind == "text":
        found = places.meant(visit.said.text, known, await visit.runner.read(stations.villages))
        station = found.stations[0] if found is not None and len(found.stations) == 1 else ""
    return next((label for ident, label in options if ident == station), "")


def _busy(visit: Visit) -> bool:
    return visit.held or (visit.state is not None and visit.state.state == "open")


def _is_line(visit: Visit) -> bool:
    """Whether the words are a line of the list that is shown."""
    if not _list_shown(visit):
        return False
    lines = tuple(Choice.from_json(one) for one in visit.context["shown"]["choices"])
    return chosen(visit.said.text, lines) is not None


def _list_shown(visit: Visit) -> bool:
    shown = visit.context.get("shown")
    return shown is not None and bool(shown["until"] >= visit.now_ms)
