"""Files whose every change must be meant: the expected hash stands in the code that reads them."""

import hashlib
from pathlib import Path

from knowledge.errors import TamperedError


def digest(path: Path) -> str:
    """SHA-256 of a text file in hex; line ends count as LF, so that a checkout on Windows agrees."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def read_pinned(path: Path, pin: str) -> str:
    """The text of a pinned file.

    Raises: TamperedError when its hash is not `pin`.
    """
    found = digest(path)
    if found != pin:
        raise TamperedError(
            f"{path.name} is not the file that was signed off (expected {pin[:12]}…, found {found[:12]}…): "
            "restore it, or review the change and pin its new hash"
        )
    return path.read_text("utf-8")
