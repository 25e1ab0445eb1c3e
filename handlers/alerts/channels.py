"""Calling the two services outside: a WeCom group robot, and the operator's own gateway for short messages.

Both addresses are the operator's settings and nothing else is ever called: no redirects, no cookies, no
proxy of the environment. Addresses hold secrets, so none of them, and no error text, is logged.
"""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.work.bounded import bounded

LIMIT = aiohttp.ClientTimeout(total=8.0, sock_connect=3.0)
LARGEST = 64 * 1024
SECRET_HEADER = "X-Xiaosi-Secret"  # noqa: S105 - a header's name
ID_HEADER = "X-Xiaosi-Id"


class NotSent(Exception):
    """A call did not come to a good end. Args: why: a few fixed words, without anybody's data."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Channels:
    """The client of both. Args: empty addresses are channels that are not set up."""

    def __init__(self, robot_url: str, sms_url: str, sms_secret: str) -> None:
        self._robot_url, self._sms_url, self._sms_secret = robot_url, sms_url, sms_secret
        self._session: aiohttp.ClientSession | None = None

    @property
    def has_robot(self) -> bool:
        """Whether a group robot is set up."""
        return bool(self._robot_url)

    async def robot(self, markdown: str) -> None:
        """Say something in the group. Raises: NotSent."""
        body = {"msgtype": "markdown", "markdown": {"content": markdown}}
        answer = await self._post(self._robot_url, body, {})
        code = answer.get("errcode")
        if code != 0:
            raise NotSent(f"refused {code}" if isinstance(code, int) else "no errcode in the answer")

    async def sms(self, phone: str, text: str, once: str) -> None:
        """Have a short message sent. Args: once: the same when it is the same message. Raises: NotSent."""
        headers = {SECRET_HEADER: self._sms_secret, ID_HEADER: once}
        answer = await self._post(self._sms_url, {"phone": phone, "text": text}, headers)
        if answer.get("ok") is not True:
            raise NotSent("refused by the gateway")

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Mapping[str, Any]:
        sent = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", **headers}
        try:
            async with self._open().post(url, data=sent, headers=headers, allow_redirects=False) as answer:
                read = await _whole(answer)
                return _judged(answer.status, read)
        except TimeoutError:
            raise NotSent("no answer in time") from None
        except aiohttp.ClientConnectorError:
            raise NotSent("no connection") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotSent(f"broke: {type(error).__name__}") from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=LIMIT,
                connector=aiohttp.TCPConnector(limit=16, force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _judged(status: int, read: bytes) -> Mapping[str, Any]:
    if status != 200:
        raise NotSent(f"HTTP {status}")
    try:
        found = json.loads(read)
    except (ValueError, RecursionError):
        raise NotSent("the answer is no JSON") from None
    if not isinstance(found, dict):
        raise NotSent("the answer is no object")
    return found


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    read = await bounded(answer, LARGEST)
    if read is None:
        raise NotSent("the answer is too large")
    return read
