"""The one door to entries and guides."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import ReadingError
from knowledge.reading import read_topic
from knowledge.topics import TOPICS

CONTENT = Path(__file__).parent / "content"
"""The shipped pack."""

TABLES = frozenset({"hotlines", "law_changes", "danger", "triage"})
"""Files of the content folder that are no topics."""


@dataclass(frozen=True)
class Library:
    """Entries and guides by id, in the order of the files. Immutable; `only` gives a smaller one."""

    by_id: Mapping[str, Entry]

    @classmethod
    def load(cls, folder: Path = CONTENT) -> "Library":
        """Read all topic files of a folder.

        Raises: ReadingError for a wrong file, an unknown topic file, an id used twice or an entry in
        the file of another topic.
        """
        entries: list[Entry] = []
        for path in sorted(folder.glob("*.yaml")):
            if path.stem in TABLES:
                continue
            if path.stem not in TOPICS:
                raise ReadingError(path.name, f"{path.stem!r} is no topic")
            found = read_topic(path)
            stray = next((e for e in found if e.topic != path.stem), None)
            if stray:
                raise ReadingError(
                    path.name,
                    f"belongs into {stray.topic}.yaml",
                    entry=stray.id,
                    field="topic",
                    line=stray.place.of("topic"),
                )
            entries += found
        return cls.of(entries)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Library":
        """A library of these entries. Raises: ReadingError for an id used twice."""
        by_id: dict[str, Entry] = {}
        for entry in entries:
            if entry.id in by_id:
                first = by_id[entry.id].place
                raise ReadingError(entry.place.file, f"id is also used in {first.file}:{first.line}",
                                   entry=entry.id, field="id", line=entry.place.of("id"))  # fmt: skip
            by_id[entry.id] = entry
        return cls(by_id)

    def __len__(self) -> int:
        return len(self.by_id)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.by_id.values())

    def get(self, entry_id: str) -> Entry | None:
        """The entry or guide of an id, or None."""
        return self.by_id.get(entry_id)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that are no guides."""
        return tuple(e for e in self if not e.is_guide)

    @property
    def guides(self) -> dict[str, Entry]:
        """Guides by topic; the first of a topic counts."""
        found: dict[str, Entry] = {}
        for entry in self:
            if entry.is_guide:
                found.setdefault(entry.topic, entry)
        return found

    def only(self, ids: Iterable[str] | Callable[[str], bool]) -> "Library":
        """The part of it with these ids, or with the ids for which a function is true."""
        if callable(ids):
            return Library({k: e for k, e in self.by_id.items() if ids(k)})
        wanted = frozenset(ids)
        return Library({k: e for k, e in self.by_id.items() if k in wanted})
