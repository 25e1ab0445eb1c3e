"""What the knowledge base is made of: entries, guides and their parts, as frozen values."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """An entry answers one question; a guide serves a whole topic when no entry fits."""

    ENTRY = "entry"
    GUIDE = "guide"


class Risk(StrEnum):
    """What a wrong answer could cost; ``high`` is never answered directly without the asked fact."""

    LOW = "low"
    MID = "mid"
    HIGH = "high"


@dataclass(frozen=True)
class Keyword:
    """A specific word and its lay, dialect or misspelt forms."""

    say: str
    also: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """The word with all its other forms."""
        return (self.say, *self.also)


@dataclass(frozen=True)
class Pattern:
    """A regular expression that forbids an entry, and the id of the entry that is meant instead."""

    pattern: str
    instead: str = ""


@dataclass(frozen=True)
class Option:
    """One choice of a closed question.

    Attributes:
        label: as shown.
        patterns: expressions by which a fact that was already told is recognised.
        then: an entry id, or the text that completes the answer.
        side: whether it is another side than the one that ``short`` speaks to (the merchant, not the
            buyer), so that ``then`` is said alone.
    """

    label: str
    patterns: tuple[str, ...] = ()
    then: str = ""
    side: bool = False


@dataclass(frozen=True)
class Ask:
    """A closed question about a fact that changes the answer."""

    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Full:
    """The full answer of the public page, each part a list of lines."""

    steps: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    """A time limit: what, how long (``30d``, ``1y``, ``none``), from which fact, by which article."""

    what: str
    period: str
    start: str = ""
    article: str = ""


@dataclass(frozen=True)
class Way:
    """One way of a guide: what, where, within which period, at what cost."""

    way: str
    where: str = ""
    period: str = ""
    cost: str = ""


@dataclass(frozen=True)
class Citation:
    """An article of a law in the version that was read; ``says`` is copied exactly from it."""

    law: str
    article: int | str
    version: str
    says: str


@dataclass(frozen=True)
class Change:
    """A known change of the law that the entry was written to survive."""

    law: str
    date: date
    what: str = ""


@dataclass(frozen=True)
class Review:
    """Who wrote and who checked, when, and when it must be checked again."""

    author: str
    reviewer: str
    checked_on: date
    due: date


@dataclass(frozen=True)
class Place:
    """Where a value stands: file name and line, both for messages to authors."""

    file: str
    line: int
    fields: tuple[tuple[str, int], ...] = ()

    def of(self, name: str) -> int:
        """The line of a field, or of the entry where the field is absent."""
        return dict(self.fields).get(name, self.line)


@dataclass(frozen=True)
class Entry:
    """One entry or guide, as written in `knowledge/content/`; a guide uses the last group of fields too."""

    id: str
    kind: Kind
    topic: str
    title: str
    short: str
    citations: tuple[Citation, ...]
    next: tuple[str, ...]
    risk: Risk
    review: Review
    wordings: tuple[str, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    sure: tuple[tuple[str, ...], ...] = ()
    never: tuple[Pattern, ...] = ()
    assumes: str = ""
    ask: tuple[Ask, ...] = ()
    full: Full = Full()
    limits: tuple[Limit, ...] = ()
    related: tuple[str, ...] = ()
    verify_by: tuple[Change, ...] = ()
    audience: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    not_scope: tuple[str, ...] = ()
    today: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    do_not: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    shows_choices: int = 3
    place: Place = field(default=Place("", 0), compare=False)

    @property
    def is_guide(self) -> bool:
        """Whether this serves a whole topic."""
        return self.kind is Kind.GUIDE
