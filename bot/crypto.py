"""Personal data at rest: AES-GCM with a key id, a keyed mark for look-ups."""

import base64
import binascii
import hashlib
import hmac
import os
import threading
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import SettingsError, XiaosiError

_VERSION = b"\x01"
_ID = 4
_NONCE = 12


class _Noise:
    """Random bytes of the system, drawn in stock: each draw lets another thread in, and waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stock, self._used = b"", 0

    def take(self, count: int) -> bytes:
        """So many bytes; none is given twice."""
        with self._lock:
            if self._used + count > len(self._stock):
                self._stock, self._used = os.urandom(max(4096, count)), 0
            start, self._used = self._used, self._used + count
            return self._stock[start : self._used]


_noise = _Noise()


def _forget_noise() -> None:
    global _noise
    _noise = _Noise()


os.register_at_fork(after_in_child=_forget_noise)  # or parent and child would draw the same


def random_bytes(count: int) -> bytes:
    """Random bytes as good as those of `os.urandom`, for nonces and padding on the hot path."""
    return _noise.take(count)


class Unreadable(XiaosiError):
    """A sealed value was made with a key that is not at hand, or was changed."""


class Vault:
    """Seals and opens values, and makes marks that find them again.

    Layout of a sealed value: version (1 byte), key id (4), nonce (12), ciphertext with tag. The
    place (``table.column``) is authenticated, so a value moved elsewhere does not open.

    Args:
        secret: 32 bytes; every new value is sealed with a key derived from it.
        previous: the secret before, with which older values still open.
        index_key: 32 bytes for marks. It stays the same when the secret changes, because marks of
            values that are no longer known (message keys) cannot be made again.
    """

    def __init__(self, secret: bytes, previous: bytes | None = None, index_key: bytes | None = None) -> None:
        self.key_id, self._seal = _cipher(secret)
        self._ciphers = {self.key_id: self._seal}
        if previous:
            old_id, old = _cipher(previous)
            self._ciphers[old_id] = old
        self._marker = hmac.new(index_key, digestmod="sha256") if index_key else None

    def with_index(self, index_key: bytes) -> "Vault":
        """The same vault, able to make marks."""
        vault = object.__new__(Vault)
        vault.key_id, vault._seal, vault._ciphers = self.key_id, self._seal, self._ciphers
        vault._marker = hmac.new(index_key, digestmod="sha256")
        return vault

    def seal(self, text: str, place: str) -> bytes:
        """Encrypt a text for a place such as ``inbox.body``."""
        nonce = random_bytes(_NONCE)
        return _VERSION + self.key_id + nonce + self._seal.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Decrypt what `seal` made for the same place. Raises: Unreadable."""
        sealed = bytes(sealed)
        cipher = self._ciphers.get(sealed[1 : 1 + _ID]) if sealed[:1] == _VERSION else None
        if cipher is None:
            raise Unreadable(f"{place}: sealed with a key that is not set")
        body = 1 + _ID + _NONCE
        try:
            return cipher.decrypt(sealed[1 + _ID : body], sealed[body:], place.encode()).decode()
        except InvalidTag:
            raise Unreadable(f"{place}: the sealed value was changed") from None

    def current(self, sealed: bytes) -> bool:
        """Whether a value is sealed with the newest key."""
        return bytes(sealed[1 : 1 + _ID]) == self.key_id

    def mark(self, text: str) -> str:
        """A keyed hash (hex, 64 characters): equal for equal texts, useless without the key."""
        if self._marker is None:
            raise XiaosiError("this vault has no index key")
        marker = self._marker.copy()
        marker.update(text.encode())
        return marker.hexdigest()


def seal_bytes(key: bytes, data: bytes, place: str) -> bytes:
    """Encrypt a file's content with a key of its own; ``place`` is authenticated.

    Layout: version (1 byte), nonce (12), ciphertext with tag. The key lies sealed in the file's row:
    a rotation seals that anew, and without the row nobody reads the file.
    """
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, data, place.encode())


def open_bytes(key: bytes, sealed: bytes, place: str) -> bytes:
    """Decrypt what `seal_bytes` made for the same place. Raises: Unreadable."""
    if sealed[:1] != _VERSION:
        raise Unreadable(f"{place}: no sealed file")
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place.encode())
    except (InvalidTag, ValueError):
        raise Unreadable(f"{place}: the sealed file was changed") from None


def _cipher(secret: bytes) -> tuple[bytes, AESGCM]:
    key = HKDF(SHA256(), length=32, salt=None, info=b"xiaosi field encryption").derive(secret)
    return hashlib.sha256(b"xiaosi key id" + secret).digest()[:_ID], AESGCM(key)


_vault: Vault | None = None


def install(vault: Vault) -> None:
    """Make a vault the one that sealed columns use in this process."""
    global _vault
    _vault = vault


def vault() -> Vault:
    """The vault of this process. Raises: XiaosiError before `install`."""
    if _vault is None:
        raise XiaosiError("no vault installed: the secret key was not loaded yet")
    return _vault


def secret_from(settings_key: bytes | None, folder: Path) -> bytes:
    """The secret: the setting, else the file ``secret.key`` in the data folder, made once with mode 0600.

    Raises: SettingsError when the file is damaged.
    """
    if settings_key:
        return settings_key
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"secret.key.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(os.urandom(32)))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # fails when another process was quicker: then its key counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    try:
        key = base64.b64decode(path.read_bytes(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise SettingsError(f"{path} is damaged: expected base64 of 32 bytes; restore it from the key backup")
    return key
