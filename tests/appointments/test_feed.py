"""The calendar of a member of staff: written as the standard says, secret, revocable, and it names nobody."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SetClock
from handlers.appointments import service, stock
from handlers.appointments.ical import Event, calendar, escaped, folded
from handlers.appointments.service import Person
from handlers.appointments.slots import Slot
from handlers.handoff import absence, roster, staff
from tests.appointments import strict_ical
from tests.appointments.program import trying
from tests.console.desk import Browser, audited, browser, staffed
from tests.handlers.booking import demo_supply
from tests.handlers.office import ms
from tests.support.service import Service

NAME, PHONE, STREET = "刘翠花", "13900005678", "柳河村三组 12 号"


@pytest.fixture
async def county(tmp_path: Path, template_db: Path, clock: SetClock) -> AsyncIterator[Service]:
    """The demo county with a supply and the people who receive, who can sign in."""
    async with trying(
        tmp_path / "data", stocked=False, trial=False, template=template_db, clock=clock
    ) as trial:
        trial.service.store.writer.do_now(stock.load_supply, demo_supply())
        staffed(trial.service, "chenmin", name="陈敏")
        staffed(trial.service, "zhouhai", station="chengdong", name="周海")
        staffed(trial.service, "fangze", station=None, role="lawyer", name="方泽")
        yield trial.service


def books(county: Service, when: str, service_id: str = "mediation", post: str = "liuhe-room") -> int:
    """Somebody at the window gets a time. Returns: the number."""
    do = county.store.writer.do_now
    slot = Slot(service_id, post, "", ms(when))
    held = do(service.hold, None, slot, by=1)
    person = Person(NAME, PHONE + when[-5:-3], other=True)
    return do(service.book, None, held.appointment_id, person, address=STREET).appointment_id


async def address(one: Browser, login: str) -> str:
    """Sign in and take an address. Returns: its path."""
    await one.signs_in(login)
    page = await one.opens("/admin/me/calendar")
    made = await one.sends("/admin/me/calendar", form=page.value("form"))
    found = re.search(r'value="https://example.test(/calendar/[^"]+)"', made.text)
    assert found, made.text
    return found[1]


def lines(raw: str) -> list[str]:
    """The lines of a calendar, unfolded."""
    return raw.replace("\r\n ", "").split("\r\n")


def events(raw: str) -> list[dict[str, str]]:
    """The events of a calendar by their properties."""
    found: list[dict[str, str]] = []
    for line in lines(raw):
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1][name] = value
    return found


async def test_the_feed_has_appointments_and_duty_and_names_nobody(county: Service) -> None:
    books(county, "2026-11-24 09:30")
    books(county, "2026-11-26 14:00", "home", "liuhe-home")
    lawyer = county.store.reader.now(staff.by_login, "fangze").id
    clerk = county.store.reader.now(staff.by_login, "chenmin").id
    county.store.writer.do_now(
        roster.put_on, lawyer, clerk, "liuhe", ms("2026-11-28 18:00"), ms("2026-11-29 08:00")
    )
    async with browser(county) as one:
        mine = await one.opens(await address(one, "chenmin"))
    async with browser(county) as other:
        theirs = await other.opens(await address(other, "fangze"))

    told = {row["SUMMARY"]: row for row in events(mine.text)}
    (code,) = county.rows("select code from appointment where kind = 'mediation'")[0]
    mediation = told[f"人民调解（编号 {code}）"]
    assert mine.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (mediation["DTSTART"], mediation["DTEND"]) == ("20261124T013000Z", "20261124T023000Z")
    assert mediation["LOCATION"] == "柳河司法所 一楼东头"
    assert told["值班（柳河司法所）"]["TRANSP"] == "TRANSPARENT"
    assert not [row for row in events(theirs.text) if "编号" in row["SUMMARY"]]
    assert {row["SUMMARY"] for row in events(theirs.text)} >= {"接待（柳河值班律师）", "接待（城东值班律师）"}
    for secret in (NAME, PHONE, STREET, "三组"):
        assert secret not in mine.text + theirs.text


async def test_a_moved_and_a_cancelled_appointment_keep_their_uid_and_raise_their_sequence(
    county: Service,
) -> None:
    moved, cancelled = books(county, "2026-11-24 09:30"), books(county, "2026-11-24 14:00")
    do = county.store.writer.do_now
    async with browser(county) as one:
        path = await address(one, "chenmin")
        before = {row["UID"]: row for row in events((await one.opens(path)).text)}
        slot = Slot("mediation", "liuhe-room", "", ms("2026-11-25 10:00"))
        do(service.move, None, do(service.hold, None, slot, moving=moved, by=1).appointment_id, 1)
        do(service.cancel, None, cancelled)

        after = {row["UID"]: row for row in events((await one.opens(path)).text)}

    assert before.keys() == after.keys()
    rows = [(before[uid], after[uid]) for uid in before if before[uid] != after[uid]]
    one_moved = next(new for old, new in rows if old["DTSTART"] != new["DTSTART"])
    one_ended = next(new for _old, new in rows if new["STATUS"] == "CANCELLED")
    assert len(rows) == 2
    assert (one_moved["DTSTART"], one_moved["SEQUENCE"]) == ("20261125T020000Z", "2")
    assert (one_ended["SEQUENCE"], one_ended["TRANSP"]) == ("1", "TRANSPARENT")


async def test_the_feed_is_as_the_standard_says_and_who_cancelled_stands_there_as_cancelled(
    county: Service,
) -> None:
    kept, cancelled = books(county, "2026-11-24 09:30"), books(county, "2026-11-24 14:00")
    books(county, "2026-11-26 14:00", "home", "liuhe-home")
    county.store.writer.do_now(service.cancel, None, cancelled)
    async with browser(county) as one:
        path = await address(one, "chenmin")
        async with one.session.get(county.base + path) as answer:
            raw = await answer.read()

    whole, told = strict_ical.read(raw)
    codes = dict(county.rows("select id, code from appointment where code is not null"))
    standing = {row.value("SUMMARY").partition("编号 ")[2].rstrip("）"): row.value("STATUS") for row in told}
    assert whole.value("VERSION") == "2.0"
    assert (standing[codes[kept]], standing[codes[cancelled]]) == ("CONFIRMED", "CANCELLED")
    assert all(row.at("DTSTAMP") <= row.at("DTEND") for row in told)


def test_names_that_are_hard_to_write_are_read_as_they_were() -> None:
    begins = datetime(2026, 11, 24, 1, tzinfo=UTC)
    hard = '调解（甲，乙；丙）, a;b\\c "d": ' + "很长的名字🌾" * 20 + "\n第二行"

    raw = calendar(hard, [Event("u@x", begins, begins + timedelta(hours=1), hard, hard, begins)])

    (event,) = strict_ical.read(raw)[1]
    assert (event.value("SUMMARY"), event.value("LOCATION")) == (hard, hard)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"\r\nUID", b"\nUID"),
        (b"STATUS:CONFIRMED", b"STATUS:GONE"),
        (b"DTEND:20261124T020000Z", b"DTEND:20261124T000000Z"),
        (b"DTSTART:20261124T010000Z", b"DTSTART:20261124T010000"),
        (b"SUMMARY:x", b"SUMMARY:x;y"),
        (b"SUMMARY:x", b"SUMMARY:" + b"x" * 80),
        (b"SUMMARY:x\r\n", b""),
    ],
)
def test_the_reader_of_these_tests_refuses_what_is_odd(good: bytes, bad: bytes) -> None:
    begins = datetime(2026, 11, 24, 1, tzinfo=UTC)
    raw = calendar("n", [Event("u@x", begins, begins + timedelta(hours=1), "x", "", begins)])
    assert good in raw

    with pytest.raises(strict_ical.Odd):
        strict_ical.read(raw.replace(good, bad))


async def test_a_lawyer_who_is_away_has_no_duty_that_day(county: Service) -> None:
    who = county.store.reader.now(staff.by_login, "fangze").id
    async with browser(county) as one:
        path = await address(one, "fangze")
        before = [row["DTSTART"][:8] for row in events((await one.opens(path)).text)]
        county.store.writer.do_now(absence.away, who, who, ms("2026-11-25 00:00"), ms("2026-11-26 00:00"))

        after = [row["DTSTART"][:8] for row in events((await one.opens(path)).text)]

    assert "20261125" in before
    assert "20261125" not in after
    assert "20261202" in after


async def test_an_address_is_shown_once_changed_revoked_and_written_down(county: Service) -> None:
    async with browser(county) as one, browser(county) as program:
        first = await address(one, "chenmin")
        page = await one.opens("/admin/me/calendar")
        again = await one.sends("/admin/me/calendar", form=page.value("form"))
        second = re.search(r"/calendar/[A-Za-z0-9_-]{43}\.ics", again.text)
        assert second
        statuses = [(await program.opens(path)).status for path in (first, second[0])]

        ended = await one.sends("/admin/me/calendar/end", form=page.value("form"))

        assert "/calendar/" not in page.text.replace("/admin/me/calendar", "")
        assert statuses == [404, 200]
        assert "地址作废了" in ended.text
        assert (await program.opens(second[0])).status == 404
    assert [what for what, _who in audited(county) if what.startswith("calendar")] == [
        "calendar_made", "calendar_made", "calendar_ended"
    ]  # fmt: skip
    assert first.encode() not in (county.store.settings.store_dir / "xiaosi.db").read_bytes()


async def test_the_address_of_who_left_is_good_no_more(county: Service) -> None:
    async with browser(county) as one, browser(county) as program:
        path = await address(one, "zhouhai")
        county.store.writer.do_now(staff.leave, "zhouhai")

        assert (await program.opens(path)).status == 404


async def test_what_did_not_change_is_not_sent_again(county: Service) -> None:
    books(county, "2026-11-24 09:30")
    async with browser(county) as one:
        path = await address(one, "chenmin")
        tag = (await one.opens(path)).headers["Etag"]

        async with one.session.get(county.base + path, headers={"If-None-Match": tag}) as answer:
            status, body = answer.status, await answer.read()

    assert (status, body) == (304, b"")


def test_a_long_line_is_folded_at_75_bytes_and_no_character_is_cut() -> None:
    line = "SUMMARY:" + "司法所" * 40

    pieces = folded(line).split(b"\r\n")

    assert pieces.pop() == b""
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    assert "".join(piece.decode()[bool(at) :] for at, piece in enumerate(pieces)) == line


def test_signs_with_a_meaning_are_escaped_and_control_characters_are_left_out() -> None:
    assert escaped("a,b;c\\d\r\ne\nBEGIN:VEVENT\x07") == "a\\,b\\;c\\\\d\\ne\\nBEGIN:VEVENT"


def test_a_calendar_has_the_lines_that_the_standard_wants() -> None:
    at = datetime(2026, 11, 24, 1, tzinfo=UTC)

    written = calendar("名字", [Event("u@x", at, at, "一", "", at)]).decode()

    assert written.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert written.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS"):
        assert f"\r\n{name}:" in written
