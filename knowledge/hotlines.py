"""The one table of telephone numbers; its hash is pinned, so that nobody slips in another number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from knowledge.errors import KnowledgeError
from knowledge.library import CONTENT
from knowledge.pinned import read_pinned

PIN = "1b30854367d3872c0812bc90a77c789b0a7f567a0e155a4853a8a1a88e948612"
"""SHA-256 of the shipped hotlines.yaml."""

_SLOT = re.compile(r"\{tel:([a-z_]+)\}")


@dataclass(frozen=True)
class Hotline:
    """One number: what it is for, who runs it, when it was checked."""

    key: str
    number: str
    what: str
    source: str
    checked: date


@dataclass(frozen=True)
class Hotlines:
    """The table by key."""

    by_key: Mapping[str, Hotline]

    @classmethod
    def load(cls, path: Path = CONTENT / "hotlines.yaml", *, pin: str = PIN) -> "Hotlines":
        """Read the table.

        Args: pin: expected SHA-256 of the file. Raises: TamperedError when it differs, KnowledgeError
        for a row that is not complete.
        """
        rows = yaml.load(read_pinned(path, pin), Loader=yaml.CSafeLoader)
        try:
            lines = [Hotline(r["key"], r["number"], r["what"], r["source"], r["checked"]) for r in rows]
        except (TypeError, KeyError) as error:
            raise KnowledgeError(f"{path.name}: a row lacks {error}") from error
        for line in lines:
            if not isinstance(line.number, str) or not re.fullmatch(r"[\d-]{3,20}", line.number):
                raise KnowledgeError(f"{path.name}, {line.key}: expected a quoted number")
        if len({line.key for line in lines}) != len(lines):
            raise KnowledgeError(f"{path.name}: a key stands twice")
        return cls({line.key: line for line in lines})

    def fill(self, text: str) -> str:
        """The text with each ``{tel:KEY}`` replaced. Raises: KnowledgeError for an unknown key."""
        return _SLOT.sub(lambda slot: self.number(slot.group(1)), text) if "{tel:" in text else text

    def number(self, key: str) -> str:
        """The number of a key. Raises: KnowledgeError when there is none."""
        line = self.by_key.get(key)
        if line is None:
            raise KnowledgeError(f"there is no telephone number with the key {key!r} in hotlines.yaml")
        return line.number


def keys_in(text: str) -> tuple[str, ...]:
    """The keys of all ``{tel:KEY}`` in a text, in order."""
    return tuple(_SLOT.findall(text))
