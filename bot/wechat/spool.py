"""The spool: where messages wait, encrypted and fsynced, while the database is away."""

import asyncio
import base64
import errno
import json
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.crypto import Unreadable, vault
from bot.errors import StoreAway, where
from bot.wechat.inbox import Letter, Notice

_log = logging.getLogger(__name__)
_PLACE = "spool.line"
_RESERVE_BYTES = 1 << 20


class SpoolFull(Exception):
    """The message could not be put on disk either."""


@dataclass(frozen=True)
class Line:
    """One waiting message. ``notice``: a text that was shown already; such a message has no turn."""

    letter: Letter
    notice: Notice | None


class Spool:
    """Lines of messages in the data folder, replayed in order when the database is back.

    A file of one megabyte is held in reserve: on a full disk it is given up so that messages of
    this hour still find room.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = asyncio.Lock()
        self._marks: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self._current = folder / "current.spool"
        self._reserve = folder / "reserve"
        self._reserve_again()
        for line in self._lines():
            self._marks.add(line.letter.mark)

    def __len__(self) -> int:
        return len(self._marks)

    def holds(self, mark: str) -> bool:
        """Whether a message with this key waits here."""
        return mark in self._marks

    async def put(self, letter: Letter, notice: Notice | None = None) -> None:
        """Write a message and fsync it. Raises: SpoolFull."""
        async with self._lock:
            if letter.mark in self._marks:
                return
            text = vault().seal(json.dumps(_to_json(letter, notice)), _PLACE)
            data = base64.b64encode(text) + b"\n"
            try:
                await asyncio.get_running_loop().run_in_executor(None, self._append, data)
            except OSError as error:
                raise SpoolFull(errno.errorcode.get(error.errno or 0, "EIO")) from None
            self._marks.add(letter.mark)

    async def replay(self, store: Callable[[Line], Awaitable[None]]) -> int:
        """Hand every waiting line to ``store``, in order; a line stays until all before it are stored.

        Returns: how many were stored. Stops quietly when the database is still away.
        """
        if not self._marks:
            return 0
        async with self._lock:
            lines = self._lines()
            done = 0
            for line in lines:
                try:
                    await store(line)
                except StoreAway:
                    return done  # the acts are idempotent: the next replay begins at the front again
                except Exception as error:  # noqa: BLE001 - one bad line must not hold up the others
                    _log.error("a spooled message was set aside: %s", where(error))
                    self._set_aside(line)
                done += 1
            self._current.unlink(missing_ok=True)
            self._marks.clear()
            self._reserve_again()
            return done

    def _append(self, data: bytes) -> None:
        try:
            self._write(data)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT) or not self._reserve.exists():
                raise
            self._reserve.unlink()
            self._write(data)

    def _write(self, data: bytes) -> None:
        file = os.open(self._current, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(file).st_size
            try:
                written = 0
                while written < len(data):
                    written += os.write(file, data[written:])
                os.fsync(file)
            except OSError:
                os.ftruncate(file, size)  # no half line stays behind
                raise
        finally:
            os.close(file)

    def _lines(self) -> list[Line]:
        if not self._current.exists():
            return []
        lines = []
        for raw in self._current.read_bytes().split(b"\n"):
            if not raw:
                continue
            try:
                lines.append(_from_json(json.loads(vault().open(base64.b64decode(raw), _PLACE))))
            except (ValueError, Unreadable):
                _log.error("a line of the spool cannot be read: cut off by a crash, or another key")
        return lines

    def _set_aside(self, line: Line) -> None:
        text = vault().seal(json.dumps(_to_json(line.letter, line.notice)), _PLACE)
        with (self._folder / "refused.spool").open("ab") as file:
            file.write(base64.b64encode(text) + b"\n")

    def _reserve_again(self) -> None:
        if self._reserve.exists():
            return
        try:
            self._reserve.write_bytes(os.urandom(_RESERVE_BYTES))
        except OSError:
            self._reserve.unlink(missing_ok=True)


def _to_json(letter: Letter, notice: Notice | None) -> dict[str, Any]:
    return {"letter": _packed(asdict(letter)), "notice": _packed(asdict(notice)) if notice else None}


def _from_json(data: dict[str, Any]) -> Line:
    notice = Notice(**_unpacked(data["notice"])) if data["notice"] else None
    return Line(Letter(**_unpacked(data["letter"])), notice)


def _packed(values: dict[str, Any]) -> dict[str, Any]:
    return {k: {"b": base64.b64encode(v).decode()} if isinstance(v, bytes) else v for k, v in values.items()}


def _unpacked(values: dict[str, Any]) -> dict[str, Any]:
    return {k: base64.b64decode(v["b"]) if isinstance(v, dict) else v for k, v in values.items()}
