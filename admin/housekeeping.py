"""What the service does beside the messages: rounds of recording, sweeping, replaying, erasing."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from admin.store import Store
from bot.clock import millis
from bot.dialogue.expiry import pause_silent
from bot.dialogue.router import PAUSE_MS
from bot.errors import Refused
from bot.slice import Slice
from bot.wechat import erasure
from bot.wechat.reception import Reception
from bot.wechat.turn import Turns
from bot.work.revisions import revisions
from bot.work.rounds import Round
from handlers.appointments import affected, engaging, telling, waiting
from handlers.appointments import service as appointments
from handlers.appointments.slots import Shelf
from handlers.appointments.telling import Means
from handlers.directory import holidays
from handlers.handoff import engaged, ladder

KEPT_DAYS = 180
_STEPS = 50
_CLIMBS = 400
DAY_MS = 86_400_000
"""Of a booking whose time is over for a day, nobody says any more what became of it."""


class Housekeeping:
    """The rounds of one node.

    Args: changed: called when knowledge changed on any node; slices: whose rows of a resident go; means: how
    people can be told now.
    """

    def __init__(
        self,
        store: Store,
        reception: Reception,
        turns: Turns,
        slices: Sequence[Slice],
        changed: Callable[[], None],
        means: Callable[[], Means] = Means,
    ) -> None:
        self._store, self._reception, self._turns = store, reception, turns
        self._slices, self._changed = tuple(slices), changed
        self._seen: dict[str, int] | None = None
        self._shelf, self._means = Shelf(), means

    def rounds(self) -> list[Round]:
        """What is done, and every how many seconds."""
        return [
            Round("written", 0.5, self._reception.flush),
            Round("sweep", 1.0, self._turns.sweep),
            Round("replay", 1.0, self._reception.replay),
            Round("reload", 1.0, self.reload),
            Round("expire", 20.0, self.pause_silent),
            Round("ladder", 20.0, self.climb),
            Round("appointments", 20.0, self.look_over_appointments),
            Round("engaged", 60.0, self.write_down_engaged),
            Round("erase", 30.0, self.erase),
            Round("retain", 3600.0, self.retain),
            Round("holidays", 3600.0, self.warn_missing_year),
        ]

    async def reload(self) -> None:
        """See whether another process changed what this node has loaded."""
        now = await self._store.reader(revisions)
        if self._seen is not None and now != self._seen:
            # building takes a while: a safety text must not wait for it
            await asyncio.get_running_loop().run_in_executor(None, self._changed)
        self._seen = now

    async def pause_silent(self) -> int:
        """Pause conversations that fell silent; they give back what they held."""
        before = millis(self._store.clock.now()) - PAUSE_MS
        return await self._store.writer.do(pause_silent, before)

    async def climb(self) -> int:
        """Take the steps of the ladder of silence that are due. Returns: how many tasks were looked at."""
        looked = 0
        for _step in range(_CLIMBS):
            found = await self._store.writer.do(ladder.climb)
            looked += found
            if not found:
                break
        return looked

    async def look_over_appointments(self) -> None:
        """End what is over, mark whose time is not there any more, and offer what is free to who waits."""
        writer, now = self._store.writer, millis(self._store.clock.now())
        for _step in range(_CLIMBS):
            ended = await writer.do(appointments.pass_over, now - DAY_MS, erasure.STEP)
            ended += await writer.do(waiting.settle, erasure.STEP)
            if not await writer.do(affected.look_over) and not ended:
                break
        for chance in await self._store.reader(waiting.chances, self._shelf, now):
            with contextlib.suppress(Refused):  # somebody was quicker: the next round looks for another time
                await writer.do(telling.offer, chance, self._means())

    async def write_down_engaged(self) -> None:
        """Tell the promises who receives people or is on a route."""
        wanted = await self._store.reader(engaging.engaged, self._shelf, millis(self._store.clock.now()))
        if wanted != await self._store.reader(engaged.spans):
            await self._store.writer.do(engaged.write, wanted)

    async def erase(self) -> int:
        """Erase what is held of residents who left, in acts of at most 200 rows."""
        residents = await self._store.writer.do(erasure.to_erase)
        for resident in residents:
            await self._erase_one(resident)
        return len(residents)

    async def warn_missing_year(self) -> None:
        """Raise an alarm in time when the holidays of the next year are not imported."""
        await self._store.writer.do(holidays.warn_missing_year)

    async def retain(self) -> None:
        """Delete texts of consultations, and what slices keep of them, that are older than the retention."""
        before = millis(self._store.clock.now()) - KEPT_DAYS * 86_400_000
        writer = self._store.writer
        for _step in range(_STEPS):
            if not await writer.do(erasure.expire, before):
                break
        for one in self._slices:
            if one.expire is None:
                continue
            for _step in range(_STEPS):
                if not await writer.do(one.expire, before, erasure.STEP):
                    break

    async def _erase_one(self, resident: int) -> None:
        writer = self._store.writer
        for one in self._slices:
            if one.erase is not None:
                while await writer.do(one.erase, resident, erasure.STEP):
                    pass
        keep: tuple[int, ...] = ()
        for one in self._slices:
            if one.keep is not None:
                keep += await writer.do(one.keep, resident)
        while await writer.do(erasure.erase_messages, resident, keep):
            pass
        await writer.do(erasure.forget, resident)
