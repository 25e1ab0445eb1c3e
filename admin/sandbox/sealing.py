"""Signing and sealing, written from the platform's own description and sharing no code with the service."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from admin.sandbox.account import Account

_BLOCK = 32  # the platform pads to 32 bytes, not to the 16 of AES
_RANDOM = 16
_LENGTH = 4


class SealBroken(ValueError):
    """A sealed text that cannot be opened; the message says which check failed and holds no content."""


def signature(token: str, timestamp: str, nonce: str, *sealed: str) -> str:
    """Hex SHA-1 over the parts, sorted byte-wise and joined with nothing between.

    With three parts it is `signature`, with the sealed text as the fourth it is `msg_signature`.
    """
    parts = sorted(part.encode() for part in (token, timestamp, nonce, *sealed))
    return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two signatures in constant time; foreign input may hold any character."""
    return hmac.compare_digest(left.encode(), right.encode())


@dataclass(frozen=True)
class Seal:
    """Seals and opens with one EncodingAESKey.

    Args: aes_key: 43 characters. app_id: is sealed in, and checked on opening.
    """

    aes_key: str = field(repr=False)
    app_id: str

    @classmethod
    def of(cls, account: Account) -> "Seal":
        """The seal of an account."""
        return cls(account.aes_key, account.app_id)

    @property
    def _key(self) -> bytes:
        key = base64.b64decode(self.aes_key + "=")
        if len(key) != 32:
            raise ValueError("an EncodingAESKey has 43 characters of base64")
        return key

    def _cipher(self) -> Cipher[modes.CBC]:
        key = self._key
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def close(self, message: bytes, *, random: bytes | None = None) -> str:
        """Seal a message.

        Args: random: the 16 bytes in front; drawn when not given. Returns: base64 of the sealed text.
        """
        first = secrets.token_bytes(_RANDOM) if random is None else random
        full = first + len(message).to_bytes(_LENGTH, "big") + message + self.app_id.encode()
        pad = _BLOCK - len(full) % _BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(full + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> bytes:
        """Open a sealed text. Raises: SealBroken when base64, padding, length or app id is wrong."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError) as error:
            raise SealBroken("not base64") from error
        if not raw or len(raw) % _BLOCK:
            raise SealBroken(f"{len(raw)} bytes are no multiple of {_BLOCK}")
        decryptor = self._cipher().decryptor()
        return self._unwrap(_unpad(decryptor.update(raw) + decryptor.finalize()))

    def _unwrap(self, full: bytes) -> bytes:
        head = _RANDOM + _LENGTH
        length = int.from_bytes(full[_RANDOM:head], "big")
        message, app_id = full[head : head + length], full[head + length :]
        if len(full) < head or len(message) != length:
            raise SealBroken("the length inside does not fit")
        if app_id != self.app_id.encode():
            raise SealBroken("sealed for another app id")
        return message


def _unpad(full: bytes) -> bytes:
    pad = full[-1]
    if not 1 <= pad <= _BLOCK or full[-pad:] != bytes([pad]) * pad:
        raise SealBroken("the padding is wrong")
    return full[:-pad]
