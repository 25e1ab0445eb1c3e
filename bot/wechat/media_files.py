"""The uploads: sealed files in a folder, one per row of media, each under a key of its own."""

import base64
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.crypto import open_bytes, seal_bytes
from bot.work.disk import settle
from bot.work.failpoints import reach

_NAME = re.compile(r"([0-9]+)\.sealed")
_PART = ".part"


@dataclass(frozen=True)
class Found:
    """A file that lies in the uploads. ``media_id``: None for one whose writing was cut off."""

    media_id: int | None
    path: Path
    changed_ms: int


class Uploads:
    """The folder. Several nodes share one.

    A file's name is its row's id: an attempt that is repeated after a crash writes the same file
    again, never a second one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, media_id: int, key: str, content: bytes) -> None:
        """Seal a content and put it in place; after a power cut it is there whole, or not at all.

        Args: key: base64 of 32 bytes. Raises: OSError.
        """
        target = self._path(media_id)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.{os.urandom(4).hex()}{_PART}")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(seal_bytes(base64.b64decode(key), content, _place(media_id)))
                file.flush()
                os.fsync(file.fileno())
            reach("media_part")
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        settle(target.parent)

    def read(self, media_id: int, key: str) -> bytes:
        """The content. Raises: OSError when the file is not here, Unreadable when it does not open."""
        return open_bytes(base64.b64decode(key), self._path(media_id).read_bytes(), _place(media_id))

    def has(self, media_id: int) -> bool:
        """Whether a file lies here."""
        return self._path(media_id).is_file()

    def free(self) -> int:
        """Bytes that are free where the files lie."""
        place = next(one for one in (self.folder, *self.folder.parents) if one.exists())
        return shutil.disk_usage(place).free

    def remove(self, media_id: int) -> None:
        """Remove a file, if it is there. Raises: OSError."""
        path = self._path(media_id)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            settle(path.parent)

    def walk(self) -> Iterator[Found]:
        """All files that are ours; others in the folder are left alone."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                named = _NAME.fullmatch(path.name)
                if named is None and path.suffix != _PART:
                    continue
                with suppress(FileNotFoundError):  # erased meanwhile
                    yield Found(int(named[1]) if named else None, path, path.stat().st_mtime_ns // 1_000_000)

    def _path(self, media_id: int) -> Path:
        return self.folder / f"{media_id % 256:02x}" / f"{media_id}.sealed"


def fresh_key() -> str:
    """A new key for one file: base64 of 32 bytes."""
    return base64.b64encode(os.urandom(32)).decode()


def _place(media_id: int) -> str:
    return f"uploads.{media_id}"
