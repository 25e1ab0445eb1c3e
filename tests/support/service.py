"""The service as tests use it: in this process, over real HTTP, with the sandbox as the platform."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from admin.app import build
from admin.desk import Reference
from admin.sandbox import account as accounts
from admin.sandbox import messages
from admin.sandbox.messages import Lines
from admin.sandbox.pushing import Delivery
from admin.sandbox.sandbox import Sandbox
from admin.slices import listeners
from admin.store import Store, open_store
from bot.clock import Clock, SystemClock
from bot.config import Account, Settings
from handlers.directory import stations
from handlers.directory.county import County
from handlers.library import service as library
from handlers.library import versions
from knowledge.danger import Danger
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.matching import Matcher

SECRET = bytes(range(32))
COUNTY = Path(__file__).resolve().parents[2] / "admin" / "demo" / "county.yaml"


@dataclass
class Phone:
    """A resident's phone: says something, and sees what WeChat would show."""

    service: "Service"
    who: str
    seen: list[str] = field(default_factory=list)

    async def says(self, words: str) -> str:
        """Send a text and give the passive reply, or an empty string when there was none."""
        return await self.does("text", words)

    async def hears(self, words: str, seconds: float = 20.0) -> str:
        """Send a text; give its reply, also where a busy machine missed the response and pushed it."""
        before = len(self.pushed())
        reply = await self.says(words)
        if reply:
            return reply
        pushed = await self.waits_for_push(before + 1, seconds)
        return pushed[-1] if len(pushed) > before else ""

    async def does(self, kind: str, *values: Any) -> str:
        """Send any kind of message that `admin.sandbox.messages` builds."""
        delivery = await self.sends(kind, *values)
        assert not delivery.shown, f"the resident saw a fault: {delivery.why}"
        if delivery.text:
            self.seen.append(delivery.text)
        return delivery.text

    async def sends(self, kind: str, *values: Any) -> Delivery:
        """The same, giving all tries."""
        line = self.service.lines.next(self.who)
        return await self.service.sandbox.push("oa", getattr(messages, kind)(line, *values))

    def pushed(self) -> list[str]:
        """Texts that came by the customer-service API."""
        sent = self.service.sandbox.platform.sent
        return [one.text for one in sent if one.openid == self.who]

    async def waits_for_push(self, count: int = 1, seconds: float = 60.0) -> list[str]:
        """Wait until so many texts were pushed; patiently, for the machine may be busy."""
        end = asyncio.get_running_loop().time() + seconds
        while len(self.pushed()) < count and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)
        return self.pushed()


@dataclass
class Service:
    """A running service with its sandbox."""

    sandbox: Sandbox
    store: Store
    base: str
    lines: Lines
    app: web.Application

    def phone(self, who: str = "oTest-resident-1") -> Phone:
        """A resident's phone."""
        return Phone(self, who)

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """Rows straight from the database."""
        with self.store.engine.connect() as connection:
            return list(connection.execute(text(sql), values).all())


@asynccontextmanager
async def serving(
    folder: Path,
    *,
    clock: Clock | None = None,
    database_url: str = "",
    template: Path | None = None,
    credentials: accounts.Credentials | None = None,
    adopted: bool = True,
    trial: bool = False,
    **settings: Any,
) -> AsyncIterator[Service]:
    """Run a service on a fresh store.

    Args: template: a migrated SQLite file to begin with; adopted: whether the whole pack may answer; trial:
    as where no credentials are set.
    """
    clock = clock or SystemClock()
    folder.mkdir(parents=True, exist_ok=True)
    if template is not None and not database_url:
        sealed = settings.get("secret_key", SECRET) == SECRET  # else its first start makes another index key
        place = folder / "trial" if trial else folder
        place.mkdir(exist_ok=True)
        shutil.copy(_begun(template) if sealed else template, place / "xiaosi.db")
    held = _held_port()
    base = f"http://127.0.0.1:{held.getsockname()[1]}"
    sandbox = Sandbox(
        webhook_url=f"{base}/wechat", mini_url=f"{base}/wechat/mini", clock=clock, credentials=credentials
    )
    api = TestServer(sandbox.api_app())
    await api.start_server(access_log=None)
    given = sandbox.credentials
    sandbox.api_base = str(api.make_url("")).rstrip("/")
    doors = tuple(one.setting(sandbox.api_base) for one in (given.oa, given.mini))
    plain = Settings(data_dir=folder, secret_key=SECRET, database_url=database_url)
    if not trial:
        plain = replace(plain, wechat=doors[0], mini=doors[1])
    store = open_store(replace(plain, **settings), clock=clock, listeners=listeners(), serve=True)
    store.writer.do_now(stations.load_county, _county().stations)
    if adopted:
        store.writer.do_now(library.adopt, library.marks(list(pack().library)), "测试员")
    app = _built(store, doors)
    server = TestServer(app, socket_factory=lambda _host, _port, _family: held)
    await server.start_server(access_log=None)
    try:
        yield Service(sandbox, store, base, Lines(given.oa.original_id, clock), app)
    finally:
        await server.close()
        await api.close()
        store.close()


def _held_port() -> socket.socket:
    """A port that is ours from now on: one that was only looked for may be another's a moment later."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held


@cache
def _begun(template: Path) -> Path:
    """The template with the texts of the pack in it, as a service has it seconds after its first start."""
    folder = template.parent / "begun"
    folder.mkdir()
    shutil.copy(template, folder / "xiaosi.db")
    store = open_store(Settings(data_dir=folder, secret_key=SECRET, wechat=Account("oa", token="t")))
    texts = store.reader.now(versions.unknown, pack().library)
    for start in range(0, len(texts), versions.MOST):
        store.writer.do_now(versions.remember, tuple(texts[start : start + versions.MOST]))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return folder / "xiaosi.db"


@cache
def _county() -> County:
    return stations.read_county(COUNTY)


def _built(store: Store, doors: tuple[Account, ...]) -> web.Application:
    return build(
        store,
        accounts=doors,
        link_base="https://example.test",
        matcher=cast(type[Matcher], _matcher),
        reference=pack(),
    )


_matchers: dict[tuple[object, ...], Matcher] = {}


def _matcher(library: Library, hotlines: Hotlines, danger: Danger, **more: Any) -> Matcher:
    """A matcher on these entries of the pack. It never changes, and making one takes a second."""
    shipped = pack().library
    own = (entry for entry in library if shipped.get(entry.id) != entry)
    key = (*sorted(entry.id for entry in library), *sorted(map(repr, own)))
    if key not in _matchers:
        _matchers[key] = Matcher(library, hotlines, danger, **more)
    return _matchers[key]


@cache
def pack() -> Reference:
    """The shipped pack, loaded once for all tests."""
    return Reference()
