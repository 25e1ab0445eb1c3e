"""Passwords: argon2 in a few threads, so that no crowd of guesses fills the memory."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import Refused
from bot.words import _

SHORTEST = 10
T = TypeVar("T")
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_THREADS = 2
_QUEUE = 12
_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)  # KiB: 2 threads take 64 MiB


class TooManyAtOnce(Refused):
    """More people sign in at once than this machine can check."""

    code = "too_many_at_once"


def hashed(password: str) -> str:
    """An argon2id hash. Takes some 50 ms: not for the event loop."""
    return _hasher.hash(password)


def generated() -> str:
    """A password that can be read out: four groups of four letters and digits, 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _n in range(4)) for _group in range(4))


def too_weak(login: str, password: str) -> str:
    """What is wrong with a chosen password, in one sentence; empty when nothing is."""
    if len(password) < SHORTEST:
        return _("密码至少 {count} 位。").format(count=SHORTEST)
    if len(set(password)) < 5 or login in password.lower():
        return _("密码太好猜，换一个：几个不相干的词连起来就行。")
    return ""


class Passwords:
    """Checks and makes hashes beside the event loop, at most two at once."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="password")
        self._waiting = 0
        self._nobody = _nobodys()

    async def check(self, known: str | None, password: str) -> bool:
        """Whether a password is right; a name that nobody has costs the same. Raises: TooManyAtOnce."""
        right = await self._run(_verified, known or self._nobody, password)
        return right and known is not None

    async def hashed(self, password: str) -> str:
        """The hash of a new password. Raises: TooManyAtOnce."""
        return await self._run(hashed, password)

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        if self._waiting >= _QUEUE:
            raise TooManyAtOnce(_("现在登录的人多，过一分钟再试。"))
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._waiting -= 1


@cache
def _nobodys() -> str:
    """The hash of a password that nobody knows."""
    return hashed(secrets.token_urlsafe())


def _verified(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
