"""A booking in chat goes the same way on PostgreSQL."""

from pathlib import Path

import pytest

from bot.clock import SetClock
from tests.journeys.booking_desk import SELF, STORY, bookings, cells, held, neighbour, opened, says_all
from tests.support.servers import Postgres
from tests.support.service import serving

pytestmark = pytest.mark.servers


async def test_it_is_held_given_back_taken_up_again_and_booked(
    tmp_path: Path, clock: SetClock, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dialogue.joining.GAP_MS", 0)
    with postgres_server.migrated() as url:
        async with serving(tmp_path / "data", clock=clock, database_url=url) as service:
            phone = await neighbour(opened(service))
            await says_all(phone, "我要调解", STORY, "1", SELF, "2")
            kept = len(held(service))
            await phone.hears("取消")
            given_back = (held(service), cells(service))
            again = await phone.hears("恢复")

            ends = [await phone.hears("确认"), await phone.hears("确认")]

            assert kept == 1
            assert given_back == ([], 0)
            assert "又替您留到今天 10:10" in again
            assert ends[0].startswith("约好了。您的号是 Y-0002")
            assert ends[1].startswith("已经约好了，不用再确认。您的号是 Y-0002")
            assert [row[0] for row in bookings(service)] == ["mediation"]
