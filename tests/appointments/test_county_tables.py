"""A county's file as tables and back: nothing is lost, and each fault is named with file, row and field."""

import csv
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from admin import cli, county_sheets, county_tables, xlsx
from admin.county_tables import Read
from bot.errors import SettingsError
from handlers.appointments import county_file as supply_file
from handlers.appointments.county_tables import TABLES
from handlers.directory import stations
from tests.handlers.booking import demo_supply
from tests.handlers.test_appointments_county_file import GOOD
from tests.support.service import COUNTY

FORMS = ("tables", "tables.xlsx")
ALL = """
county: 全县
stations:
  - id: liuhe
    name: 柳河司法所
    town: 柳河镇
    phone: +86 379-0000 0002
    location: [34.0, 112.4196]
    hours: {mon: [08:30-12:00, 14:00-17:30], sat: [09:00-11:00]}
    closures: [{from: 2026-12-04, reason: 下村}, {from: 2026-12-21, to: 2026-12-25, reason: =搬迁}]
    villages: [{id: a, name: 一村, adviser_day: 每周三}, {id: b, name: 二村}]
services:
  - {id: talk, kind: lawyer, name: 咨询, form: office, minutes: 30, people: 2,
     papers: [身份证, "合同，原件"]}
  - {id: car, kind: car, name: 服务车, form: stop, minutes: 30, after: 5, step: 15, horizon: 60, notice: 720}
posts:
  - id: room
    station: liuhe
    name: 接待室
    services: [talk]
    seats: 3
    monthly: [{week: 1, day: mon, hours: [08:30-10:00, 10:30-12:00]},
      {week: last, day: mon, hours: [14:00-15:00]}]
    dates: [{date: 2026-12-05, hours: [09:00-11:00]}]
    closures: [{from: 2026-12-14, reason: 装修}]
routes:
  - id: car
    name: 法律服务车
    services: [car]
    guest: 值班律师
    closures: [{from: 2026-12-10, reason: 年检}]
    stops:
      - {id: one, village: a, place: 村委会, hours: {fri: [09:00-11:00]}}
      - {id: two, village: b, place: 村口, dates: [{date: 2026-12-08, hours: [09:00-11:00]}],
         closures: [{from: 2026-12-08, reason: 修路}]}
"""
"""Every field that there is."""


def county(folder: Path, text: str) -> Path:
    """A county's file with this text."""
    path = folder / "county.yaml"
    path.write_text(text, "utf-8")
    return path


