"""The service is killed while staff press: replies, transfers and closings stand once, and are shown once."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from html import unescape

import aiohttp
import pytest

from admin.audit import chain
from admin.console import people
from admin.console.passwords import hashed
from admin.sandbox import messages
from admin.sandbox.messages import Lines
from admin.sandbox.pushing import Pusher
from admin.sandbox.sandbox import Sandbox
from admin.slices import listeners
from admin.store import open_store
from bot.clock import SystemClock
from bot.config import read_settings
from handlers.directory import stations
from tests.faults.conftest import Length
from tests.faults.settling import settled
from tests.support.auditor import Books
from tests.support.node import COUNTY, Node, Place, running, until
from tests.support.storm import AGAIN

pytestmark = pytest.mark.faults
PASSWORD = "correct-horse-battery"
POINTS = {"acted": 0.1, "committed": 0.1, "pushed": 0.4}
"""Failpoints that a press of staff passes, each with the chance to die there."""
PAIRS = (("t001", "t002"), ("t003", "t004"))
"""Colleagues who pass tasks on to each other."""
STATION = "liuhe"
PASSED_ON = Counter({"reply": 2, "offer": 2, "refuse": 1, "accept": 1, "close:answered": 1})
ANSWERED = Counter({"reply": 1, "close:answered": 1})
"""Rows of the record that a story leaves, beside looks: of a task that changes hands, and of another."""


@dataclass
class Presses:
    """What was pressed so far. Attributes: cut: forms that got no answer, by what they did."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    cut: Counter[str] = field(default_factory=Counter)
    answered: int = 0


@dataclass
class Desk:
    """A member of staff at a browser, who presses again when nothing comes back."""

    login: str
    id: int
    base: str
    session: aiohttp.ClientSession
    presses: Presses

    async def signs_in(self) -> None:
        """Once: a session outlives the service."""
        door = await self.opens("/admin/signin")
        form = {"form": _hidden(door, "form"), "login": self.login, "password": PASSWORD, "next": ""}
        async with self._posted("/admin/signin", form) as answer:
            assert answer.status == 303, answer.status

    async def opens(self, path: str) -> str:
        """A page, loaded again until it comes."""
        while True:
            with suppress(aiohttp.ClientError, ConnectionError):
                async with self.session.get(self.base + path) as answer:
                    if answer.status < 500:
                        return await answer.text()
            await asyncio.sleep(0.1)

    async def presses_on(self, page: str, path: str, **fields: str) -> int:
        """Send a form of a page, the same one again until there is an answer. Returns: its status."""
        form = {"form": _hidden(page, "form"), **fields}
        while True:
            self.presses.begun.set()
            try:
                async with self._posted(path, form) as answer:
                    if answer.status < 500:
                        self.presses.answered += 1
                        return answer.status
            except aiohttp.ClientConnectorError:
                pass  # it is away: nothing was sent
            except (aiohttp.ClientError, ConnectionError):
                self.presses.cut[path.rpartition("/")[2]] += 1
            await asyncio.sleep(0.1)

    @asynccontextmanager
    async def _posted(self, path: str, form: dict[str, str]) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"Origin": self.base}
        async with self.session.post(
            self.base + path, data=form, headers=headers, allow_redirects=False
        ) as answer:
            yield answer


@dataclass
class Told:
    """A resident who asked for a person.

    Attributes: holder: who has the task at the end; passed_on: whether it changes hands; replies: what was
    written to them, in order.
    """

    who: str
    task: int
    holder: int
    passed_on: bool
    replies: list[str]
    shown: list[str] = field(default_factory=list)


