"""How well a ranking of articles finds those that are right, over many questions."""

import time
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

SHORT, LONG, FEW = 10, 100, 5
T = TypeVar("T")


@dataclass(frozen=True)
class Finding:
    """Means over questions.

    Attributes: asked: questions; short, long: share of the right articles among the first 10 and 100;
    hit: questions with a right one among the first 5; p50, p95: milliseconds a question.
    """

    asked: int
    short: float
    long: float
    hit: float
    p50: float = 0.0
    p95: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {
            "questions": self.asked,
            "recall_at_10": round(self.short, 4),
            "recall_at_100": round(self.long, 4),
            "hit_at_5": round(self.hit, 4),
            "ms_p50": round(self.p50, 3),
            "ms_p95": round(self.p95, 3),
        }

    def __str__(self) -> str:
        return (
            f"{self.asked} questions: of the right articles {self.short:.1%} are among 10, {self.long:.1%}"
            f" among 100; {self.hit:.1%} have one among 5"
        )


def finding(ranked: Iterable[tuple[Collection[Hashable], Sequence[Hashable]]]) -> Finding:
    """Args: ranked: for each question the right articles, and those found, best first."""
    short = long = hit = 0.0
    count = 0
    for right, found in ranked:
        wanted = set(right)
        short += len(wanted & set(found[:SHORT])) / len(wanted)
        long += len(wanted & set(found[:LONG])) / len(wanted)
        hit += bool(wanted & set(found[:FEW]))
        count += 1
    every = max(1, count)
    return Finding(count, short / every, long / every, hit / every)


def timed(find: Callable[[str], T], questions: Sequence[str]) -> tuple[list[T], float, float]:
    """What is found for each question, and the milliseconds at half and at 95 of 100 of them."""
    found, times = list[T](), list[float]()
    for question in questions:
        start = time.perf_counter()
        found.append(find(question))
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return found, _at(times, 0.5), _at(times, 0.95)


def _at(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0
