"""A cell for tests of the way out: a real database, the platform played over HTTP, a clock to set."""

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp.test_utils import TestServer
from sqlalchemy import Engine, select, text

from admin.sandbox.account import Door, draw_credentials
from admin.sandbox.api import build
from admin.sandbox.faults import Fault, Kind
from admin.sandbox.platform import Platform
from bot.clock import SetClock, millis
from bot.config import Account, Settings
from bot.crypto import Vault, install
from bot.db import Base, Reader, postgres_engine, sqlite_engine
from bot.wechat import outbound_models
from bot.wechat.gateway import SEND, HttpGateway
from bot.wechat.models import Outbox, Resident
from bot.wechat.outbox import enqueue
from bot.wechat.sender import Sender
from bot.wechat.token import PATH
from bot.work.alarms import open_alarms
from bot.work.postgres_writer import PostgresWriter
from bot.work.sqlite_writer import SqliteWriter
from bot.work.unit import Work
from bot.work.writer import Writer

NOON = datetime(2026, 6, 10, 4, 0, tzinfo=UTC)
"""Noon in Beijing."""
SECRET = os.urandom(32)
TABLES = (Resident, Outbox, outbound_models.AccessToken)  # imported, so that they are created


@dataclass
class Cell:
    """One cell: any number of senders on one database, one platform."""

    engine: Engine
    writer: Writer
    reader: Reader
    clock: SetClock
    platform: Platform
    settings: Settings
    postgres: bool = False
    ends: list[Callable[[], Any]] = field(default_factory=list)
    senders: list[Sender] = field(default_factory=list)
    _once: "itertools.count[int]" = field(default_factory=itertools.count)

    def gateway(self, node: str = "n1", total: float = 5.0) -> HttpGateway:
        """A gateway as one process has it."""
        writer = self.writer
        gateway = HttpGateway(writer, self.clock, node, total=total)
        self.ends.append(gateway.close)
        return gateway

    async def sender(self, node: str = "n1", total: float = 5.0) -> Sender:
        """A started sender with a gateway of its own."""
        gateway = self.gateway(node, total)
        sender = Sender(self.writer, self.reader, gateway, self.settings, self.clock, node)
        self.ends.append(sender.stop)
        self.senders.append(sender)
        await sender.start()
        return sender

    def fault(self, kind: Kind, value: float | None = None, times: int | None = 1, at: str = SEND) -> None:
        """Let the platform have a bad day."""
        self.platform.faults.add(Fault(at, kind, value, times))

    def resident(self, name: str = "wang", *, said: int = 5, did: int = 0, door: Door = "oa") -> int:
        """Somebody who has just written to the account (and, with `did`, touched the menu)."""
        if said:
            self.platform.touched(door, name, "message")
        if did:
            self.platform.touched(door, name, "touch")
        return self.writer.do_now(_resident, name, door, said, did)

    def put(self, resident: int, words: str = "您好", **more: Any) -> int:
        """Put a text into the outbox."""
        return self.writer.do_now(_put, resident, words, f"t:{next(self._once)}", more)

    def rows(self) -> list[tuple[str, str | None]]:
        """State and reason of all messages, in order."""
        return [(row.state, row.reason) for row in self._outbox()]

    def look(self, model: type[Any]) -> list[Any]:
        """All rows of a table."""
        with self.reader.open() as connection:
            key = list(model.__table__.primary_key.columns)
            return list(connection.execute(select(model.__table__).order_by(*key)).all())

    def said(self) -> list[str]:
        """The texts that reached a phone."""
        return [sent.text for sent in self.platform.sent]

    def fetches(self) -> int:
        """How often a token was asked for."""
        return self.platform.count(PATH)

    def alarms(self) -> list[str]:
        """The kinds of the open alarms."""
        return [alarm[0] for alarm in self.reader.now(open_alarms)]

    def kept(self, resident: int) -> list[Any]:
        """What waits for a resident's next word, oldest first."""
        waits = (
            "select id, state, body from outbox"
            " where resident_id = :resident and state in ('kept', 'unknown') and body is not null order by id"
        )
        with self.reader.open() as connection:
            return list(connection.execute(text(waits), {"resident": resident}).all())

    async def settled(self, seconds: float = 60.0) -> list[tuple[str, str | None]]:
        """Wait until nothing is due or on its way; the clock stands still meanwhile."""
        end = time.monotonic() + seconds
        while self._moves():
            assert time.monotonic() < end, self.rows()
            await asyncio.sleep(0.01)
        return self.rows()

    def _moves(self) -> bool:
        rows, now = self._outbox(), millis(self.clock.now())
        held = {row.resident_id for row in rows if row.state == "created" and row.reason and row.due_at > now}
        return any(
            row.state == "sending"
            or (row.state == "created" and row.due_at <= now and row.resident_id not in held)
            for row in rows
        )

    def _outbox(self) -> list[Any]:
        """All messages but their texts, which a test may have sealed with another key."""
        with self.reader.open() as connection:
            columns = [column for column in Outbox.__table__.columns if column.name != "body"]
            return list(connection.execute(select(*columns).order_by(Outbox.id)).all())

    async def passes(self, **span: float) -> list[tuple[str, str | None]]:
        """Move the clock, let the senders look, and wait until all is quiet."""
        self.clock.move(**span)
        for sender in self.senders:
            sender.poke()
        await asyncio.sleep(0.05)
        return await self.settled()


