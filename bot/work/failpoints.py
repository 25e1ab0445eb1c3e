"""Places where a test may kill the process; without the test setting they do nothing."""

import os
import random
import signal

POINTS = ("received", "stored", "acted", "committed", "before_write", "written", "pushed")
MEDIA_POINTS = (
    "media_claimed",
    "media_fetched",
    "media_part",
    "media_written",
    "media_kept",
    "media_heard",
)
"""Of the way of a voice or a picture, beside the messages."""
ALERT_POINTS = ("alert_claimed", "alert_said")
"""Of telling staff."""
TELLING_POINTS = ("telling_claimed", "telling_said")
"""Of telling residents by subscribe message."""
_ALL = POINTS + MEDIA_POINTS + ALERT_POINTS + TELLING_POINTS
_armed: dict[str, float] = {}


def arm(setting: str) -> None:
    """Arm points from ``point:probability,...``. Raises: ValueError for an unknown point."""
    _armed.clear()
    for part in filter(None, setting.split(",")):
        point, _, chance = part.partition(":")
        if point not in _ALL:
            raise ValueError(f"unknown failpoint {point!r}: one of {', '.join(_ALL)}")
        _armed[point] = float(chance or 1)


def reach(point: str) -> None:
    """Die here by SIGKILL, with the armed probability."""
    if _armed and random.random() < _armed.get(point, 0):  # noqa: S311 - chance for tests, no secret
        os.kill(os.getpid(), signal.SIGKILL)
