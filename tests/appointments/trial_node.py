"""A place for a process of the service in trial mode: the demo county, and the sandbox as the platform."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from admin.sandbox.account import draw_credentials
from admin.slices import listeners
from admin.store import open_store
from bot.config import Settings
from handlers.directory import holidays
from handlers.directory.notice import SpecialDay, shipped
from tests.support.kept import lay
from tests.support.node import SECRET, Place


class TrialPlace(Place):
    """As `Place`, without credentials."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        super().__init__(folder, draw_credentials(), "", database_url)

    @property
    def environment(self) -> dict[str, str]:
        """The settings, as the environment of the process."""
        kept = ("PATH", "HOME", "LANG", "XIAOSI_SECRET_KEY", "XIAOSI_DATABASE_URL")
        return {name: value for name, value in super().environment.items() if name in kept}

    def prepare(self) -> None:
        """Make the folder; the holidays of this year and the next are there whenever the test runs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lay(self.folder / "trial")
        settings = Settings(data_dir=self.folder, secret_key=SECRET, database_url=self.database_url)
        store = open_store(settings, listeners=listeners())
        try:
            store.writer.do_now(holidays.seed, shipped())
            known = store.reader.now(holidays.known_years)
            year = datetime.now(UTC).year
            days = [one for ahead in (year, year + 1) if ahead not in known for one in _as_in(ahead)]
            if days:
                store.writer.do_now(holidays.import_days, days)
        finally:
            store.close()


def _as_in(year: int) -> list[SpecialDay]:
    """Days off as many as a year must have, on the days of another year."""
    last = max(one.day.year for one in shipped())
    return [
        replace(one, day=one.day.replace(year=year))
        for one in shipped()
        if one.day.year == last and one.kind == "holiday"
    ]
