"""Two hundred people with unmistakable names go through the running service; nothing of them is left about.

It runs as a process with every log line switched on. What they say comes by every journey, by danger, while
the database is away and while the platform fails; staff read, find, answer, write down and export it. Then
logs, standard output, addresses, titles, figures, notices to staff and the files on the disk are searched.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from admin.sandbox import media, messages
from admin.sandbox.account import Door
from admin.sandbox.faults import Fault
from admin.sandbox.messages import Lines
from admin.sandbox.sandbox import Sandbox
from admin.slices import listeners
from admin.store import Store, open_store
from bot.clock import SystemClock
from bot.config import read_settings
from handlers.alerts import binding
from handlers.directory import stations
from tests.alerts.receivers import SECRET, Receiver, receiving
from tests.console.desk import PASSWORD, Browser, staffed
from tests.faults.settling import locked, settled
from tests.support.auditor import Books
from tests.support.crawling import Kept, crawl
from tests.support.loud import SAID
from tests.support.node import COUNTY, Node, Place, running
from tests.support.service import Service

pytestmark = pytest.mark.faults
PERSONS = 200
STAFF = {
    "clerk": ("t001", "liuhe"),
    "head": ("t002", "liuhe"),
    "curator": ("t003", None),
    "system": ("t004", None),
}
LEAVE_OUT = r"/signout|/sessions|/password|/second|/away|/leave|/knowledge/(laws|topics)|/media/|/erase"
DOORS: tuple[Door, ...] = ("oa", "mini")
STAFF_PHONE, STAFF_OPENID = "13900000001", "oStaff-bound-1"
_SURNAMES = ("欧阳", "司马", "诸葛", "上官", "皇甫", "尉迟", "公孙", "慕容", "澹台", "宇文")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Of the digits of an identity number, see GB 11643-1999."""
_TRACE = re.compile(
    r"1397\d{3}8642|oMarked|41152119800101|[\u7200-\u72c7][\u9f85-\u9f98]|[\u9f00-\u9f31][\u7500-\u75c7]|\\u[79]"
)
"""Something that every mark holds, also as JSON spells it."""
_NEAR = 40
"""Characters, more than any mark is long."""


@dataclass(frozen=True)
class Person:
    """Somebody who cannot be mistaken for anybody or anything else."""

    number: int
    name: str
    phone: str
    openid: str
    identity: str
    word: str

    @property
    def marks(self) -> tuple[str, ...]:
        """All that must be found nowhere."""
        return (self.name, self.phone, self.openid, self.identity, self.word)

    @property
    def told(self) -> str:
        """How they say who they are."""
        return f"我叫{self.name}，电话{self.phone}，身份证{self.identity}，住在{self.word}"


def persons(count: int = PERSONS) -> list[Person]:
    """So many, each different in every mark."""
    made = []
    for n in range(count):
        first, second = chr(0x9F98 - n % 20), chr(0x7200 + n)
        digits = f"41152119800101{n:03d}"
        check = "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11]
        made.append(
            Person(
                n,
                f"{_SURNAMES[n % 10]}{second}{first}",
                f"1397{n:03d}8642",
                f"oMarked{n:03d}-{n * 7919 % 100_000:05d}",
                digits + check,
                f"{chr(0x9F00 + n % 50)}{chr(0x7500 + n)}{first}屯",
            )
        )
    return made


async def test_nothing_of_two_hundred_marked_persons_is_left_about(
    sqlite_place: Place, sandbox: Sandbox, tmp_path: Path
) -> None:
    everybody, kept = persons(), Kept()
    place = sqlite_place
    node = Node(place)
    node.argv[1:3] = ["-m", "tests.support.loud"]
    async with receiving() as (receiver, root), AsyncExitStack() as stack:
        node.options["env"] |= {
            "XIAOSI_WECOM_ROBOT_URL": f"{root}/robot?key=of-the-robot",
            "XIAOSI_SMS_URL": f"{root}/sms",
            "XIAOSI_SMS_SECRET": SECRET,
        }
        code = _prepared(place, sandbox, node.base)
        await stack.enter_async_context(running(node))
        phones = await stack.enter_async_context(_phones(place, node, sandbox))
        await phones.text("oa", STAFF_OPENID, f"绑定 {code}")
        await _all_write(phones, everybody)
        await _staff_work(node, everybody, kept)
        await _bad_days(place, node, phones, sandbox, everybody, kept)
        figures = [(await node.look(path))[1] for path in ("/metrics", "/readyz", "/healthz", "/")]
        books = Books(place)
        await settled(books, node)
        counts = _counts(books)
        books.close()

    print(f"\n{counts}, {len(kept.statuses)} requests of staff, {len(receiver.said())} notices")
    found = {
        "log, standard output and error": _hits(everybody, node.log.read_text("utf-8", "replace")),
        "addresses, redirects and file names": _hits(everybody, "\n".join(kept.addresses)),
        "titles of pages": _hits(everybody, "\n".join(kept.titles)),
        "figures": _hits(everybody, "\n".join(figures)),
        "notices to staff": _hits(everybody, _notices(receiver, sandbox)),
        "files on the disk": _on_disk(everybody, place.folder),
    }
    assert {where: hits for where, hits in found.items() if hits} == {}
    assert counts["messages"] > 2 * PERSONS
    assert counts["tasks"] > 50
    assert counts["replies"] > 0
    assert receiver.said()
    assert f"DEBUG loud {SAID}" in node.log.read_text("utf-8", "replace")
    assert 500 not in kept.statuses.values()


