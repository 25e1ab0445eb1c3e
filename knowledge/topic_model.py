"""Which topic a question belongs to, by its characters and the pairs of them alone.

A softmax regression that `topic_learning` learned from wordings and from real questions with a known topic.
A feature f is a character or a pair of neighbouring ones. With w(f) its idf among the texts learned from,
and the sums over the features of a question that the table knows:

    evidence(t) = bias(t) + sum of w(f) v(f, t) / root of the sum of w(f)²

The table holds w(f) v(f, t) in whole steps, one byte each.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from knowledge.errors import KnowledgeError
from knowledge.library import CONTENT
from knowledge.vocabulary import Floats

FILE = CONTENT / "topics.npz"
NONE = "other"
"""The column of questions that belong to no topic of ours."""


class TopicTable(NamedTuple):
    """What was learned.

    Attributes:
        topics: ids, in the order of the columns; `NONE` is the last.
        features: in the order of the rows; squares: w(f)² of each.
        steps: w(f) v(f, t) in steps; step: how much one is; bias: of each column.
    """

    topics: tuple[str, ...]
    features: tuple[str, ...]
    squares: Floats
    steps: npt.NDArray[np.int8]
    step: float
    bias: Floats

    def save(self, path: Path = FILE) -> None:
        """Write the file; the same table gives the same bytes."""
        singles = "".join(f for f in self.features if len(f) == 1)
        pairs = "".join(f for f in self.features if len(f) == 2)
        np.savez_compressed(
            path, topics=np.array(" ".join(self.topics)), singles=np.array(singles), pairs=np.array(pairs),
            squares=self.squares.astype(np.float16), steps=self.steps, step=self.step, bias=self.bias,
        )  # fmt: skip


@lru_cache(maxsize=2)
def load(path: Path = FILE) -> TopicTable:
    """Read the stored table. Raises: KnowledgeError for a file that is missing or of a wrong form."""
    try:
        with np.load(path) as file:
            singles, pairs = str(file["singles"]), str(file["pairs"])
            features = (*singles, *(pairs[n : n + 2] for n in range(0, len(pairs), 2)))
            table = TopicTable(
                tuple(str(file["topics"]).split()), features, file["squares"].astype(np.float64),
                file["steps"], float(file["step"]), file["bias"],
            )  # fmt: skip
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise KnowledgeError(f"{path.name}: {error}") from error
    if table.steps.shape != (len(features), len(table.topics)) or len(table.squares) != len(features):
        raise KnowledgeError(f"{path.name}: the table has {table.steps.shape} cells")
    return table


def features(plain: str) -> set[str]:
    """The characters of a text without punctuation, and the pairs of them."""
    bag = {plain[n : n + 2] for n in range(len(plain) - 1)}
    bag.update(plain)
    return bag


class TopicModel:
    """Evidence of topics; immutable after building.

    Args: topics: ids whose evidence is wanted, in this order; one that the table lacks gets none.
    """

    def __init__(self, topics: Sequence[str], table: TopicTable | None = None) -> None:
        table = table or load()
        self.topics = tuple(topics)
        at = {topic: column for column, topic in enumerate(table.topics)}
        columns = [at.get(topic, -1) for topic in (*self.topics, NONE)]
        lacking = np.array([column < 0 for column in columns])
        # sums of whole steps are exact in these, and adding needs no other form
        steps = np.where(lacking, np.int8(0), table.steps[:, columns])
        self._steps = np.ascontiguousarray(steps, dtype=np.float32)
        self._bias: list[float] = np.where(lacking, 0.0, table.bias[columns]).tolist()
        self._step = table.step
        self._squares: list[float] = table.squares.tolist()
        self._row = {feature: row for row, feature in enumerate(table.features)}

    def evidence(self, plain: str) -> list[float]:
        """For each topic how much a cleaned question speaks for it, and last for none of all topics."""
        known = [number for number in map(self._row.get, features(plain)) if number is not None]
        if not known:
            return list(self._bias)
        sums: list[float] = np.add.reduce(self._steps.take(known, axis=0), axis=0).tolist()
        step = self._step / math.sqrt(sum(map(self._squares.__getitem__, known)))
        return [one * step + bias for one, bias in zip(sums, self._bias, strict=True)]
