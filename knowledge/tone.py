"""Whether a message sounds like danger, or like the plan of a wrong: what no list of words foresees.

Two logistic regressions on the characters of a text and the pairs of neighbours and of next neighbours, which
`tone_learning` learned from lines of our own. With the sum over the n features of a text:

    score(tone) = bias + sum of weights / root of n

A third part names the kind of a danger. The table holds weights in whole steps, one byte each.
"""

import hashlib
import io
import math
from functools import lru_cache
from itertools import repeat
from operator import add
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from knowledge.errors import KnowledgeError, TamperedError
from knowledge.library import CONTENT

FILE = CONTENT / "tones.npz"
PIN = "4e77c69d3efd96baa454d912fbdca2344a985d272bcc4725d02d2b3dc5de8a9d"
"""SHA-256 of the shipped file."""
_ZERO = 128
"""The byte of a step of 0: bytes of one column are summed quicker than rows of an array are picked."""
DANGER, WRONG = "danger", "wrong"
"""The tones; the other columns are kinds of danger."""
_QUICK = {DANGER: -1.0, WRONG: 0.75}
"""What single characters alone must make of a text; with less, its pairs have never made up for it in a line
that is learned from."""


class ToneTable(NamedTuple):
    """What was learned. Attributes: columns: tones, then kinds; features: of one or two characters, a pair of
    next neighbours with a space between; steps: weights in steps of `step`; bias: of each column.
    """

    columns: tuple[str, ...]
    features: tuple[str, ...]
    steps: npt.NDArray[np.int8]
    step: float
    bias: npt.NDArray[np.float64]

    def save(self, path: Path = FILE) -> None:
        """Write the file; the same table gives the same bytes."""
        np.savez_compressed(
            path, columns=np.array(" ".join(self.columns)), features=np.array("\n".join(self.features)),
            steps=self.steps, step=self.step, bias=self.bias,
        )  # fmt: skip


def features(plain: str) -> set[str]:
    """The features of a text without punctuation."""
    bag = set(map(add, plain, plain[1:]))
    bag.update(plain)
    bag.update(map(add, map(add, plain, repeat(" ")), plain[2:]))
    return bag


class Tone:
    """Scores texts; immutable after building."""

    def __init__(self, table: ToneTable) -> None:
        self._columns = table.columns
        self._bias: list[float] = table.bias.tolist()
        self._step = table.step
        self._steps: list[bytes] = [
            (column.astype(np.int16) + _ZERO).astype(np.uint8).tobytes() for column in table.steps.T
        ]
        self._row = {feature: row for row, feature in enumerate(table.features)}
        self._single = [
            {f: int(step) * table.step for f, step in zip(table.features, column, strict=True) if len(f) == 1}
            for column in table.steps.T[:2]
        ]

    def score(self, tone: str, plain: str) -> float:
        """How much a text sounds so; above 0 it does rather than not."""
        return self._score(self._columns.index(tone), features(plain))

    def reaches(self, tone: str, plain: str, least: float) -> bool:
        """Whether a text sounds so at least as much; a quick no for most texts."""
        number, signs = self._columns.index(tone), set(plain)
        quick: float = sum(map(self._single[number].get, signs, repeat(0.0)))
        if quick < _QUICK[tone] * math.sqrt(len(signs)):
            return False
        return self._score(number, features(plain)) >= least

    def kind(self, plain: str) -> str:
        """The kind of danger that it sounds like most."""
        bag = features(plain)
        kinds = range(2, len(self._columns))
        return self._columns[max(kinds, key=lambda column: self._score(column, bag))]

    def _score(self, column: int, bag: set[str]) -> float:
        known = [row for row in map(self._row.get, bag) if row is not None]
        total = sum(map(self._steps[column].__getitem__, known)) - _ZERO * len(known)
        return self._bias[column] + total * self._step / math.sqrt(max(1, len(bag)))


def tones() -> Tone:
    """The shipped tones."""
    return load()


@lru_cache(maxsize=2)
def load(path: Path = FILE, pin: str = PIN) -> Tone:
    """The stored tones. Raises: TamperedError for another file, KnowledgeError for a wrong form."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KnowledgeError(f"{path.name}: {error}") from error
    if (found := hashlib.sha256(content).hexdigest()) != pin:
        raise TamperedError(f"{path.name} is not the file that was signed off (found {found[:12]}…)")
    try:
        with np.load(io.BytesIO(content)) as file:
            table = ToneTable(
                tuple(str(file["columns"]).split()), tuple(str(file["features"]).split("\n")),
                file["steps"], float(file["step"]), file["bias"],
            )  # fmt: skip
    except (KeyError, ValueError, BadZipFile) as error:
        raise KnowledgeError(f"{path.name}: {error}") from error
    return Tone(table)
