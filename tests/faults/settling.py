"""Waiting until a service has worked off what a fault left behind."""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.auditor import Books, Findings, audit
from tests.support.node import Node, Place
from tests.support.storm import Storm


async def audited(place: Place, storm: Storm, *nodes: Node, full: bool = False) -> Findings:
    """Let everything come to an end, let everybody say a last word, and compare. See `audit`."""
    books = Books(place)
    try:
        await settled(books, *nodes)
        await storm.last_words()
        await settled(books, *nodes)
        return audit(books, storm, full=full)
    finally:
        books.close()


async def settled(books: Books, *nodes: Node, seconds: float = 60.0) -> None:
    """Wait until no message is open, no push under way, and no spool holds a line."""
    end = time.monotonic() + seconds
    while True:
        waiting = [books.open_work(), *[await spooled(node) for node in nodes]]
        if not any(waiting):
            return
        assert time.monotonic() < end, f"open work, and lines of the spools: {waiting}"
        await asyncio.sleep(0.3)


async def spooled(node: Node) -> int:
    """How many messages wait in the spool of a node."""
    _status, body = await node.look("/readyz")
    return int(json.loads(body)["spooled"])


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """Another program holds a SQLite file for itself."""
    other = sqlite3.connect(path, isolation_level=None, timeout=10)
    try:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()
