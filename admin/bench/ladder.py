"""What each part of the matcher earns: switched on one after another, and taken out of the whole alone.

Each row is a process of its own, so that memory is its own too. The weights of signals are the stored ones,
learned from own wordings; what a part that is out would weigh goes to the others. Those of topics and of
confidence are learned from labels, so anew for each row and crosswise: the labelled questions are cut into
parts by topic (`FOLDS`), and each part is answered with what was learned from the others. The paraphrases are
learned from by nobody.
"""

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from admin.bench import parts
from knowledge import evaluation, fitting
from knowledge.danger import Danger
from knowledge.evaluation import Label, Question, Tally
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.matching import Matcher
from knowledge.normal import Normal
from knowledge.scorer import Scorer
from knowledge.weights import Weights

FOLDS = 4
_STATUS = Path("/proc/self/status")
Say = Callable[[str], None]


class Sets(NamedTuple):
    """What is asked. Attributes: labelled: real questions with their labels, maybe none; paraphrases: of
    entries, each with the one that it is of."""

    labelled: tuple[Question, ...]
    paraphrases: tuple[Question, ...]


@dataclass(frozen=True)
class Row:
    """The figures of one matcher, rates as shares, None where nothing was asked.

    Attributes:
        first, three, helped, precision, share, error: of labelled questions, see `Tally.as_json`.
        para_first, para_three: of paraphrases; heard: share of them that the danger screen took.
        p50, p95: milliseconds of processor time a decision, over all questions, each asked before.
        memory: megabytes of the process once it is built; size: kilobytes of what it is built of; start:
        seconds of processor time to build it, files read before.
    """

    name: str
    first: float | None
    three: float | None
    helped: float | None
    precision: float | None
    share: float | None
    error: float | None
    para_first: float | None
    para_three: float | None
    heard: float | None
    p50: float
    p95: float
    memory: float
    size: int
    start: float

    def as_json(self) -> dict[str, Any]:
        """The stable form."""
        return asdict(self)


class Step(NamedTuple):
    """A row to be measured. Attributes: off: the parts taken out; stored: with the stored weights."""

    name: str
    off: tuple[str, ...]
    stored: bool = False


def steps() -> tuple[Step, ...]:
    """From the nearest wording up, part by part, and the whole as it is shipped."""
    names = tuple(parts.PARTS)
    up = [Step(f"+ {parts.PARTS[name]}", names[n + 1 :]) for n, name in enumerate(names)]
    return (Step("nearest wording by pairs of characters", names), *up, Step("as shipped", (), stored=True))


def leavings() -> tuple[Step, ...]:
    """The whole, and the whole without each part alone."""
    return (Step("whole", ()), *(Step(f"without {what}", (name,)) for name, what in parts.PARTS.items()))


def climb(asked: Sets, todo: Iterable[Step], say: Say) -> Iterator[Row]:
    """Measure rows, one process after another."""
    with TemporaryDirectory(prefix="xiaosi-table-") as kept:
        Library.load(cache_dir=Path(kept))  # read once: what is kept is the same for all rows
        for step in todo:
            say(step.name)
            with get_context("spawn").Pool(1) as pool:
                yield pool.apply(measured, (step, asked, Path(kept)))


def measured(step: Step, asked: Sets, kept: Path | None = None) -> Row:
    """Measure one row in this process. Args: kept: where the entries may be kept as read."""
    with parts.without(step.off):
        bed = _Bed(step.off, kept)
        memory, labelled, said = _memory(), Tally(), Tally()
        for weights, rows in bed.learned(asked.labelled, stored=step.stored):
            bed.ask(weights, rows, labelled)
        bed.ask(bed.weights(asked.labelled, stored=step.stored), asked.paraphrases, said)
        times = _times(bed.matcher, [q.text for q in (*asked.labelled, *asked.paraphrases)])
        size = parts.size(bed.library, step.off) // 1024
    real, para = labelled.as_json(), said.as_json()
    return Row(
        step.name, real["recall_at_1"], real["recall_at_3"], real["helped"], real["precision"],
        real["direct_share"], real["calibration_error"], para["recall_at_1"], para["recall_at_3"],
        para["decisions"].get("urgent", 0.0) if said.questions else None,
        _at(times, 0.50), _at(times, 0.95), memory, size, round(bed.start, 2),
    )  # fmt: skip


