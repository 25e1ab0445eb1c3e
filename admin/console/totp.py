"""Codes of six digits that a phone makes from a secret and the time: RFC 6238 with SHA-1, 30 s, 6 digits."""

import base64
import binascii
import hashlib
import hmac
import secrets
from urllib.parse import quote

STEP_MS = 30_000
DIGITS = 6
_SECRET_BYTES = 20  # RFC 4226 4: 160 bits are recommended
_DRIFT = 1
"""Steps that a phone's clock may be off, before and after (RFC 6238 5.2)."""


def fresh_secret() -> str:
    """A new secret in base32, as authenticators read it: 32 letters and digits."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of a step: HOTP of RFC 4226 5.3 over the number of the step."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: str, code: str, now_ms: int, *, after: int) -> int | None:
    """The step whose code this is, if it is of now; each step counts once.

    Args: after: the last step that was used: it and older ones are refused. Returns: None when wrong.
    """
    now, found = now_ms // STEP_MS, None
    try:
        for step in range(now - _DRIFT, now + _DRIFT + 1):
            if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and step > after:
                found = step
    except binascii.Error:
        return None
    return found


def address(secret: str, login: str, issuer: str) -> str:
    """What the picture on the enrolment page says: the key URI that authenticators read."""
    label = quote(f"{issuer}:{login}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}"


def in_groups(secret: str) -> str:
    """A secret to be typed: groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
