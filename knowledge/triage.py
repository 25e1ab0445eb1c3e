"""What is decided beside the entries: service words, small talk, wrongs, other bodies, hard cases."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.errors import KnowledgeError
from knowledge.hotlines import Hotlines
from knowledge.library import CONTENT
from knowledge.rules import RuleSet, read_rules

_SAYINGS = (
    "clarify guide nothing none more person_too escalate escalate_where person menu service idle data assumes"
    " told"
)
SAYINGS = frozenset(_SAYINGS.split())
"""Keys of the general sentences."""


@dataclass(frozen=True)
class SmallTalk:
    """A whole message that is no question, and the answer."""

    name: str
    pattern: re.Pattern[str]
    text: str


@dataclass(frozen=True)
class Triage:
    """The lists of triage.yaml, with telephone numbers filled in.

    Attributes:
        services: service word (as cleaned and bare) to its group: ``person``, ``menu``, ``idle``, ``data``,
            ``other``.
        rules: rule sets by name: ``advert``, ``wrongdoing``, ``refer``, ``hard``.
    """

    slips: Mapping[str, str]
    services: Mapping[str, str]
    person: re.Pattern[str]
    smalltalk: tuple[SmallTalk, ...]
    only_signs: str
    rules: Mapping[str, RuleSet]
    sayings: Mapping[str, str]
    default_topics: Sequence[str]

    @classmethod
    def load(cls, hotlines: Hotlines, path: Path = CONTENT / "triage.yaml") -> "Triage":
        """Read the lists. Raises: KnowledgeError for a form that is wrong or an unknown number."""
        data = yaml.load(hotlines.fill(path.read_text("utf-8")), Loader=yaml.CSafeLoader)
        if set(data["sayings"]) != SAYINGS:
            raise KnowledgeError(f"{path.name}: expected the sayings {', '.join(sorted(SAYINGS))}")
        sets = {name: data[name] for name in ("wrongdoing", "advert", "refer", "hard")}
        return cls(
            slips=data["slips"],
            services={word: group for group, words in data["services"].items() for word in words},
            person=re.compile(data["person"]),
            smalltalk=tuple(
                SmallTalk(row["name"], re.compile(row["pattern"]), row["text"]) for row in data["smalltalk"]
            ),
            only_signs=data["only_signs"],
            rules={name: RuleSet(read_rules(rows, kind=name, file=path.name)) for name, rows in sets.items()},
            sayings=data["sayings"],
            default_topics=tuple(data["default_topics"]),
        )
