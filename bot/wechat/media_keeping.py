"""Removes files whose message was erased, and what a crash left without a row."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.clock import Clock, millis
from bot.db import Reader
from bot.wechat import media_acts
from bot.wechat.media_files import Found, Uploads
from bot.work.writer import Writer

GRACE_MS = 3_600_000
"""A file may be just being written: younger ones are left alone."""
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Keeping:
    """The rounds that take files away."""

    def __init__(self, writer: Writer, reader: Reader, uploads: Uploads, clock: Clock) -> None:
        self._writer, self._reader, self._uploads, self._clock = writer, reader, uploads, clock

    async def remove(self) -> int:
        """Remove the files that were let go; the row goes after the file. Returns: how many."""
        count = 0
        while ids := await self._reader(media_acts.to_remove):
            await _aside(self._remove, ids)
            await self._writer.do(media_acts.removed, ids)
            count += len(ids)
        return count

    async def sweep(self) -> int:
        """Look through table and folder for what belongs to nobody. Returns: how many files went."""
        after: int | None = 0
        while after is not None:
            after = await self._writer.do(media_acts.stray, after)
        before, gone = millis(self._clock.now()) - GRACE_MS, 0
        files = [one for one in await _aside(self._files) if one.changed_ms < before]
        for place in range(0, len(files), media_acts.STEP):
            some = files[place : place + media_acts.STEP]
            ids = [one.media_id for one in some if one.media_id is not None]
            wanted = await self._reader(media_acts.wanted, ids)
            orphans = [one for one in some if one.media_id is None or one.media_id not in wanted]
            await _aside(_unlink, orphans)
            gone += len(orphans)
        if gone:
            _log.warning("%d files of the uploads belonged to nobody and were removed", gone)
        return gone

    def _remove(self, ids: Iterable[int]) -> None:
        for one in ids:
            self._uploads.remove(one)

    def _files(self) -> list[Found]:
        return list(self._uploads.walk())


def _unlink(files: Iterable[Found]) -> None:
    for one in files:
        one.path.unlink(missing_ok=True)


async def _aside(work: Callable[..., T], *args: object) -> T:
    """In a thread: a folder may be slow, and a safety text must not wait for it."""
    return await asyncio.get_running_loop().run_in_executor(None, work, *args)