class Residents:
    """Their phones: a message is delivered again until it was taken."""

    def __init__(self, place: Place, node: Node, sandbox: Sandbox, books: Books) -> None:
        self._platform = sandbox.platform
        self._lines = Lines(place.credentials.oa.original_id, SystemClock())
        self._door: Pusher = node.pushers()["oa"]
        self._books, self._count = books, 0

    async def asks(self) -> tuple[str, int]:
        """Somebody new asks for a person. Returns: who, and the task."""
        self._count += 1
        who = f"oDesk-{self._count:04d}"
        await self.says(who, "人工")
        found: list[int] = []

        def opened() -> bool:
            ident = self._books.residents().get(who)
            found[:] = [
                row[0] for row in self._books.rows("select id from task where resident_id = :r", r=ident)
            ]
            return bool(found)

        assert await until(opened, 30), f"{who} has no task"
        assert len(found) == 1
        return who, found[0]

    async def says(self, who: str, words: str) -> str:
        """One message. Returns: what was shown in its response."""
        push = messages.text(self._lines.next(who), words)
        self._platform.acted("oa", push)
        while True:
            delivery = await self._door.deliver(push)
            if any(one.answer is not None and one.status == 200 for one in delivery.tries):
                return delivery.text
            await asyncio.sleep(0.1)

    async def close(self) -> None:
        """Let the connections go."""
        await self._door.close()


async def test_what_staff_press_stands_once_when_the_service_dies(
    place: Place, sandbox: Sandbox, length: Length
) -> None:
    node, presses, told = Node(place), Presses(), list[Told]()
    ids = _staffed(place)
    async with running(node), _desks(node, ids, presses) as desks:
        books = Books(place)
        residents = Residents(place, node, sandbox, books)
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for one, other in PAIRS:
                group.create_task(_works(desks[one], desks[other], residents, told, over.is_set))
            kills = await _killed(node, presses, length)
            over.set()
        await settled(books, node)
        for story in told:
            story.shown = [await residents.says(story.who, "菜单")]
        await settled(books, node)
        wrong = [fault for story in told for fault in _faults(story, sandbox, books)]
        await residents.close()
        books.close()

    print(f"\nkills {kills}; {len(told)} tasks, {presses.answered} presses, cut off: {dict(presses.cut)}")
    assert wrong == []
    assert kills == {"random": length.random, **dict.fromkeys(POINTS, _each(length))}
    assert _record(place) == ""


async def _works(
    one: Desk, other: Desk, residents: Residents, told: list[Told], over: Callable[[], bool]
) -> None:
    passed_on = one.login == PAIRS[0][0]
    while not over():
        who, task = await residents.asks()
        replies = [f"头一封，件号{task}：带上欠条。", f"第二封，件号{task}：明天上午来。"][: 1 + passed_on]
        story = Told(who, task, other.id if passed_on else one.id, passed_on, replies)
        told.append(story)
        at = f"/admin/tasks/{task}"
        await _replies(one, at, replies[0])
        if passed_on:
            await _passes(one, other, at)
            await _replies(other, at, replies[1])
        closing = other if passed_on else one
        page = await closing.opens(at)
        assert await closing.presses_on(page, f"{at}/close", category="answered") in (303, 422)


async def _passes(one: Desk, other: Desk, at: str) -> None:
    """A transfer that is refused, and one that is accepted."""
    for path, fields in (("refuse", {"reason": "我今天不在所里"}), ("accept", {})):
        page = await one.opens(at)
        status = await one.presses_on(page, f"{at}/offer", to=f"colleague:{other.id}", why="请接着办")
        assert status in (303, 422)
        page = await other.opens("/admin")
        offer = await _offer_of(one, at)
        assert await other.presses_on(page, f"/admin/offers/{offer}/{path}", **fields) in (303, 409)


async def _replies(desk: Desk, at: str, words: str) -> None:
    page = await desk.opens(at)
    once, seen = _hidden(page, "once"), _hidden(page, "seen")
    assert await desk.presses_on(page, f"{at}/reply", reply=words, once=once, seen=seen) == 303


async def _offer_of(desk: Desk, at: str) -> str:
    """The open offer, as its maker's page names it."""
    found = re.search(r'name="offer" value="(\d+)"', await desk.opens(at))
    assert found, "no offer stands"
    return found[1]


