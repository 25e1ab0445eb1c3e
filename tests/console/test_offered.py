"""What is offered may be read before it is accepted, and nothing more; it is gone when the offer ends."""

from pathlib import Path
from typing import Any

import pytest

from bot.work.unit import Work
from handlers.handoff import baton
from handlers.handoff.baton import Target
from handlers.handoff.models import Task
from tests.console.desk import Browser, Page, audited, browser, staffed
from tests.console.waiting import WORDS, asked_in_liuhe
from tests.support.servers import Postgres
from tests.support.service import Service, serving


async def offered(service: Service, to: Target) -> int:
    """A clerk of Liuhe holds a matter and offers it. Returns: the clerk."""
    clerk = staffed(service, "giver", name="周海")
    await asked_in_liuhe(service)
    service.store.writer.do_now(baton.take, clerk, 1)
    service.store.writer.do_now(baton.offer, clerk, 1, to, "要看合同，请帮忙。")
    return clerk


async def acts(at: Browser) -> dict[str, int]:
    """What each form of the thread is met with, by what it does."""
    form = (await at.opens("/admin/me")).value("form")
    fields: dict[str, Any] = {
        "reply": "您好",
        "category": "answered",
        "why": "看一下",
        "to": "county",
        "kind": "minor",
        "because": "孩子",
        "name": "某",
        "result": "reached",
        "put": "ask:one",
    }
    paths = (
        *("reply", "take", "back", "close", "draft", "put", "aside", "up", "note", "call", "called"),
        *("contact", "phone", "offer", "withdraw", "release", "seclude"),
    )
    return {
        path: (await at.sends(f"/admin/tasks/1/{path}", form=form, once="x", seen="0", **fields)).status
        for path in paths
    }


@pytest.mark.parametrize(
    ("role", "kind"),
    [("lawyer", "lawyer"), ("lawyer", "experts"), ("mediator", "experts"), ("lawyer", "colleague")],
)
async def test_who_is_asked_reads_the_story_and_does_nothing_else(
    service: Service, role: str, kind: str
) -> None:
    asked = staffed(service, "t009", role=role, name="方泽")
    await offered(service, Target(kind, asked if kind == "colleague" else None))

    async with browser(service) as at:
        await at.signs_in("t009")
        listed = await at.opens("/admin")
        page = await at.opens("/admin/tasks/1")
        met = await acts(at)

    assert 'href="/admin/tasks/1" aria-label="先看看 R-0001"' in listed.text
    assert WORDS in page.text
    assert "要看合同，请帮忙。" in page.text
    assert ("look", "task:1") in audited(service)
    assert 'id="composer"' not in page.text
    assert met == dict.fromkeys(met, 404)
    assert service.rows("select count(*) from staff_reply") == [(0,)]


async def test_accepted_from_its_page_it_is_theirs(service: Service) -> None:
    lawyer = staffed(service, "t009", role="lawyer", name="方泽")
    await offered(service, Target("lawyer"))

    async with browser(service) as at:
        await at.signs_in("t009")
        page = await at.opens("/admin/tasks/1")
        taken = await at.sends("/admin/offers/1/accept", form=page.value("form"))

    assert taken.path == "/admin/tasks/1"
    assert 'id="composer"' in taken.text
    assert service.rows("select holder_id from task") == [(lawyer,)]


@pytest.mark.parametrize("how", ["withdraw", "other", "refuse"])
async def test_it_closes_again_when_the_offer_ends(service: Service, how: str) -> None:
    lawyer = staffed(service, "t009", role="lawyer", name="方泽")
    other = staffed(service, "t010", role="lawyer", name="某某")
    clerk = await offered(service, Target("lawyer"))

    async with browser(service) as at:
        await at.signs_in("t009")
        before = await at.opens("/admin/tasks/1")
        _ends(service, how, {"withdraw": clerk, "other": other, "refuse": lawyer}[how])
        after = await at.opens("/admin/tasks/1")
        listed = await at.opens("/admin?view=all")

    assert (before.status, after.status) == (200, 404)
    assert "/admin/tasks/1" not in listed.text


async def test_nobody_else_and_nothing_else_is_opened(service: Service) -> None:
    """A mediator is not asked by an offer to lawyers; the resident's other matter is not offered."""
    staffed(service, "t009", role="lawyer", name="方泽")
    staffed(service, "t010", role="mediator", name="某某")
    await offered(service, Target("lawyer"))
    service.store.writer.do_now(_another, 1)

    pages: list[Page] = []
    for login, task in (("t009", 1), ("t009", 2), ("t010", 1)):
        async with browser(service) as at:
            await at.signs_in(login)
            pages.append(await at.opens(f"/admin/tasks/{task}"))

    assert [page.status for page in pages] == [200, 404, 404]


async def test_a_secluded_matter_stays_closed_to_who_is_not_named(service: Service) -> None:
    staffed(service, "t009", role="lawyer", name="方泽")
    await offered(service, Target("lawyer"))
    service.store.writer.do_now(_secluded)

    async with browser(service) as at:
        await at.signs_in("t009")
        listed, page = await at.opens("/admin"), await at.opens("/admin/tasks/1")

    assert "收下" in listed.text
    assert "先看看" not in listed.text
    assert page.status == 404


def _ends(service: Service, how: str, who: int) -> None:
    do = service.store.writer.do_now
    if how == "withdraw":
        do(baton.withdraw, who, 1)
    elif how == "refuse":
        do(baton.refuse, who, 1, "不归我管。")
    else:
        do(baton.accept, who, 1)


def _another(work: Work, like: int) -> None:
    """Another matter of the same resident."""
    task = work.db.get_one(Task, like)
    work.db.add(
        Task(
            kind="person",
            resident_id=task.resident_id,
            message_id=task.message_id + 1000,
            station_id=task.station_id,
            created_at=work.now_ms,
        )
    )


def _secluded(work: Work) -> None:
    work.db.get_one(Task, 1).secluded = "minor"


@pytest.mark.servers
async def test_on_postgresql_it_is_read_and_closed_again_too(
    tmp_path: Path, postgres_server: Postgres
) -> None:
    with postgres_server.database() as url:
        async with serving(tmp_path, database_url=url) as service:
            lawyer = staffed(service, "t009", role="lawyer", name="方泽")
            await offered(service, Target("experts"))
            async with browser(service) as at:
                await at.signs_in("t009")
                before = await at.opens("/admin/tasks/1")
                met = await acts(at)
                _ends(service, "refuse", lawyer)
                after = await at.opens("/admin/tasks/1")

    assert WORDS in before.text
    assert met == dict.fromkeys(met, 404)
    assert after.status == 404
