"""The door: who may push, in which mode, and how fresh; nothing is parsed before the signature holds."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.config import Account
from bot.errors import XiaosiError
from bot.wechat.sealing import Sealer, Unsealable, signature

FRESH_SECONDS = 300
BODY_BYTES = 128 * 1024
_STAMP = re.compile(r"[0-9]{1,12}")
# never steps back (`++`): this runs before any check of who sends, on whatever is sent
_XML_ENCRYPT = re.compile(rb"<Encrypt>\s*+(?:<!\[CDATA\[)?+([A-Za-z0-9+/=\s]++)(?:\]\]>)?+\s*+</Encrypt>")
_JSON_ENCRYPT = re.compile(rb'"Encrypt"\s*:\s*"([A-Za-z0-9+/=\\]+)"')


class Refusal(XiaosiError):
    """A push that is not let in.

    Args: status: the HTTP status of the answer; why: a stable English word for log and metrics;
    stale: the sender knows the token, but its clock and ours differ.
    """

    def __init__(self, status: int, why: str, *, stale: bool = False) -> None:
        super().__init__(why)
        self.status, self.why, self.stale = status, why, stale


@dataclass(frozen=True)
class Opened:
    """A push that was let in: its plain bytes, and how an answer must be sealed (None: not at all)."""

    plain: bytes
    is_json: bool
    sealer: Sealer | None


class Door:
    """One account's rules. The platform documents no replay window; five minutes is ours."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._token = account.token or ""
        self._sealers = [
            Sealer(self._token, key, account.app_id or "")
            for key in (account.aes_key, account.aes_key_previous)
            if key
        ]

    def greet(self, query: Mapping[str, str], now: float) -> str:
        """Answer the platform's GET: the text to echo. Raises: Refusal."""
        self._check_query(query)
        self._check_fresh(query, now)
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes, now: float) -> Opened:
        """Let a push in. Args: query: of the request; body: raw; now: seconds. Raises: Refusal."""
        is_json = body.lstrip()[:1] == b"{"
        kind = query.get("encrypt_type", "raw") or "raw"
        if kind == "raw":
            if self.account.mode == "safe":
                raise Refusal(403, "plain push in safe mode")
            self._check_query(query)
            self._check_fresh(query, now)
            return Opened(body, is_json, None)
        if kind != "aes" or not self._sealers:
            raise Refusal(403, "encrypted push without a key")
        return self._open_sealed(query, body, now, is_json)

    def _open_sealed(self, query: Mapping[str, str], body: bytes, now: float, is_json: bool) -> Opened:
        if "signature" in query:
            self._check_query(query)
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        given = query.get("msg_signature", "")
        # in compatible mode a resident's own words stand beside it and may look like it: the signature tells
        found = [
            b"".join(cipher.replace(b"\\/", b"/").split())
            for cipher in (_JSON_ENCRYPT if is_json else _XML_ENCRYPT).findall(body)
        ]
        if not found:
            raise Refusal(403, "no ciphertext")
        signed = (one for one in found if _same(signature(self._token, stamp, nonce, one.decode()), given))
        cipher = next(signed, b"")
        if not self._token or not cipher:
            raise Refusal(403, "message signature")
        self._check_fresh(query, now)
        try:
            raw = base64.b64decode(cipher, validate=True)
        except binascii.Error:
            raise Refusal(400, "ciphertext") from None
        for sealer in self._sealers:
            try:
                plain = sealer.open(raw)
            except Unsealable:
                continue
            return Opened(plain, is_json, sealer)
        raise Refusal(403, "decryption")

    def _check_query(self, query: Mapping[str, str]) -> None:
        expected = signature(self._token, query.get("timestamp", ""), query.get("nonce", ""))
        if not self._token or not _same(expected, query.get("signature", "")):
            raise Refusal(403, "signature")

    def _check_fresh(self, query: Mapping[str, str], now: float) -> None:
        stamp = query.get("timestamp", "")
        if not _STAMP.fullmatch(stamp):
            raise Refusal(400, "timestamp")
        if abs(now - int(stamp)) > FRESH_SECONDS:
            raise Refusal(403, "stale", stale=True)


def _same(expected: str, given: Any) -> bool:
    return hmac.compare_digest(expected.encode(), str(given).encode("utf-8", "surrogatepass"))
