"""The three servers of the webhook measurement, each a process of its own on one core."""

import base64
import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from admin.bench.questions import Account, lay_pack, part_of_pack
from admin.bench.tied import tied
from admin.store import open_store
from bot.config import read_settings
from bot.errors import XiaosiError
from handlers.library import service as library

NAMES = ("echo", "path", "service")
"""The yardstick; the service with a constant for the matcher; the service."""
_PYTHON = (sys.executable, "-X", "utf8", "-m")
_START_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[2]


class NotStarted(XiaosiError):
    """A server of the measurement did not come up; the message ends with its last words."""


@dataclass(frozen=True)
class Server:
    """A running server. Attributes: ready_seconds: from its start until it listened."""

    name: str
    port: int
    ready_seconds: float


@contextlib.contextmanager
def running(
    folder: Path, account: Account, names: tuple[str, ...] = NAMES, *, entries: int | None = None
) -> Iterator[dict[str, Server]]:
    """Start the servers, each service on an adopted data folder of its own below ``folder``.

    Args: entries: how many are adopted; all of the pack if None. Raises: NotStarted.
    """
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(_server(name, folder / name, account, entries)) for name in names}


@contextlib.contextmanager
def place(beside: Path) -> Iterator[Path]:
    """A folder that is removed afterwards; on the disk of the data folder, whose speed counts."""
    usable = beside.is_dir() and os.access(beside, os.W_OK)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=beside if usable else None) as folder:
        yield Path(folder)


def cores() -> tuple[int, int] | None:
    """A core for the server and one for the client, or None where cores cannot be chosen."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    found = sorted(os.sched_getaffinity(0))
    return (found[0], found[1]) if len(found) > 1 else None


@contextlib.contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Keep this process, and all that it starts, on one core."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def invented_account() -> Account:
    """Credentials that belong to nobody."""
    return Account(
        secrets.token_hex(16),
        base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="),
        "wx" + secrets.token_hex(8),
    )


@contextlib.contextmanager
def _server(name: str, data: Path, account: Account, entries: int | None) -> Iterator[Server]:
    data.mkdir(parents=True)
    with (data / "said").open("w+b") as said:
        command = _command(name, data, account, entries)
        began = time.monotonic()
        # an empty environment: an operator's own settings and database stay out of this
        options = {"env": {}, "cwd": _ROOT, "stdout": said, "stderr": said, **tied()}
        process = subprocess.Popen(command, **options)  # noqa: S603 - all words are ours
        try:
            port = _port(process, data / "said")
            yield Server(name, port, time.monotonic() - began)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _command(name: str, data: Path, account: Account, entries: int | None) -> tuple[str, ...]:
    if name == "echo":
        return (*_PYTHON, "admin.bench.echo", account.token, account.aes_key, account.app_id)
    (data / ".env").write_text(
        f"XIAOSI_WECHAT_TOKEN={account.token}\nXIAOSI_WECHAT_AES_KEY={account.aes_key}\n"
        f"XIAOSI_WECHAT_APP_ID={account.app_id}\nXIAOSI_LISTEN=127.0.0.1:0\n",
        "utf-8",
    )
    _adopt(data, entries)
    if name == "path":
        return (*_PYTHON, "admin.bench.constant", str(data))
    return (*_PYTHON, "admin.cli", "run", "--data", str(data))


def _adopt(data: Path, entries: int | None) -> None:
    """Adopt the pack or a part of it; what starts then is a restart."""
    lay_pack(data)
    store = open_store(read_settings({}, data_dir=data))
    try:
        store.writer.do_now(library.adopt, library.marks(list(part_of_pack(entries))), "bench")
    finally:
        store.close()


def _port(process: subprocess.Popen[bytes], said: Path) -> int:
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        for line in said.read_text("utf-8", "replace").splitlines():
            if " serves on http://127.0.0.1:" in line:
                return int(line.rpartition(":")[2])
        time.sleep(0.02)
    raise NotStarted(f"{said.parent.name} did not start: {_last_words(said)}")


def _last_words(said: Path) -> str:
    return " / ".join(said.read_text("utf-8", "replace").splitlines()[-3:]) or "it said nothing"
