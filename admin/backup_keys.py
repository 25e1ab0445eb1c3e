"""The keys that open a backup: those at hand, and the file that keeps them apart from it."""

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from bot.crypto import Vault
from bot.errors import XiaosiError


class BackupFault(XiaosiError):
    """A backup cannot be made, does not hold, or cannot be restored; the message says what to do."""


@dataclass(frozen=True)
class Keys:
    """The secret, 32 bytes, and while a rotation is not finished the one before."""

    secret: bytes
    previous: bytes | None = None

    @property
    def vault(self) -> Vault:
        """Opens what either of them sealed."""
        return Vault(self.secret, self.previous)

    @property
    def ids(self) -> frozenset[str]:
        """The key ids (hex) as they stand in sealed values; they tell nothing about the secrets."""
        return frozenset(Vault(one).key_id.hex() for one in (self.secret, self.previous) if one)


def at_hand(settings: Settings, folder: Path) -> Keys | None:
    """The keys of the settings, else of ``secret.key`` in the folder; never makes a new one.

    Raises: BackupFault when ``secret.key`` is damaged.
    """
    if settings.secret_key:
        return Keys(settings.secret_key, settings.secret_key_previous)
    if (folder / "secret.key").exists():
        return Keys(read(folder / "secret.key").secret, settings.secret_key_previous)
    return None


def read(path: Path) -> Keys:
    """The keys of a file: base64 of 32 bytes a line, the one in use first. Raises: BackupFault."""
    try:
        secrets = [base64.b64decode(line, validate=True) for line in path.read_bytes().split()]
    except OSError as error:
        raise BackupFault(f"the key file {path} cannot be read: {error.strerror}") from error
    except binascii.Error:
        secrets = []
    if len(secrets) not in (1, 2) or any(len(secret) != 32 for secret in secrets):
        raise BackupFault(f"{path} is no key file: expected base64 of 32 bytes")
    return Keys(*secrets)


def write(path: Path, keys: Keys) -> None:
    """Write a key file that only its owner reads. Raises: BackupFault rather than replace another key."""
    if path.exists():
        if read(path) != keys:
            raise BackupFault(f"{path} holds another key: keep it, and name another file")
        return
    secrets = [secret for secret in (keys.secret, keys.previous) if secret]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(b"\n".join(base64.b64encode(secret) for secret in secrets))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise BackupFault(f"the key file {path} cannot be written: {error.strerror}") from error
