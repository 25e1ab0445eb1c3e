"""What a backup holds, told by itself: names, hashes, row counts, migration, and which keys open it."""

import base64
import hashlib
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from admin.backup_keys import BackupFault, Keys
from bot.crypto import Unreadable

NAME, SEAL = "manifest.json", "manifest.seal"
DATABASE = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
FORM = 1
_PLACE = "backup.manifest"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Contents:
    """What a database holds.

    Attributes: migration: where it stands; rows: how many, by table; keys: ids (hex) of the keys that
    sealed any value; keyring: the keys that live in the database, sealed, as base64.
    """

    migration: str
    rows: Mapping[str, int]
    keys: tuple[str, ...]
    keyring: Mapping[str, str]


@dataclass(frozen=True)
class Manifest:
    """Attributes: made_at: ISO instant, UTC; trial: of trial data; files: sha256 (hex) by name."""

    made_at: str
    engine: str
    trial: bool
    contents: Contents
    files: Mapping[str, str]
    form: int = FORM

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.contents.rows.values())


def members(manifest: Manifest, keys: Keys) -> dict[str, bytes]:
    """The manifest as it is written, with a seal that shows a later change and proves the key."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    sealed = base64.b64encode(keys.vault.seal(digest, _PLACE)).decode()
    return {NAME: text.encode(), SEAL: json.dumps({"sha256": digest, "sealed": sealed}).encode()}


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    """The file, for reading. Raises: BackupFault when it is none of ours, or cut off."""
    try:
        with tarfile.open(path, "r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError) as error:
        raise BackupFault(f"{path} is damaged, cut off, or no backup: {error}") from error
    except OSError as error:
        raise BackupFault(f"{path} cannot be read: {error.strerror}") from error


def read(tar: tarfile.TarFile) -> Manifest:
    """The manifest, itself unchanged. Raises: BackupFault."""
    text, seal = _small(tar, NAME), json.loads(_small(tar, SEAL))
    if hashlib.sha256(text).hexdigest() != seal.get("sha256"):
        raise BackupFault(f"{named(tar)} is damaged: {NAME} does not match its hash")
    try:
        found = json.loads(text)
        if found["form"] > FORM:
            raise BackupFault(f"{named(tar)} was made by a newer version of xiaosi: restore it with that one")
        return Manifest(**{**found, "contents": _contents(found["contents"])})
    except (TypeError, KeyError, ValueError) as error:
        raise BackupFault(f"{named(tar)}: {NAME} cannot be read") from error


def named(tar: tarfile.TarFile) -> str:
    """The file's name, for messages."""
    return os.fsdecode(tar.name or "")


def check(tar: tarfile.TarFile, manifest: Manifest) -> None:
    """Compare every file with its hash. Raises: BackupFault naming the first that differs."""
    there = {one.name for one in tar.getmembers()}
    for name, digest in manifest.files.items():
        if name not in there:
            raise BackupFault(f"{named(tar)} is damaged: {name} is missing")
        if digest_of(member(tar, name)) != digest:
            raise BackupFault(f"{named(tar)} is damaged: {name} does not match its hash")


def check_keys(tar: tarfile.TarFile, manifest: Manifest, keys: Keys) -> None:
    """Open the seal and the sealed keyring. Raises: BackupFault when a key is not at hand."""
    strange = sorted(set(manifest.contents.keys) - keys.ids)
    if strange:
        raise BackupFault(
            f"the key at hand does not open {named(tar)}: it was sealed with key {', '.join(strange)}, and "
            f"at hand is {', '.join(sorted(keys.ids))}. Give the file that `backup --key-file` wrote."
        )
    try:
        digest = json.loads(_small(tar, SEAL))
        if keys.vault.open(base64.b64decode(digest["sealed"]), _PLACE) != digest["sha256"]:
            raise BackupFault(f"{named(tar)} was changed after it was made: its seal is of another manifest")
        for sealed in manifest.contents.keyring.values():
            keys.vault.open(base64.b64decode(sealed), "keyring.value")
    except Unreadable as error:
        raise BackupFault(f"the key at hand does not open {named(tar)}: {error}") from error


def member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    """A file of the backup, for reading. Raises: BackupFault."""
    place = PurePosixPath(name)
    try:
        found = None if place.is_absolute() or ".." in place.parts else tar.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupFault(f"{named(tar)} is damaged, cut off, or no backup: it has no {name}")
    return found


def digest_of(source: IO[bytes], target: IO[bytes] | None = None) -> str:
    """The sha256 (hex) of what is read to the end, copied to ``target`` if one is given."""
    found = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        found.update(chunk)
        if target is not None:
            target.write(chunk)
    return found.hexdigest()


def _contents(found: Mapping[str, Any]) -> Contents:
    return Contents(**{**found, "keys": tuple(found["keys"])})


def _small(tar: tarfile.TarFile, name: str) -> bytes:
    return member(tar, name).read(_CHUNK * 4)
