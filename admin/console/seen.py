"""Who has the console open, by the sessions."""

from sqlalchemy import Connection, func, select

from admin.console.models import StaffSession

SIGNED_IN_MS = 30 * 60_000


def seen(connection: Connection, now_ms: int) -> dict[int, int]:
    """When each who is signed in was last seen, milliseconds UTC."""
    rows = connection.execute(
        select(StaffSession.staff_id, func.max(StaffSession.seen_at))
        .where(StaffSession.stage == "in", StaffSession.seen_at > now_ms - SIGNED_IN_MS)
        .group_by(StaffSession.staff_id)
    )
    return {int(staff_id): int(seen_at) for staff_id, seen_at in rows}
