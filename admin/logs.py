"""Logging without anybody's words: exceptions are logged by kind and place, never by message."""

import logging
from types import TracebackType

from aiohttp.http_exceptions import HttpProcessingError

from bot.errors import where

_Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class QuietFormatter(logging.Formatter):
    """One line a record. The message of an exception may hold a resident's words: it is left out."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One line; an exception that another formatter has spelled out before is spelled anew."""
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: _Info) -> str:  # noqa: N802 - the name is logging's
        """Kind and place of an exception."""
        return where(ei[1]) if ei[1] is not None else ""

    def formatStack(self, stack_info: str) -> str:  # noqa: ARG002, N802 - the names are logging's
        """Stacks are not logged."""
        return ""


class _NoNoise(logging.Filter):
    """Whoever sends something that is no HTTP gets a 400; the log need not fill up with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def set_up(level: int = logging.INFO) -> None:
    """Send all records to the error stream through `QuietFormatter`."""
    handler = logging.StreamHandler()
    handler.setFormatter(QuietFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)  # below, it writes out opened rows
    logging.getLogger("aiohttp.access").disabled = True  # its lines would hold the query, and so the person
    logging.getLogger("aiohttp.server").addFilter(_NoNoise())
    logging.captureWarnings(True)
