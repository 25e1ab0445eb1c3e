"""The shipped pack as it was read last: reading it checks every pattern, which takes seconds each time."""

import shutil
from pathlib import Path

from knowledge.kept import FILE
from knowledge.library import CONTENT, Library

FOLDER = Path(__file__).resolve().parents[2] / ".pytest_cache" / "pack"
"""One for all runs and processes: content or code that changed is read anew, as at a service's start."""
_load = Library.load


def _recalled(folder: Path = CONTENT, cache_dir: Path | None = None) -> Library:
    if folder == CONTENT and cache_dir is None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        cache_dir = FOLDER
    return _load(folder, cache_dir)


def install() -> None:
    """Let whatever reads the shipped pack in this process keep it and find it as a service does."""
    Library.load = staticmethod(_recalled)  # type: ignore[method-assign]


def lay(store_dir: Path) -> None:
    """Put what was read where a service keeps it, as if it had started there before."""
    _recalled()
    store_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy(FOLDER / FILE, store_dir)
