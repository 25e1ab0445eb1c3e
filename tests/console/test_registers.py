"""The books: they write themselves, each row leads to its event, and 本月没有 is one press."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.clock import SetClock
from bot.work.unit import Work
from handlers.correspondence.models import Contact
from handlers.facts import StaffReplied, TaskEnded, TaskMoved
from handlers.handoff.models import Task
from handlers.registers.service import topic_of
from knowledge.topics import TOPICS
from tests.console.desk import Page, audited, browser, staffed
from tests.console.test_threads import asked
from tests.support import servers
from tests.support.service import Service, pack, serving

NAME, PHONE = "欧阳小明", "13812345678"
BOOKS = ("consult", "visits", "screening")


def _told(work: Work, *facts: object) -> None:
    for fact in facts:
        if isinstance(fact, TaskEnded):
            task = work.db.get(Task, fact.task_id)
            assert task
            task.state, task.closed_at, task.closed_by, task.category = (
                "closed",
                work.now_ms,
                1,
                fact.category,
            )
        work.happened(fact)


def told(service: Service, *facts: object) -> None:
    """What staff did, as the handoff tells it."""
    service.store.writer.do_now(_told, *facts)


def books(service: Service) -> list[tuple[object, ...]]:
    rows = service.rows("select book, task_id, month, topic, result from register_row order by id")
    return [tuple(row) for row in rows]


def _known(work: Work) -> None:
    resident = work.db.get(Task, 1)
    assert resident
    work.db.add(
        Contact(
            resident_id=resident.resident_id,
            name=NAME,
            phone=PHONE,
            name_mark="a",
            phone_mark="b",
            tail_mark="c",
            at=work.now_ms,
        )
    )


async def shown(service: Service, address: str, login: str = "t001") -> Page:
    async with browser(service) as at:
        await at.signs_in(login)
        return await at.opens(address)


async def test_an_answer_and_a_closing_write_the_books(timed: Service) -> None:
    staffed(timed)
    await asked(timed)

    told(timed, StaffReplied(1, 1, 1), StaffReplied(1, 1, 2))
    told(timed, TaskEnded(1, "answered"))
    page = await shown(timed, "/admin/registers")

    assert books(timed) == [
        ("consult", 1, 202611, "labour", "answered"),
        ("visits", 1, 202611, "labour", "answered"),
    ]
    assert "解答法律咨询登记" in page.text
    assert 'href="/admin/tasks/1"' in page.text
    assert "工资和用工" in page.text
    assert "答复了" in page.text
    assert "<input" not in page.text.split("<tbody>")[1].split("</tbody>")[0]


async def test_what_was_a_mistake_is_in_no_book(timed: Service) -> None:
    staffed(timed)
    await asked(timed)

    told(timed, TaskEnded(1, "mistaken"))

    assert books(timed) == []


async def test_a_threat_stands_among_the_disputes_that_are_looked_for(timed: Service) -> None:
    staffed(timed)
    await asked(timed)
    with timed.store.engine.begin() as connection:
        connection.execute(text("update task set kind = 'danger', reason = 'threat', secluded = ''"))

    told(timed, TaskEnded(1, "visit"))

    assert [row[0] for row in books(timed)] == ["visits", "screening"]


async def test_where_a_matter_went_is_said(timed: Service) -> None:
    staffed(timed)
    await asked(timed)
    told(timed, StaffReplied(1, 1, 1))

    told(timed, TaskMoved(1, 2, "shiqiao", "accepted"))

    assert "转给石桥司法所" in (await shown(timed, "/admin/registers")).text


async def test_rows_stay_when_the_resident_is_gone_and_lead_nowhere(timed: Service) -> None:
    staffed(timed)
    await asked(timed)
    told(timed, StaffReplied(1, 1, 1))
    with timed.store.engine.begin() as connection:
        connection.execute(text("delete from task_rating"))
        connection.execute(text("update task set resident_id = null"))

    page = await shown(timed, "/admin/registers")

    assert "资料已按规定删除" in page.text
    assert "/admin/tasks/1" not in page.text


@pytest.mark.parametrize("kind", ["violence", "minor", "correction"])
async def test_closed_threads_are_in_no_list_count_or_file_of_others(timed: Service, kind: str) -> None:
    staffed(timed)
    staffed(timed, "boss", name="周岚", role="head")
    await asked(timed)
    with timed.store.engine.begin() as connection:
        connection.execute(text(f"update task set secluded = '{kind}'"))
    told(timed, StaffReplied(1, 2, 1))

    async with browser(timed) as at:
        await at.signs_in("boss")
        page = await at.opens("/admin/registers")
        file = await at.sends("/admin/registers/export", form=page.value("form"), why="月底")
        reveal = await at.sends("/admin/registers/1/reveal", form=page.value("form"), why="看看")

    assert len(books(timed)) == 2
    assert "R-0001" not in page.text + file.text
    assert "0 条" in page.text
    assert reveal.status == 404


async def test_another_station_sees_nothing_of_it(timed: Service) -> None:
    staffed(timed)
    staffed(timed, "t002", station="shiqiao", name="赵琴")
    await asked(timed)
    timed.store.writer.do_now(_known)
    told(timed, StaffReplied(1, 1, 1))

    async with browser(timed) as at:
        await at.signs_in("t002")
        page = await at.opens("/admin/registers?place=liuhe")
        reveal = await at.sends(
            "/admin/registers/1/reveal", form=page.value("form"), why="看看", place="liuhe"
        )

    assert "R-0001" not in page.text
    assert "柳河" not in page.text
    assert reveal.status == 404


async def test_names_are_masked_until_a_reason_is_given_and_the_look_is_written_down(timed: Service) -> None:
    staffed(timed)
    await asked(timed)
    timed.store.writer.do_now(_known)
    told(timed, StaffReplied(1, 1, 1))

    async with browser(timed) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/registers")
        asks = await at.sends("/admin/registers/1/reveal", form=page.value("form"))
        seen = await at.sends("/admin/registers/1/reveal", form=page.value("form"), why="要打电话约时间")
        again = await at.opens("/admin/registers")

    assert "138****5678" in page.text
    for one in (page, asks, again):
        assert NAME not in one.text
        assert PHONE not in one.text
    assert NAME in seen.text
    assert PHONE in seen.text
    assert [row for row in audited(timed) if row[0] == "reveal"] == [("reveal", "task:1")]


async def test_a_file_is_masked_and_written_down(timed: Service) -> None:
    staffed(timed, "boss", name="周岚", role="head")
    await asked(timed)
    timed.store.writer.do_now(_known)
    told(timed, StaffReplied(1, 1, 1))

    async with browser(timed) as at:
        await at.signs_in("boss")
        page = await at.opens("/admin/registers")
        fields = {name: page.value(name) for name in ("form", "book", "month", "place")}
        file = await at.sends("/admin/registers/export", why="月底报表", **fields)

    assert file.text.splitlines()[1].startswith("R-0001,2026-11-23 10:00,微信,")
    assert "138****5678" in file.text
    assert PHONE not in file.text
    assert NAME not in file.text
    assert ("register_export", "register:consult-202611") in audited(timed)


async def test_a_month_without_rows_is_confirmed_in_one_press(timed: Service, clock: SetClock) -> None:
    staffed(timed)

    async with browser(timed) as at:
        await at.signs_in("t001")
        early = await at.opens("/admin/registers?book=screening")
        page = await at.opens("/admin/registers?book=screening&month=202610")
        fields = {name: page.value(name) for name in ("form", "book", "month", "place")}
        done = await at.sends("/admin/registers/nothing", **fields)
        again = await at.sends("/admin/registers/nothing", **fields)

    assert "确认本月没有" not in early.text
    assert "本月没有，已经报了" in done.text
    assert "陈敏 11:00" not in done.text
    assert again.status == 200
    assert timed.rows("select count(*) from zero_report") == [(1,)]
    assert ("zero_report", "register:screening-202610") in audited(timed)


async def test_nothing_is_not_confirmed_where_something_is_or_before_the_month_is_over(
    timed: Service,
) -> None:
    staffed(timed)
    await asked(timed)
    told(timed, StaffReplied(1, 1, 1))

    async with browser(timed) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/registers?month=202610")
        form = page.value("form")
        early = await at.sends(
            "/admin/registers/nothing", form=form, book="screening", month="202611", place="liuhe"
        )

    assert early.status == 422
    assert "25 号起" in early.text
    assert timed.rows("select count(*) from zero_report") == [(0,)]


@pytest.mark.servers
async def test_books_record_and_pictures_are_the_same_on_postgresql(
    postgres_server: servers.Postgres, tmp_path: Path
) -> None:
    with postgres_server.migrated() as url:
        async with serving(tmp_path / "data", database_url=url) as service:
            staffed(service, "boss", name="周岚", role="head")
            await asked(service)
            service.store.writer.do_now(_known)
            told(service, StaffReplied(1, 1, 1), StaffReplied(1, 1, 1), TaskEnded(1, "answered"))
            async with browser(service) as at:
                await at.signs_in("boss")
                pages = {
                    name: await at.opens(f"/admin/{name}")
                    for name in ("registers", "figures", "audit", "audit?subject=R-1&day=2026-11-23&who=1")
                }
                form = pages["registers"].value("form")
                seen = await at.sends("/admin/registers/1/reveal", form=form, why="打电话")
            rows = books(service)

    assert {name: page.status for name, page in pages.items()} == dict.fromkeys(pages, 200)
    assert [row[0] for row in rows] == ["consult", "visits"]
    assert PHONE in seen.text
    assert "现在没有等着的事" in pages["figures"].text


def test_the_topic_of_an_entry_is_the_beginning_of_its_id() -> None:
    assert {entry.topic for entry in pack().library if topic_of(f"answer:{entry.id}") != entry.topic} == set()
    assert topic_of("answer:labour.wages_owed+lending.iou") == "labour"
    assert [topic_of(one) for one in ("urgent:suicide", "welcome", "", "answer:nothing.here")] == [""] * 4
    assert "labour" in TOPICS
