"""What is shown of tellings: to whom, by which channel, and why not."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from handlers.alerts.models import Alert, StaffPhone
from handlers.alerts.service import window_of

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
    about: str = ""


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
        Alert.about,
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


def reached(connection: Connection, staff_id: int, channels: frozenset[str], now_ms: int) -> bool:
    """Whether a channel outside the console reaches somebody now: the group, their WeChat, their phone."""
    if "robot" in channels:
        return True
    if "wechat" in channels and not window_of(connection, staff_id, now_ms)[1]:
        return True
    kept = select(StaffPhone.staff_id).where(StaffPhone.staff_id == staff_id)
    return "sms" in channels and connection.scalar(kept) is not None
