"""The turn: whoever holds a resident's lease answers the open messages, lowest first."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import orjson

from bot.clock import Clock, millis
from bot.crypto import vault
from bot.db import Reader
from bot.dialogue.burst import Burst, reply_to
from bot.dialogue.joining import Cut, Piece, cut
from bot.dialogue.memory import ASKED, recall
from bot.dialogue.replay import Runner
from bot.dialogue.reply import Reply
from bot.dialogue.router import Adviser, Router, Visit
from bot.dialogue.said import Said
from bot.errors import Fenced, StoreAway, where
from bot.wechat import claims, closing
from bot.wechat.claims import Claim, Row
from bot.wechat.closing import Closing
from bot.wechat.fitting import LIMIT
from bot.wechat.lease import Leases
from bot.words import _
from bot.work.writer import Writer

_log = logging.getLogger(__name__)


class Words(Protocol):
    """Fixed sentences of the message path, with the numbers of the pinned table in them."""

    @property
    def listening(self) -> str:
        """'I am listening', said once."""
        ...

    @property
    def send_any_word(self) -> str:
        """Asks to send any word, where the account may not push."""
        ...

    @property
    def sorry(self) -> str:
        """Something went wrong with this message; whom to call."""
        ...

    def danger(self, texts: Sequence[str]) -> tuple[str, str] | None:
        """Kind and safety text when these texts sound like danger, else None."""
        ...


class Answer(NamedTuple):
    """What the webhook answers: a text in the response, or the bare acknowledgement (None).

    Attributes: record: whether the writing of this response is to be recorded; stored: False when
    neither database nor spool took the message, so that it must not be acknowledged.
    """

    text: str | None
    record: bool = False
    stored: bool = True


ACKNOWLEDGED = Answer(None)


@dataclass(frozen=True)
class Links:
    """``fit(text, link)`` cuts to what one message holds; ``page(id)`` shows a whole reply; ``base``: root of
    links.
    """

    fit: Callable[[str, str], str]
    page: Callable[[int], str]
    base: str = ""


@dataclass(frozen=True)
class Parts:
    """What turns are made of; ``admin/app.py`` puts it together.

    Attributes: complete: whether a text is complete by itself; may_push: whether a door's account
    may push now; poke: wakes the sender.
    """

    writer: Writer
    reader: Reader
    clock: Clock
    node: str
    router: Router
    adviser: Adviser
    words: Words
    complete: Callable[[str], bool]
    may_push: Callable[[str], bool]
    poke: Callable[[], None]
    links: Links


class _Unit(NamedTuple):
    """Messages that are answered together: the last row gets the reply."""

    rows: tuple[Row, ...]
    said: Said
    pieces: int
    by_time: bool = False


class Turns:
    """Runs turns on this node and tells the waiters of this process what came out."""

    def __init__(self, parts: Parts, tell: Callable[[str, Answer], None]) -> None:
        self._p, self._tell = parts, tell
        self._leases = Leases(parts.writer)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._running: dict[tuple[int, int], asyncio.Task[None]] = {}
        """Turns by resident and fence."""
        self._fresh: dict[str, Said] = {}
        """What was said by mark, as long as its turn runs: opening what was just sealed takes time."""

    def start(self, claim: Claim, mark: str = "", said: Said | None = None) -> None:
        """Work off a claim in the background. Args: mark, said: a message of it that is known unsealed."""
        if said is not None:
            self._fresh[mark] = said
        task = asyncio.get_running_loop().create_task(self._work_off(claim, mark))
        self._running[claim.resident_id, claim.fence] = task

    async def sweep(self) -> int:
        """Take up what a crash or a late reply left open. Returns: how many residents."""
        residents = await self._p.writer.do(claims.abandoned)
        for resident in residents:
            await self.take_up(resident)
        return len(residents)

    async def take_up(self, resident_id: int) -> None:
        """Claim a resident's open messages, if nobody has them, and work them off."""
        claim = await self._p.writer.do(claims.claim, resident_id, self._p.node)
        if claim is not None:
            self.start(claim)

    async def finish(self) -> None:
        """Wait for the turns that are running."""
        if tasks := {*self._tasks, *self._running.values()}:
            await asyncio.wait(tasks, timeout=10)

    async def _work_off(self, claim: Claim, mark: str) -> None:
        try:
            await self._drain(claim)
        finally:
            self._fresh.pop(mark, None)
            self._running.pop((claim.resident_id, claim.fence), None)

    async def _drain(self, claim: Claim | None) -> None:
        while claim is not None:
            resident_id, fence = claim.resident_id, claim.fence
            self._leases.hold(resident_id, fence)
            try:
                claim = await self._one(claim)
            except (Fenced, StoreAway):
                return  # somebody else has the lease, or the sweep will take it
            except Exception as error:  # noqa: BLE001 - a broken message must not end in silence
                _log.error("turn %s failed: %s", claim.rows[0].id if claim else "-", where(error))
                claim = await self._apologise(claim) if claim else None
            finally:
                self._leases.drop(resident_id, fence)

    async def _one(self, claim: Claim) -> Claim | None:
        now = millis(self._p.clock.now())
        context = _context(claim)
        unit, wait_until = self._unit(claim, context, now)
        if wait_until is not None:
            await self._park(claim, unit, wait_until - now)
            return None
        danger = self._p.words.danger([unit.said.text]) if unit.pieces > 1 else None
        if danger:
            kind, text = danger
            return await self._close(
                claim, unit, Reply(text, decision=f"urgent:{kind}"), context, danger=kind
            )
        visit = self._visit(claim, unit, context, now)
        reply = await self._p.router.take(visit)
        return await self._close(claim, unit, reply, context, visit=visit)

    def _unit(self, claim: Claim, context: dict[str, Any], now: int) -> tuple[_Unit, int | None]:
        said = [self._fresh.get(row.mark) or _said(row) for row in claim.rows]
        if said[0].kind != "text":
            return _Unit(claim.rows[:1], said[0], 1), None
        count = next((n for n, one in enumerate(said) if one.kind != "text"), len(said))
        pieces = [
            self._piece(row, one, claim, context, now)
            for row, one in zip(claim.rows[:count], said[:count], strict=True)
        ]
        earlier = [at for _body, at in claim.earlier]
        decided = cut(earlier, pieces, now, more_follows=count < len(said))
        texts = [_read(body)["t"] for body, _at in claim.earlier]
        texts += [one.text for one in said[: decided.count]]
        joined = "\n".join(texts)
        if decided.wait_until is not None and self._closes(claim, joined, len(texts)):
            decided = Cut(decided.count, None)
        unit = _Unit(claim.rows[: decided.count], Said("text", joined), len(texts), by_time=decided.by_time)
        return unit, decided.wait_until

    def _piece(self, row: Row, said: Said, claim: Claim, context: dict[str, Any], now: int) -> Piece:
        router = self._p.router
        alone = router.is_service_word(said.text) or router.is_answer(said.text, claim.state, context, now)
        return Piece(
            said.text,
            row.received_at,
            alone=alone or row.channel is not None,
            whole=not alone and not _asks_for_text(claim) and self._p.complete(said.text),
        )

    def _closes(self, claim: Claim, joined: str, pieces: int) -> bool:
        return pieces > 1 and not _asks_for_text(claim) and self._p.complete(joined)

    async def _park(self, claim: Claim, unit: _Unit, wait_ms: int) -> None:
        newest, older = unit.rows[-1], unit.rows[:-1]
        if older:
            group = unit.rows[0].group_id or unit.rows[0].id
            await self._p.writer.do(
                closing.park, claim.resident_id, claim.fence, newest.id, [row.id for row in older], group
            )
        else:
            await self._p.writer.do(closing.park, claim.resident_id, claim.fence, newest.id, [], newest.id)
        for row in older:
            self._tell(row.mark, ACKNOWLEDGED)
        loop = asyncio.get_running_loop()

        def wake() -> None:
            task = loop.create_task(self._wake(claim.resident_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        loop.call_later(wait_ms / 1000 + 0.01, wake)

    async def _wake(self, resident_id: int) -> None:
        try:
            await self.take_up(resident_id)
        except StoreAway:
            _log.warning("a waiting group was left to the sweep: the database is away")

    def _visit(self, claim: Claim, unit: _Unit, context: dict[str, Any], now: int) -> Visit:
        message = unit.rows[-1].id
        runner = Runner(
            self._p.writer, self._p.reader, claim.resident_id, claim.fence, now, self._p.links.base
        )

        def advise() -> Reply:
            memory = recall(context, now)
            if unit.said.kind != "text":
                return self._p.adviser.ask(unit.said, side=False, message=message, memory=memory)
            # what the adviser asked for is answered for itself, not as more words of the thought before
            burst = Burst() if memory.get(ASKED) else Burst.of(context, now)
            reply = reply_to(
                burst,
                unit.said.text,
                by_time=unit.by_time,
                now_ms=now,
                ask=lambda text: self._p.adviser.ask(
                    Said("text", text), side=False, message=message, memory=memory
                ),
                listening=self._p.words.listening,
            )
            burst.keep(context)
            return reply

        return Visit(runner, message, unit.said, claim.state, context, advise, held=claim.thread_until > now)

    async def _close(
        self,
        claim: Claim,
        unit: _Unit,
        reply: Reply,
        context: dict[str, Any],
        *,
        visit: Visit | None = None,
        danger: str = "",
    ) -> Claim | None:
        row = unit.rows[-1]
        text, whole = self._texts(claim, row, reply)
        state = visit.state if visit else claim.state
        end = Closing(
            resident_id=claim.resident_id,
            fence=claim.fence,
            row=row,
            joined=tuple(older.id for older in unit.rows[:-1]),
            group=unit.rows[0].group_id or unit.rows[0].id,
            reply=vault().seal(text, "inbox.reply") if text else None,
            whole=vault().seal(whole, "inbox.whole") if whole else None,
            outgoing=text or None,
            decision=reply.decision,
            changed=tuple(visit.changed) if visit else (),
            conversation=state.id if state and state.state in ("open", "paused") else None,
            context=_sealed_context(context),
            owed=claim.owed if text else (),
            passive=claim.door == "oa",
            may_push=self._p.may_push(claim.door),
            danger=danger,
            facts=tuple(visit.facts) if visit else (),
        )
        channel, following = await self._p.writer.do(closing.close, end)
        if channel == "push":
            self._p.poke()
        for older in unit.rows[:-1]:
            self._tell(older.mark, ACKNOWLEDGED)
        self._tell(row.mark, self.answer(channel, text))
        return following

    def answer(self, channel: str | None, text: str | None) -> Answer:
        """The webhook's answer to a message whose reply goes this way."""
        if channel in ("response", "unknown") and text:
            return Answer(text, record=True)
        if channel == "kept":
            return Answer(self._p.words.send_any_word)
        return ACKNOWLEDGED

    def _texts(self, claim: Claim, row: Row, reply: Reply) -> tuple[str, str]:
        """What is shown, and the whole of it where that had to be cut (else empty)."""
        new = reply.lines() if reply.text else ""
        if row.kind in ("left", "cancelled", "revoked", "consent") or not (new or claim.owed):
            return "", ""
        head = _("上次的回复：")
        old = [(table, ident, _open(table, sealed)) for table, ident, sealed in claim.owed]
        whole = "\n\n".join([*(f"{head}\n{text}" for _table, _id, text in old), new]).strip()
        if len(whole.encode()) <= LIMIT:
            return whole, ""
        page = self._p.links.page(row.id)
        if old:  # what was answered before moves to the page; the new answer is shown
            return self._p.links.fit(f"{head}{page}\n\n{new}".strip(), page), whole
        return self._p.links.fit(whole, reply.link or page), whole

    async def _apologise(self, claim: Claim) -> Claim | None:
        """Close a message that broke its turn with a plain sentence, so that it does not break for ever."""
        unit = _Unit(claim.rows[:1], Said("broken"), 1)
        try:
            return await self._close(
                claim, unit, Reply(self._p.words.sorry, decision="error"), _context(claim)
            )
        except (Fenced, StoreAway):
            return None
        except Exception as error:  # noqa: BLE001 - the sweep comes back to it
            _log.error("turn %s could not be closed: %s", claim.rows[0].id, where(error))
            return None


def _asks_for_text(claim: Claim) -> bool:
    state = claim.state
    return bool(state and state.state == "open" and state.asked and state.asked["kind"] == "text")


def _read(body: bytes) -> dict[str, Any]:
    read: dict[str, Any] = orjson.loads(vault().open(body, "inbox.body"))
    return read


def _said(row: Row) -> Said:
    body = _read(row.body)
    return Said(row.kind, body["t"], body.get("v", {}))


def _context(claim: Claim) -> dict[str, Any]:
    if claim.context is None:
        return {}
    context: dict[str, Any] = orjson.loads(vault().open(claim.context, "resident.context"))
    return context


def _sealed_context(context: dict[str, Any]) -> bytes | None:
    if not context:
        return None
    return vault().seal(orjson.dumps(context).decode(), "resident.context")


def _open(table: str, sealed: bytes) -> str:
    return vault().open(sealed, "inbox.reply" if table == "inbox" else "outbox.body")