async def _killed(node: Node, presses: Presses, length: Length) -> dict[str, int]:
    """Kill it while somebody presses, then let it die at each point. Returns: how often each way."""
    kills = Counter[str]()
    while kills["random"] < length.random:
        await node.up()
        presses.begun.clear()
        await presses.begun.wait()
        before = presses.cut.total()
        await asyncio.sleep(random.uniform(0, 0.06))
        node.kill()
        await until(lambda before=before: presses.cut.total() > before, 0.3, 0.01)  # type: ignore[misc]
        kills["random"] += presses.cut.total() > before  # one that came between two presses proves nothing
        node.spawn()
    for point, chance in POINTS.items():
        await node.up()
        node.kill()
        while kills[point] < _each(length):
            node.spawn(f"{point}:{chance}")
            await node.up()
            assert await until(lambda: node.ended, 60), f"{point} was not reached: {node.tail()}"
            assert node.status == -9, node.tail()
            kills[point] += 1
        node.spawn()
    await node.up()
    return dict(kills)


def _each(length: Length) -> int:
    return max(1, length.each // 2)


def _faults(one: Told, sandbox: Sandbox, books: Books) -> list[str]:
    """What is wrong with a story, by the platform's record and the tables."""
    found = [f"task {one.task}: {fault}" for text in one.replies for fault in _showing(one, text, sandbox)]
    state, holder, closed_by = books.rows(
        "select state, holder_id, closed_by from task where id = :t", t=one.task
    )[0]
    if (state, holder, closed_by) != ("closed", one.holder, one.holder):
        found.append(f"task {one.task}: {state}, held by {holder}, closed by {closed_by}")
    offers = sorted(row[0] for row in books.rows("select state from offer where task_id = :t", t=one.task))
    if offers != (["accepted", "refused"] if one.passed_on else []):
        found.append(f"task {one.task}: offers {offers}")
    written = Counter(
        row[0]
        for row in books.rows(
            "select what from audit where what not in ('look', 'list') and (subject = :task or subject in"
            " (select 'offer:' || id from offer where task_id = :t))",
            task=f"task:{one.task}",
            t=one.task,
        )
    )
    if written != (PASSED_ON if one.passed_on else ANSWERED):
        found.append(f"task {one.task}: in the record {dict(written)}")
    replies = books.count(
        "select count(*) from staff_reply where resident_id = (select resident_id from task where id = :t)",
        t=one.task,
    )
    if replies != len(one.replies):
        found.append(f"task {one.task}: {replies} replies stand")
    return found


def _showing(one: Told, text: str, sandbox: Sandbox) -> list[str]:
    """Each reply comes once; if nobody knows whether it arrived, once more under its heading."""
    sent = [each.text for each in sandbox.platform.sent if each.openid == one.who]
    plain = sum(text in words and AGAIN not in words for words in sent)
    again = sum(text in words and AGAIN in words for words in [*sent, *one.shown])
    if plain + again == 0:
        return ["a reply was lost"]
    return ["a reply was doubled"] if plain > 1 or again > 1 else []


def _staffed(place: Place) -> dict[str, int]:
    store = open_store(read_settings(place.environment, data_dir=place.folder), listeners=listeners())
    try:
        store.writer.do_now(stations.load_county, stations.read_county(COUNTY).stations)
        secret = hashed(PASSWORD)
        return {
            login: store.writer.do_now(people.add, login, "陈敏", secret, STATION, "clerk")
            for pair in PAIRS
            for login in pair
        }
    finally:
        store.close()


def _record(place: Place) -> str:
    """The first fault of the record's chain; empty when it is whole."""
    store = open_store(read_settings(place.environment, data_dir=place.folder), listeners=listeners())
    try:
        return store.reader.now(chain.verify).broken
    finally:
        store.close()


@asynccontextmanager
async def _desks(node: Node, ids: dict[str, int], presses: Presses) -> AsyncIterator[dict[str, Desk]]:
    desks = {}
    for login, ident in ids.items():
        session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        desks[login] = Desk(login, ident, node.base, session, presses)
    try:
        for desk in desks.values():
            await desk.signs_in()
        yield desks
    finally:
        for desk in desks.values():
            await desk.session.close()


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])
