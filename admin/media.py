"""Voices and pictures put together: fetching, hearing, taking away, as rounds of one node."""

from collections.abc import Callable

from admin.store import Store
from bot.config import Settings
from bot.wechat import media_acts
from bot.wechat.gateway import Gateway
from bot.wechat.media_fetch import Fetcher, Tools
from bot.wechat.media_hearing import Ears, Hearing
from bot.wechat.media_keeping import Keeping
from bot.wechat.reception import Words
from bot.wechat.turn import Turns
from bot.work.rounds import Round
from handlers.media import sentences


class MediaRounds:
    """What a node does about files of residents.

    Args: settings: with the accounts that are really used; may_push: whether a door's account may push
    now; poke: wakes the sender.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        gateway: Gateway,
        words: Words,
        turns: Turns,
        *,
        may_push: Callable[[str], bool],
        poke: Callable[[], None],
    ) -> None:
        self._store = store
        writer, reader, clock, uploads = store.writer, store.reader, store.clock, store.uploads
        self._fetcher = Fetcher(
            Tools(writer, reader, gateway, uploads, settings, clock, store.node, sentences.lost)
        )
        self._keeping = Keeping(writer, reader, uploads, clock)
        self._hearing: Hearing | None = None
        if settings.asr_url:
            self._hearing = Hearing(
                Ears(
                    url=settings.asr_url,
                    writer=writer,
                    reader=reader,
                    uploads=uploads,
                    clock=clock,
                    node=store.node,
                    danger=words.danger,
                    may_push=may_push,
                    take_up=turns.take_up,
                    poke=poke,
                )
            )

    def rounds(self) -> list[Round]:
        """What is done, and every how many seconds."""
        hear = [Round("hear", 1.0, self._hearing.look)] if self._hearing else []
        return [
            Round("fetch", 1.0, self._fetcher.look),
            *hear,
            Round("remove files", 10.0, self._keeping.remove),
            Round("sweep files", 3600.0, self.sweep),
        ]

    async def sweep(self) -> None:
        """Give up what can never be fetched, and remove what belongs to nobody."""
        words = {kind: sentences.lost(kind) for kind in media_acts.KINDS}
        await self._store.writer.do(media_acts.give_up_dead, words)
        await self._keeping.sweep()

    async def start(self) -> None:
        """Take up what this node had begun."""
        await self._fetcher.start()

    async def stop(self) -> None:
        """End what is on its way."""
        await self._fetcher.stop()
        if self._hearing is not None:
            await self._hearing.close()
