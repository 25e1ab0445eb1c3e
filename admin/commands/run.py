"""Serve: open the store, put the service together, listen."""

import argparse
import asyncio
import contextlib
import ctypes
import errno
import gc
import logging
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from admin import logs
from admin.app import DESK, build
from admin.console import people
from admin.slices import listeners
from admin.store import Store, open_store
from bot.config import Settings, checked_address
from bot.errors import SettingsError, StoreAway
from bot.wechat.spool import gather
from bot.work import failpoints
from bot.work.unit import Work
from handlers.appointments import county_file, stock
from handlers.appointments.supply import Supply
from handlers.directory import stations
from handlers.directory.county import County
from knowledge.matching import Matcher

if TYPE_CHECKING:  # the sandbox is loaded only where it plays
    from admin.sandbox.trial import Trial

HELP = "Serve. Without credentials: trial mode, with a phone in the browser."
_ROOT = Path(__file__).resolve().parents[2]
_DEMO = _ROOT / "admin" / "demo" / "county.yaml"
_log = logging.getLogger("xiaosi")
Fill = Callable[["Trial"], Awaitable[None]]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``run`` and ``serve``."""
    parser.add_argument("--listen", metavar="HOST:PORT", help="address (default: XIAOSI_LISTEN)")
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes; more than one needs PostgreSQL"
    )
    parser.add_argument("--worker", type=int, default=0, help=argparse.SUPPRESS)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM. Raises: SettingsError."""
    logs.set_up()
    if args.listen:
        settings = replace(settings, listen=checked_address("--listen", args.listen))
    host, port = settings.address
    if args.workers > 1:
        if settings.sqlite_path is not None or settings.trial:
            raise SettingsError("--workers above 1 needs PostgreSQL (XIAOSI_DATABASE_URL) and credentials")
        return _many(args, settings)
    failpoints.arm(settings.failpoint)
    serve(settings, listening(host, port, shared=args.worker > 0), worker=args.worker)
    return 0


def serve(
    settings: Settings,
    listener: socket.socket,
    *,
    worker: int = 0,
    matcher: type[Matcher] = Matcher,
    filled: Fill | None = None,
) -> None:
    """Serve in this process until a signal; closes the listener.

    Args: filled: in trial mode, lets somebody made up write once the service listens.
    Raises: SettingsError.
    """
    try:
        store = open_store(settings, listeners=listeners(), serve=True, worker=worker)
        try:
            if worker == 0:  # alone here: take over what workers of an earlier start left
                gather(store.settings.store_dir / "spool", store.spool_dir)
            county = _load_county(store)
            _loop_run(_serve(store, listener, county, matcher, filled))
        finally:
            store.close()
    finally:
        listener.close()


async def _serve(
    store: Store, listener: socket.socket, county: str, matcher: type[Matcher], filled: Fill | None
) -> None:
    filling: Callable[[], Awaitable[None]] | None = None
    async with contextlib.AsyncExitStack() as stack:
        settings = store.settings
        host, port = listener.getsockname()[:2]
        local = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104
        base = settings.public_url.rstrip("/") or local
        if settings.trial:
            from admin.sandbox.trial import Trial
            from admin.why import Why

            trial = await stack.enter_async_context(Trial(local))
            played = tuple(one.setting(trial.api_base) for one in trial.accounts)
            filling = partial(filled, trial) if filled is not None else None
            app = build(store, accounts=played, link_base=base, county=county)
            app.add_routes(trial.routes)
            trial.explain(Why(store.reader, app[DESK].current, trial.accounts[0].original_id))
        else:
            accounts = tuple(one for one in (settings.wechat, settings.mini) if one.token)
            app = build(store, accounts=accounts, link_base=base, county=county, matcher=matcher)
        await _listening(stack, app, listener)
        _spare_the_collector()
        _say(settings, local)
        if store.node[-2:] in ("00", "01"):  # of several workers one tells it
            await _announce(store, base)
        if filling is not None:
            await filling()
        await _until_stopped()
        _log.info("stopping")


async def _listening(stack: contextlib.AsyncExitStack, app: web.Application, listener: socket.socket) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=6, handle_signals=False)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, listener).start()


def _spare_the_collector() -> None:
    """Knowledge and code stay for good: the collector need not walk through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 50)
    with contextlib.suppress(OSError, AttributeError):  # what a start needed goes back to the system (glibc)
        ctypes.CDLL(None).malloc_trim(0)


async def _announce(store: Store, base: str) -> None:
    """Say how staff sign in; a database that is away now must not stop a service that answers."""
    try:
        sys.stdout.write(await asyncio.to_thread(people.announcement, store, base))
        sys.stdout.flush()
    except StoreAway:
        _log.warning("the database is away: how staff sign in is told at the next start")


async def _until_stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises instead
            loop.add_signal_handler(name, stop.set)
    await stop.wait()


def _say(settings: Settings, local: str) -> None:
    took = time.process_time()
    if settings.trial:
        sys.stdout.write(
            f"xiaosi runs in trial mode: open {local}/try for a phone in the browser.\n"
            f"Its data are in {settings.store_dir}; nothing goes to real people. Stop with Ctrl-C.\n"
        )
    else:
        sys.stdout.write(f"xiaosi serves on {local}\n")
    sys.stdout.flush()
    _log.info("ready after %.1f s of work", took)


def listening(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket that listens. Args: shared: with other workers. Raises: SettingsError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"port {port} is taken by another program: stop it, or choose another: --listen {host}:PORT"
            ) from error
        raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    listener.listen(1024)
    listener.setblocking(False)
    return listener


def _load_county(store: Store) -> str:
    """Bring the directory in line with the county's file; its name, or nothing without a file."""
    path = _DEMO if store.settings.trial else store.settings.data_dir / "county.yaml"
    if not path.exists():
        return ""
    county = stations.read_county(path)
    supply = county_file.read(path, county)
    try:
        store.writer.do_now(_load, county, supply)
    except IntegrityError:  # another node began at the same moment and put the first rows in
        store.writer.do_now(_load, county, supply)
    return county.name


def _load(work: Work, county: County, supply: Supply) -> None:
    stations.load_county(work, county.stations)
    stock.load_supply(work, supply)


def _loop_run(main: "asyncio._CoroutineLike[None]") -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)  # type: ignore[arg-type]
    else:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main)  # type: ignore[arg-type]


def _many(args: argparse.Namespace, settings: Settings) -> int:
    """One process per worker on the same port; when one dies it is started again."""
    spools = settings.store_dir / "spool"
    gather(spools, spools / "01")
    command = [sys.executable, "-m", "admin.cli", "run", "--listen", settings.listen]
    command += ["--data", str(settings.data_dir)]

    def start(number: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*command, "--worker", str(number)], cwd=_ROOT)  # noqa: S603

    workers = {number: start(number) for number in range(1, args.workers + 1)}
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True
        for worker in workers.values():
            worker.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping:
        time.sleep(0.5)
        for number, worker in workers.items():
            if worker.poll() is not None and not stopping:
                _log.error("worker %d ended with %s: started again", number, worker.returncode)
                workers[number] = start(number)
    return max(abs(worker.wait()) for worker in workers.values()) and 1