def _resident(work: Work, name: str, door: str, said: int, did: int) -> int:
    row = Resident(door=door, mark=f"{door}:{name}", openid=name, first_at=work.now_ms, last_at=work.now_ms)
    row.said_left, row.said_until = said, work.now_ms + 48 * 3600_000 if said else 0
    row.did_left, row.did_until = did, work.now_ms + 60_000 if did else 0
    work.db.add(row)
    work.db.flush()
    return row.id


def _put(work: Work, resident: int, words: str, once: str, more: dict[str, Any]) -> int:
    return enqueue(work, **{"resident_id": resident, "body": words, "once": once, **more})


@cache
def _tables() -> bytes:
    """A SQLite file with all tables and no row."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tables.db"
        engine = sqlite_engine(path)
        Base.metadata.create_all(engine)
        engine.dispose()  # the last one to leave writes all of it into the file
        return path.read_bytes()


@asynccontextmanager
async def open_cell(
    folder: Path, postgres_url: str = "", *, can_call: bool = True, busy_ms: int = 2000
) -> AsyncIterator[Cell]:
    """Open a cell on a new SQLite file, or on an empty PostgreSQL database."""
    install(Vault(SECRET, index_key=SECRET))
    clock = SetClock(NOON)
    credentials = draw_credentials()
    platform = Platform(credentials, clock)
    server = TestServer(build(platform))
    await server.start_server()
    if not postgres_url:
        (folder / "cell.db").write_bytes(_tables())
    engine = (
        postgres_engine(postgres_url, pool=12)
        if postgres_url
        else sqlite_engine(folder / "cell.db", busy_ms=busy_ms)
    )
    if postgres_url:
        Base.metadata.create_all(engine)
    reader = Reader(engine, threads=4 if postgres_url else 0)
    writer: Writer = (
        PostgresWriter(engine, {}, clock) if postgres_url else SqliteWriter(engine, {}, clock, gather=0.0)
    )
    base = str(server.make_url("")).rstrip("/")
    wechat, mini = (
        Account(
            known.door, app_id=known.app_id, app_secret=known.app_secret if can_call else None, api_base=base
        )
        for known in (credentials.oa, credentials.mini)
    )
    settings = Settings(folder, database_url=postgres_url, wechat=wechat, mini=mini)
    cell = Cell(engine, writer, reader, clock, platform, settings, bool(postgres_url))
    try:
        yield cell
    finally:
        for end in reversed(cell.ends):
            await end()
        writer.close()
        reader.close()
        engine.dispose()
        await server.close()
