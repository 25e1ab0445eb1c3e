"""What is still free at a station on one day: the times that can be booked, put together where they touch."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.appointments.shelves import board_now
from handlers.appointments.slots import Board
from handlers.appointments.supply import Post, Service

_MINUTE = 60_000


@dataclass(frozen=True)
class Start:
    """A time that can be booked. Attributes: begins: milliseconds UTC."""

    service: Service
    post: Post
    begins: int

    @property
    def ends(self) -> int:
        """Until when the talk is, in milliseconds UTC; what is kept free behind it is not in it."""
        return self.begins + self.service.minutes * _MINUTE


@dataclass(frozen=True)
class Gap:
    """Free time without a break at one post. Attributes: starts: by time, then as the file has services."""

    post: Post
    begins: int
    ends: int
    starts: tuple[Start, ...]


def of_day(connection: Connection, station_id: str, since_ms: int, until_ms: int, now_ms: int) -> list[Gap]:
    """The gaps of a station between two instants, by their beginning; what is too soon is not in them.

    Args: since_ms, until_ms, now_ms: milliseconds UTC.
    """
    board = board_now(connection, now_ms)
    posts = [one for one in board.almanac.supply.posts if one.station_id == station_id]
    found = [gap for post in posts for gap in _gaps(_starts(board, post, since_ms, until_ms))]
    return sorted(found, key=lambda one: one.begins)


def starts_in(
    connection: Connection, station_id: str, post_id: str, since_ms: int, until_ms: int, now_ms: int
) -> list[Start]:
    """The times of one gap as they are now: somebody else may have taken one since it was shown."""
    board = board_now(connection, now_ms)
    post = board.almanac.supply.by_post.get(post_id)
    if post is None or post.station_id != station_id:
        return []
    return _starts(board, post, since_ms, until_ms)


def _starts(board: Board, post: Post, since_ms: int, until_ms: int) -> list[Start]:
    services = [board.almanac.supply.by_service[one] for one in post.services]
    found = [
        Start(one, post, begins) for one in services for begins in board.begins(one, post, since_ms, until_ms)
    ]
    return sorted(found, key=lambda one: one.begins)


def _gaps(starts: list[Start]) -> Iterator[Gap]:
    run: list[Start] = []
    end = 0
    for one in starts:
        if run and one.begins > end:
            yield Gap(run[0].post, run[0].begins, end, tuple(run))
            run = []
        end = max(end, one.ends) if run else one.ends
        run.append(one)
    if run:
        yield Gap(run[0].post, run[0].begins, end, tuple(run))
