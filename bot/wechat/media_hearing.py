"""Turns voices into text by the operator's own service (XIAOSI_ASR_URL); its contract is in operating.md."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import aiohttp

from bot.clock import Clock, millis
from bot.crypto import Unreadable, vault
from bot.db import Reader
from bot.errors import Fenced, StoreAway, where
from bot.wechat import media_heard
from bot.wechat.media_files import Uploads
from bot.wechat.media_heard import Text, Voice
from bot.work.bounded import bounded
from bot.work.failpoints import reach
from bot.work.writer import Writer

TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=5)
LARGEST = 64 * 1024
"""Bytes of an answer."""
LONGEST = 500
"""Characters of a text; a minute of speech has about 300."""
TRIES, PAUSE_MS = 4, 5_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ears:
    """What hearing needs.

    Attributes: url: of the service; danger: kind and safety text of words that sound like danger;
    take_up: begins a resident's turn; poke: wakes the sender.
    """

    url: str
    writer: Writer
    reader: Reader
    uploads: Uploads
    clock: Clock
    node: str
    danger: Callable[[Sequence[str]], tuple[str, str] | None]
    may_push: Callable[[str], bool]
    take_up: Callable[[int], Awaitable[None]]
    poke: Callable[[], None]


class _NoText(Exception):
    """The service gave no text. Args: why: without anybody's data; again: another try may help."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.why, self.again = why, again


class Hearing:
    """One voice at a time on each node; `look` is one of its rounds."""

    def __init__(self, ears: Ears) -> None:
        self._e = ears
        self._session: aiohttp.ClientSession | None = None

    async def look(self) -> bool:
        """Hear one voice if one is due. Returns: whether there was one."""
        if not await self._e.reader(media_heard.anything_unheard, millis(self._e.clock.now())):
            return False
        voice = await self._e.writer.do(media_heard.claim_voice, self._e.node)
        if voice is None:
            return False
        with suppress(Fenced):  # erased meanwhile
            await self._one(voice)
        return True

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _one(self, voice: Voice) -> None:
        why = ""
        try:
            words = await self._asked(voice)
        except _NoText as no:
            if no.again and voice.tries < TRIES:
                at = millis(self._e.clock.now()) + PAUSE_MS * 4 ** (voice.tries - 1)
                await self._e.writer.do(media_heard.hear_later, voice, self._e.node, at, no.why)
                return
            words, why = "", no.why
        reach("media_heard")
        may_push = self._e.may_push(voice.door)
        resident = await self._e.writer.do(
            media_heard.hear, voice, self._e.node, self._text(words), may_push, why
        )
        self._e.poke()
        if resident is not None:
            try:
                await self._e.take_up(resident)
            except StoreAway:
                _log.warning("media %s: its message is left to the sweep", voice.id)

    def _text(self, words: str) -> Text:
        body = vault().seal(json.dumps({"t": words}), "inbox.body")
        danger = self._e.danger([words]) if words else None
        if danger is None:
            return Text(words, body)
        kind, safe = danger
        return Text(words, body, kind, vault().seal(safe, "inbox.reply"), vault().seal(safe, "outbox.body"))

    async def _asked(self, voice: Voice) -> str:
        """The service's text. Raises: _NoText."""
        try:
            sound = await asyncio.get_running_loop().run_in_executor(
                None, self._e.uploads.read, voice.id, voice.key
            )
        except (OSError, Unreadable) as error:
            raise _NoText(f"the file cannot be read: {type(error).__name__}", again=False) from None
        headers = {"Content-Type": voice.mime, "Accept": "application/json"}
        try:
            async with self._open().post(
                self._e.url, data=sound, headers=headers, allow_redirects=False
            ) as answer:
                read = await _whole(answer)
                return _words(answer.status, read)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _NoText(f"no answer: {type(error).__name__}", again=True) from None
        except _NoText:
            raise
        except Exception as error:  # noqa: BLE001 - a strange answer must not hold up the round
            _log.error("media %s could not be heard: %s", voice.id, where(error))
            raise _NoText(f"broke: {type(error).__name__}", again=False) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _words(status: int, read: bytes) -> str:
    """The text of an answer, in one line. Raises: _NoText."""
    if status != 200:
        raise _NoText(f"HTTP status {status}", again=status >= 500 or status in (408, 429))
    try:
        found = json.loads(read)
    except (ValueError, RecursionError):
        raise _NoText("the answer is no JSON", again=False) from None
    words = found.get("text") if isinstance(found, dict) else None
    if not isinstance(words, str):
        raise _NoText("the answer has no text", again=False)
    shown = "".join(one if one.isprintable() else " " for one in words)
    return " ".join(shown.split())[:LONGEST]


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    read = await bounded(answer, LARGEST)
    if read is None:
        raise _NoText("the answer is too large", again=False)
    return read
