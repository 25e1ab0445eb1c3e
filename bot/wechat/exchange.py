"""One HTTP exchange with the platform: a body out, an `Answer` back, and nothing of either in a log."""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any, TypeVar

import aiohttp

from bot.wechat.errcodes import Action, Trouble, rule_of
from bot.wechat.outcome import Answer, Fetched, NeverConnected, Refused, Sent, Unknown

TOTAL_S = 5.0
LARGEST = 256 * 1024
KEEPALIVE_S = 5.0  # short: a POST on a connection that the other end just closed has an unknown fate
FETCH_TIMEOUT = aiohttp.ClientTimeout(total=90, sock_connect=3.0, sock_read=15)
"""For a file: ten megabytes over the thin line of a township."""
T = TypeVar("T")
_RID = re.compile(r"rid: ?([0-9A-Za-z-]{4,64})")
_ADDRESS = re.compile(r"\b(\d{1,3}(?:\.\d{1,3}){3})\b")
_log = logging.getLogger(__name__)


class Exchange:
    """A client session towards the platform.

    Args: total: seconds for one exchange, from the connection to the last byte.
    """

    def __init__(self, total: float = TOTAL_S) -> None:
        self._timeout = aiohttp.ClientTimeout(total=total, sock_connect=min(3.0, total))
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self, method: str, url: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Answer:
        """Make one exchange. Never raises for what the network or the other end does.

        Args: query: holds the token, so no error text of the client is ever logged.
        """
        # plain UTF-8: the platform refuses or shows escapes such as \u4f60
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        return await self._made(method, url, query, sent, _answer, self._timeout)

    async def fetch(self, url: str, query: Mapping[str, str], most: int) -> Answer | Fetched:
        """Fetch a file of at most so many bytes; what is longer is broken off. Never raises either."""
        reader = partial(_file, most=most)
        return await self._made("GET", url, query, None, reader, FETCH_TIMEOUT)

    async def _made(
        self,
        method: str,
        url: str,
        query: Mapping[str, str],
        sent: bytes | None,
        read: Callable[[aiohttp.ClientResponse], Awaitable[T]],
        limit: aiohttp.ClientTimeout,
    ) -> T | NeverConnected | Unknown:
        made = SimpleNamespace(connected=False)
        try:
            async with self._open().request(
                method,
                url,
                params=query,
                data=sent,
                headers={"Content-Type": "application/json; charset=utf-8"} if sent else None,
                allow_redirects=False,  # a redirect would carry the token elsewhere
                trace_request_ctx=made,
                timeout=limit,
            ) as response:
                return await read(response)
        except TimeoutError:
            return Unknown(Trouble.TIMEOUT) if made.connected else NeverConnected()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            _log.info("exchange with the platform failed: %s", type(error).__name__)
            return Unknown(Trouble.CUT_OFF) if made.connected else NeverConnected()

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_connection_create_end.append(_connected)
            trace.on_connection_reuseconn.append(_connected)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=KEEPALIVE_S),
                trace_configs=[trace],
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _connected(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
    context.trace_request_ctx.connected = True


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    read = await _read(response, LARGEST)
    return Unknown(Trouble.TOO_LARGE) if read is None else judge(response.status, read)


async def _file(response: aiohttp.ClientResponse, *, most: int) -> Answer | Fetched:
    if (response.content_length or 0) > most:
        response.close()
        return Unknown(Trouble.TOO_LARGE)
    read = await _read(response, most)
    if read is None:
        return Unknown(Trouble.TOO_LARGE)
    # an error comes as JSON with status 200, whatever its label says; no file that is kept begins so
    if response.status != 200 or read.lstrip()[:1] == b"{":
        return judge(response.status, read)
    return Fetched(read, response.content_type)


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > most:
            response.close()
            return None
        parts.append(part)
    return b"".join(parts)


def judge(status: int, raw: bytes) -> Answer:
    """Read an answer by its content; its label may say text/plain, and success may lack ``errcode``."""
    if status >= 500:
        return Unknown(Trouble.HTTP_5XX)
    try:
        data = json.loads(raw)
        code = int(data.get("errcode", 0)) if isinstance(data, dict) else None
    except (ValueError, TypeError, RecursionError):
        code = None
    if code is None:
        return Unknown(Trouble.BROKEN_JSON if status == 200 else Trouble.HTTP_OTHER)
    if code:
        return refused(code, str(data.get("errmsg", "")), data)
    return Sent(data) if status == 200 else Unknown(Trouble.HTTP_OTHER)


def refused(code: int, words: str, data: Mapping[str, Any]) -> Answer:
    """A refusal with what may be logged of its words: request id and this server's address, no more."""
    rule = rule_of(code)
    if rule.action is Action.SUCCESS:
        return Sent(data)
    rid, address = _RID.search(words), _ADDRESS.search(words)
    return Refused(
        rule,
        rid=rid.group(1) if rid else "",
        address=address.group(1) if address and rule.action is Action.STOP_ACCOUNT else "",
    )
