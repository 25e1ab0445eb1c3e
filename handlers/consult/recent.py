"""What the adviser remembers between two messages, as plain values in the resident's own row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.dialogue.memory import ASKED, MATTER

SAID = 120
"""Characters of the resident's words that are remembered."""
FACTS = 240
"""Characters of all that was told about a matter."""


@dataclass(frozen=True)
class Recent:
    """The talk as it stands.

    Attributes:
        entry: the entry or guide that was answered last; message: whose answer it was.
        said: the words that were answered, or asked back about.
        decides: whether that answer asked its deciding question.
        unsolved: how often 没解决 was chosen in a row.
        missing: what is missing was asked, and the next words tell it.
        options: entries that a closed question offered, while it is open; asked: how many such
        questions in a row; again: whether it was repeated once after words that had nothing to do with it.
        near: entries that were shown under a guide.
        day: a day that was told: its first and last day (ISO), the words around it, its own words.
        facts: what the resident said about this matter so far, newest last.
    """

    entry: str = ""
    message: int = 0
    said: str = ""
    decides: bool = False
    unsolved: int = 0
    missing: bool = False
    options: tuple[str, ...] = ()
    asked: int = 0
    again: bool = False
    near: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    facts: str = ""

    @classmethod
    def of(cls, memory: Mapping[str, Any]) -> "Recent":
        """From what was kept. Unknown names are of another version of the program and are left out."""
        if not memory:
            return NEW
        kept = {_NAMES[key]: value for key, value in memory.items() if key in _NAMES}
        for name in _TUPLES:
            if name in kept:
                kept[name] = tuple(kept[name])
        return cls(**kept)

    def kept(self) -> dict[str, Any]:
        """As it is kept: without what is empty."""
        values: dict[str, Any] = {
            key: value for key, name in _NAMES.items() if (value := getattr(self, name))
        }
        if self.missing or self.options:
            values[ASKED] = True
        return values

    def knowing(self, words: str) -> "Recent":
        """With further words about the same matter."""
        return replace(self, facts=f"{self.facts}\n{words}".strip()[-FACTS:]) if words else self

    def without_question(self) -> "Recent":
        """The open question is left."""
        return replace(self, options=(), asked=0, again=False, missing=False, decides=False)


_NAMES = {
    "e": "entry",
    "m": "message",
    MATTER: "said",
    "d": "decides",
    "u": "unsolved",
    "w": "missing",
    "o": "options",
    "n": "asked",
    "r": "again",
    "k": "near",
    "t": "day",
    "f": "facts",
}
_TUPLES = ("options", "near", "day")
NEW = Recent()
"""Nothing was said before."""
