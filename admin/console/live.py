"""Open screens hear what changed: one look a second for a node, handed on to every stream by ids alone."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from aiohttp import web
from sqlalchemy import Connection

from admin.console import sessions
from admin.console.shell import Shell, Visitor
from bot.errors import StoreAway, where
from bot.work import news
from handlers.handoff import finding
from handlers.handoff.scope import Scope

LOOK_SECONDS, BEAT_SECONDS = 1.0, 15.0
MOST_MESSAGES = 2000
_OVERLAP_SECONDS = 3.0
_QUEUE = 100
_PRUNE_LOOKS = 3600
_STALE = 5_000_000
"""A mark so far behind the newest message is of another store, or of another time."""
_log = logging.getLogger(__name__)


class Mark(NamedTuple):
    """How far a screen has read: the newest row of the news, the newest message."""

    news: int = 0
    message: int = 0

    def words(self) -> str:
        """As the id of an event."""
        return f"{self.news}-{self.message}"


@dataclass(frozen=True)
class Change:
    """What a screen is told. ``kind``: see `news.News`, or ``wrote`` when the resident did."""

    kind: str
    task_id: int
    staff_id: int | None = None
    station_id: str | None = None

    @property
    def event(self) -> str:
        """``tasks`` when the list changed, ``task`` when a thread did, ``alert`` for a bell."""
        return {"answered": "task", "wrote": "task", "alert": "alert"}.get(self.kind, "tasks")


def read_mark(words: str) -> Mark | None:
    """The reverse of `Mark.words`; None for anything else."""
    parts = words.split("-")
    if len(parts) != 2 or not all(p.isascii() and p.isdecimal() and len(p) < 18 for p in parts):
        return None
    return Mark(int(parts[0]), int(parts[1]))


class Tail:
    """Follows ids that may come into sight out of order: with several writers, a lower one may be later.

    The newest ids are read again for some seconds; what was seen is not given twice.
    """

    def __init__(self, start: int) -> None:
        self.after = start
        self.newest = start
        self._seen: dict[int, float] = {}

    def fresh(self, ids: Iterable[int], now: float) -> set[int]:
        """Those that were not seen before. Args: now: seconds of any steady clock."""
        found = {ident for ident in ids if ident > self.after and ident not in self._seen}
        self._seen |= dict.fromkeys(found, now)
        settled = [ident for ident, at in self._seen.items() if at < now - _OVERLAP_SECONDS]
        if settled:
            self.jump(max(settled))
        self.newest = max(self.newest, *found) if found else self.newest
        return found

    def jump(self, ident: int) -> None:
        """Read nothing again up to an id."""
        self.after = max(self.after, ident)
        self._seen = {one: at for one, at in self._seen.items() if one > self.after}


@dataclass(eq=False)
class _Screen:
    visitor: Visitor
    queue: asyncio.Queue[list[Change] | None] = field(default_factory=lambda: asyncio.Queue(_QUEUE))


class Live:
    """The streams of one node. It looks only while a screen is open."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._screens: set[_Screen] = set()
        self._looking: asyncio.Task[None] | None = None
        self._news, self._messages = Tail(0), Tail(0)
        self._closed = False

    def routes(self) -> list[web.RouteDef]:
        """The stream. Being open is not being used: it keeps no session from falling idle."""
        return [web.get("/admin/live", self._shell.page(self.stream, "live", quiet=True))]

    async def close(self, _app: web.Application | None = None) -> None:
        """End all streams, so that the service can stop."""
        self._closed = True
        for screen in self._screens:
            _put(screen, None)
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking

    async def stream(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Events until the session or the service ends; first what was missed since ``Last-Event-ID``."""
        if self._closed:
            raise web.HTTPServiceUnavailable
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        )
        for name, value in self._shell.headers.items():
            response.headers.setdefault(name, value)
        await self._look_on()
        screen = _Screen(visitor)
        self._screens.add(screen)
        try:
            await response.prepare(request)
            await response.write(b"retry: 3000\n\n")
            missed = await self._missed(request, visitor.scope)
            await response.write(self._text(missed, "ready"))
            await self._follow(response, screen)
        except (ConnectionResetError, StoreAway):
            pass  # the browser is gone, or tries again
        finally:
            self._screens.discard(screen)
        return response

    async def _follow(self, response: web.StreamResponse, screen: _Screen) -> None:
        loop = asyncio.get_running_loop()
        beat = loop.time() + BEAT_SECONDS
        while True:
            try:
                changes = await asyncio.wait_for(screen.queue.get(), max(0.0, beat - loop.time()))
            except TimeoutError:
                if not await self._holds(screen.visitor):
                    await response.write(b"event: over\ndata: {}\n\n")
                    return
                await response.write(b": still here\n\n")
                beat = loop.time() + BEAT_SECONDS
                continue
            if changes is None:
                return
            await response.write(self._text(changes))

    async def _holds(self, visitor: Visitor) -> bool:
        found = await self._shell.store.reader(sessions.current, visitor.token, self._shell.now_ms)
        return found is not None and found.who == visitor.who

    def _text(self, changes: Sequence[Change], more: str = "") -> bytes:
        mark = Mark(self._news.newest, self._messages.newest).words()
        events = [
            (one.event, json.dumps({"task": one.task_id, "kind": one.kind})) for one in _distinct(changes)
        ]
        events += [(more, "{}")] if more else []
        return "".join(f"id: {mark}\nevent: {name}\ndata: {data}\n\n" for name, data in events).encode()

    async def _look_on(self) -> None:
        if self._looking is not None and not self._looking.done():
            return
        start = await self._shell.store.reader(_newest)
        if self._looking is None or self._looking.done():
            self._news, self._messages = Tail(start.news), Tail(start.message)
            self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        looks = 0
        while self._screens or looks < 5:
            await asyncio.sleep(LOOK_SECONDS)
            looks += 1
            try:
                await self._hand_on()
                if looks % _PRUNE_LOOKS == 0:
                    await self._shell.store.writer.do(news.prune)
            except StoreAway:
                continue
            except Exception as error:  # noqa: BLE001 - a look that fails must not end all others
                _log.warning("a look for changes failed: %s", where(error))

    async def _hand_on(self) -> None:
        items, written = await self._shell.store.reader(_read, self._news.after, self._messages.after)
        now = asyncio.get_running_loop().time()
        fresh = self._news.fresh((one.id for one in items), now)
        came = self._messages.fresh((ident for ident, _resident in written), now)
        if len(items) == news.MOST:
            self._news.jump(items[-1].id)
        if len(written) == MOST_MESSAGES:
            self._messages.jump(written[-1][0])
        residents = {resident for ident, resident in written if ident in came}
        told = [one for one in items if one.id in fresh]
        if not (told or residents) or not self._screens:
            return
        scopes = {screen.visitor.scope for screen in self._screens}
        seen = await self._shell.store.reader(_seen, told, sorted(residents), scopes)
        for screen in list(self._screens):
            changes = _for(screen.visitor, seen[screen.visitor.scope])
            if changes:
                _put(screen, changes)

    async def _missed(self, request: web.Request, scope: Scope) -> list[Change]:
        """What happened since the id that the browser heard last, or that its page was made with."""
        last = read_mark(request.headers.get("Last-Event-ID", "") or request.query.get("since", ""))
        if last is None:
            return []
        items, written = await self._shell.store.reader(_read, last.news, last.message)
        if self._messages.newest - last.message > _STALE:
            return []
        residents = sorted({resident for _ident, resident in written})
        return (await self._shell.store.reader(_seen, items, residents, {scope}))[scope]


def mark_now(connection: Connection) -> str:
    """The mark of a page that is made now: its stream begins there."""
    return _newest(connection).words()


def _newest(connection: Connection) -> Mark:
    return Mark(news.newest(connection), finding.newest_message(connection))


def _read(connection: Connection, last: int, message: int) -> tuple[list[news.Item], list[tuple[int, int]]]:
    return news.since(connection, last), finding.written_to(connection, message, MOST_MESSAGES)


def _seen(
    connection: Connection, told: Sequence[news.Item], residents: Sequence[int], scopes: set[Scope]
) -> dict[Scope, list[Change]]:
    """The changes that each scope may know of."""
    changes = [Change(one.kind, one.task_id, one.staff_id, one.station_id) for one in told]
    changes += [Change("wrote", task) for task in finding.open_of(connection, residents)]
    tasks = sorted({one.task_id for one in changes})
    seen: dict[Scope, list[Change]] = {}
    for scope in scopes:
        known = finding.seen_by(connection, tasks, scope)
        seen[scope] = [one for one in changes if one.task_id in known or one.staff_id == scope.staff_id]
    return seen


def _for(visitor: Visitor, changes: Sequence[Change]) -> list[Change]:
    who = visitor.who
    return [
        one for one in changes if one.staff_id in (None, who.id) and one.station_id in (None, who.station_id)
    ]


def _distinct(changes: Sequence[Change]) -> list[Change]:
    return list(dict.fromkeys(changes))


def _put(screen: _Screen, changes: list[Change] | None) -> None:
    """A screen that does not keep up is let go: it comes back and asks for what it missed."""
    try:
        screen.queue.put_nowait(changes)
    except asyncio.QueueFull:
        while not screen.queue.empty():
            screen.queue.get_nowait()
        screen.queue.put_nowait(None)
