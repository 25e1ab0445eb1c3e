"""The desk that answers, rebuilt when what is adopted changes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from admin.store import Store
from handlers.consult.masking import Masker
from handlers.consult.service import Desk, complete
from handlers.directory.holidays import all_days
from handlers.directory.notice import HOLIDAY, SpecialDay, complete_years
from handlers.library.statutes import StoredStatutes
from handlers.library.versions import editions
from knowledge.counting import DaysOff
from knowledge.danger import Danger
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.matching import Matcher


@dataclass
class Reference:
    """The loaded pack and its tables. ``cache_dir``: where what was read is kept for the next start."""

    cache_dir: Path | None = None
    library: Library = field(init=False)
    hotlines: Hotlines = field(default_factory=Hotlines.load)
    danger: Danger = field(init=False)
    masker: Masker = field(init=False)

    def __post_init__(self) -> None:
        self.library = Library.load(cache_dir=self.cache_dir)
        self.danger = Danger.load(self.hotlines)
        self.masker = Masker(self.library)


class DeskHolder:
    """Holds the current desk.

    Args: in_force: gives what may answer here, see `handlers.library.layers`; matcher: the class that
    decides about messages; county: its name, for the top of pages.
    """

    def __init__(
        self,
        store: Store,
        reference: Reference,
        in_force: Callable[[Library], Library],
        link_base: str,
        matcher: type[Matcher] = Matcher,
        *,
        county: str = "",
    ) -> None:
        self._store, self._reference, self._in_force, self._link_base = store, reference, in_force, link_base
        self._matcher, self._county = matcher, county
        self._statutes = StoredStatutes(store.reader.open)
        self._desk = self._build()

    def current(self) -> Desk:
        """The desk now."""
        return self._desk

    def rebuild(self) -> None:
        """Build it anew from what is adopted now."""
        self._desk = self._build()

    def complete(self, text: str) -> bool:
        """Whether a text needs no further piece."""
        return complete(self._desk, text)

    def _build(self) -> Desk:
        trial = self._store.settings.trial
        library = self._in_force(self._reference.library)
        matcher = self._matcher(
            library,
            self._reference.hotlines,
            self._reference.danger,
            cache_dir=self._store.settings.store_dir,
        )
        return Desk(
            matcher,
            self._link_base,
            trial=trial,
            statutes=self._statutes,
            county=self._county,
            masker=self._reference.masker,
            editions=editions(library),
            off=self._store.reader.now(days_off),
            clock=self._store.clock,
        )


def days_off(connection: Connection) -> DaysOff:
    """The holidays and make-up work days that are known, for counting time limits."""
    return days_of(all_days(connection).values())


def days_of(days: Iterable[SpecialDay]) -> DaysOff:
    """Notices of holidays as what time limits are counted with."""
    known = tuple(days)
    return DaysOff({one.day: one.kind != HOLIDAY for one in known}, complete_years(known))
