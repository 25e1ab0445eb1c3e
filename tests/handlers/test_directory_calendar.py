"""Holidays: the shipped years, a year's notice imported, and the warning before the table ends."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from admin.cli import main
from admin.store import Store, open_store
from bot.clock import SetClock
from bot.config import Settings
from bot.errors import SettingsError
from bot.work.alarms import open_alarms
from bot.work.revisions import revisions
from handlers.directory import holidays
from handlers.directory.notice import SpecialDay, read_csv, shipped, write_csv

HEAD = "date,kind,name\n"
OFF_2027 = [
    *(f"2027-01-0{day},holiday,元旦" for day in (1, 2, 3)),
    *(f"2027-02-{day:02},holiday,春节" for day in range(5, 12)),
    *(f"2027-10-0{day},holiday,国庆节" for day in range(1, 8)),
]
YEAR_2027 = HEAD + "\n".join([*OFF_2027, "2027-02-20,workday,春节"]) + "\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with the shipped years, on a clock in October."""
    opened = open_store(Settings(tmp_path), clock=SetClock(datetime(2026, 10, 20, tzinfo=UTC)))
    opened.writer.do_now(holidays.seed, shipped())
    yield opened
    opened.close()


def moved(store: Store, to: datetime) -> None:
    assert isinstance(store.clock, SetClock)
    store.clock.at = to


def written(tmp_path: Path, text: str, code: str = "utf-8") -> Path:
    path = tmp_path / "year.csv"
    path.write_bytes(text.encode(code))
    return path


