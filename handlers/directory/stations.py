"""Stations: reading them, loading the county's file, and a resident's home station."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.db import Base
from bot.errors import Refused
from bot.words import _
from bot.work.replacing import replace_rows
from bot.work.revisions import bump
from bot.work.unit import Work
from handlers.directory import county_file, holidays, notice
from handlers.directory.county import County, StationCard, StationEntry
from handlers.directory.models import HomeStation, Station, StationClosure, StationShift, VillageRow
from handlers.directory.places import VillageAt
from handlers.facts import HomeStationChosen

__all__ = ["County", "StationCard", "StationEntry"]

REVISION = "directory"
Row = tuple[Any, ...]
_CARD = (
    Station.id,
    Station.name,
    Station.town,
    Station.address,
    Station.phone,
    Station.latitude,
    Station.longitude,
)
_KEPT = ("name", "town", "address", "phone", "latitude", "longitude")


class NoSuchStation(Refused):
    """The station chosen is no longer in the county's file."""

    code = "no_such_station"


def all_open(connection: Connection) -> list[StationCard]:
    """The stations of the county, in the order of its file."""
    rows = connection.execute(
        select(*_CARD).where(Station.gone.is_(False)).order_by(Station.rank, Station.id)
    )
    return [StationCard(*row) for row in rows]


def home_of(connection: Connection, resident_id: int) -> StationCard | None:
    """A resident's home station, if one was chosen and is still in the county's file."""
    row = connection.execute(
        select(*_CARD)
        .join(HomeStation, HomeStation.station_id == Station.id)
        .where(HomeStation.resident_id == resident_id, Station.gone.is_(False))
    ).first()
    return StationCard(*row) if row else None


def villages(connection: Connection) -> list[VillageAt]:
    """The villages of the county, in the order of its file."""
    rows = connection.execute(
        select(VillageRow.name, VillageRow.station_id, VillageRow.adviser_day).order_by(
            VillageRow.rank, VillageRow.id
        )
    )
    return [VillageAt(*row) for row in rows]


def village_names(connection: Connection) -> dict[str, str]:
    """The names of the villages by id."""
    rows = connection.execute(select(VillageRow.id, VillageRow.name))
    return {row.id: row.name for row in rows}


def choose_home(work: Work, station_id: str) -> StationCard:
    """Make a station the resident's home station. Raises: NoSuchStation."""
    station = work.db.get(Station, station_id)
    if station is None or station.gone:
        raise NoSuchStation(_("这个司法所现在不在名单里了，请换一个。"), field="station")
    home = work.db.get(HomeStation, work.resident_id)
    if home is None:
        work.db.add(
            HomeStation(resident_id=work.resident_id, station_id=station_id, chosen_at=work.now_ms, times=1)
        )
    else:
        home.station_id, home.chosen_at, home.times = station_id, work.now_ms, home.times + 1
    work.happened(HomeStationChosen(work.resident_id, station_id))
    return StationCard(
        station.id,
        station.name,
        station.town,
        station.address,
        station.phone,
        station.latitude,
        station.longitude,
    )


def erase(work: Work, resident_id: int, _most: int) -> int:
    """Forget a resident's home station."""
    found = work.db.execute(delete(HomeStation).where(HomeStation.resident_id == resident_id))
    return int(getattr(found, "rowcount", 0))


def read_county(path: Path) -> County:
    """Read a county's YAML file. Raises: SettingsError with a line for each fault."""
    notice.shipped()  # read here, so that the act below opens no file
    return county_file.read(path)


def load_county(work: Work, stations: Sequence[StationCard]) -> int:
    """Bring the tables in line with the county's file, and the shipped holidays in.

    Stations that left the file are kept as gone. What is as it was is not written; nodes are told
    only of a change. It runs before the service listens, and in one act, so that nobody sees half a
    county. Returns: how many stations there are.
    """
    entries = [one if isinstance(one, StationEntry) else StationEntry(*_fields(one)) for one in stations]
    changed = _stations(work, entries)
    work.db.flush()
    for table, names, rows in _details(entries):
        changed |= replace_rows(work, table, names, rows)
    if changed:
        bump(work, REVISION)
    holidays.seed(work, notice.shipped())
    return len(entries)


def _fields(card: StationCard) -> tuple[Any, ...]:
    return (card.id, *(getattr(card, name) for name in _KEPT))


def _stations(work: Work, entries: Sequence[StationEntry]) -> bool:
    known = {station.id: station for station in work.db.scalars(select(Station))}
    for rank, entry in enumerate(entries):
        station = known.pop(entry.id, None) or Station(id=entry.id)
        for name in _KEPT:
            setattr(station, name, getattr(entry, name))
        station.rank, station.gone = rank, False
        work.db.add(station)
    for left in known.values():
        left.gone = True
    return bool(work.db.new) or any(work.db.is_modified(one) for one in work.db.dirty)


def _details(entries: Sequence[StationEntry]) -> Iterator[tuple[type[Base], Sequence[str], list[Row]]]:
    yield (
        StationShift,
        ("station_id", "weekday", "opens", "closes"),
        [(one.id, shift.weekday, shift.opens, shift.closes) for one in entries for shift in one.shifts],
    )
    yield (
        StationClosure,
        ("station_id", "first", "last", "reason"),
        [(one.id, days.first, days.last, days.reason) for one in entries for days in one.closures],
    )
    listed = [(one.id, village) for one in entries for village in one.villages]
    yield (
        VillageRow,
        ("station_id", "id", "name", "adviser_day", "rank"),
        [
            (station, village.id, village.name, village.adviser_day, rank)
            for rank, (station, village) in enumerate(listed)
        ],
    )
