"""Keeping leases alive while their turns run longer than a second."""

import asyncio

from bot.errors import Fenced, StoreAway
from bot.wechat import claims
from bot.work.writer import Writer

_SECONDS = 0.5


class Leases:
    """The leases that turns of this node hold; one timer looks after all of them.

    A lease lasts three seconds; it is first renewed half a second to a second after it was taken, then
    each half second.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._held: dict[int, int] = {}
        self._seen: dict[int, int] = {}
        """Those that were held already when the timer went off last."""
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def hold(self, resident_id: int, fence: int) -> None:
        """Keep a resident's lease alive from now on."""
        self._held[resident_id] = fence
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SECONDS, self._look)

    def drop(self, resident_id: int, fence: int) -> None:
        """Renew it no more. A later turn may hold it under a new fence: that one stays."""
        if self._held.get(resident_id) == fence:
            del self._held[resident_id]

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        for resident_id, fence in self._held.items():
            if self._seen.get(resident_id) == fence:
                task = loop.create_task(self._renew(resident_id, fence))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        self._seen = dict(self._held)
        self._timer = loop.call_later(_SECONDS, self._look) if self._held else None

    async def _renew(self, resident_id: int, fence: int) -> None:
        try:
            await self._writer.do(claims.renew, resident_id, fence)
        except (Fenced, StoreAway):
            return  # the turn's next commit finds out by itself
