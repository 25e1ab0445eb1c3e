"""Reception: store before acknowledging, danger first, one answer to all tries of a message."""

import asyncio
import logging
import time
from collections import OrderedDict, deque
from typing import NamedTuple, Protocol

import orjson

from bot.crypto import vault
from bot.dialogue.said import ANSWERED, MESSAGES, TAPS
from bot.errors import StoreAway
from bot.wechat import account_news, inbox, media_acts
from bot.wechat.codec import Push
from bot.wechat.inbox import Letter, Notice, Stored
from bot.wechat.spool import Line, Spool, SpoolFull
from bot.wechat.turn import ACKNOWLEDGED, Answer, Turns
from bot.wechat.turn import Words as TurnWords
from bot.work.failpoints import reach
from bot.work.shared import Shared
from bot.work.watch import Watch
from bot.work.writer import Writer

_log = logging.getLogger(__name__)
ANSWER_SECONDS = 4.5
CLAIM_SECONDS = 4.8
DANGER_SECONDS = 1.0
DANGER_TRIES, DANGER_PAUSE_SECONDS = 240, 5.0
"""A safety text that neither database nor spool took: its task is tried again for twenty minutes."""
_POLL_SECONDS = 0.15
_RECENT_SECONDS = 120.0
_RECENT_RESIDENTS = 5000
RATE = 60
"""Messages a minute of one resident that get a turn; danger is never counted out."""


class Words(TurnWords, Protocol):
    """The further fixed sentences of the reception."""

    @property
    def store_away(self) -> str:
        """Received, the system is busy, the reply comes later; the numbers."""
        ...

    @property
    def not_stored(self) -> str:
        """Not received, please send it again; the numbers."""
        ...

    @property
    def too_fast(self) -> str:
        """Too many messages; said once a minute."""
        ...


class Bounds(NamedTuple):
    """Instants on the loop's clock until which a push may be answered."""

    answer: float
    claim: float
    danger: float


class _Storing:
    """A message that is being stored: in the database, in the spool, or refused."""

    __slots__ = ("_over", "_waiting", "mark")

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self._over = False
        self._waiting: asyncio.Future[None] | None = None

    def end(self) -> None:
        """It stands somewhere: what came later may go on."""
        self._over = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def wait(self, seconds: float) -> None:
        """Until it stands somewhere, at most so long. Nearly no message is waited for by another."""
        if self._over:
            return
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().create_future()
        await asyncio.wait({self._waiting}, timeout=seconds)


