"""Live: what a stream tells, to whom, what was missed, and when it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import event

from admin.console import live, sessions
from admin.console.live import Tail, read_mark
from bot.clock import SetClock
from bot.work import news
from handlers.handoff import baton
from handlers.handoff import staff as colleagues
from tests.console.desk import Browser, browser, staffed
from tests.console.test_threads import asked
from tests.support import servers
from tests.support.service import Service, serving


@dataclass
class Stream:
    """What came over a stream so far."""

    answer: aiohttp.ClientResponse
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    beats: int = 0
    name: str = ""

    async def waits_for(self, event: str, count: int = 1, seconds: float = 8.0) -> list[dict[str, object]]:
        """Read on until so many events of a kind came, or the stream ended."""
        try:
            async with asyncio.timeout(seconds):
                while len(self.told(event)) < count and await self._next():
                    pass
        except TimeoutError:
            pass
        return self.told(event)

    def told(self, event: str) -> list[dict[str, object]]:
        """What came with an event."""
        return [data for name, data in self.events if name == event]

    async def _next(self) -> bool:
        line = (await self.answer.content.readline()).decode()
        if line.startswith("event: "):
            self.name = line[7:].strip()
        elif line.startswith("data: "):
            self.events.append((self.name, json.loads(line[6:])))
        elif line.startswith("id: "):
            self.ids.append(line[4:].strip())
        elif line.startswith(":"):
            self.beats += 1
        return bool(line)


@asynccontextmanager
async def streaming(at: Browser, last: str = "") -> AsyncIterator[Stream]:
    """A stream that is ready."""
    headers = {"Last-Event-ID": last} if last else {}
    async with at.session.get(f"{at.base}/admin/live", headers=headers) as answer:
        stream = Stream(answer)
        await stream.waits_for("ready")
        yield stream


async def test_a_new_task_is_told_by_its_number_alone(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        async with streaming(at) as stream:
            await asked(service)
            told = await stream.waits_for("tasks")
        kind = stream.answer.headers

    assert told[0] == {"task": 1, "kind": "opened"}
    assert "工资" not in str(stream.events)
    assert kind["Content-Type"].startswith("text/event-stream")
    assert kind["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in kind


async def test_a_resident_who_writes_on_is_told_to_who_may_read_the_thread(service: Service) -> None:
    staffed(service)
    staffed(service, "t002", station="shiqiao", name="赵琴")
    phone = await asked(service)

    async with browser(service) as at, browser(service) as other:
        await at.signs_in("t001")
        await other.signs_in("t002")
        async with streaming(at) as mine, streaming(other) as elsewhere:
            await phone.says("我还有一张欠条，是去年写的")
            told = await mine.waits_for("task")
            leaked = await elsewhere.waits_for("task", seconds=1.5)

    assert {"task": 1, "kind": "wrote"} in told
    assert leaked == []
    assert elsewhere.told("tasks") == []


async def test_who_comes_back_hears_what_was_missed(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        async with streaming(at) as stream:
            await asked(service, "oTest-1")
            await stream.waits_for("tasks")
            last = stream.ids[-1]
        await asked(service, "oTest-2")
        async with streaming(at, last) as again:
            missed = again.told("tasks")

    assert {"task": 2, "kind": "opened"} in missed
    assert {"task": 1, "kind": "opened"} not in missed


async def test_a_stream_ends_with_its_session(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.2)
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        async with streaming(at) as stream:
            await stream.waits_for("nothing", seconds=0.7)
            alive = stream.beats
            service.store.writer.do_now(sessions.end, at.cookie("xiaosi_staff"))
            over = await stream.waits_for("over")
            ended = await stream.answer.content.read()

    assert alive
    assert over == [{}]
    assert ended == b"\n"


async def test_an_open_stream_keeps_no_session_from_falling_idle(timed: Service, clock: SetClock) -> None:
    staffed(timed)

    async with browser(timed) as at:
        await at.signs_in("t001")
        for _n in range(4):
            clock.move(minutes=9)
            async with streaming(at):
                pass
        page = await at.opens("/admin")

    assert page.path == "/admin/signin"


async def test_who_is_not_signed_in_gets_no_stream(service: Service) -> None:
    async with (
        aiohttp.ClientSession() as nobody,
        nobody.get(f"{service.base}/admin/live", allow_redirects=False) as answer,
    ):
        status = answer.status

    assert status == 303


async def test_the_service_stops_while_streams_are_open(tmp_path: Path, template_db: Path) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with asyncio.timeout(20), serving(tmp_path / "data", template=template_db) as service:
            staffed(service)
            at = Browser(service.base, session)
            await at.signs_in("t001")
            answer = await session.get(f"{service.base}/admin/live")
            await answer.content.readline()
        rest = await answer.content.read()

    assert b"event: ready" in rest


def test_ids_that_come_late_are_told_and_none_twice() -> None:
    tail = Tail(10)

    first = tail.fresh([11, 13], now=0.0)
    late = tail.fresh([11, 12, 13], now=1.0)
    settled = tail.fresh([13, 14], now=9.0)

    assert (first, late, settled) == ({11, 13}, {12}, {14})
    assert tail.after == 13


@pytest.mark.parametrize("words", ["", "7", "a-b", "1-2-3", "-1-2", "1-99999999999999999999"])
def test_a_mark_that_is_none_is_not_believed(words: str) -> None:
    assert read_mark(words) is None


@pytest.mark.servers
async def test_another_node_tells_it_too(tmp_path: Path, postgres_server: servers.Postgres) -> None:
    with postgres_server.migrated() as url:
        async with serving(tmp_path / "a", database_url=url) as one:
            staffed(one)
            async with serving(tmp_path / "b", database_url=url) as other, browser(one) as at:
                await at.signs_in("t001")
                async with streaming(at) as stream:
                    await asked(other)
                    told = await stream.waits_for("tasks")
                    clerk = one.store.reader.now(colleagues.everybody)[0][0]
                    other.store.writer.do_now(baton.take, clerk.id, 1)
                    moved = await stream.waits_for("tasks", 2)

    assert told[0] == {"task": 1, "kind": "opened"}
    assert {"task": 1, "kind": "moved"} in moved


async def test_a_change_costs_an_open_screen_one_look_by_id_and_no_count(service: Service) -> None:
    staffed(service)
    for number in range(2, 12):
        staffed(service, f"t{number:03d}", name="周海")
    await asked(service)
    run: list[str] = []

    async with AsyncExitStack() as stack:
        screens = []
        for number in range(1, 12):
            at = await stack.enter_async_context(browser(service))
            await at.signs_in(f"t{number:03d}")
            screens.append(await stack.enter_async_context(streaming(at)))
        service.store.writer.do_now(news.tell, "moved", 1)  # what happened before has been looked at then
        for screen in screens:
            await screen.waits_for("tasks")
        before = [len(screen.told("tasks")) for screen in screens]
        event.listen(service.store.engine, "before_cursor_execute", lambda *given: run.append(given[2]))
        service.store.writer.do_now(news.tell, "moved", 1)
        for screen, count in zip(screens, before, strict=True):
            await screen.waits_for("tasks", count + 1)

    of_tasks = [one for one in run if "FROM task" in one and "task.state" in one]
    after = [len(screen.told("tasks")) for screen in screens]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1] * 11
    assert [one for one in of_tasks if "count(" in one.lower()] == []
    looks = [one for one in of_tasks if "task.id IN" in one and one.startswith("SELECT task.id \n")]
    assert len(looks) == len(screens)