class _Bed:
    """A matcher of some parts, whose weights change. Attributes: start: seconds that it took to build."""

    def __init__(self, off: Collection[str], kept: Path | None) -> None:
        hotlines = Hotlines.load()
        triage, danger = parts.triage(hotlines, off), Danger.load(hotlines)
        self._weights = parts.left(Weights.load(), off)
        self.library = parts.library(Library.load(cache_dir=kept), off)
        began = time.process_time()
        self.matcher = Matcher(self.library, hotlines, danger, triage=triage, weights=self._weights)
        self.start = time.process_time() - began
        self._lesson = fitting.Lesson(self.library, Normal(triage.slips), self._weights)

    def weights(self, questions: Sequence[Question], *, stored: bool) -> Weights:
        """The stored ones, or with those of topics and confidence learned from these questions."""
        told = [fitting.judged(q.text, q.label, self.library) for q in questions if q.label is not None]
        if stored or not told:
            return self._weights
        with parts.swapped(fitting, "Scorer", self._scorer):
            found = replace(self._weights, topic=self._lesson.topics(self._weights, told))
            return replace(found, confidence=self._lesson.confidence(found, told).weights)

    def learned(
        self, questions: Sequence[Question], *, stored: bool
    ) -> Iterator[tuple[Weights, Sequence[Question]]]:
        """Weights for the questions of some topics, learned without them."""
        for fold in [list(questions)] if stored else by_topic(questions):
            held = set(map(id, fold))
            yield self.weights([q for q in questions if id(q) not in held], stored=stored), fold

    def ask(self, weights: Weights, questions: Iterable[Question], tally: Tally) -> None:
        """Count what becomes of questions with these weights, whose signals are those of the bed."""
        self._scorer(self.library, None, weights)
        for one in questions:
            decision = self.matcher.decide(one.text)
            tally.add(one, decision, decision.source.topic if decision.source else None)

    def _scorer(self, _library: object, _normal: object, weights: Weights) -> Scorer:
        """The scorer that is there, with other weights, in place of a new one."""
        self.matcher._scorer.weights = weights
        return self.matcher._scorer


def by_topic(questions: Sequence[Question], count: int = FOLDS) -> list[list[Question]]:
    """The questions in so many parts of about one size; all of one (first) topic stand together."""
    groups: dict[str, list[Question]] = {}
    for one in questions:
        groups.setdefault(one.topics[0] if one.topics else "", []).append(one)
    folds: list[list[Question]] = [[] for _ in range(count)]
    for _topic, group in sorted(groups.items(), key=lambda row: (-len(row[1]), row[0])):
        min(folds, key=len).extend(group)
    return [fold for fold in folds if fold]


def paraphrases(path: Path) -> tuple[Question, ...]:
    """The questions of a file of paraphrases, each labelled with its entry."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return tuple(Question(row["question"], (), Label((row["entry"],))) for row in rows)


def labelled(labels: Path, pool: Path) -> tuple[Question, ...]:
    """The questions of a pool that are labelled."""
    known = {str(r["id"]): evaluation.label(r) for r in _rows(labels)}
    rows = [row for row in _rows(pool) if str(row["id"]) in known]
    return tuple(evaluation.question(row, str(row["question"]), known) for row in rows)


def _rows(path: Path) -> list[Mapping[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _times(matcher: Matcher, texts: Sequence[str]) -> list[float]:
    """Processor time of each decision in milliseconds, sorted; all that is made late has been made."""
    for text in texts:
        matcher.decide(text)
    found = []
    for text in texts:
        began = time.thread_time()
        matcher.decide(text)
        found.append((time.thread_time() - began) * 1000)
    return sorted(found)


def _at(times: Sequence[float], share: float) -> float:
    return round(times[min(len(times) - 1, int(len(times) * share))], 3) if times else 0.0


def _memory() -> float:
    """Megabytes that the process holds; 0 where the system does not tell."""
    if not _STATUS.exists():
        return 0.0
    line = next(row for row in _STATUS.read_text().splitlines() if row.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)