class Reception:
    """One per node. ``take`` never raises: every push gets an answer that the platform understands."""

    def __init__(
        self,
        *,
        writer: Writer,
        node: str,
        words: Words,
        spool: Spool,
        shared: Shared,
        may_push: "MayPush",
        poke: "Poke",
    ) -> None:
        self._writer, self._node, self._words = writer, node, words
        self._spool, self._shared, self._may_push, self._poke = spool, shared, may_push, poke
        self._waiting: dict[str, list[_Waiter]] = {}
        """Of all tries of a message that are open here."""
        self._storing: dict[str, _Storing] = {}
        """By resident, what came last and is not stored yet: nothing newer may overtake it."""
        self._watch = Watch()
        self._written: list[str] = []
        self._heard = _Heard()
        self._later: set[asyncio.Task[None]] = set()
        self.turns: Turns

    @property
    def not_stored(self) -> str:
        """The last resort: said when nothing else could be."""
        return self._words.not_stored

    # -- one push ------------------------------------------------------------------------

    async def take(self, push: Push, arrived: float, received_ms: int, door: str) -> tuple[Answer, str]:
        """Take one push in.

        Args: arrived: loop time of the request; received_ms: the same instant in milliseconds UTC.
        Returns: answer and its mark.
        """
        letter = _letter(push, received_ms, door)
        bounds = Bounds(arrived + ANSWER_SECONDS, arrived + CLAIM_SECONDS, arrived + DANGER_SECONDS)
        reach("received")
        text = push.said.text if push.said.kind in MESSAGES else ""
        danger = self._words.danger(self._heard.with_recent(letter.who, text)) if text else None
        if danger:
            self._heard.forget(letter.who)  # or every word of the next two minutes would ring again
            answer = await self._danger(letter, *danger, bounds)
        elif self._spool.holds(letter.mark):
            answer = Answer(self._words.store_away)
        else:
            answer = await self._store(letter, push, bounds)
        return (answer if door == "oa" or not answer.stored else ACKNOWLEDGED), letter.mark

    async def _store(self, letter: Letter, push: Push, bounds: Bounds) -> Answer:
        notice = await self._notice(letter, push)
        loop = asyncio.get_running_loop()
        mine = _Storing(letter.mark)
        earlier, self._storing[letter.who] = self._storing.get(letter.who), mine
        waiter: _Waiter = loop.create_future()
        self._waiting.setdefault(letter.mark, []).append(waiter)
        try:
            if earlier is not None and earlier.mark != letter.mark:
                await earlier.wait(max(0.0, bounds.claim - loop.time()))
            if self._spool.holds_of(letter.who):
                return await self._to_spool(letter, notice)  # behind what the resident said before
            if notice is None:
                stored = await self._writer.do_by(bounds.claim, inbox.store, letter, self._node)
            else:
                may_push = self._may_push(letter.door)
                stored = await self._writer.do_by(
                    bounds.claim, inbox.store_closed, letter, self._node, notice, may_push
                )
            reach("stored")
            self._is_stored(letter.who, mine)
            return await self._answer(letter, push, stored, waiter, bounds)
        except (StoreAway, TimeoutError):
            return await self._to_spool(letter, notice)
        finally:
            self._is_stored(letter.who, mine)
            self._waiting[letter.mark].remove(waiter)
            if not self._waiting[letter.mark]:
                del self._waiting[letter.mark]

    def _is_stored(self, who: str, mine: "_Storing") -> None:
        mine.end()
        if self._storing.get(who) is mine:
            del self._storing[who]

    async def _answer(
        self, letter: Letter, push: Push, stored: Stored, waiter: "_Waiter", bounds: Bounds
    ) -> Answer:
        if stored.done:
            if stored.channel == "push":
                self._poke()
            return self._stored_answer(stored)
        if stored.claim is not None:
            self.turns.start(stored.claim, letter.mark, push.said)
        if letter.door != "oa":
            return ACKNOWLEDGED  # no response channel: the reply is pushed when it is ready
        if stored.claim is not None:
            self._watch.end(waiter, bounds.answer)
            answer = await waiter
        else:
            answer = await self._from_elsewhere(letter, waiter, bounds)
        if answer is not None:
            return answer
        async with asyncio.timeout_at(bounds.claim):
            late = await self._writer.do(inbox.hand_over, letter.mark, self._may_push(letter.door))
        return self._stored_answer(late)

    async def _from_elsewhere(self, letter: Letter, waiter: "_Waiter", bounds: Bounds) -> Answer | None:
        """The answer of a turn that another try, or another node, has begun; None when it is not in time."""
        loop = asyncio.get_running_loop()
        while (left := bounds.answer - loop.time()) > 0:
            if (await asyncio.wait({waiter}, timeout=min(_POLL_SECONDS, left)))[0]:
                return waiter.result()
            if bounds.answer - loop.time() > 0:
                async with asyncio.timeout_at(bounds.claim):
                    now = await self._writer.do(inbox.look, letter.mark)
                if now.done:
                    return self._stored_answer(now)
        return None

    def _stored_answer(self, stored: Stored) -> Answer:
        text = vault().open(stored.reply, "inbox.reply") if stored.reply is not None else None
        return self.turns.answer(stored.channel, text)

    # -- danger, too fast, away ------------------------------------------------------------

    async def _danger(self, letter: Letter, kind: str, text: str, bounds: Bounds) -> Answer:
        """The safety text leaves as soon as row or spool line is on disk, and after one second anyway."""
        notice = self._sealed(text, f"urgent:{kind}", danger=kind)
        task = self._background(self._record_danger(letter, notice))
        await asyncio.wait({task}, timeout=max(0.0, bounds.danger - asyncio.get_running_loop().time()))
        return Answer(text, record=True)

    async def _record_danger(self, letter: Letter, notice: Notice) -> None:
        """Record task and alarm. Where nothing takes them they are held in memory: somebody must look."""
        for tried in range(DANGER_TRIES):
            if tried:
                await asyncio.sleep(DANGER_PAUSE_SECONDS)
            if await self._danger_stored(letter, notice, shown=tried > 0):
                return

    async def _danger_stored(self, letter: Letter, notice: Notice, *, shown: bool) -> bool:
        may_push = self._may_push(letter.door)
        try:
            async with asyncio.timeout(DANGER_SECONDS * 0.8):
                await self._writer.do(inbox.store_closed, letter, self._node, notice, may_push, shown=shown)
            reach("stored")
            self._poke()
        except (StoreAway, TimeoutError):
            try:
                await self._spool.put(letter, notice)
            except SpoolFull as error:
                _log.critical("alarm: a danger message could not be stored: %s", error)
                return False
        return True

    async def _notice(self, letter: Letter, push: Push) -> Notice | None:
        if push.said.kind == "account":
            self._writer.later(account_news.note, letter.door, push.name)
        if push.said.kind not in ANSWERED:
            return Notice("noted")
        count = await self._shared.count(f"rate:{letter.who[:32]}", 60)
        if count <= RATE:
            return None
        return self._sealed(self._words.too_fast, "too_fast") if count == RATE + 1 else Notice("too_fast")

    async def _to_spool(self, letter: Letter, notice: Notice | None) -> Answer:
        try:
            await self._spool.put(letter, notice)
        except SpoolFull as error:
            _log.critical("alarm: neither database nor spool took a message: %s", error)
            return Answer(self._words.not_stored, stored=False)
        if notice is not None and notice.reply is None:
            return ACKNOWLEDGED
        return Answer(self._words.store_away)

    # -- what goes on beside the pushes ----------------------------------------------------

    def wrote(self, mark: str) -> None:
        """Note that a response was written; recorded with others within half a second."""
        self._written.append(mark)

    async def flush(self) -> None:
        """Record the responses that were written."""
        while self._written:
            marks, self._written = self._written[:100], self._written[100:]
            try:
                await self._writer.do(inbox.wrote, marks)
            except StoreAway:
                self._written = marks + self._written
                return

    async def replay(self) -> int:
        """Bring spooled messages into the database. Returns: how many."""
        return await self._spool.replay(self._replay)

    async def _replay(self, line: Line) -> None:
        may_push = self._may_push(line.letter.door)
        if line.notice is not None:
            await self._writer.do(
                inbox.store_closed, line.letter, self._node, line.notice, may_push, shown=True
            )
            return
        resident = await self._writer.do(inbox.store_spooled, line.letter, self._node, may_push)
        await self.turns.take_up(resident)

    def tell(self, mark: str, answer: Answer) -> None:
        """A turn of this node came to an end: wake its waiters, here and on other nodes."""
        waiters = self._waiting.get(mark)
        if waiters:
            _give(waiters, answer)
        else:
            self._background(self._shared.ring(mark))

    def heard(self, mark: str) -> None:
        """Another node has answered a message: whoever waits here looks at the row at once."""
        waiters = self._waiting.get(mark)
        if waiters:
            self._background(self._look(mark, waiters))

    async def _look(self, mark: str, waiters: "list[_Waiter]") -> None:
        try:
            stored = await self._writer.do(inbox.look, mark)
        except StoreAway:
            return
        if stored.done:
            _give(waiters, self._stored_answer(stored))

    def _background(self, work: "asyncio._CoroutineLike[None]") -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return task

    @staticmethod
    def _sealed(text: str, decision: str, danger: str = "") -> Notice:
        return Notice(decision, vault().seal(text, "inbox.reply"), vault().seal(text, "outbox.body"), danger)


