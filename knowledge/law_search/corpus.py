"""The articles of the index: what each of them is, as arrays, and where its text stands."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.law_search.postings import Arrays, Floats, Ints
from knowledge.naming import article_key, article_value, number
from knowledge.statutes import Article

LEVELS = ("法律", "司法解释", "行政法规")
"""Levels that the ranking tells apart; all others count as one."""
_CODING = "gb18030"
"""Two bytes for most characters."""
_PARTS = re.compile(r"(\d+|[零〇一二三四五六七八九十百]+)?(?:之([一二三四五六七八九十]+))?[^#]*(?:#(\d+))?")


class Corpus:
    """Articles by number, those of a law together and in their order.

    Attributes: law, chapter, level, superseded: of each article, as numbers; length: logarithm of its
    characters; laws, chapters: how many there are; law_sizes, chapter_sizes: articles of each.
    """

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.law: Ints = arrays["law"].astype(np.intp)
        self.chapter: Ints = arrays["chapter"].astype(np.intp)
        self.level: npt.NDArray[np.uint8] = arrays["level"]
        self.superseded: npt.NDArray[np.bool_] = arrays["superseded"]
        self.length: Floats = arrays["length"]
        self.law_sizes: Ints = np.bincount(self.law)
        self.chapter_sizes: Ints = np.bincount(self.chapter)
        self.laws, self.chapters = len(self.law_sizes), len(self.chapter_sizes)
        self._head = arrays["head"]
        self._names, self._named = arrays["names"], arrays["named"]

    @classmethod
    def of(cls, articles: Sequence[Article]) -> "Corpus":
        """Build from articles in order (see `in_order`)."""
        laws: dict[str, int] = {}
        chapters: dict[tuple[str, str], int] = {}
        names: dict[int, int] = {}
        heads: dict[str, int] = {}
        head = [heads.setdefault(_head(one), len(heads)) for one in articles]
        rows = [f"{article_key(one.article)}\n{one.text}".encode(_CODING) for one in articles]
        in_force_first = sorted(enumerate(articles), key=lambda row: bool(row[1].superseded_by))
        for law in ("law", "short"):  # a full name wins over another law's short one
            for place, one in in_force_first:
                names.setdefault(_name(getattr(one, law), one.article), place)
        ordered = sorted(names)
        return cls({
            "law": np.array([laws.setdefault(a.law, len(laws)) for a in articles], dtype=np.uint32),
            "chapter": np.array(
                [chapters.setdefault((a.law, a.title_path), len(chapters)) for a in articles], dtype=np.uint32
            ),
            "level": np.array([_level(a.level) for a in articles], dtype=np.uint8),
            "superseded": np.array([bool(a.superseded_by) for a in articles], dtype=np.bool_),
            "length": np.log([len(a.text) + 5.0 for a in articles]).astype(np.float32),
            "head": np.array(head, dtype=np.uint32),
            **_joined("heads", [one.encode(_CODING) for one in heads]),
            **_joined("rows", rows),
            "names": np.array(ordered, dtype=np.uint64),
            "named": np.array([names[one] for one in ordered], dtype=np.uint32),
        })  # fmt: skip

    def __len__(self) -> int:
        return len(self.law)

    def article(self, place: int) -> Article:
        """The article of a number."""
        key, _newline, text = self._read("rows", place).partition("\n")
        law, short, version, level, title_path, superseded_by = json.loads(
            self._read("heads", int(self._head[place]))
        )
        return Article(law, short, version, level, article_value(key), title_path, text, superseded_by)

    def find(self, law: str, article: int | str) -> int | None:
        """The number of an article, its law named long or short."""
        name = np.uint64(_name(law, article))
        place = int(np.searchsorted(self._names, name))
        found = place < len(self._names) and self._names[place] == name
        return int(self._named[place]) if found else None

    def _read(self, name: str, place: int) -> str:
        ends = self.arrays[f"{name}_ends"]
        start = int(ends[place - 1]) if place else 0
        return bytes(self.arrays[name][start : int(ends[place])]).decode(_CODING)


def _joined(name: str, rows: list[bytes]) -> dict[str, npt.NDArray[Any]]:
    ends = np.cumsum(list(map(len, rows)), dtype=np.uint32)
    return {name: np.frombuffer(b"".join(rows), dtype=np.uint8), f"{name}_ends": ends}


def _head(one: Article) -> str:
    """What the articles of a chapter share."""
    shared = (one.law, one.short, one.version, one.level, one.title_path, one.superseded_by)
    return json.dumps(shared, ensure_ascii=False)


def in_order(articles: Iterable[Article]) -> list[Article]:
    """Articles by law, then by number, so that neighbours stand beside each other."""
    return sorted(articles, key=_order)


def _order(article: Article) -> tuple[str, int, int, int, str]:
    key = article_key(article.article)
    found = _PARTS.match(key)
    main, inserted, again = found.groups() if found else (None, None, None)
    return article.law, int(again or 0), _value(main), _value(inserted), key


def _value(numeral: Any) -> int:
    return number(numeral) if numeral else 0


def _level(name: str) -> int:
    return LEVELS.index(name) if name in LEVELS else len(LEVELS)


def _name(law: str, article: int | str) -> int:
    whole = f"{law}\x1f{article_key(article)}".encode()
    return int.from_bytes(hashlib.blake2b(whole, digest_size=8).digest(), "little")
