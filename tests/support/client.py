"""A second platform, written from the platform's own documentation alone.

It shares no code with the service, with wechatpy or with the sandbox, so that an error which two of them
have in common is seen here. It signs, seals and sends pushes, and reads answers as strictly as a phone.
"""

import base64
import hashlib
import json
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Literal
from xml.etree import ElementTree

import aiohttp
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Mode = Literal["plain", "compatible", "safe"]
Form = Literal["xml", "json"]
Fields = Mapping[str, Any]
LONGEST = 2048
_ids = count(7_000_000_000_000_000_001)


class Fault(AssertionError):
    """What the platform would show as a fault of the account. Never holds a text."""


@dataclass(frozen=True)
class Reply:
    """An answer, read. ``text``: of a reply, empty for the bare acknowledgement."""

    text: str
    sealed: bool = False


@dataclass(frozen=True)
class Raw:
    """An HTTP answer as it came."""

    status: int
    body: bytes
    content_type: str = ""


@dataclass(frozen=True)
class Client:
    """The platform's side of one door.

    Args: url: of the door; account: the ``gh_`` id; aes_key: 43 characters; mode, form: as in the console;
    skew: seconds by which the platform's clock differs.
    """

    url: str
    token: str
    app_id: str
    account: str
    aes_key: str = ""
    mode: Mode = "safe"
    form: Form = "xml"
    skew: int = 0
    session: aiohttp.ClientSession | None = field(default=None, compare=False)

    def turned(self, **changes: Any) -> "Client":
        """The same platform with something set otherwise."""
        return replace(self, **changes)

    # -- what is pushed ----------------------------------------------------------------------

    def message(self, who: str, kind: str, **fields: Any) -> dict[str, Any]:
        """An ordinary message with an id of its own."""
        return {**self._head(who, kind), **fields, "MsgId": next(_ids)}

    def event(self, who: str, name: str, **fields: Any) -> dict[str, Any]:
        """An event; events have no id."""
        return {**self._head(who, "event"), "Event": name, **fields}

    def _head(self, who: str, kind: str) -> dict[str, Any]:
        return {
            "ToUserName": self.account,
            "FromUserName": who,
            "CreateTime": int(time.time()),
            "MsgType": kind,
        }

    # -- signing and sealing -----------------------------------------------------------------

    def sign(self, *parts: str) -> str:
        """sha1 over the token and the parts, sorted and joined."""
        return hashlib.sha1("".join(sorted((self.token, *parts))).encode()).hexdigest()

    def query(self, who: str = "", sealed: str = "", *, stamp: str = "", nonce: str = "") -> dict[str, str]:
        """The parameters of one request. Args: sealed: the ciphertext, in an encrypted mode."""
        stamp = stamp or str(int(time.time()) + self.skew)
        nonce = nonce or str(int.from_bytes(os.urandom(4), "big"))
        query = {"signature": self.sign(stamp, nonce), "timestamp": stamp, "nonce": nonce}
        if who:
            query["openid"] = who
        if sealed:
            query["encrypt_type"] = "aes"
            query["msg_signature"] = self.sign(stamp, nonce, sealed)
        return query

    def seal(self, message: bytes, *, length: int | None = None, padding: bytes | None = None) -> str:
        """Encrypt. Args: length, padding: put in place of the right ones."""
        inner = os.urandom(16) + (len(message) if length is None else length).to_bytes(4, "big") + message
        inner += self.app_id.encode()
        missing = 32 - len(inner) % 32
        inner += bytes([missing]) * missing if padding is None else padding
        return self.encrypt(inner)

    def encrypt(self, blocks: bytes) -> str:
        """AES-256-CBC over whole blocks, as base64."""
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(blocks) + encryptor.finalize()).decode()

    def unseal(self, sealed: str) -> bytes:
        """Decrypt, and check padding, length and app id. Raises: Fault."""
        decryptor = self._cipher().decryptor()
        inner = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
        missing = inner[-1]
        if not 1 <= missing <= 32 or set(inner[-missing:]) != {missing}:
            raise Fault("padding")
        inner = inner[16:-missing]
        end = 4 + int.from_bytes(inner[:4], "big")
        if inner[end:] != self.app_id.encode():
            raise Fault("app id or length")
        return inner[4:end]

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    # -- one request -------------------------------------------------------------------------

    def spell(self, fields: Fields) -> bytes:
        """The fields in the form of the console."""
        if self.form == "json":
            return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return xml("xml", fields).encode()

    def envelope(self, who: str, plain: bytes, fields: Fields | None = None) -> tuple[dict[str, str], bytes]:
        """Query and body of one request. Args: fields: stand beside the ciphertext in compatible mode."""
        if self.mode == "plain":
            return self.query(who), plain
        sealed = self.seal(plain)
        beside = dict(fields or {}) if self.mode == "compatible" else {"ToUserName": self.account}
        return self.query(who, sealed), self.spell({**beside, "Encrypt": sealed})

    async def push(self, fields: Fields) -> Reply:
        """Push once and read the answer. Raises: Fault when the resident would see a fault."""
        who = str(fields.get("OpenID") or fields["FromUserName"])
        query, body = self.envelope(who, self.spell(fields), fields)
        return self.read(await self.post(query, body), who)

    async def says(self, who: str, words: str) -> Reply:
        """Push a text."""
        return await self.push(self.message(who, "text", Content=words))

    async def post(self, query: Any, body: Any, *, method: str = "POST", headers: Any = None) -> Raw:
        """One request as it is given. Args: query: pairs or a ready-made string; body: bytes or chunks."""
        assert self.session is not None
        address = f"{self.url}?{query}" if isinstance(query, str) else self.url
        params = None if isinstance(query, str) else query
        sent = {"Content-Type": "application/json" if self.form == "json" else "text/xml", **(headers or {})}
        async with self.session.request(
            method, address, params=params, data=body, headers=sent, allow_redirects=False
        ) as answer:
            return Raw(answer.status, await answer.read(), answer.content_type)

    # -- the answer --------------------------------------------------------------------------

    def read(self, raw: Raw, who: str) -> Reply:
        """Read an answer. Raises: Fault."""
        if raw.status != 200:
            raise Fault(f"status {raw.status}")
        if raw.body in (b"", b"success"):
            return Reply("")
        fields = self._parsed(raw.body)
        sealed = "Encrypt" in fields
        if sealed:
            if self.mode == "plain":
                raise Fault("sealed in plain mode")
            expected = self.sign(str(fields["TimeStamp"]), str(fields["Nonce"]), fields["Encrypt"])
            if fields["MsgSignature"] != expected or abs(int(fields["TimeStamp"]) - time.time()) > 60:
                raise Fault("signature of the reply")
            fields = self._parsed(self.unseal(fields["Encrypt"]))
        elif self.mode == "safe":
            raise Fault("a plain reply in safe mode")
        if (fields["ToUserName"], fields["FromUserName"]) != (who, self.account):
            raise Fault("the names are not swapped")
        if fields["MsgType"] != "text" or abs(int(fields["CreateTime"]) - time.time()) > 60:
            raise Fault("type or time")
        text = str(fields["Content"])
        if not 0 < len(text.encode()) <= LONGEST:
            raise Fault(f"a text of {len(text.encode())} bytes")
        return Reply(text, sealed)

    def _parsed(self, body: bytes) -> dict[str, Any]:
        if self.form == "json":
            read: dict[str, Any] = json.loads(body)
            return read
        root = ElementTree.fromstring(body)
        if root.tag != "xml" or any(len(child) for child in root):
            raise Fault("not a flat <xml>")
        return {child.tag: child.text or "" for child in root}


@asynccontextmanager
async def platform(account: Any, url: str) -> AsyncIterator[Client]:
    """A platform with a session of its own. Args: account: token, keys and ids as typed in the console."""
    # a connection for each request, as the platform does
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Client(
            url,
            token=account.token,
            app_id=account.app_id,
            account=account.original_id,
            aes_key=account.aes_key,
            mode=account.mode,
            form=account.form,
            session=session,
        )


def xml(name: str, value: Any) -> str:
    """One element: text in CDATA, numbers bare, a list as the element repeated. Control characters stay."""
    if isinstance(value, list):
        return "".join(xml(name, item) for item in value)
    if isinstance(value, Mapping):
        inner = "".join(xml(key, item) for key, item in value.items())
    elif isinstance(value, str):
        inner = "<![CDATA[" + "]]]]><![CDATA[>".join(value.split("]]>")) + "]]>"
    else:
        inner = str(value)
    return f"<{name}>{inner}</{name}>"
