"""What each signal is worth. Set by hand first, then moved a little by the base itself (see `fitting`).

The signals of an entry, each 0 to 1:

- ``wordings`` mean of its three nearest wordings (see `index`),
- ``text`` share of the question that its title, keywords and answers hold,
- ``likeness`` edit similarity to its nearest wordings,
- ``keyword`` its specific words that were said: 0.6 for one, 1 for two,
- ``sure`` one of its lists of patterns holds, ``never`` a forbidding pattern does (counted against it); both
  less in a long message, where words meet by chance,
- ``topic`` probability of its topic by words alone.

The score is their weighted sum. Confidence (see `certainty`) is a logistic curve over the first entry's

- ``score``, its ``lead`` on the second and on the ``field`` (the fourth), its ``likeness``,
- ``home`` the probability of its topic,
- ``sure`` whether a pattern of its own holds, ``alone`` whether none of another entry does,
- ``length`` of the question.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import KnowledgeError
from knowledge.library import CONTENT

HAND: Mapping[str, float] = {
    "wordings": 0.70,
    "text": 0.32,
    "likeness": 0.07,
    "keyword": 0.09,
    "sure": 0.12,
    "never": 0.10,
    "topic": 0.15,
}
"""Weights set by hand, to which the learned ones are pulled."""
SIGNALS = tuple(HAND)
CONFIDENCE = ("base", "score", "lead", "field", "likeness", "home", "sure", "alone", "length")
TOPIC = ("entry", "words", "scope", "scoped", "none")
FILE = CONTENT / "weights.json"


@dataclass(frozen=True)
class Weights:
    """All numbers of the matcher that are learned.

    Attributes:
        signals: weight of each of `SIGNALS`, none negative; ``never`` is subtracted.
        confidence: of the logistic curve, by `CONFIDENCE`.
        topic: of the topic's probability, by `TOPIC`: its best entry, its words, words of its guide's
            scope (each, and for any), and the pull of 'none of them'.
    """

    signals: Mapping[str, float]
    confidence: Mapping[str, float]
    topic: Mapping[str, float]

    @classmethod
    def load(cls, path: Path = FILE) -> "Weights":
        """Read the stored weights. Raises: KnowledgeError for a form that is wrong."""
        try:
            return cls.of(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise KnowledgeError(f"{path.name}: {error}") from error

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Weights":
        """Weights from their JSON form. Raises: KnowledgeError for a name that is missing or unknown."""
        parts: list[dict[str, float]] = []
        for part, names in (("signals", SIGNALS), ("confidence", CONFIDENCE), ("topic", TOPIC)):
            given = data.get(part) or {}
            if set(given) != set(names):
                raise KnowledgeError(f"weights: {part} must be {', '.join(names)}")
            parts.append({name: float(given[name]) for name in names})
        if min(parts[0].values()) < 0:
            raise KnowledgeError("weights: no signal may weigh less than nothing")
        return cls(*parts)

    def as_json(self) -> dict[str, dict[str, float]]:
        """The stored form."""
        return {
            part: {name: round(value, 4) for name, value in values.items()}
            for part, values in (
                ("signals", self.signals), ("confidence", self.confidence), ("topic", self.topic)
            )
        }  # fmt: skip


BY_HAND = Weights(
    HAND,
    {
        "base": -3.5,
        "score": 2.0,
        "lead": 2.0,
        "field": 2.0,
        "likeness": 2.0,
        "home": 1.3,
        "sure": 0.2,
        "alone": 0.3,
        "length": 1.0,
    },
    {"entry": 2.0, "words": 1.5, "scope": 0.8, "scoped": 1.5, "none": 1.0},
)
"""Where learning starts from, and what serves without a file of learned weights."""
