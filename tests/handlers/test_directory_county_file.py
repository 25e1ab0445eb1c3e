"""The county's file: what it may say, and how each fault is named."""

from pathlib import Path

import pytest

from admin.store import open_store
from bot.config import Settings
from bot.errors import SettingsError
from bot.work.revisions import revisions
from handlers.directory import hours, stations
from handlers.directory.county import Closure, Shift, Village
from handlers.directory.county_file import read
from tests.support.service import COUNTY

GOOD = """county: 清河县
stations:
  - id: liuhe
    name: 柳河司法所
    town: 柳河镇
    hours:
      mon: [08:30-12:00, 14:00-17:30]
    villages:
      - {id: liuhecun, name: 柳河村}
"""


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "county.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as found:
        read(path)
    return str(found.value).replace(f"{path}:", "").splitlines()


def test_the_demo_county_is_read_whole() -> None:
    county = read(COUNTY)

    liuhe = county.stations[1]
    assert county.name == "清河县"
    assert (liuhe.phone, liuhe.latitude, liuhe.longitude) == ("0379-0000 0002", 34.0098, 112.4196)
    assert liuhe.shifts[:2] == (Shift(0, 510, 720), Shift(0, 840, 1050))
    assert [(one.first.isoformat(), one.reason) for one in liuhe.closures] == [
        ("2026-12-04", "全所下村开展宪法日宣传")
    ]
    assert liuhe.villages[0] == Village("liuhecun", "柳河村", "每月第二个周三上午")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    town: 柳河镇\n", "", "3: station 1 (liuhe): 'town': is missing; expected text"),
        ("id: liuhe\n", "id: 柳河\n", "3: station 1 (柳河): 'id': '柳河': expected lower-case letters"),
        ("14:00-17:30", "17:30-14:00", "7: station 1 (liuhe), hours: 'mon': '17:30-14:00': expected HH:MM"),
        ("14:00-17:30", "14:00-14:00", "'mon': '14:00-14:00': expected HH:MM-HH:MM"),
        ("14:00-17:30", "14:00-24:01", "'mon': '14:00-24:01': expected HH:MM-HH:MM"),
        ("14:00-17:30", "14:61-17:30", "'mon': '14:61-17:30': expected HH:MM-HH:MM"),
        ("14:00-17:30", "afternoon", "'mon': 'afternoon': expected HH:MM-HH:MM"),
        ("14:00-17:30", "11:00-17:30", "'mon': 08:30-12:00 and 11:00-17:30 overlap; expected shifts apart"),
        ("[08:30-12:00, 14:00-17:30]", "8-12", "7: station 1 (liuhe), hours: 'mon': expected a list"),
        (
            "    mon:",
            "    monday:",
            "7: station 1 (liuhe), hours: 'monday': unknown field; expected one of mon",
        ),
        ("    hours:\n", "    hours:\n      mon: []\n", "'mon': stands there twice; expected once"),
        ("name: 柳河村", "", "9: station 1 (liuhe), village 1 (liuhecun): 'name': is missing"),
        (
            "{id: liuhecun, name: 柳河村}",
            "{id: a, name: 甲村}\n      - {id: a, name: 乙村}",
            "10: village: 'id': 'a' stands in line 9 already",
        ),
    ],
)
def test_a_fault_is_named_with_line_entry_field_and_what_is_expected(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD

    found = faults(tmp_path, GOOD.replace(old, new))

    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("adress: 某路", "6: station 1 (liuhe): 'adress': unknown field; expected one of id, name"),
        ("location: [112.4, 34.0]", "6: station 1 (liuhe): 'location': 112.4, 34.0: expected latitude"),
        ("location: [34.0]", "'location': expected [latitude, longitude]"),
        ("location: [north, east]", "'location': expected [latitude, longitude]"),
        ("location: 34.0", "'location': expected a list"),
        ("phone: 问所长", "6: station 1 (liuhe): 'phone': '问所长': expected digits"),
        ("address: [a]", "'address': expected text of at most 120 characters"),
        ("closures: [{from: 2026-13-01, reason: 修}]", "'from': '2026-13-01': expected a date"),
        ("closures: [{from: 2026-12-04}]", "closure 1: 'reason': is missing"),
        (
            "closures: [{from: 2026-12-04, to: 2026-12-01, reason: 修}]",
            "6: station 1 (liuhe), closure 1: 'to': 2026-12-01 is before 2026-12-04",
        ),
        (
            "closures: [{from: 2026-12-01, to: 2026-12-05, reason: 修}, {from: 2026-12-05, reason: 修}]",
            "closure 2: 'from': overlaps an earlier closure",
        ),
    ],
)
def test_a_fault_of_a_further_field_is_named_too(tmp_path: Path, line: str, said: str) -> None:
    found = faults(tmp_path, GOOD.replace("    hours:", f"    {line}\n    hours:"))

    assert len(found) == 1
    assert said in found[0]


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("14:00-17:30", "x").replace("柳河村}", "}").replace("town: 柳河镇", "town:")

    assert len(faults(tmp_path, text)) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: 'stations': expected a list with at least one station"),
        ("- a\n- b\n", "1: 'entry': expected fields: county, stations"),
        ("stations: 3\n", "'stations': expected a list"),
        ("stations: [柳河]\n", "1: station 1: 'entry': expected fields: id, name"),
        ("stations: [\n", "not readable as YAML"),
    ],
)
def test_a_file_of_another_form_is_refused_with_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in one for one in faults(tmp_path, text))


