"""What the library does beside the messages: texts of the pack are kept, recalls go on their way."""

from collections.abc import Callable

from admin.store import Store
from bot.work.rounds import Round
from handlers.library import recalls, versions
from knowledge.library import Library

_STEPS = 10
"""Acts of one recall that one round does; a round begins a few seconds later."""


class Learning:
    """The rounds of the library on one node. Args: pack: as shipped; poke: wakes the sender."""

    def __init__(self, store: Store, pack: Library, poke: Callable[[], None]) -> None:
        self._store, self._pack, self._poke = store, pack, poke
        self._kept = False

    def rounds(self) -> list[Round]:
        """What is done, and every how many seconds."""
        return [Round("versions", 2.0, self.keep_texts), Round("recalls", 3.0, self.recall)]

    async def keep_texts(self) -> None:
        """Keep the texts of the pack that are new in this release; once for each start."""
        if self._kept:
            return
        missing = await self._store.reader(versions.unknown, self._pack)
        for start in range(0, len(missing), versions.MOST):
            await self._store.writer.do(versions.remember, tuple(missing[start : start + versions.MOST]))
        self._kept = True

    async def recall(self) -> int:
        """Tell the next people of each recall that was begun. Returns: how many."""
        told = 0
        for ident in await self._store.reader(recalls.running):
            for _step in range(_STEPS):
                step = await self._store.writer.do(recalls.advance, ident)
                told += step
                if not step:
                    break
        if told:
            self._poke()
        return told