def taken(folder: Path, text: str, form: str) -> Read:
    """A county's file that was written as tables and read again."""
    county_tables.take_out(county(folder, text), folder / form)
    return county_tables.read(folder / form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", [COUNTY.read_text("utf-8"), GOOD, ALL], ids=["demo", "small", "every field"])
def test_what_goes_out_comes_back_whole(tmp_path: Path, text: str, form: str) -> None:
    source = county(tmp_path, text)
    was = stations.read_county(source)

    found = taken(tmp_path, text, form)

    assert found.county == was
    assert found.supply == supply_file.read(source, was)
    again = county(tmp_path, found.text)
    assert supply_file.read(again, stations.read_county(again)) == found.supply


@pytest.mark.parametrize("form", FORMS)
def test_tables_of_tables_are_the_same_tables(tmp_path: Path, form: str) -> None:
    first = taken(tmp_path, ALL, form)

    second = taken(tmp_path, first.text, form)

    assert (second.text, second.tables) == (first.text, first.tables)


def test_no_cell_of_a_file_begins_a_formula(tmp_path: Path) -> None:
    taken(tmp_path, ALL, "tables")

    cells = [
        cell
        for path in (tmp_path / "tables").glob("*.csv")
        for row in csv.reader(path.read_text("utf-8-sig").splitlines())
        for cell in row
    ]

    assert "'=搬迁" in cells
    assert not [one for one in cells if one.startswith(("=", "+", "-", "@"))]


def change(folder: Path, table: str, find: str, put: str) -> None:
    """Change a CSV file as an editor would."""
    path = folder / "tables" / f"{table}.csv"
    text = path.read_text("utf-8-sig")
    assert find in text
    path.write_text(text.replace(find, put, 1), "utf-8")


BAD: list[tuple[str, str, str, str]] = [
    (
        "times",
        "liuhe,,,,,sat,,09:00-11:00",
        "liuhe,,,,,mon,,11:00-13:00",
        "times.csv:2: .*'mon': .*08:30-12:00 and 11:00-13:00 overlap",
    ),
    ("times", "14:00-17:30", "17:30-14:00", "times.csv:3: .*'mon': '17:30-14:00': expected HH:MM-HH:MM"),
    ("times", "14:00-17:30", "", "times.csv:3: 'hours': expected one of mon"),
    ("times", "liuhe,,,,,sat", "liuhe,room,,,,sat", "times.csv:4: 'station': expected one of station, post"),
    ("times", "liuhe,,,,,sat", "nowhere,,,,,sat", "times.csv:4: 'station': 'nowhere' is no station"),
    ("times", ",,car,one,,fri", ",,car,,,fri", "times.csv:9: 'stop': is missing"),
    ("times", "2026-12-05", "2026-02-31", "times.csv:8: .*'date': '2026-02-31': expected a date"),
    ("services", "lawyer", "notary", "services.csv:2: service 1 \\(talk\\): 'kind': 'notary'"),
    ("services", ",30,,,2", ",31,,,2", "services.csv:2: .*'minutes': '31'"),
    ("services", "talk,lawyer", "Talk!,lawyer", "services.csv:2: .*'id': 'Talk!'"),
    ("posts", "room,liuhe", "room,shiqiao", "posts.csv:2: .*'station': 'shiqiao' is no station"),
    ("posts", ",3,,", ",3,chenmin,", "posts.csv:2: .*'seats': stands beside people"),
    ("posts", ",3,,", ",1,,", "posts.csv:2: .*'seats': 'talk' takes 2"),
    ("posts", "guest", "guests", "posts.csv:1: 'guests': expected each of id"),
    ("stops", "car,two", "bus,two", "stops.csv:3: 'route': 'bus' is no route"),
    ("stops", "two,b", "two,c", "stops.csv:3: .*'village': 'c' is no village"),
    ("closures", "2026-12-25", "2026-12-01", "closures.csv:3: .*'to': 2026-12-01 is before 2026-12-21"),
    ("closures", "2026-12-21", "2026-12-04", "closures.csv:3: .*'from': overlaps an earlier closure"),
    ("villages", "liuhe,b", "liuhe,a", "villages.csv:3: village: 'id': 'a' stands in"),
    ("stations", "34.0,112.4196", "112.4196,34.0", "stations.csv:2: .*'location': .*expected latitude"),
]


@pytest.mark.parametrize(("table", "find", "put", "said"), BAD)
def test_what_is_impossible_is_refused_with_file_row_field_and_reason(
    tmp_path: Path, table: str, find: str, put: str, said: str
) -> None:
    taken(tmp_path, ALL, "tables")
    change(tmp_path, table, find, put)

    with pytest.raises(SettingsError, match=said):
        county_tables.read(tmp_path / "tables")


def test_a_person_in_two_places_is_refused(tmp_path: Path) -> None:
    taken(tmp_path, COUNTY.read_text("utf-8"), "tables")
    change(tmp_path, "times", ",liuhe-lawyer,,,,tue,,09:00-11:30", ",liuhe-lawyer,,,,mon,,10:00-11:30")

    with pytest.raises(SettingsError, match=r"times\.csv:.*'fangze' would be in two places"):
        county_tables.read(tmp_path / "tables")


def test_a_workbook_that_a_spreadsheet_wrote_is_read(tmp_path: Path) -> None:
    """Numbers and days are no text there."""
    was = taken(tmp_path, ALL, "tables.xlsx")
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    services, closures = book["services"], book["closures"]
    services["E2"].value, closures["E2"].value = 30, date(2026, 12, 4)
    closures["E2"].number_format = "yyyy-mm-dd"
    book["stations"]["F2"].value = 34.0
    book.save(tmp_path / "edited.xlsx")

    found = county_tables.read(tmp_path / "edited.xlsx")

    assert (found.county, found.supply) == (was.county, was.supply)


def test_a_fault_in_a_workbook_names_its_sheet_and_row(tmp_path: Path) -> None:
    taken(tmp_path, ALL, "tables.xlsx")
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    book["services"]["B3"].value = "bus"
    book.save(tmp_path / "edited.xlsx")

    with pytest.raises(SettingsError, match=r"edited\.xlsx, services:3: .*'kind': 'bus'"):
        county_tables.read(tmp_path / "edited.xlsx")


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/_rels/workbook.xml.rels", b" " * (xlsx.MOST_BYTES + 1))
        archive.writestr("xl/workbook.xml", "<workbook/>")


def _entities(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/_rels/workbook.xml.rels", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
        archive.writestr("xl/workbook.xml", "<workbook/>")


def _no_zip(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 no archive")


@pytest.mark.parametrize("make", [_bomb, _entities, _no_zip])
def test_what_is_no_workbook_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "bad.xlsx")

    with pytest.raises(SettingsError, match=r"bad\.xlsx: no \.xlsx workbook"):
        county_tables.read(tmp_path / "bad.xlsx")


def test_a_chinese_spreadsheets_own_coding_is_read(tmp_path: Path) -> None:
    was = taken(tmp_path, ALL, "tables")
    for path in (tmp_path / "tables").glob("*.csv"):
        path.write_bytes(path.read_text("utf-8-sig").encode("gb18030"))

    assert county_tables.read(tmp_path / "tables").supply == was.supply


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template_db: Path) -> Path:
    """The data folder of a real service with the demo's file."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(COUNTY, folder / "county.yaml")
    shutil.copy(template_db, folder / "xiaosi.db")
    monkeypatch.setenv("XIAOSI_WECHAT_TOKEN", "token")
    return folder


def test_the_command_takes_tables_in_and_keeps_the_file_before(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--data", str(real), "calendar"]
    out = tmp_path / "tables"
    assert cli.main([at[2], "export", str(out), *at[:2]]) == 0
    change(tmp_path, "services", "人民调解", "人民调解（新）")

    checked = cli.main(["calendar", "import", "--check", str(out), "--data", str(real)])
    before = (real / "county.yaml").read_text("utf-8")
    done = cli.main(["calendar", "import", str(out), "--data", str(real)])

    assert (checked, done) == (0, 0)
    assert before == COUNTY.read_text("utf-8") == (real / "county.yaml.before").read_text("utf-8")
    fresh = stations.read_county(real / "county.yaml")
    supply = supply_file.read(real / "county.yaml", fresh)
    assert supply.services[0].name == "人民调解（新）"
    assert supply.posts == demo_supply().posts
    assert "8 services, 9 posts" in capsys.readouterr().out


def test_the_command_imports_nothing_when_something_is_wrong(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["calendar", "export", str(tmp_path / "tables"), "--data", str(real)]) == 0
    change(tmp_path, "services", "mediation,mediation", "mediation,marriage")

    done = cli.main(["calendar", "import", str(tmp_path / "tables"), "--data", str(real)])

    said = capsys.readouterr().err
    assert done == 1
    assert "nothing was imported" in said
    assert "services.csv:2: service 1 (mediation): 'kind': 'marriage'" in said
    assert (real / "county.yaml").read_text("utf-8") == COUNTY.read_text("utf-8")
    assert not (real / "county.yaml.before").exists()


def test_trial_mode_keeps_to_its_county(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--data", str(tmp_path / "data")]
    assert cli.main(["calendar", "export", str(tmp_path / "tables.xlsx"), *at]) == 0

    done = cli.main(["calendar", "import", str(tmp_path / "tables.xlsx"), *at])

    assert done == 1
    assert "trial mode" in capsys.readouterr().err


def test_a_table_that_is_not_known_and_one_that_is_missing_are_named(tmp_path: Path) -> None:
    taken(tmp_path, ALL, "tables")
    extra = tmp_path / "tables" / "prices.csv"
    extra.write_text("id\n", "utf-8")
    with pytest.raises(SettingsError, match="unknown table 'prices'"):
        county_tables.read(tmp_path / "tables")
    extra.unlink()
    (tmp_path / "tables" / "stations.csv").unlink()

    with pytest.raises(SettingsError, match="no table 'stations'"):
        county_tables.read(tmp_path / "tables")
    assert county_sheets.is_workbook(Path("a.XLSX"))
    assert set(TABLES) >= {"services", "posts", "times", "routes", "stops", "closures"}