def test_a_mark_that_is_left_about_is_found(tmp_path: Path) -> None:
    somebody = persons(3)
    (tmp_path / "a").write_bytes(somebody[1].openid.encode())
    (tmp_path / "b").write_text(json.dumps({"t": somebody[2].name}), "ascii")

    assert _hits(somebody, f"...{somebody[0].phone}...") == ["phone of person 0"]
    assert _on_disk(somebody, tmp_path) == ["a: openid of person 1", "b: name of person 2"]


# -- residents -------------------------------------------------------------------------------


class Phones:
    """What residents send."""

    def __init__(self, place: Place, node: Node, sandbox: Sandbox) -> None:
        self._sandbox, self._doors = sandbox, node.pushers(wait=10)
        self._lines = {door: Lines(place.credentials.of(door).original_id, SystemClock()) for door in DOORS}

    async def text(self, door: Door, who: str, words: str) -> None:
        """A text."""
        await self._deliver(door, messages.text(self._lines[door].next(who), words))

    async def more(self, person: Person) -> None:
        """A picture, a voice that the platform understood, a place, a link."""
        line, platform = self._lines["oa"].next, self._sandbox.platform
        picture = platform.add_media(media.picture(), "image/png", f"{person.name}.png")
        sound = platform.add_media(media.SILENCE, "audio/amr", f"{person.phone}.amr")
        for push in (
            messages.image(line(person.openid), f"http://127.0.0.1/{person.openid}", picture),
            messages.voice(line(person.openid), sound, recognition=person.told),
            messages.location(line(person.openid), 34.0, 112.4, person.word),
            messages.link(line(person.openid), person.name, person.told, f"http://127.0.0.1/{person.phone}"),
        ):
            await self._deliver("oa", push)

    async def _deliver(self, door: Door, push: messages.Push) -> None:
        self._sandbox.platform.acted(door, push)
        await self._doors[door].deliver(push)

    async def close(self) -> None:
        """Let the connections go."""
        for door in self._doors.values():
            await door.close()


@asynccontextmanager
async def _phones(place: Place, node: Node, sandbox: Sandbox) -> AsyncIterator[Phones]:
    phones = Phones(place, node, sandbox)
    try:
        yield phones
    finally:
        await phones.close()


JOURNEYS: tuple[tuple[str, ...], ...] = (
    ("老板拖欠工资不给怎么办？{told}", "人工"),
    ("我不想活了，{told}",),
    ("我老公天天打我，{told}", "人工"),
    ("选司法所", "2", "是", "邻居家的树压了我家的房，{told}"),
    ("评价", "1", "我叫{name}，刚才说得好"),
    ("咕噜咕噜{word}？", "叽里咕噜{name}？", "人工"),
    ("我今年十三岁，爸爸不让我上学，{told}", "人工"),
    ("我在社区矫正，{told}", "人工"),
    ("借给{name}的钱不还，只有转账记录，{told}", "没有解决", "人工"),
    ("{identity}", "{phone}", "{name}"),
    ("法律援助怎么申请？{told}", "删除我的资料", "是"),
    ("我要预约，{told}", "上次的回复"),
)


async def _all_write(phones: Phones, everybody: list[Person]) -> None:
    gate = asyncio.Semaphore(64)

    async def one(person: Person) -> None:
        async with gate:
            door: Door = "mini" if person.number % 9 == 8 else "oa"
            for words in JOURNEYS[person.number % len(JOURNEYS)]:
                filled = words.format(
                    told=person.told,
                    name=person.name,
                    word=person.word,
                    identity=person.identity,
                    phone=person.phone,
                )
                await phones.text(door, person.openid, filled)
            if person.number % 10 == 3:
                await phones.more(person)

    await asyncio.gather(*(one(person) for person in everybody))


# -- staff -----------------------------------------------------------------------------------


def _prepared(place: Place, sandbox: Sandbox, base: str) -> str:
    """Staff of several roles, one with a phone. Returns: the code with which that one binds a WeChat."""
    store: Store = open_store(read_settings(place.environment, data_dir=place.folder), listeners=listeners())
    try:
        do = store.writer.do_now
        do(stations.load_county, stations.read_county(COUNTY).stations)
        service = Service(sandbox, store, base, cast(Any, None), cast(Any, None))
        ids = [
            staffed(service, login, station=station, role=role, name="陈敏")
            for role, (login, station) in STAFF.items()
        ]
        do(binding.set_phone, ids[0], STAFF_PHONE)
        return do(binding.make_code, ids[0])
    finally:
        store.close()


