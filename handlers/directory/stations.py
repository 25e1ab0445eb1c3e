"""Stations: reading them, loading the county's file, and a resident's home station."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, delete, select

from bot.errors import Refused, SettingsError
from bot.words import _
from bot.work.unit import Work
from handlers.directory.models import HomeStation, Station
from handlers.facts import HomeStationChosen


@dataclass(frozen=True)
class StationCard:
    """What others see of a station."""

    id: str
    name: str
    town: str
    address: str


class NoSuchStation(Refused):
    """The station chosen is no longer in the county's file."""

    code = "no_such_station"


def all_open(connection: Connection) -> list[StationCard]:
    """The stations of the county, in the order of its file."""
    rows = connection.execute(
        select(Station.id, Station.name, Station.town, Station.address)
        .where(Station.gone.is_(False))
        .order_by(Station.rank, Station.id)
    )
    return [StationCard(*row) for row in rows]


def home_of(connection: Connection, resident_id: int) -> StationCard | None:
    """A resident's home station, if one was chosen."""
    row = connection.execute(
        select(Station.id, Station.name, Station.town, Station.address)
        .join(HomeStation, HomeStation.station_id == Station.id)
        .where(HomeStation.resident_id == resident_id)
    ).first()
    return StationCard(*row) if row else None


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
    return StationCard(station.id, station.name, station.town, station.address)


def erase(work: Work, resident_id: int, _most: int) -> int:
    """Forget a resident's home station."""
    found = work.db.execute(delete(HomeStation).where(HomeStation.resident_id == resident_id))
    return int(getattr(found, "rowcount", 0))


def load_county(work: Work, stations: Sequence[StationCard]) -> int:
    """Bring the table in line with the county's file; stations that left it are kept as gone."""
    known = {station.id: station for station in work.db.scalars(select(Station))}
    for rank, card in enumerate(stations):
        station = known.pop(card.id, None) or Station(id=card.id)
        station.name, station.town, station.address = card.name, card.town, card.address
        station.rank, station.gone = rank, False
        work.db.add(station)
    for left in known.values():
        left.gone = True
    return len(stations)


@dataclass(frozen=True)
class County:
    """What a county's file says: its name and its stations."""

    name: str
    stations: tuple[StationCard, ...]


def read_county(path: Path) -> County:
    """Read a county's YAML file. Raises: SettingsError naming the file and the entry."""
    try:
        county: Any = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not readable as YAML: {error}") from error
    entries = county.get("stations") if isinstance(county, dict) else None
    if not isinstance(entries, list) or not entries:
        raise SettingsError(f"{path}: expected a list under 'stations'")
    cards = [_card(path, number, entry) for number, entry in enumerate(entries, 1)]
    doubled = {card.id for card in cards if sum(other.id == card.id for other in cards) > 1}
    if doubled:
        raise SettingsError(f"{path}: station id {sorted(doubled)[0]!r} stands there twice")
    return County(str(county.get("county", "")).strip(), tuple(cards))


def _card(path: Path, number: int, entry: Any) -> StationCard:
    if not isinstance(entry, dict):
        raise SettingsError(f"{path}: station {number}: expected id, name and town")
    for name in ("id", "name", "town"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise SettingsError(f"{path}: station {number}: '{name}' is missing")
    return StationCard(entry["id"], entry["name"], entry["town"], str(entry.get("address", "")))
