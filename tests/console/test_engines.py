"""Every page and every form of the console on each engine: the statements behind them are read by both."""

import re

from sqlalchemy import text

from handlers.handoff import baton, finding
from handlers.handoff.baton import Target
from handlers.handoff.scope import Scope
from tests.console.county import HERE, County, answered, county
from tests.console.desk import browser, staffed
from tests.console.test_threads import asked
from tests.support.crawling import Kept, crawl
from tests.support.service import Service

LEAVE_OUT = r"/signout|/sessions|/me/password|/second|/leave"
ASKING, MOST = ("head", "county_admin", "curator", "system"), 30
"""Roles that see every page between them; pages for each."""


async def test_no_page_and_no_form_breaks_on_either_engine(either: Service) -> None:
    here = await county(either)
    _worked(either, here)
    kept: dict[str, Kept] = {}

    for role in ASKING:
        kept[role] = Kept()
        async with browser(either) as at:
            begin = (await at.signs_in(role.replace("_", ""))).path
            await crawl(at.session, at.base, begin, kept[role], _typed, LEAVE_OUT, MOST)

    broken = [
        (role, way) for role, one in kept.items() for way, status in one.statuses.items() if status >= 500
    ]
    assert broken == []
    kinds = {re.sub(r"\d+", "0", way) for one in kept.values() for way in one.statuses}
    assert {"GET /admin", "POST /admin/search", "GET /admin/registers", "GET /admin/audit"} <= kinds
    assert len(kinds) > 60


async def test_what_a_colleague_holds_is_found_in_the_same_order_on_either_engine(either: Service) -> None:
    first = staffed(either)
    for number in range(3):
        await asked(either, f"oTest-{number}")
        either.store.writer.do_now(baton.take, first, number + 1)
    with either.store.engine.begin() as connection:
        connection.execute(text("update task set promised_at = null where id = 3"))
        connection.execute(text("update task set promised_at = 5 where id = 2"))

    found = either.store.reader.now(finding.held_by, Scope(first, "liuhe"), [first])

    assert found == [3, 2, 1], "what has no time is danger, and comes first"


def _worked(service: Service, here: County) -> None:
    """Things that lists, books and figures are made of."""
    answered(service, here.clerk_there, here.other)
    do = service.store.writer.do_now
    do(baton.offer, here.clerk_there, here.other, Target("station", station_id=HERE), "请接着办")


def _typed(name: str) -> str:
    known = {"q": "今天", "phone": "13812345678", "proof": "correct-horse-battery"}
    return known.get(name, "请带上欠条来所里一趟")
