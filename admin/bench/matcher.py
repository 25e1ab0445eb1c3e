"""The matcher beside bm25s: the same texts, the same questions, one core, one question at a time."""

import contextlib
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from admin.bench.many import Asked, many_entries
from admin.bench.rivals import cores, pinned
from admin.bench.searchers import Searcher, bm25s_searchers, ours, texts_of
from knowledge.hotlines import Hotlines
from knowledge.normal import Normal
from knowledge.triage import Triage

GOALS = {"ratio": 1.0, "first": -0.01, "three": -0.01}
"""Questions a second over bm25s on the same texts, more than; hits beyond the better bm25s, at least: a
hundredth less is no difference, one standard error of a thousand questions being more."""
Say = Callable[[str], None]


@dataclass
class Found:
    """What one searcher did: questions a second by round, and how often it was right."""

    name: str
    rates: list[float] = field(default_factory=list)
    first: float = 0.0
    three: float = 0.0
    load_seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Questions a second in the middle round."""
        return statistics.median(self.rates)


@dataclass(frozen=True)
class Measured:
    """The figures. Attributes: rivals: bm25s over the same texts, and over one long text for each entry."""

    entries: int
    texts: int
    questions: int
    us: Found
    rivals: tuple[Found, Found]

    def as_json(self) -> dict[str, Any]:
        """The stable form. Ratios are those of the rounds' pairs; hits are compared with the better rival."""
        same, joined = self.rivals
        ratios = [us / them for us, them in zip(self.us.rates, same.rates, strict=True)]
        over_joined = [us / them for us, them in zip(self.us.rates, joined.rates, strict=True)]
        first, three = max(r.first for r in self.rivals), max(r.three for r in self.rivals)
        found: dict[str, Any] = {
            "bench": "matcher",
            "ratio": round(statistics.median(ratios), 3),
            "ratio_low": round(min(ratios), 3),
            "ratio_high": round(max(ratios), 3),
            "ratio_joined": round(statistics.median(over_joined), 3),
            "questions_per_s": round(self.us.rate, 1),
            "bm25s_per_s": round(same.rate, 1),
            "bm25s_joined_per_s": round(joined.rate, 1),
            "first": round(self.us.first, 4),
            "three": round(self.us.three, 4),
            "bm25s_first": round(first, 4),
            "bm25s_three": round(three, 4),
            "entries": self.entries,
            "texts": self.texts,
            "questions": self.questions,
            "rounds": len(self.us.rates),
            "load_s": round(self.us.load_seconds, 2),
            "searchers": {
                one.name: {
                    "per_s": round(one.rate, 1),
                    "first": round(one.first, 4),
                    "three": round(one.three, 4),
                    "load_s": round(one.load_seconds, 2),
                }
                for one in (self.us, *self.rivals)
            },
            "cores": "one" if cores() else "shared",
        }
        found["goals"] = {
            "ratio": found["ratio"] > GOALS["ratio"],
            "first": found["first"] - found["bm25s_first"] >= GOALS["first"],
            "three": found["three"] - found["bm25s_three"] >= GOALS["three"],
        }
        return found


def measure(*, entries: int, rounds: int, questions: int, say: Say) -> Measured:
    """Measure. Args: entries: how many; rounds: how often all questions are asked; say: takes progress."""
    with contextlib.ExitStack() as stack:
        pair = cores()
        stack.enter_context(pinned(pair[0] if pair else None))
        say(f"making {entries} entries")
        library, asked = many_entries(entries, questions)
        normal = Normal(Triage.load(Hotlines.load()).slips)
        searchers: list[tuple[Searcher, Found]] = []
        for name, build in (("matcher", ours), *bm25s_searchers()):
            say(f"loading {name}")
            began = time.perf_counter()
            searcher = build(library, normal)
            searchers.append((searcher, Found(name, load_seconds=time.perf_counter() - began)))
        for searcher, found in searchers:
            found.first, found.three = _hits(searcher, asked)  # the first pass also warms what is made late
        for number in range(rounds):
            say(f"round {number + 1}")
            for searcher, found in _turned(searchers, number):
                found.rates.append(_rate(searcher, asked))
    texts = sum(len(texts_of(entry)) for entry in library.entries)
    us, same, joined = (found for _searcher, found in searchers)
    return Measured(len(library.entries), texts, len(asked), us, (same, joined))


def _turned(searchers: "list[tuple[Searcher, Found]]", number: int) -> "list[tuple[Searcher, Found]]":
    """Who begins changes from round to round."""
    first = number % len(searchers)
    return [*searchers[first:], *searchers[:first]]


def _hits(searcher: Searcher, asked: list[Asked]) -> tuple[float, float]:
    first = three = 0
    for one in asked:
        best = searcher(one.text)
        first += best[:1] == [one.entry]
        three += one.entry in best[:3]
    return first / len(asked), three / len(asked)


def _rate(searcher: Searcher, asked: list[Asked]) -> float:
    began = time.perf_counter()
    for one in asked:
        searcher(one.text)
    return len(asked) / (time.perf_counter() - began)