async def _staff_work(node: Node, everybody: list[Person], kept: Kept) -> None:
    """Read, find, answer, write down, export; then open every link and send every form there is."""
    for role, (login, _station) in STAFF.items():
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            at = Browser(node.base, session)
            home = (await at.signs_in(login)).path
            if role == "clerk":
                await _answers(at, everybody)
            words = _typing(everybody)
            await crawl(session, node.base, home, kept, lambda name, words=words: words(name), LEAVE_OUT, 45)  # type: ignore[misc]


async def _answers(at: Browser, everybody: list[Person]) -> None:
    """A task is answered in the resident's own words, its people written down, found again and closed."""
    listed = (await at.opens("/admin?view=all")).text
    tasks = dict.fromkeys(re.findall(r'class="title" href="/admin/tasks/(\d+)', listed))
    for task, person in zip(map(int, list(tasks)[:5]), everybody, strict=False):
        await at.presses(task, "contact", name=person.name, phone=person.phone)
        await at.presses(task, "note", reply=person.told)
        await at.presses(task, "reply", reply=f"{person.name}您好，{person.told}，请来所里。")
        asking = await at.presses(task, "phone")
        await at.sends(
            f"/admin/tasks/{task}/phone", form=asking.value("form"), why=person.told, proof=PASSWORD
        )
        form = (await at.opens("/admin/search")).value("form")
        for asked in (person.name, person.phone, person.identity, f"R-{task:04d}", person.phone[-4:]):
            await at.sends("/admin/search", form=form, q=asked)
        await at.presses(task, "close", category="answered")


def _typing(everybody: list[Person]) -> Any:
    """What is typed: marks of one person after the other."""
    turn = iter(range(10**6))

    def typed(name: str) -> str:
        person = everybody[next(turn) % len(everybody)]
        known = {"phone": person.phone, "name": person.name, "q": person.name, "login": person.openid.lower()}
        return PASSWORD if name == "proof" else known.get(name, person.told)

    return typed


# -- bad days --------------------------------------------------------------------------------


async def _bad_days(
    place: Place, node: Node, phones: Phones, sandbox: Sandbox, everybody: list[Person], kept: Kept
) -> None:
    """The database is held by another, the platform refuses and talks nonsense, addresses are made up."""
    async with locked(place.folder / "xiaosi.db"):
        await asyncio.gather(
            *(phones.text("oa", one.openid, f"我不想活了，{one.told}") for one in everybody[:4])
        )
    for kind in ("errcode", "garbage", "reset", "http"):
        sandbox.platform.faults.add(
            Fault("/cgi-bin/message/custom/send", cast(Any, kind), 45015 if kind == "errcode" else None, 2)
        )
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        at = Browser(node.base, session)
        for person in everybody[4:8]:
            await at.signs_in(person.name, person.identity)
        await at.signs_in("t001")
        for person in everybody[8:12]:
            await at.opens(f"/admin/tasks/{person.phone}")
            await at.opens(f"/admin?view={person.name}&page={person.phone}")
            await at.opens(f"/wechat?signature={person.name}&openid={person.openid}&timestamp=1&nonce=2")
            await at.opens(f"/m/{person.openid}")
            await at.sends("/admin/search", form="wrong", q=person.name)
            async with session.post(
                f"{node.base}/wechat?openid={person.openid}", data=person.told.encode()
            ) as answer:
                await answer.read()
    for person in everybody[12:20]:
        await phones.text("oa", person.openid, f"人工，{person.told}")


# -- where they are looked for ---------------------------------------------------------------


def _hits(everybody: list[Person], text: str) -> list[str]:
    """Whose marks stand in a text. They are told by number: a failing test is no leak."""
    # what is near a trace is enough to look at: two thousand searches of everything take minutes
    text = "\n".join(text[max(0, one.start() - _NEAR) : one.end() + _NEAR] for one in _TRACE.finditer(text))
    names = ("name", "phone", "openid", "identity number", "word")
    return [
        f"{kind} of person {person.number}"
        for person in everybody
        for kind, mark in zip(names, person.marks, strict=True)
        if mark in text or json.dumps(mark)[1:-1] in text
    ]


def _on_disk(everybody: list[Person], folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)}: {hit}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for hit in _hits(everybody, f"{path.name}\n{path.read_bytes().decode('utf-8', 'ignore')}")
    ]


def _notices(receiver: Receiver, sandbox: Sandbox) -> str:
    """Everything that went to staff: robot, short messages with their headers, their own WeChat."""
    own = [
        json.dumps(dict(one.body), ensure_ascii=False)
        for one in sandbox.platform.sent
        if one.openid == STAFF_OPENID
    ]
    return "\n".join([json.dumps(receiver.got, ensure_ascii=False), *map(str, receiver.headers), *own])


def _counts(books: Books) -> dict[str, int]:
    tables = {
        "messages": "inbox",
        "tasks": "task",
        "replies": "staff_reply",
        "alerts": "alert",
        "media": "media",
    }
    return {name: books.count(f"select count(*) from {table}") for name, table in tables.items()}
