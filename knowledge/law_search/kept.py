"""The index of the statutes and what the entries say of them: two files, each made anew when it is old."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy.typing as npt

from knowledge.entry import Entry
from knowledge.law_search import stored
from knowledge.law_search.ground import Ground
from knowledge.law_search.index import Index
from knowledge.law_search.postings import Arrays
from knowledge.law_search.terms import Terms
from knowledge.library import CONTENT
from knowledge.statutes import Article

INDEX, WORDINGS = "statutes.index", "wordings.index"
_CODE = (
    "normal.py", "segment.py", "law_search/asked.py", "law_search/corpus.py", "law_search/experience.py",
    "law_search/ground.py", "law_search/index.py", "law_search/postings.py", "law_search/terms.py",
)  # fmt: skip
"""What the files' contents depend on besides statutes and entries."""


class _Kept(Protocol):
    def arrays(self) -> dict[str, npt.NDArray[Any]]: ...


T = TypeVar("T", bound=_Kept)


def kept_index(folder: Path, mark: str, articles: Callable[[], Iterable[Article]], terms: Terms) -> Index:
    """The index from the folder, or made and kept there; where nothing can be written it is made each time.

    Args: mark: of the statutes, by which an old file is known; articles: gives them.
    """
    mark = _mark(mark, terms)
    return _kept(folder / INDEX, mark, Index.of_arrays, lambda: Index.of(articles(), terms))


def kept_ground(
    folder: Path, mark: str, index: Index, entries: Callable[[], Iterable[Entry]], terms: Terms
) -> Ground:
    """The same for what the shipped entries say; the file is old when they or the statutes have changed."""
    mark = _mark(f"{mark} {_digest(sorted(CONTENT.glob('*.yaml')))}", terms)
    return _kept(
        folder / WORDINGS,
        mark,
        lambda arrays: Ground(index, terms, arrays),
        lambda: Ground.of(index, entries(), terms),
    )


def _kept(path: Path, mark: str, of_arrays: Callable[[Arrays], T], make: Callable[[], T]) -> T:
    arrays = stored.recall(path, mark)
    if arrays is not None:
        return of_arrays(arrays)
    made = make()
    stored.keep(path, mark, made.arrays())
    return made


def _mark(mark: str, terms: Terms) -> str:
    """Words are cut in one way or another, depending on what is installed."""
    code = _digest(Path(__file__).parent.parent / name for name in _CODE)
    return f"{terms.segmenter.name} {code} {mark}"


def _digest(paths: Iterable[Path]) -> str:
    state = hashlib.sha256()
    for path in paths:
        state.update(f"\n{path.name}\n".encode() + path.read_bytes())
    return state.hexdigest()
