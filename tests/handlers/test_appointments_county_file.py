"""What the county's file may say of what can be booked, and how each fault is named."""

from pathlib import Path

import pytest

from admin.commands import doctor
from bot.errors import SettingsError
from handlers.appointments import stock
from handlers.appointments.supply import FORMS, KINDS, LAST, Times
from handlers.handoff import staff
from tests.handlers.booking import Bookings, demo_supply, supply_of
from tests.handlers.office import Office

GOOD = """county: 清河县
stations:
  - id: liuhe
    name: 柳河司法所
    town: 柳河镇
    hours: {mon: [08:30-12:00, 14:00-17:30], tue: [08:30-12:00]}
    villages:
      - {id: liuhecun, name: 柳河村}
      - {id: shangwan, name: 上湾村}
  - {id: shiqiao, name: 石桥司法所, town: 石桥乡, hours: {mon: [08:30-12:00]}}
services:
  - {id: talk, kind: lawyer, name: 咨询, form: office, minutes: 30}
  - {id: car, kind: car, name: 服务车, form: stop, minutes: 30}
posts:
  - {id: room, station: liuhe, name: 接待室, services: [talk], seats: 2}
  - {id: fang, station: liuhe, name: 律师, services: [talk], people: [fangze], hours: {mon: [09:00-11:00]}}
routes:
  - id: car
    name: 法律服务车
    services: [car]
    stops:
      - {id: a, village: liuhecun, place: 村委会, monthly: [{week: 1, day: thu, hours: [09:00-11:00]}]}
      - {id: b, village: shangwan, place: 村口, hours: {fri: [09:00-11:00]}}
"""


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as found:
        supply_of(folder, text)
    return str(found.value).replace(f"{folder / 'county.yaml'}:", "").splitlines()


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    supply = supply_of(tmp_path, GOOD)

    room, fang, first, second = supply.posts
    assert [seat.key for seat in room.seats] == ["room#1", "room#2"]
    assert room.times[:2] == (Times(0, 510, 720), Times(0, 840, 1050))
    assert ([seat.login for seat in fang.seats], fang.times) == (["fangze"], (Times(0, 540, 660),))
    assert (first.id, first.station_id, first.village_id) == ("car.a", "liuhe", "liuhecun")
    assert first.times == (Times(3, 540, 660, week=1),)
    assert first.seats == second.seats
    assert supply.services[0].step == 30


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "minutes: 30}",
            "minutes: 7}",
            "12: service 1 (talk): 'minutes': '7': expected a number from 10 to 240",
        ),
        ("minutes: 30}", "minutes: 33}", "'minutes': '33': expected a number from 10 to 240 in steps of 5"),
        ("kind: lawyer", "kind: chat", "'kind': 'chat': expected one of mediation, legal_aid, lawyer"),
        ("form: office", "form: here", "'form': 'here': expected one of office, phone, video, home, stop"),
        (", form: office", "", "'form': is missing; expected text"),
        ("minutes: 30}", "minutes: 30, price: 5}", "'price': unknown field; expected one of id, kind, name"),
        (
            "minutes: 30}",
            "minutes: 30, people: 2}",
            "16: post 2 (fang): 'seats': 'talk' takes 2; expected at least as many",
        ),
        ("minutes: 30}", "minutes: 30, horizon: 400}", "'horizon': '400': expected a number from 1 to 366"),
        ("id: car, kind", "id: talk, kind", "13: service: 'id': 'talk' stands in line 12 already"),
        (
            "station: liuhe, name: 接",
            "station: lihe, name: 接",
            "15: post 1 (room): 'station': 'lihe' is no station",
        ),
        (
            "services: [talk], seats",
            "services: [tlak], seats",
            "'services': 'tlak' is no service of this file",
        ),
        ("services: [talk], seats", "services: [], seats", "'services': expected a list of 1 to 9 ids"),
        (
            "services: [talk], seats",
            "services: [car], seats",
            "'car' has the form 'stop'; expected it at a route",
        ),
        ("services: [car]", "services: [talk]", "'talk' has the form 'office'; expected it at a post"),
        ("seats: 2", "seats: 0", "'seats': '0': expected a number from 1 to 30"),
        ("seats: 2", "seats: 2, people: [a]", "'seats': stands beside people; expected one of the two"),
        ("people: [fangze]", "people: [fangze, fangze]", "'people': somebody stands there twice"),
        (
            "mon: [09:00-11:00]",
            "mon: [11:00-13:00]",
            "'hours': mon 11:00-13:00 is not within the hours of 'liuhe'",
        ),
        ("mon: [09:00-11:00]", "wed: [09:00-11:00]", "'hours': wed 09:00-11:00 is not within the hours"),
        ("mon: [09:00-11:00]", "mon: [09:00-09:20]", "'hours': mon 09:00-09:20 is shorter than 30 minutes"),
        ("mon: [09:00-11:00]", "mon: [09:02-11:00]", "'hours': 09:02-11:00: expected minutes in steps of 5"),
        (
            "mon: [09:00-11:00]",
            "mon: [09:00-10:00, 09:30-11:00]",
            "'mon': 09:00-10:00 and 09:30-11:00 overlap",
        ),
        (
            "village: liuhecun",
            "village: liuhe",
            "22: route 1 (car), stop 1 (a): 'village': 'liuhe' is no village",
        ),
        ("week: 1", "week: 5", "monthly 1: 'week': '5': expected 1, 2, 3, 4 or last"),
        ("day: thu", "day: Thu", "monthly 1: 'day': 'Thu': expected one of mon, tue"),
        (
            "hours: {fri: [09:00-11:00]}",
            "hours: {thu: [10:00-12:00]}",
            "23: route 1 (car), stop 2 (b): 'hours': the car would be at two stops: thu 10:00-12:00, and "
            "1. thu of the month 09:00-11:00 at 'car.a'; expected times apart",
        ),
        (
            "hours: {fri: [09:00-11:00]}",
            "dates: [{date: 2026-12-03, hours: [09:00-10:00]}]",
            "'dates': the car would be at two stops: 2026-12-03 09:00-10:00",
        ),
        (
            "hours: {fri: [09:00-11:00]}",
            "hours: {fri: [09:00-11:00]}, monthly: [{week: last, day: fri, hours: [10:00-12:00]}]",
            "'monthly': fri 09:00-11:00 and last fri of the month 10:00-12:00 overlap",
        ),
        ("hours: {fri: [09:00-11:00]}", "closures: []", "'hours': expected hours, monthly or dates"),
        (
            "routes:",
            "  - {id: there, station: shiqiao, name: 律师, services: [talk], people: [fangze],"
            " hours: {mon: [10:00-12:00]}}\nroutes:",
            "17: post 3 (there): 'hours': 'fangze' would be in two places: mon 10:00-12:00, and mon 09:00",
        ),
        (
            "services:\n",
            "services:\n  - {id: lost, kind: home, name: 上门, form: home, minutes: 60}\n",
            "12: service 1 (lost): 'id': no post and no route offers it; expected one that does",
        ),
        ("id: fang,", "id: room,", "16: post: 'id': 'room' stands in line 15 already"),
    ],
)
def test_a_fault_is_named_with_line_entry_field_and_reason(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD

    found = faults(tmp_path, GOOD.replace(old, new, 1))

    assert any(said in line for line in found), found


def test_a_file_without_services_offers_nothing(tmp_path: Path) -> None:
    supply = supply_of(tmp_path, GOOD.split("services:\n")[0])

    assert (supply.services, supply.posts) == ((), ())


def test_what_is_loaded_is_read_back_and_a_second_load_changes_nothing(county: Office) -> None:
    supply = demo_supply()

    county.does(stock.load_supply, supply)
    count = county.rows("select count from revision where name = 'appointments'")
    county.does(stock.load_supply, supply)

    assert county.reads(stock.read_supply) == supply
    assert county.rows("select count from revision where name = 'appointments'") == count == [(1,)]


def test_in_the_demo_every_service_can_be_booked(bookings: Bookings) -> None:
    offered = {place.service.id for kind in KINDS for place in bookings.places(kind, each=1)}

    supply = demo_supply()
    assert offered == {one.id for one in supply.services}
    assert {one.kind for one in supply.services} == set(KINDS)
    assert {one.form for one in supply.services} == set(FORMS) - {"video"}
    assert any(one.week == LAST for post in supply.posts for one in post.times)


def test_doctor_names_posts_at_which_nobody_receives(bookings: Bookings) -> None:
    good = doctor.posts_with_people(bookings.office.store)

    bookings.office.does(staff.leave, "chenmin")
    bad = doctor.posts_with_people(bookings.office.store)

    assert (good.good, good.say) == (True, "17 posts, and somebody for each")
    assert not bad.good
    assert "no active work number chenmin; nobody receives at liuhe-room, liuhe-home" in bad.say
    assert bookings.places("mediation", "liuhe", each=1)[0].post.id == "chengdong-room"
