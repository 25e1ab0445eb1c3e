"""Laws that are newer than the statutes at hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from knowledge.entry import Citation
from knowledge.errors import KnowledgeError
from knowledge.library import CONTENT
from knowledge.naming import same_law


@dataclass(frozen=True)
class LawChange:
    """One change.

    Attributes:
        law: short name; start: in force from this day; what: in a few words; source, checked: whence
        and when last looked at; confirmed: whether a published notice was seen; articles: the ones that
        are touched, or empty for all.
    """

    law: str
    start: date
    what: str
    source: str
    checked: date
    confirmed: bool = True
    articles: tuple[int | str, ...] = ()


@dataclass(frozen=True)
class LawChanges:
    """The list."""

    rows: tuple[LawChange, ...]

    @classmethod
    def load(cls, path: Path = CONTENT / "law_changes.yaml") -> "LawChanges":
        """Read the list. Raises: KnowledgeError for a row that is not complete."""
        rows = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or []
        return cls(tuple(_row(row, path.name) for row in rows))

    def __iter__(self) -> Iterator[LawChange]:
        return iter(self.rows)

    def touching(self, citation: Citation) -> LawChange | None:
        """The change that touches a citation, if any; a citation of a text from that day or later is fine."""
        for change in self.rows:
            if (
                same_law(change.law, citation.law)
                and citation.version < change.start.isoformat()
                and (not change.articles or citation.article in change.articles)
            ):
                return change
        return None


def _row(row: object, file: str) -> LawChange:
    try:
        change = LawChange(
            row["law"], row["from"], row["what"], row["source"], row["checked"],  # type: ignore[index]
            bool(row.get("confirmed", True)), tuple(row.get("articles") or ()),  # type: ignore[attr-defined]
        )  # fmt: skip
    except (TypeError, KeyError, AttributeError) as error:
        raise KnowledgeError(f"{file}: a row lacks {error}") from error
    if not (isinstance(change.start, date) and isinstance(change.checked, date)):
        raise KnowledgeError(f"{file}, {change.law}: from and checked must be dates")
    return change
