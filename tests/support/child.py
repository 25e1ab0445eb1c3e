"""Child processes of tests: they end with the test run, whatever happens to it."""

import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from admin.bench.tied import tied

NOBODY = "nobody"


def free_port() -> int:
    """A TCP port on the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_nobody() -> dict[str, Any]:
    """The arguments of `subprocess` that give up root for good."""
    account = pwd.getpwnam(NOBODY)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


class Child:
    """A server process that can be stopped, killed, frozen and started again.

    Args:
        argv: the command; log: where its words go; options: more arguments for `subprocess.Popen`.
    """

    def __init__(self, argv: Sequence[str], log: Path, **options: Any) -> None:
        self.argv, self.log, self.options = list(argv), log, options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def start(self, ready: Callable[[], bool], seconds: float = 60.0) -> None:
        """Start and wait until `ready` says so. Raises: RuntimeError with the end of the log."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **{**tied(), **self.options},
            )
        end = time.monotonic() + seconds
        while not ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError(f"{self.argv[0]} did not start: {self.log.read_text('utf-8')[-2000:]}")
            time.sleep(0.02)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process, if it is there."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)

    def freeze(self) -> None:
        """Hold the process: its connections stay open and nothing answers."""
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        self.send(signal.SIGCONT)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Ask it to end, and see that it does."""
        self.thaw()
        self.send(number)
        try:
            if self._process:
                self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
