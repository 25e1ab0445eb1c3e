"""The table of holidays: shipped years, imported years, and the warning before it ends."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

from bot.clock import in_china
from bot.work.alarms import clear_alarm, open_alarms, raise_alarm
from bot.work.revisions import bump
from bot.work.unit import Work
from handlers.directory.models import Holiday
from handlers.directory.notice import LEAST, SpecialDay, complete_years, strays

REVISION = "calendar"
ALARM = "holidays"
_WARN_FROM = 11
"""Month of the year before, in which the State Council's notice usually is out."""


def all_days(connection: Connection) -> Mapping[date, SpecialDay]:
    """Holidays and make-up work days of all years in the table."""
    rows = connection.execute(
        select(Holiday.day, Holiday.kind, Holiday.name, Holiday.hours_of).order_by(Holiday.day)
    )
    return {row[0]: SpecialDay(*row) for row in rows}


def known_years(connection: Connection) -> frozenset[int]:
    """The years of which the whole notice is in the table."""
    return complete_years(all_days(connection).values())


def missing_years(connection: Connection, at: datetime) -> tuple[int, ...]:
    """Years that should be in the table: this one, and from 1 November the next. Args: at: aware."""
    today = in_china(at).date()
    wanted = (today.year, today.year + 1) if today.month >= _WARN_FROM else (today.year,)
    known = known_years(connection)
    return tuple(year for year in wanted if year not in known)


def state(connection: Connection, at: datetime) -> tuple[bool, str]:
    """Whether the table is good at this instant, and a sentence for the operator."""
    missing = missing_years(connection, at)
    if missing:
        return False, _sentence(missing)
    return True, f"holidays known for {', '.join(str(year) for year in sorted(known_years(connection)))}"


def _sentence(years: Sequence[int]) -> str:
    named = " and ".join(str(year) for year in years)
    return (
        f"holidays of {named} are not known, so nothing is promised for days in it; "
        "import the State Council's notice: calendar import FILE.csv"
    )


def warn_missing_year(work: Work) -> int:
    """Raise an alarm for each year that is missing, once; clear it when the year is there.

    Returns: how many alarms were raised now.
    """
    connection = work.db.connection()
    missing = {str(year) for year in missing_years(connection, work.now)}
    standing = {subject for kind, subject, *_rest in open_alarms(connection) if kind == ALARM}
    for year in missing - standing:
        raise_alarm(work, ALARM, year, _sentence([int(year)]))
    for year in standing - missing:
        clear_alarm(work, ALARM, year)
    return len(missing - standing)


def import_days(work: Work, days: Sequence[SpecialDay]) -> list[int]:
    """Replace whole years by these days; December days before a whole year are added to their own.

    Returns: the years that changed; the others were the same. Raises: ValueError when the notice of
    a year is not whole.
    """
    if strays(days):
        raise ValueError(f"each year needs at least {LEAST} holidays")
    held, whole, changed = _held(work), complete_years(days), list[int]()
    for year in sorted({one.day.year for one in days}):
        there = {day for day, _own in held.get(year, ())}
        new = _of(days, year)
        if year not in whole:
            new |= {one for one in there if one.day not in {day.day for day in new}}
        if new != there:
            _replace(work, year, new, shipped=False)
            changed.append(year)
    return changed


def seed(work: Work, days: Sequence[SpecialDay]) -> list[int]:
    """Bring in the shipped years; a year that the county imported stays as it is.

    Returns: the years that changed.
    """
    held, changed = _held(work), []
    for year in sorted(complete_years(days)):
        there = held.get(year, frozenset())
        imported = any(not own for _day, own in there)
        if not imported and _of(days, year) != {day for day, _own in there}:
            _replace(work, year, _of(days, year), shipped=True)
            changed.append(year)
    return changed


def _held(work: Work) -> Mapping[int, frozenset[tuple[SpecialDay, bool]]]:
    rows = [
        (SpecialDay(*row[:4]), bool(row[4]))
        for row in work.db.execute(
            select(Holiday.day, Holiday.kind, Holiday.name, Holiday.hours_of, Holiday.shipped)
        )
    ]
    years = {one.day.year for one, _own in rows}
    return {year: frozenset(row for row in rows if row[0].day.year == year) for year in years}


def _of(days: Iterable[SpecialDay], year: int) -> set[SpecialDay]:
    return {one for one in days if one.day.year == year}


def _replace(work: Work, year: int, days: Iterable[SpecialDay], *, shipped: bool) -> None:
    work.db.execute(delete(Holiday).where(Holiday.day.between(date(year, 1, 1), date(year, 12, 31))))
    work.db.execute(
        insert(Holiday),
        [
            {"day": d.day, "kind": d.kind, "name": d.name, "hours_of": d.hours_of, "shipped": shipped}
            for d in days
        ],
    )
    bump(work, REVISION)
