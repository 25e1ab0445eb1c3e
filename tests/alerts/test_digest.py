"""日报: one notice on the first round after eight of a working day, without anybody's name."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from admin import digest
from admin.audit.record import note
from bot.clock import SetClock, in_china
from handlers.alerts.digest import is_made
from handlers.handoff import absence
from tests.alerts.receivers import Receiver, alerting, clerk, until, with_phone
from tests.support.servers import Postgres
from tests.support.service import Service

TUESDAY = datetime(2026, 11, 24, 0, 1, tzinfo=UTC)
"""8:01 in China, the day after the clock of the tests begins."""
WORDS = (
    "前一个工作日以来，有人看过居民的姓名、电话，或者导出过表格，请看一眼\nhttps://example.test/admin/reveals"
)


def reveals(service: Service, staff_id: int, what: str = "reveal") -> None:
    """Somebody looks behind a mask, or exports a table."""
    service.store.writer.do_now(note, staff_id, what, "task:1", reason="核对张三的电话")


def told(service: Service) -> list[tuple[int | None, str, str]]:
    """Who was told of a digest, by which channel, and what became of it."""
    rows = service.rows("select staff_id, channel, state from alert where about = 'digest' order by id")
    return [(row[0], row[1], row[2]) for row in rows]


def people(service: Service) -> dict[str, int]:
    """The county's administrator, two heads and a clerk, all with a phone."""
    found = {
        "chief": clerk(service, "chief", None, "county_admin"),
        "head": clerk(service, "boss", "liuhe", "head"),
        "other": clerk(service, "boss2", "chengdong", "head"),
        "clerk": clerk(service),
    }
    for number, one in enumerate(found.values(), 1):
        with_phone(service, one, f"1390000000{number}")
    return found


async def settled(service: Service) -> None:
    """Wait until the digest of this day was made and everything is on its way."""
    day = in_china(service.store.clock.now()).date()
    await until(lambda: service.store.reader.now(is_made, day), 30)
    await until(lambda: not service.rows("select id from alert where state in ('created', 'sending')"))


def phones(receiver: Receiver) -> list[str]:
    return sorted(one["phone"] for one in receiver.got["sms"])


@pytest.mark.parametrize("what", digest.REVEALS)
async def test_the_county_and_the_head_of_that_station_are_told_once(
    tmp_path: Path, template_db: Path, clock: SetClock, what: str
) -> None:
    async with alerting(tmp_path, template_db, "sms", "robot", clock=clock) as (service, receiver):
        who = people(service)
        reveals(service, who["clerk"], what)
        clock.at = TUESDAY
        await settled(service)
        clock.at = TUESDAY + timedelta(hours=3)
        again = service.store.reader.now(digest.to_tell, in_china(clock.at).date(), 0)

        assert told(service) == [(who["chief"], "sms", "sent"), (who["head"], "sms", "sent")]
        assert phones(receiver) == ["13900000001", "13900000002"]
        assert set(receiver.said("sms")) == {WORDS}
        assert receiver.said("robot") == []
        assert again == ()


async def test_nothing_goes_out_before_eight_on_a_day_off_or_of_a_quiet_day(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, _receiver):
        who = people(service)
        tell = digest.Digest(service.store, frozenset, "https://example.test", lambda: None)
        reveals(service, who["clerk"])
        for early in (TUESDAY - timedelta(minutes=2), TUESDAY.replace(day=28), TUESDAY.replace(day=26)):
            clock.at = early
            await tell.look()

        assert told(service) == []


async def test_what_was_looked_at_on_friday_and_the_weekend_is_told_on_monday(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, _receiver):
        who = people(service)
        for day in (27, 28):
            clock.at = datetime(2026, 11, day, 3, 0, tzinfo=UTC)
            reveals(service, who["clerk"])
        clock.at = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
        await settled(service)

        assert [one[0] for one in told(service)] == [who["chief"], who["head"]]


async def test_who_is_away_is_not_told_and_who_cannot_be_reached_is_listed(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, clock=clock) as (service, _receiver):
        who = people(service)
        service.store.writer.do_now(absence.away, who["head"], who["head"], 0, None)
        reveals(service, who["clerk"])
        clock.at = TUESDAY
        await settled(service)

        assert told(service) == [(who["chief"], "wechat", "skipped")]


@pytest.mark.servers
async def test_of_two_nodes_on_postgresql_one_tells(
    tmp_path: Path, clock: SetClock, postgres_server: Postgres
) -> None:
    with postgres_server.database() as url:
        async with (
            alerting(tmp_path / "a", None, "sms", clock=clock, database_url=url) as (one, receiver),
            alerting(tmp_path / "b", None, clock=clock, database_url=url),
        ):
            who = people(one)
            reveals(one, who["clerk"])
            clock.at = TUESDAY
            await settled(one)

            assert len(told(one)) == 2
            assert len(receiver.said("sms")) <= 2
