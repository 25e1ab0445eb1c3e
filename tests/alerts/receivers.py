"""What stands outside: a group robot and a gateway for short messages, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import Clock, SetClock
from bot.work.alarms import open_alarms
from bot.work.unit import Work
from handlers.alerts import binding
from handlers.facts import TaskMoved
from tests.console.desk import staffed
from tests.support.service import Phone, Service, serving

SECRET = "a-secret-of-the-gateway"
PHONE = "13900000001"
GOOD: dict[str, Any] = {"robot": {"errcode": 0, "errmsg": "ok"}, "sms": {"ok": True}}


@dataclass
class Receiver:
    """Both services. ``answers``: by channel, a dict for JSON, a string, a status, or ``hang``."""

    answers: dict[str, Any] = field(default_factory=dict)
    got: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"robot": [], "sms": []})
    headers: list[dict[str, str]] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    pause: float = 0.0

    async def take(self, request: web.Request) -> web.StreamResponse:
        channel = request.match_info["channel"]
        if channel not in self.got:
            self.elsewhere.append(request.path)
            return web.json_response(GOOD["robot"])
        self.got[channel].append(await request.json())
        self.headers.append(dict(request.headers))
        answer = self.answers.get(channel, GOOD[channel])
        await asyncio.sleep(self.pause)
        if answer == "hang":
            await asyncio.sleep(60)
        if answer == "redirect":
            raise web.HTTPFound("/elsewhere")
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(text=answer) if isinstance(answer, str) else web.json_response(answer)

    def said(self, channel: str = "robot") -> list[str]:
        """What was said, in order."""
        return [
            one["markdown"]["content"] if channel == "robot" else one["text"] for one in self.got[channel]
        ]


@asynccontextmanager
async def receiving() -> AsyncIterator[tuple[Receiver, str]]:
    """The services alone, and the root of their addresses."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{channel}", receiver.take)
    async with TestServer(app, shutdown_timeout=0.1) as server:
        yield receiver, str(server.make_url("")).rstrip("/")


@asynccontextmanager
async def alerting(
    folder: Path,
    template: Path | None,
    *channels: str,
    clock: Clock | None = None,
    database_url: str = "",
) -> AsyncIterator[tuple[Service, Receiver]]:
    """A service that tells staff by these of ``robot`` and ``sms``."""
    async with receiving() as (receiver, root):
        given: dict[str, Any] = {}
        if "robot" in channels:
            given["wecom_robot_url"] = f"{root}/robot?key=of-the-robot"
        if "sms" in channels:
            given |= {"sms_url": f"{root}/sms", "sms_secret": SECRET}
        async with serving(
            folder, template=template, clock=clock, database_url=database_url, **given
        ) as service:
            yield service, receiver


async def until(met: Any, seconds: float = 150.0) -> None:
    """Wait until something holds."""
    end = asyncio.get_running_loop().time() + seconds
    while not met():
        assert asyncio.get_running_loop().time() < end, "it did not come about"
        await asyncio.sleep(0.05)


def told(service: Service, task: int = 1) -> list[tuple[int, str, int | None, str, str]]:
    """All tellings of a task: step, channel, staff id, state, reason."""
    rows = service.rows(
        "select step, channel, staff_id, state, reason from alert where task_id = :task order by id",
        task=task,
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


async def told_by(service: Service, *channels: str, task: int = 1, state: str = "sent") -> None:
    """Wait until there is a telling in this state by each of these channels."""
    await until(lambda: set(channels) <= {row[1] for row in told(service, task) if row[3] == state})


async def cried(service: Service, who: str = "oTest-resident-1") -> Phone:
    """A resident who is in danger."""
    phone = service.phone(who)
    await phone.says("我不想活了")
    return phone


async def bound(service: Service, staff_id: int, who: str = "oTest-staff-1") -> Phone:
    """The phone of a member of staff who bound it."""
    phone = service.phone(who)
    code = service.store.writer.do_now(binding.make_code, staff_id)
    await phone.says(f"绑定 {code}")
    return phone


def with_phone(service: Service, staff_id: int, phone: str = PHONE) -> None:
    """Give a member of staff a phone."""
    service.store.writer.do_now(binding.set_phone, staff_id, phone)


def alarms(service: Service) -> list[tuple[str, str]]:
    """Kind and subject of the open alarms."""
    return [(kind, subject) for kind, subject, _d, _c in service.store.reader.now(open_alarms)]


def moved(work: Work, task: int, staff_id: int | None, station: str | None, why: str) -> None:
    """The ladder of silence moves a task."""
    work.happened(TaskMoved(task, staff_id, station, why))


def clerk(service: Service, login: str = "t001", station: str | None = "liuhe", role: str = "clerk") -> int:
    """A member of staff."""
    return staffed(service, login, station=station, role=role)


async def minutes(service: Service, clock: SetClock, count: float) -> None:
    """Let time pass, once nothing is on its way."""
    await until(lambda: not service.rows("select id from alert where state in ('created', 'sending')"))
    await until(
        lambda: not service.rows("select id from inbox where channel = 'response' and written_at is null")
    )
    clock.move(minutes=count)