def test_the_shipped_days_of_2026_are_those_of_the_notice() -> None:
    off = [one for one in shipped() if one.day.year == 2026 and one.kind == "holiday"]
    made_up = [one.day.isoformat() for one in shipped() if one.day.year == 2026 and one.kind == "workday"]

    assert len(off) == 33
    assert made_up == [f"2026-{day}" for day in ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")]
    assert all(date.fromisoformat(day).weekday() >= 5 for day in made_up)
    assert len({one.day for one in shipped()}) == len(shipped())


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_of_a_spreadsheet_is_read(tmp_path: Path, code: str) -> None:
    text = YEAR_2027.replace("2027-01-01", "2027/1/1").replace("\n", "\r\n")

    days = read_csv(written(tmp_path, text, code))

    assert days[0] == SpecialDay(date(2027, 1, 1), "holiday", "元旦")
    assert days[-1] == SpecialDay(date(2027, 2, 20), "workday", "春节")


def test_what_is_shown_can_be_imported_again(tmp_path: Path) -> None:
    days = (*shipped(), SpecialDay(date(2026, 12, 26), "workday", "元旦", hours_of=3))

    again = read_csv(written(tmp_path, write_csv(days)))

    assert set(again) == set(days)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["2027-02-30,holiday,春节"], ":19: date '2027-02-30'; expected a day that exists"),
        (["明天,holiday,春节"], ":19: date '明天'"),
        (["2027-06-01,off,儿童节"], ":19: kind 'off'; expected holiday or workday"),
        (["2027-06-01,holiday,"], ":19: name is missing"),
        (["2027-06-01,workday,调休"], ":19: 2027-06-01 is no Saturday or Sunday"),
        (["2027-01-01,holiday,元旦"], ":19: 2027-01-01 stands there twice; first in line 2"),
        (["2027-01-02,workday,元旦"], "as holiday and as workday; first in line 3"),
        (["2027-06-05,workday,端午,tue,x"], ":19: 5 cells"),
        (["2026-05-01,holiday,劳动节"], "2026: 1 holidays; expected the whole notice"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, lines: list[str], said: str) -> None:
    path = written(tmp_path, HEAD + "\n".join([*OFF_2027, *lines]) + "\n")

    with pytest.raises(SettingsError) as found:
        read_csv(path)

    assert len(str(found.value).splitlines()) == 1
    assert said in str(found.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected the columns"),
        ("day,kind\n", "expected the columns"),
        (HEAD, "no day in it"),
        (HEAD.replace("name", "name,hours_of") + "2027-06-05,workday,端午,sun\n", "hours_of 'sun'"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_csv(written(tmp_path, text))


def test_an_import_replaces_its_year_once_and_tells_the_nodes(store: Store, tmp_path: Path) -> None:
    days = read_csv(written(tmp_path, YEAR_2027))
    before = store.reader.now(revisions)["calendar"]

    first = store.writer.do_now(holidays.import_days, days)
    second = store.writer.do_now(holidays.import_days, days)

    assert (first, second) == ([2027], [])
    assert store.reader.now(holidays.known_years) == {2025, 2026, 2027}
    assert store.reader.now(revisions)["calendar"] == before + 1


def test_shipped_days_do_not_come_back_over_an_imported_year(store: Store) -> None:
    changed = tuple(one for one in shipped() if one.day.year == 2026 and one.day != date(2026, 5, 5))
    store.writer.do_now(holidays.import_days, changed)

    seeded = store.writer.do_now(holidays.seed, shipped())

    assert seeded == []
    assert date(2026, 5, 5) not in store.reader.now(holidays.all_days)


def test_a_notice_may_move_a_december_day_of_the_year_before(store: Store, tmp_path: Path) -> None:
    days = read_csv(written(tmp_path, YEAR_2027 + "2026-12-27,workday,元旦\n"))

    changed = store.writer.do_now(holidays.import_days, days)

    held = store.reader.now(holidays.all_days)
    assert changed == [2026, 2027]
    assert held[date(2026, 12, 27)].kind == "workday"
    assert date(2026, 10, 1) in held


def test_the_missing_year_is_an_alarm_from_november_until_it_is_imported(
    store: Store, tmp_path: Path
) -> None:
    in_october = store.writer.do_now(holidays.warn_missing_year)
    moved(store, datetime(2026, 10, 31, 16, 1, tzinfo=UTC))  # 1 November in China
    raised = [store.writer.do_now(holidays.warn_missing_year) for _ in range(3)]
    standing = store.reader.now(open_alarms)
    good, say = store.reader.now(holidays.state, store.clock.now())
    store.writer.do_now(holidays.import_days, read_csv(written(tmp_path, YEAR_2027)))
    store.writer.do_now(holidays.warn_missing_year)

    assert in_october == 0
    assert raised == [1, 0, 0]
    assert [(kind, subject, count) for kind, subject, _detail, count in standing] == [("holidays", "2027", 1)]
    assert (good, "2027" in say) == (False, True)
    assert store.reader.now(open_alarms) == []
    assert store.reader.now(holidays.state, store.clock.now())[0] is True


def test_a_current_year_that_is_missing_is_named_at_once(store: Store) -> None:
    moved(store, datetime(2027, 3, 1, tzinfo=UTC))

    assert store.reader.now(holidays.missing_years, store.clock.now()) == (2027,)


def test_the_command_imports_shows_and_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, YEAR_2027)
    bad = tmp_path / "bad.csv"
    bad.write_text(HEAD + "2027-02-30,holiday,春节\n", "utf-8")
    data = ["--data", str(tmp_path / "data")]

    codes = [
        main(["calendar", "import", str(path), *data]),
        main(["calendar", "import", str(path), *data]),
        main(["calendar", "import", str(bad), *data]),
        main(["calendar", "show", "--year", "2027", *data]),
        main(["calendar", "show", "--year", "2031", *data]),
    ]

    out, err = capsys.readouterr()
    assert codes == [0, 0, 1, 0, 1]
    assert "2027: 17 holidays and 1 make-up work days imported" in out
    assert "2027: 17 holidays and 1 make-up work days were there already" in out
    assert "\n2027-02-20,workday,春节,\n" in out
    assert f"nothing was imported\n{bad}:2: date '2027-02-30'" in err
