"""Keeping a lease alive while a turn runs longer than a second."""

import asyncio
import logging
from types import TracebackType

from bot.errors import Fenced, StoreAway
from bot.wechat import inbox
from bot.work.writer import Writer

_SECONDS = 1.0
_log = logging.getLogger(__name__)


class KeptLease:
    """``with KeptLease(...)``: renews the lease each second; costs one timer for a quick turn."""

    def __init__(self, writer: Writer, resident_id: int, fence: int) -> None:
        self._writer, self._resident_id, self._fence = writer, resident_id, fence
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._again()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def _again(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_SECONDS, self._renew)

    def _renew(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._renew_now())

    async def _renew_now(self) -> None:
        try:
            await self._writer.do(inbox.renew, self._resident_id, self._fence)
        except (Fenced, StoreAway):
            return  # the turn's next commit finds out by itself
        if self._timer is not None:
            self._again()
