"""A county that tells people: the office's acts, the platform over HTTP, and the rounds of its nodes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from aiohttp.test_utils import TestServer

from admin.sandbox.account import TEMPLATE, draw_credentials
from admin.sandbox.api import build
from admin.sandbox.faults import Fault, Kind
from admin.sandbox.platform import Platform
from bot.config import Account
from bot.wechat.gateway import HttpGateway
from bot.wechat.models import Resident
from bot.wechat.sender import Sender
from bot.wechat.subscribe import SENDS
from bot.work.facts import NoticesAnswered
from bot.work.unit import Work
from handlers.appointments import consent
from handlers.appointments.telling import Means
from handlers.appointments.telling_jobs import TellingRounds, Tools
from tests.handlers.booking import Bookings

ALL = Means(("oa",), tuple(("oa", about, TEMPLATE.id) for about in ("remind", "ask", "offer", "cancel")))


@dataclass
class Tellings:
    """``nodes``: their rounds, on one database."""

    bookings: Bookings
    platform: Platform
    nodes: list[TellingRounds]
    senders: list[Sender]
    names: dict[int, str] = field(default_factory=dict)

    def resident(self, *, said: int = 0, allowed: int = 0, granted: int | None = None) -> int:
        """Somebody with so many messages left in their window, and notices allowed on their phone.

        Args: granted: how many of those we know of, when the platform knows better.
        """
        ident = self.bookings.office.resident()
        name = self.names[ident] = f"oTell-{ident}"
        self.bookings.office.does(_reachable, ident, name, said)
        self.platform.touched("oa", name, "message" if said else None)
        for _one in range(allowed):
            self.platform.consent("oa", name, TEMPLATE.id)
        for _one in range(allowed if granted is None else granted):
            self.bookings.office.does(consent.answered, NoticesAnswered(ident, accepted=(TEMPLATE.id,)))
        return ident

    def writes(self, resident: int) -> None:
        """Somebody says something, so that their window opens."""
        self.bookings.office.does(_reachable, resident, self.names[resident], 5)
        self.platform.touched("oa", self.names[resident], "message")

    def fault(self, kind: Kind, value: float | None = None, times: int | None = 1) -> None:
        """Let subscribe messages fail."""
        self.platform.faults.add(Fault(SENDS["oa"], kind, value, times))

    async def rounds(self) -> None:
        """What all nodes do until nothing moves; the clock stands still."""
        for _step in range(6):
            await asyncio.gather(*(node.tell() for node in self.nodes))
            await asyncio.gather(*(node.settled() for node in self.nodes))
            for sender in self.senders:
                sender.poke()
            await self._quiet()

    async def _quiet(self) -> None:
        end, office = time.monotonic() + 60, self.bookings.office
        while office.rows(
            "select 1 from outbox where state = 'sending' or (state = 'created' and due_at <= :now)",
            now=office.now_ms,
        ):
            assert time.monotonic() < end
            await asyncio.sleep(0.01)

    def states(self) -> list[tuple[str, str, str]]:
        """What, by which way, and how it stands, in the order of making."""
        rows = self.bookings.office.rows("select about, channel, state from telling order by id")
        return [(row[0], row[1], row[2]) for row in rows]

    def reached(self) -> list[tuple[str, str]]:
        """Who got what kind of message."""
        return [(sent.openid, sent.kind) for sent in self.platform.sent]

    def texts(self) -> list[str]:
        """The customer-service messages."""
        return [sent.text for sent in self.platform.sent if sent.kind == "text"]

    def values(self) -> list[list[str]]:
        """The values of the subscribe messages."""
        return [
            [one["value"] for one in sent.body["data"].values()]
            for sent in self.platform.sent
            if sent.kind == "notice"
        ]


@asynccontextmanager
async def telling(bookings: Bookings, nodes: int = 1) -> AsyncIterator[Tellings]:
    """Nodes that tell people."""
    office = bookings.office
    credentials = draw_credentials()
    platform = Platform(credentials, office.clock)
    server = TestServer(build(platform))
    await server.start_server(access_log=None)
    root = str(server.make_url("")).rstrip("/")
    account = credentials.oa.setting(root)
    settings = replace(office.store.settings, wechat=account, mini=Account("mini"))
    made = Tellings(bookings, platform, [], [])
    gateways = []
    store = office.store
    for number in range(nodes):
        node = f"n{number}"
        gateway = HttpGateway(store.writer, office.clock, node)
        sender = Sender(store.writer, store.reader, gateway, settings, office.clock, node)
        await sender.start()
        tools = Tools(
            store.writer,
            store.reader,
            office.clock,
            node,
            gateway,
            (account,),
            sender.rights.may_push,
            sender.poke,
        )
        made.nodes.append(TellingRounds(tools))
        made.senders.append(sender)
        gateways.append(gateway)
    try:
        yield made
    finally:
        for one in made.nodes:
            await one.stop()
        for sender in made.senders:
            await sender.stop()
        for gateway in gateways:
            await gateway.close()
        await server.close()


def _reachable(work: Work, resident_id: int, name: str, said: int) -> None:
    row = work.db.get(Resident, resident_id)
    assert row is not None
    row.openid = name
    row.said_left, row.said_until = said, work.now_ms + 48 * 3_600_000 if said else 0
