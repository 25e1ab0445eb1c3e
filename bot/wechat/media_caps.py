"""How much one resident may send on one day, so that nobody fills the disk for all others."""

from sqlalchemy import case, func, select

from bot.wechat.media_models import Media
from bot.wechat.models import Resident
from bot.wechat.token_acts import next_midnight
from bot.work.facts import FileRefused
from bot.work.statements import statement
from bot.work.unit import Work

MOST_BYTES = {"voice": 3 << 20, "image": 11 << 20, "video": 21 << 20}
"""Of one file, by kind: a little above what the platform itself takes."""
MOST_FILES = 100
"""Of one resident on one day: an album of 60 papers, some of them sent twice, and the voices about it."""
MOST_DAY_BYTES = 200 << 20
"""Of one resident on one day: 60 pictures of 2 MB and two short videos, and room to spare."""
MANY, LARGE = f"more than {MOST_FILES} files of one day", f"more than {MOST_DAY_BYTES >> 20} MB of one day"
"""Reasons of a refused row."""
_DAY_MS = 24 * 3600 * 1000

_COUNT = statement(
    # all rows count, whatever became of them, and no more are looked at than matter
    """
    select count(*) from (
        select 1 from media where resident_id = :resident and came_at >= :since and came_at < :until
        limit :most
    ) as sent
    """
)


def too_many(work: Work, resident_id: int, came: int) -> bool:
    """Whether a file that came at an instant is one too many for its day.

    The act must have taken the resident's row before: so no two acts count at once.
    """
    since, until = _day(came)
    values = {"resident": resident_id, "since": since, "until": until, "most": MOST_FILES}
    return int(work.run(_COUNT, **values)[0][0]) >= MOST_FILES


def tell_refused(work: Work, resident_id: int, came: int) -> None:
    """Let it be known that a file was refused. Args: came: when the file came (ms)."""
    work.happened(FileRefused(resident_id, _day(came)[0]))


def take_residents(work: Work, rows: list[Media]) -> set[int]:
    """Take the rows of the residents who sent these files, but for those that another act has now.

    Nothing is waited for, so that two acts which take them in another order do not block each other.
    Returns: ids of residents whose bytes no other claim counts at the same time.
    """
    found = work.db.scalars(
        select(Resident.id)
        .where(Resident.id.in_({row.resident_id for row in rows}))
        .with_for_update(skip_locked=True, key_share=True)
    )
    return set(found)


def room_for(work: Work, row: Media) -> bool | None:
    """Whether a file may be fetched, reckoned as if it, and all on their way, were as large as can be.

    Returns: False when the kept ones leave no room for it; None while those on their way have to come
    first. The act must have taken the resident's row.
    """
    since, until = _day(row.came_at)
    most = case(MOST_BYTES, value=Media.kind)
    kept, flying = work.db.execute(
        select(
            func.coalesce(func.sum(case((Media.state == "kept", Media.size), else_=0)), 0),
            func.coalesce(func.sum(case((Media.state == "fetching", most), else_=0)), 0),
        ).where(
            Media.resident_id == row.resident_id,
            Media.came_at >= since,
            Media.came_at < until,
            Media.id != row.id,
        )
    ).one()
    left = MOST_DAY_BYTES - int(kept) - MOST_BYTES[row.kind]
    if left < 0:
        return False
    return True if left >= int(flying) else None


def _day(at: int) -> tuple[int, int]:
    """The day in Beijing to which an instant belongs: from, until (milliseconds UTC)."""
    until = next_midnight(at)
    return until - _DAY_MS, until