_Waiter = asyncio.Future[Answer | None]


def _give(waiters: list[_Waiter], answer: Answer) -> None:
    for waiter in waiters:
        if not waiter.done():
            waiter.set_result(answer)


def _letter(push: Push, received_ms: int, door: str) -> Letter:
    said, safe = push.said, vault()
    body: dict[str, object] = {"t": said.text}
    source = None
    if said.values:
        body["v"] = dict(said.values)
        if said.kind in media_acts.KINDS and said.values.get("MediaId"):
            source = safe.seal(said.values["MediaId"], "media.source")
    opens = "said" if said.kind in MESSAGES else "did" if said.kind in TAPS | {"enter"} else ""
    return Letter(
        mark=safe.mark(f"key|{door}|{push.key}"),
        who=safe.mark(f"who|{door}|{push.account}|{push.sender}"),
        door=door,
        account=push.account,
        openid=safe.seal(push.sender, "resident.openid"),
        kind=said.kind,
        body=safe.seal(orjson.dumps(body).decode(), "inbox.body"),
        received_at=received_ms,
        opens=opens,
        did_left=2 if said.kind == "enter" else 3,
        source=source,
        heard=source is not None and bool(said.text),
    )


class MayPush(Protocol):
    """Whether a door's account may push now."""

    def __call__(self, door: str) -> bool: ...


class Poke(Protocol):
    """Wakes the sender."""

    def __call__(self) -> None: ...


class _Heard:
    """The words of the last two minutes, by resident, in this process only."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, deque[tuple[float, str]]] = OrderedDict()

    def with_recent(self, who: str, text: str) -> list[str]:
        """This text last, after what the same resident said within two minutes."""
        now = time.monotonic()
        texts = self._texts.setdefault(who, deque(maxlen=10))
        self._texts.move_to_end(who)
        while texts and now - texts[0][0] > _RECENT_SECONDS:
            texts.popleft()
        if not texts or texts[-1][1] != text:
            texts.append((now, text))
        if len(self._texts) > _RECENT_RESIDENTS:
            self._texts.popitem(last=False)
        return [said for _at, said in texts]

    def forget(self, who: str) -> None:
        """Forget what a resident said."""
        self._texts.pop(who, None)
