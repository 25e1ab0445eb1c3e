"""The one door to entries and guides."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge import kept
from knowledge.entry import Entry
from knowledge.errors import ReadingError
from knowledge.literals import Wakes
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
    words: Mapping[str, Wakes] = field(default_factory=dict, repr=False, compare=False)
    """What wakes a pattern, as far as it is known already."""

    @classmethod
    def load(cls, folder: Path = CONTENT, cache_dir: Path | None = None) -> "Library":
        """Read all topic files of a folder.

        Args: cache_dir: where what was read may be kept for the next start; without it nowhere.
        Raises: ReadingError for a wrong file, an unknown topic file, an id used twice or an entry in
        the file of another topic.
        """
        paths = [path for path in sorted(folder.glob("*.yaml")) if path.stem not in TABLES]
        found = kept.recall(cache_dir, paths) if cache_dir is not None else None
        if found is None:
            library = cls.of(cls._read(paths))
            if cache_dir is None:
                return library
            found = kept.keep(cache_dir, paths, library)
        return cls({entry.id: entry for entry in found.entries}, found.words)

    @staticmethod
    def _read(paths: Iterable[Path]) -> list[Entry]:
        entries: list[Entry] = []
        for path in paths:
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
        return entries

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
            return Library({k: e for k, e in self.by_id.items() if ids(k)}, self.words)
        wanted = frozenset(ids)
        return Library({k: e for k, e in self.by_id.items() if k in wanted}, self.words)
