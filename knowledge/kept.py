"""The pack as it was read last: a restart reads one small file instead of checking every pattern again.

The file stands for one state of content and code and is made anew when either differs. It is read with
an unpickler that knows the parts of entries only, so that a file which somebody else put there can be wrong
but never runs anything.
"""

import hashlib
import io
import os
import pickle
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from knowledge import entry as parts
from knowledge.entry import Entry
from knowledge.literals import Wakes, wakes

FILE = "knowledge.cache"
_CODE = ("entry.py", "reading.py", "literals.py", "normal.py", "kept.py", "topics.py")
"""What the file's contents depend on besides the content."""
_KNOWN = {("datetime", "date"): date} | {
    (parts.__name__, name): value for name, value in vars(parts).items() if isinstance(value, type)
}


class Kept(NamedTuple):
    """Entries in the order of the files, and the words that wake each of their patterns."""

    entries: tuple[Entry, ...]
    words: Mapping[str, Wakes]


def recall(cache_dir: Path, paths: Iterable[Path]) -> Kept | None:
    """What was kept of just these files; None when they, or the code that reads them, have changed."""
    try:
        digest, _newline, body = (cache_dir / FILE).read_bytes().partition(b"\n")
        if digest != _digest(paths):
            return None
        entries, words = _Parts(io.BytesIO(body)).load()
        return Kept(entries, words)
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache, the files are still there
        return None


def keep(cache_dir: Path, paths: Iterable[Path], entries: Iterable[Entry]) -> Kept:
    """Keep what was read. Where nothing can be written, the next start reads it again."""
    kept = Kept(tuple(entries), {})
    patterns = {
        p for e in kept.entries for p in (*(p for g in e.sure for p in g), *(n.pattern for n in e.never))
    }
    kept = kept._replace(words={pattern: wakes(pattern) for pattern in sorted(patterns)})
    part = cache_dir / f"{FILE}.{os.getpid()}.part"
    try:
        part.write_bytes(_digest(paths) + b"\n" + pickle.dumps(tuple(kept), protocol=5))
        part.replace(cache_dir / FILE)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return kept


class _Parts(pickle.Unpickler):
    """Reads the parts of entries and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of a part. Raises: UnpicklingError for anything else."""
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return _KNOWN[module, name]


def _digest(paths: Iterable[Path]) -> bytes:
    state = hashlib.sha256(sys.version.encode())
    for path in (*paths, *(Path(__file__).parent / name for name in _CODE)):
        state.update(f"\n{path.name}\n".encode())
        state.update(path.read_bytes())
    return state.hexdigest().encode()
