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
_CLOSED = "[0-9]*.spool"
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

    Lines are written to one file; a replay closes it and reads it under a number, so that messages
    find room while a replay waits for a database that hangs. What an earlier process left is closed
    too: a line that a crash cut off never runs into a new one.

    A file of one megabyte, of empty lines, is held in reserve: on a full disk messages are written
    over it, so that about a thousand still find room.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock, self._replaying = asyncio.Lock(), asyncio.Lock()
        self._waiting: dict[str, str] = {}
        self._done = 0
        self._room: int | None = None  # where in the reserve the next line goes, once it is in use
        folder.mkdir(parents=True, exist_ok=True)
        self._current = folder / "current.spool"
        self._reserve = folder / "reserve"
        self._reserve_again()
        self._close_current()
        for file in self._closed():
            self._waiting.update({line.letter.mark: line.letter.who for line in _read(file)[0]})

    def __len__(self) -> int:
        return len(self._waiting)

    def holds(self, mark: str) -> bool:
        """Whether a message with this key waits here."""
        return mark in self._waiting

    def holds_of(self, who: str) -> bool:
        """Whether any message of this resident waits here: a newer one must not overtake it."""
        return bool(self._waiting) and who in self._waiting.values()

    async def put(self, letter: Letter, notice: Notice | None = None) -> None:
        """Write a message and fsync it. Raises: SpoolFull."""
        async with self._lock:
            if letter.mark in self._waiting:
                return
            data = _sealed(letter, notice) + b"\n"
            try:
                await asyncio.get_running_loop().run_in_executor(None, self._append, data)
            except OSError as error:
                raise SpoolFull(errno.errorcode.get(error.errno or 0, "EIO")) from None
            self._waiting[letter.mark] = letter.who

    async def replay(self, store: Callable[[Line], Awaitable[None]]) -> int:
        """Hand every waiting line to ``store``, in order; a file stays until all its lines are stored.

        Returns: how many were stored. Stops quietly when the database is still away.
        """
        if self._replaying.locked() or not self._waiting:
            return 0
        async with self._replaying:
            self._done = 0
            if await self._worked_off(store):
                async with self._lock:
                    self._close_current()
                if await self._worked_off(store):
                    self._reserve_again()
            return self._done

    async def _worked_off(self, store: Callable[[Line], Awaitable[None]]) -> bool:
        """Store the lines of the closed files, and of the reserve while there is no room for another file."""
        for file in [*self._closed(), *([self._current] if self._room is not None else [])]:
            lines, unreadable = _read(file)
            for line in lines:
                if not await self._stored(line, store):
                    return False  # the acts are idempotent: the next replay begins at its front again
                self._done += self._waiting.pop(line.letter.mark, None) is not None
            if file != self._current:
                self._set_aside(unreadable)  # another key may open them
                file.unlink()
        return True

    async def _stored(self, line: Line, store: Callable[[Line], Awaitable[None]]) -> bool:
        try:
            await store(line)
        except StoreAway:
            return False
        except Exception as error:  # noqa: BLE001 - one bad line must not hold up the others
            _log.error("a spooled message was set aside: %s", where(error))
            self._set_aside([_sealed(line.letter, line.notice)])
        return True

    def _closed(self) -> list[Path]:
        return sorted(self._folder.glob(_CLOSED))

    def _close_current(self) -> None:
        self._room = None
        if self._current.exists():
            last = int(self._closed()[-1].stem) if self._closed() else 0
            self._current.rename(self._folder / f"{last + 1:08d}.spool")

    def _append(self, data: bytes) -> None:
        if self._room is None:
            try:
                self._write(data)
                return
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT) or not self._reserve.exists():
                    raise
            self._close_current()
            self._reserve.rename(self._current)
            self._room = 0
        self._overwrite(data, self._room)
        self._room += len(data)

    def _overwrite(self, data: bytes, place: int) -> None:
        # In place: room that was only given back would be taken by the database at once.
        if place + len(data) > _RESERVE_BYTES:
            raise OSError(errno.ENOSPC, "the reserve is used up")
        file = os.open(self._current, os.O_WRONLY)
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(file, data[written:], place + written)
            os.fsync(file)
        finally:
            os.close(file)

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

    def _set_aside(self, lines: list[bytes]) -> None:
        if lines:
            with (self._folder / "refused.spool").open("ab") as file:
                file.write(b"\n".join(lines) + b"\n")

    def _reserve_again(self) -> None:
        if self._reserve.exists():
            return
        try:
            self._reserve.write_bytes(b"\n" * _RESERVE_BYTES)
        except OSError:
            self._reserve.unlink(missing_ok=True)


def gather(root: Path, into: Path) -> int:
    """Bring what processes that are no more left in their folders into one that is about to start.

    Args: root: the folder of all spools, none of which is in use now. Returns: how many files came.
    """
    into.mkdir(parents=True, exist_ok=True)
    left = [file for file in sorted(root.rglob("*.spool")) if file.parent != into and file.stem != "refused"]
    last = max((int(file.stem) for file in into.glob(_CLOSED)), default=0)
    for number, file in enumerate(left, last + 1):
        file.rename(into / f"{number:08d}.spool")
    return len(left)


def _read(file: Path) -> tuple[list[Line], list[bytes]]:
    """The lines of a file, and those that cannot be opened."""
    lines, unreadable = [], []
    for raw in filter(None, file.read_bytes().split(b"\n")):
        try:
            lines.append(_from_json(json.loads(vault().open(base64.b64decode(raw), _PLACE))))
        except (ValueError, Unreadable):
            _log.error("a line of the spool cannot be read: cut off by a crash, or another key")
            unreadable.append(raw)
    return lines, unreadable


def _sealed(letter: Letter, notice: Notice | None) -> bytes:
    return base64.b64encode(vault().seal(json.dumps(_to_json(letter, notice)), _PLACE))


def _to_json(letter: Letter, notice: Notice | None) -> dict[str, Any]:
    return {"letter": _packed(letter._asdict()), "notice": _packed(asdict(notice)) if notice else None}


def _from_json(data: dict[str, Any]) -> Line:
    notice = Notice(**_unpacked(data["notice"])) if data["notice"] else None
    return Line(Letter(**_unpacked(data["letter"])), notice)


def _packed(values: dict[str, Any]) -> dict[str, Any]:
    return {k: {"b": base64.b64encode(v).decode()} if isinstance(v, bytes) else v for k, v in values.items()}


def _unpacked(values: dict[str, Any]) -> dict[str, Any]:
    return {k: base64.b64decode(v["b"]) if isinstance(v, dict) else v for k, v in values.items()}
