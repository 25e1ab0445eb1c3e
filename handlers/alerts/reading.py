"""What is shown of tellings: to whom, by which channel, and why not."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from handlers.alerts.models import Alert, Ring

PAGE = 60


@dataclass(frozen=True)
class Told:
    """One telling. ``task_id``: None for a test; instants are milliseconds UTC."""

    id: int
    task_id: int | None
    urgent: bool
    channel: str
    staff_id: int | None
    station_id: str | None
    state: str
    reason: str
    at: int
    ended_at: int | None


def told(connection: Connection, station_id: str | None, *, offset: int = 0) -> list[Told]:
    """The newest tellings, one more than a page. Args: station_id: of one station alone."""
    found = select(
        Alert.id,
        Alert.task_id,
        Alert.urgent,
        Alert.channel,
        Alert.staff_id,
        Alert.station_id,
        Alert.state,
        Alert.reason,
        Alert.at,
        Alert.ended_at,
    )
    if station_id is not None:
        found = found.where(Alert.station_id == station_id)
    rows = connection.execute(found.order_by(Alert.id.desc()).limit(PAGE + 1).offset(offset))
    return [Told(**row._mapping) for row in rows]


def newest_by(connection: Connection) -> dict[str, int]:
    """When each channel last took a telling, milliseconds UTC."""
    rows = connection.execute(
        select(Alert.channel, func.max(Alert.ended_at)).where(Alert.state == "sent").group_by(Alert.channel)
    )
    return {channel: at for channel, at in rows if at is not None}


def ringing(connection: Connection) -> int:
    """How many urgent tasks ring now."""
    found = select(func.count()).select_from(Ring).where(Ring.urgent, Ring.ended_at.is_(None))
    return int(connection.scalar(found) or 0)
