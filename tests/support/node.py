"""The shipped service as a process of its own: killed, frozen, starved and started again."""

import asyncio
import atexit
import base64
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import aiohttp

from admin.sandbox.account import Credentials, draw_credentials
from admin.sandbox.pushing import Pusher
from knowledge.kept import FILE as KEPT
from tests.support.child import Child, free_port
from tests.support.kept import lay
from tests.support.servers import Postgres

ROOT = Path(__file__).resolve().parents[2]
COUNTY = ROOT / "admin" / "demo" / "county.yaml"
SECRET = bytes(range(32))
FAILPOINT = "XIAOSI_TEST_FAILPOINT"


@dataclass(frozen=True)
class Place:
    """Where a service works: its folder, its database, and the platform that it talks to.

    Attributes: database_url: of PostgreSQL, or empty for SQLite in the folder.
    """

    folder: Path
    credentials: Credentials
    api_base: str
    database_url: str = ""
    redis_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The settings, as the environment of the process."""
        env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        env |= {"XIAOSI_SECRET_KEY": base64.b64encode(SECRET).decode()}
        if self.database_url:
            env["XIAOSI_DATABASE_URL"] = self.database_url
        if self.redis_url:
            env["XIAOSI_REDIS_URL"] = self.redis_url
        for prefix, account in (("WECHAT", self.credentials.oa), ("MINI", self.credentials.mini)):
            given = {
                "TOKEN": account.token,
                "MODE": account.mode,
                "AES_KEY": account.aes_key,
                "APP_ID": account.app_id,
                "APP_SECRET": account.app_secret,
                "API_BASE": self.api_base,
            }
            env |= {f"XIAOSI_{prefix}_{name}": value for name, value in given.items()}
        return env

    def prepare(self) -> None:
        """Make the folder, with the county's file and, on SQLite, all of the shipped knowledge adopted.

        The command adopts once for all places, which get a copy; on PostgreSQL a database made from
        `adopted` is such a copy.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(COUNTY, self.folder / "county.yaml")
        for name in (KEPT,) if self.database_url else (KEPT, "xiaosi.db"):
            shutil.copy(_adopted() / name, self.folder)

    def adopt(self) -> None:
        """Adopt the shipped knowledge, by the command."""
        adopt = ["knowledge", "--data", str(self.folder), "adopt", "all", "--by", "测试"]
        done = subprocess.run(
            [sys.executable, "-m", "admin.cli", *adopt],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]


@cache
def _adopted() -> Path:
    """A folder in which the knowledge was adopted and read, gone with this process."""
    folder = Path(tempfile.mkdtemp(prefix="xiaosi-adopted-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Place(folder, draw_credentials(), "").adopt()
    lay(folder)
    return folder


def adopted(server: Postgres) -> str:
    """The name of a template database in which the knowledge was adopted."""

    def fill(url: str) -> None:
        with tempfile.TemporaryDirectory(prefix="xiaosi-adopted-") as folder:
            place = Place(Path(folder), draw_credentials(), "", url)
            place.prepare()
            place.adopt()

    return server.template("adopted", fill)


class Node(Child):
    """One process of the service on a port of its own."""

    def __init__(self, place: Place) -> None:
        self.place, self.port = place, free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        argv = [sys.executable, "-m", "admin.cli", "run"]
        argv += ["--listen", f"127.0.0.1:{self.port}", "--data", str(place.folder)]
        log = place.folder.with_name(f"{place.folder.name}.log")  # beside the folder: that disk may be full
        super().__init__(argv, log, env=dict(place.environment), cwd=ROOT)
        self._answered = False

    def spawn(self, failpoint: str = "") -> None:
        """Start without waiting. Args: failpoint: as in ``committed:0.01``."""
        self.options["env"][FAILPOINT], self._answered = failpoint, False
        self.start(lambda: True)

    async def up(self, seconds: float = 120.0) -> bool:
        """Wait until it answers. Returns: False when it ended instead."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.ended:
                return False
            if await self._listens():
                self._answered = True
                return True
            await asyncio.sleep(0.03)
        raise RuntimeError(f"the service did not come up: {self.tail()}")

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self._process is None or self._process.poll() is not None

    @property
    def away(self) -> bool:
        """Whether it is gone, or has not answered `up` yet."""
        return self.ended or not self._answered

    @property
    def status(self) -> int | None:
        """How it ended: an exit status, or minus the signal; None while it runs."""
        return self._process.poll() if self._process else None

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_text("utf-8", errors="replace")[-3000:]

    async def look(self, path: str) -> tuple[int, str]:
        """Status and body of one of its pages."""
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(self.base + path) as answer:
            return answer.status, await answer.text()

    def pushers(self, *, wait: float = 5.0) -> dict[str, Pusher]:
        """What delivers to its doors as the platform does."""
        given = self.place.credentials
        return {
            "oa": Pusher(f"{self.base}/wechat", given.oa, wait=wait),
            "mini": Pusher(f"{self.base}/wechat/mini", given.mini, wait=wait),
        }

    async def _listens(self) -> bool:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        try:
            return (await self.look("/healthz"))[0] == 200
        except (aiohttp.ClientError, OSError):
            return False


@asynccontextmanager
async def running(*nodes: Node) -> AsyncIterator[None]:
    """Start services, and end them with the block, however it ends."""
    try:
        for node in nodes:
            node.spawn()
        for node in nodes:
            assert await node.up(), node.tail()
        yield
    finally:
        for node in nodes:
            node.kill()


async def until(met: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Wait until something holds. Returns: whether it did in time."""
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(every)
    return True


@cache
def fixed_texts() -> Mapping[str, str]:
    """The fixed sentences of the message path, by name."""
    from admin.sentences import Sentences
    from knowledge.danger import Danger
    from knowledge.hotlines import Hotlines

    hotlines = Hotlines.load()
    words = Sentences(Danger.load(hotlines), hotlines)
    names = ("listening", "send_any_word", "store_away", "not_stored", "sorry", "too_fast")
    return {name: getattr(words, name) for name in names}
