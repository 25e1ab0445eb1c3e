"""What is decided beside the entries: service words, small talk, wrongs, other bodies, hard cases."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import yaml

from knowledge.errors import KnowledgeError
from knowledge.hotlines import Hotlines
from knowledge.library import CONTENT
from knowledge.rules import Rule, RuleSet, read_rules
from knowledge.stance import Stance
from knowledge.tone import WRONG, Tone, tones

_SAYINGS = (
    "clarify guide nothing none more person_too escalate escalate_where person menu service idle data assumes"
    " told taken guided doubted doubted_alone doubt_first"
)
SAYINGS = frozenset(_SAYINGS.split())
"""Keys of the general sentences."""
SOUNDS = ((22, -1.5), (14, -0.3))
"""The tone from which on a message of so many characters is a planned wrong that no rule knows, where no
context speaks against it; a shorter one is left to the rules.
"""
HONEST = "本分"
"""The sign of context of somebody who will have no part in a wrong: no rule of wrongdoing fires at it."""
BY_TONE = "unlawful trade"
"""The rule whose text is said then: it names no act."""


@dataclass(frozen=True)
class SmallTalk:
    """A whole message that is no question, and the answer."""

    name: str
    pattern: re.Pattern[str]
    text: str


class Wrong(NamedTuple):
    """A wrong that the speaker plans: the rule whose text is said, its word if any, the context."""

    rule: Rule
    word: str
    context: tuple[str, ...]


@dataclass(frozen=True)
class Triage:
    """The lists of triage.yaml, with telephone numbers filled in.

    Attributes:
        services: service word (as cleaned and bare) to its group: ``person``, ``menu``, ``idle``, ``data``,
            ``other``.
        names: rules as curators call them.
        stance: tells a planned wrong from a complaint about one.
        rules: rule sets by name: ``advert``, ``wrongdoing``, ``refer``, ``hard``.
        honest: finds those who will have no part in a wrong, or want to put one right.
    """

    slips: Mapping[str, str]
    services: Mapping[str, str]
    person: re.Pattern[str]
    smalltalk: tuple[SmallTalk, ...]
    only_signs: str
    rules: Mapping[str, RuleSet]
    stance: Stance
    names: Mapping[str, str]
    sayings: Mapping[str, str]
    default_topics: Sequence[str]
    honest: re.Pattern[str]
    tone: Tone | None = None

    @classmethod
    def load(cls, hotlines: Hotlines, path: Path = CONTENT / "triage.yaml", *,
             tone: Callable[[], Tone] | None = tones) -> "Triage":  # fmt: skip
        """Read the lists.

        Args: tone: gives the learned tones, None for rules alone.
        Raises: KnowledgeError for a form that is wrong or an unknown number.
        """
        data = yaml.load(hotlines.fill(path.read_text("utf-8")), Loader=yaml.CSafeLoader)
        if set(data["sayings"]) != SAYINGS:
            raise KnowledgeError(f"{path.name}: expected the sayings {', '.join(sorted(SAYINGS))}")
        sets = {name: data[name] for name in ("wrongdoing", "advert", "refer", "hard")}
        rules = {name: RuleSet(read_rules(rows, kind=name, file=path.name)) for name, rows in sets.items()}
        strays = (set(data["acts"]) | set(data["acts_need"])) - {
            rule.name for rule in rules["wrongdoing"].rules
        }
        if strays:
            raise KnowledgeError(
                f"{path.name}: acts of {sorted(strays)[0]!r}, which is no rule of wrongdoing"
            )
        return cls(
            slips=data["slips"],
            services={word: group for group, words in data["services"].items() for word in words},
            person=re.compile(data["person"]),
            smalltalk=tuple(
                SmallTalk(row["name"], re.compile(row["pattern"]), row["text"]) for row in data["smalltalk"]
            ),
            only_signs=data["only_signs"],
            rules=rules,
            stance=Stance(
                data["acts"],
                {name: (float(weight), pattern) for name, (weight, pattern) in data["context"].items()},
                needs=data["acts_need"],
                doer=data["doers"],
                object_marks=data["object_marks"],
                own=data["own"],
                intent=data["intent"],
            ),
            names=data["names"],
            sayings=data["sayings"],
            default_topics=tuple(data["default_topics"]),
            honest=re.compile(data["context"][HONEST][1]),
            tone=tone and tone(),
        )

    def named(self, rule: Rule) -> str:
        """The name of a rule as a curator reads it."""
        return self.names.get(rule.name, rule.name)

    def wrong(self, plain: str) -> "Wrong | None":
        """The wrong that the speaker plans, or None. Args: a cleaned text without punctuation."""
        fired = self.rules["wrongdoing"].first(plain)
        if fired and not self.honest.search(plain):
            return Wrong(fired.rule, fired.word, ())
        seen = self.stance.planned(plain)
        if seen is None:
            return None
        rule = next(rule for rule in self.rules["wrongdoing"].rules if rule.name == seen.kind)
        return Wrong(rule, "", seen.context)

    def sounds_wrong(self, plain: str) -> tuple[str, ...] | None:
        """The context of words that only sound like a planned wrong, else None.

        Args: a cleaned text without punctuation. One honest question in a hundred sounds so too, so this
        is told as a doubt and never as what the resident is.
        """
        least = next((tone for length, tone in SOUNDS if len(plain) >= length), None)
        if least is None or self.tone is None or not self.tone.reaches(WRONG, plain, least):
            return None
        seen = self.stance.leaning(plain, BY_TONE)
        return seen.context if seen is not None else None
