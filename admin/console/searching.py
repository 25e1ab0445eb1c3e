"""Finding tasks by what staff type: a number, a day, a topic, a whole name, a phone; never by text inside.

What residents wrote is sealed, so nobody can look inside it. A name and a phone are found where staff
wrote them down, by keyed marks: the whole name, the whole number, or its last four digits.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from admin.console import words
from bot.clock import in_china, instant
from handlers.correspondence import service as letters
from handlers.handoff import finding, reading, staff
from handlers.handoff.reading import PAGE, Line
from handlers.handoff.scope import Scope

NEWEST = 3000
"""Tasks that are looked at for a topic, the newest ones."""
_NUMBER = re.compile(r"[Rr]?[-\s]?0*([1-9]\d{0,11})")
_YEAR_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_DAY = re.compile(r"(\d{1,2})(?:[-/.]|\s*月\s*)(\d{1,2})\s*(?:日|号)?")
_DAYS_AGO = {"今天": 0, "昨天": 1, "前天": 2}

Topics = Callable[[str], Sequence[str]]
"""Ids of the entries that a topic's name means; empty when it means none."""


@dataclass(frozen=True)
class Hit:
    """What was found in one way. Attributes: how: in words for staff; more: whether the list was cut."""

    how: str
    lines: list[Line]
    more: bool = False


def search(connection: Connection, scope: Scope, now_ms: int, asked: str, topics: Topics) -> list[Hit]:
    """Everything in scope that the words may mean, each way for itself. Args: asked: as it was typed."""
    asked = asked.strip()
    ways = (
        ("编号", _by_number(connection, scope, asked)),
        ("称呼或电话", _by_person(connection, scope, asked)),
        ("谁在办", _by_holder(connection, scope, asked)),
        ("哪天来的", _by_day(connection, scope, now_ms, asked)),
        ("哪一类", finding.about(connection, scope, topics(asked), NEWEST) if asked else []),
    )
    found = []
    for how, ids in ways:
        lines = reading.by_ids(connection, scope, ids[:PAGE], words.day_bounds(now_ms)[1])
        if lines:
            found.append(Hit(how, lines, len(ids) > PAGE))
    return found


def _by_number(connection: Connection, scope: Scope, asked: str) -> list[int]:
    match = _NUMBER.fullmatch(asked)
    if match is None:
        return []
    line = reading.listed(connection, int(match[1]), scope)
    return [line.id] if line else []


def _by_person(connection: Connection, scope: Scope, asked: str) -> list[int]:
    residents = letters.found_by(connection, asked, PAGE) if asked else []
    return finding.of_residents(connection, residents, scope)


def _by_holder(connection: Connection, scope: Scope, asked: str) -> list[int]:
    named = [who.id for who, _active in staff.everybody(connection) if asked in (who.name, who.login)]
    return finding.held_by(connection, scope, named) if named else []


def _by_day(connection: Connection, scope: Scope, now_ms: int, asked: str) -> list[int]:
    day = _day_of(asked, in_china(instant(now_ms)).date())
    if day is None:
        return []
    since = words.day_start(day)
    return finding.made_between(connection, scope, since, words.day_start(day + timedelta(days=1)))


def _day_of(asked: str, today: date) -> date | None:
    """A day as people write it; without a year the latest one that is not ahead."""
    if asked in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[asked])
    whole, short = _YEAR_DAY.fullmatch(asked), _DAY.fullmatch(asked)
    try:
        if whole:
            return date(int(whole[1]), int(whole[2]), int(whole[3]))
        if short:
            day = date(today.year, int(short[1]), int(short[2]))
            return day if day <= today else day.replace(year=today.year - 1)
    except ValueError:
        return None
    return None