def test_two_stations_of_one_id_are_refused(tmp_path: Path) -> None:
    again = GOOD.split("stations:\n")[1].replace("liuhecun", "other").replace("柳河司法所", "别的所")

    assert faults(tmp_path, GOOD + again) == [
        "10: station: 'id': 'liuhe' stands in line 3 already; expected once in the county"
    ]


def test_loading_twice_changes_nothing_and_tells_nobody(tmp_path: Path) -> None:
    store = open_store(Settings(tmp_path))
    county = stations.read_county(COUNTY).stations
    store.writer.do_now(stations.load_county, county)
    before = store.reader.now(revisions)

    store.writer.do_now(stations.load_county, county)

    after = store.reader.now(revisions)
    store.close()
    assert before == after
    assert {name: before[name] for name in ("directory", "calendar")} == {"directory": 1, "calendar": 2}


def test_a_changed_file_changes_hours_and_keeps_a_station_that_left_as_gone(tmp_path: Path) -> None:
    store = open_store(Settings(tmp_path))
    store.writer.do_now(stations.load_county, stations.read_county(COUNTY).stations)
    path = tmp_path / "county.yaml"
    path.write_text(GOOD.replace("14:00-17:30", "14:30-18:00"), "utf-8")

    store.writer.do_now(stations.load_county, stations.read_county(path).stations)

    calendar = store.reader.now(hours.calendar_for, "liuhe")
    listed = [one.id for one in store.reader.now(stations.all_open)]
    villages = [one.name for one in store.reader.now(stations.villages)]
    revision = store.reader.now(revisions)["directory"]
    store.close()
    assert calendar.stations["liuhe"].shifts == (Shift(0, 510, 720), Shift(0, 870, 1080))
    assert calendar.years == {2025, 2026}
    assert (listed, villages, revision) == (["liuhe"], ["柳河村"], 2)


def test_closures_come_back_as_days(tmp_path: Path) -> None:
    store = open_store(Settings(tmp_path))
    county = stations.read_county(COUNTY).stations
    store.writer.do_now(stations.load_county, county)

    calendar = store.reader.now(hours.calendar_for, "liuhe")

    store.close()
    assert calendar.stations["liuhe"].closures == county[1].closures
    assert isinstance(calendar.stations["liuhe"].closures[0], Closure)
