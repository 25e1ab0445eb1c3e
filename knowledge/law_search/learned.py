"""What was learned from real questions: the terms asked of each article, and the nets that rank.

One small file, made by `laws fit`. It holds hashes of terms in the order of their value, never a text.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.errors import KnowledgeError
from knowledge.law_search.asked import Asked, Name
from knowledge.law_search.net import Nets
from knowledge.law_search.terms import Codes, joined

FILE = Path(__file__).with_name("learned.npz")
_PARTS = ("enter", "shift", "leave", "straight")


@dataclass(frozen=True)
class Learned:
    """Attributes: asked: of each article; first, second: the nets of the ranking and of its second look."""

    asked: Mapping[Name, Asked]
    first: Nets
    second: Nets

    @classmethod
    def load(cls, path: Path = FILE) -> "Learned":
        """Read the file. Raises: KnowledgeError for a form that is wrong."""
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            return cls(_asked(arrays), _nets(arrays, "first"), _nets(arrays, "second"))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise KnowledgeError(f"{path.name}: {error}") from error

    def save(self, path: Path = FILE) -> None:
        """Write the file; the same contents give the same bytes."""
        names = sorted(self.asked)
        held = [self.asked[name] for name in names]
        arrays: dict[str, npt.NDArray[Any]] = {
            "laws": np.array([law for law, _article in names]),
            "articles": np.array([article for _law, article in names]),
            "times": np.array([one.times for one in held], dtype=np.uint16),
            **_kept("pairs", [one.pairs for one in held]),
            **_kept("words", [one.words for one in held]),
            **_parts("first", self.first),
            **_parts("second", self.second),
        }
        np.savez_compressed(path, allow_pickle=False, **arrays)


def _kept(name: str, texts: list[Codes]) -> dict[str, npt.NDArray[Any]]:
    return {
        name: joined(np.sort(one) for one in texts),
        f"{name}_ends": np.cumsum([len(one) for one in texts]).astype(np.uint32),
    }


def _parts(name: str, nets: Nets) -> dict[str, npt.NDArray[Any]]:
    return {f"{name}_{part}": getattr(nets, part).astype(np.float16) for part in _PARTS}


def _asked(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[Name, Asked]:
    two = np.split(arrays["pairs"], arrays["pairs_ends"][:-1])
    words = np.split(arrays["words"], arrays["words_ends"][:-1])
    rows = zip(arrays["laws"], arrays["articles"], two, words, arrays["times"], strict=True)
    return {(str(law), str(article)): Asked(p, w, int(times)) for law, article, p, w, times in rows}


def _nets(arrays: Mapping[str, npt.NDArray[Any]], name: str) -> Nets:
    enter, shift, leave, straight = (arrays[f"{name}_{part}"].astype(np.float32) for part in _PARTS)
    return Nets(enter, shift, leave, straight)
