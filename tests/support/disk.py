"""A small disk that a test fills up and clears, beside a service that goes on working."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.support.node import Node

SIZE = 64 << 20


class Disk(Protocol):
    """What holds the folder of one service."""

    how: str

    def fill(self, node: Node) -> None:
        """Leave no room for what the service wants to write next."""
        ...

    def shut(self, node: Node) -> None:
        """Leave no room for anything at all."""
        ...

    def clear(self, node: Node) -> None:
        """There is room again."""
        ...


class SmallDisk:
    """A file system of its own, filled with ballast."""

    how = "a file system of 64 MB, filled"

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self, node: Node) -> None:
        """See `Disk`."""
        block = os.urandom(1 << 16)
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                self._write(file.fileno(), block[:size])

    def shut(self, node: Node) -> None:
        """See `Disk`: the spool's reserve would last too long, so nothing may be written at all."""
        self.fill(node)
        LimitedFiles().shut(node)

    def clear(self, node: Node) -> None:
        """See `Disk`."""
        LimitedFiles().clear(node)
        self._ballast.unlink(missing_ok=True)

    @staticmethod
    def _write(file: int, block: bytes) -> None:
        try:
            while os.write(file, block):
                pass
        except OSError:
            return


class LimitedFiles:
    """Where nothing may be mounted: the files of the process must not grow (EFBIG for ENOSPC)."""

    how = "RLIMIT_FSIZE, since nothing may be mounted here"

    def fill(self, node: Node) -> None:
        """See `Disk`: the database's files are longer than the limit, those of the spool are not."""
        files = [path for path in node.place.folder.glob("xiaosi.db*") if not path.name.endswith("-shm")]
        self._limit(node, min(path.stat().st_size for path in files))

    def shut(self, node: Node) -> None:
        """See `Disk`."""
        self._limit(node, 0)

    def clear(self, node: Node) -> None:
        """See `Disk`."""
        self._limit(node, resource.RLIM_INFINITY)

    @staticmethod
    def _limit(node: Node, most: int) -> None:
        resource.prlimit(node.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A small file system at a folder, or limits on files where mounting is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        yield LimitedFiles()
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
