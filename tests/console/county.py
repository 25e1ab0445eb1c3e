"""A county for tests of rights: two stations, their residents, staff of every role, things of each kind."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from bot.wechat.models import Inbox
from bot.words import _
from bot.work.unit import Work
from handlers.handoff import named
from handlers.handoff import service as handoff
from handlers.handoff.models import Task
from handlers.handoff.staff import COUNTY_ROLES, ROLES
from tests.console.desk import staffed
from tests.media.sending import image, settled
from tests.support.service import Service

HERE, THERE = "liuhe", "chengdong"
_MESSAGES = {HERE: 3, THERE: 16, "secluded": 12}
"""By station of the resident: how many texts they write; each task is about one."""
DAY_MS = 86_400_000


@dataclass
class County:
    """The ids of what is there.

    Attributes: staff: by role, those with a station at `HERE`; clerk_there: a clerk at `THERE`; given: by
    role, a task at `THERE` that its member of staff holds; danger: by role, an untaken one on violence;
    messages: those that no task is about yet, by station or ``secluded``.
    """

    staff: dict[str, int]
    clerk_here: int
    clerk_there: int
    own: int
    other: int
    secluded: int
    closed: int
    taken_there: int
    given: dict[str, int]
    danger: dict[str, int]
    media_here: int
    media_there: int
    media_secluded: int
    messages: dict[str, list[int]]
    message_there: int


async def county(service: Service) -> County:
    """Make it. Residents write and send a picture over the sandbox; tasks are written as they would stand."""
    messages = {at: await _writes(service, f"oTest-resident-{at}", count) for at, count in _MESSAGES.items()}
    await settled(service, "kept")
    staff = {role: _staffed(service, role) for role in ROLES}
    clerk_here = staffed(service, "here", station=HERE, name="陈敏")
    clerk_there = staffed(service, "there", station=THERE, name="周海")

    def task(at: str, station: str, **more: object) -> int:
        return make_task(service, messages[at].pop(), station, **more)

    here, there = HERE, THERE
    media = [row[0] for row in service.rows("select id from media order by id")]
    return County(
        staff=staff,
        clerk_here=clerk_here,
        clerk_there=clerk_there,
        own=task(here, here),
        other=task(there, there, holder_id=clerk_there),
        secluded=task("secluded", here, secluded="minor", holder_id=clerk_there),
        closed=task(here, here, state="closed", category="answered", closed_by=clerk_here),
        taken_there=task(
            there, there, kind="danger", urgent=True, reason="suicide", acknowledged_by=clerk_there
        ),
        given={role: task(there, there, holder_id=who) for role, who in staff.items()},
        danger={
            role: task("secluded", there, kind="danger", urgent=True, reason="violence", secluded="violence")
            for role in staff
        },
        media_here=media[0],
        media_there=media[1],
        media_secluded=media[2],
        messages=messages,
        message_there=messages[THERE][0],
    )


def make_task(service: Service, message: int, station: str, **more: object) -> int:
    """A task about a message, as it would stand. Returns: its id."""
    return int(service.store.writer.do_now(_task, message, station, more))


def answered(service: Service, staff_id: int, task: int) -> None:
    """Somebody answers a task that they hold."""
    words = _("带上欠条，上午来所里。")
    service.store.writer.do_now(
        partial(handoff.reply, signed=words, once=f"test{task}", seen=0), staff_id, task, words
    )


def name_all(service: Service, here: County, *kinds: str) -> None:
    """Name everybody who can be named, for these kinds and no others."""
    for role, who in here.staff.items():
        if role in named.NAMEABLE:
            service.store.writer.do_now(named.set_kinds, None, who, kinds)


async def _writes(service: Service, who: str, count: int) -> list[int]:
    """A resident writes and sends a picture. Returns: the ids of the texts."""
    phone = service.phone(who)
    for number in range(count):
        await phone.says(_("第 {number} 次问：单位拖欠工资怎么办？").format(number=number))
    await image(phone)
    return [
        row[0]
        for row in service.rows(
            "select id from inbox where kind = 'text'"
            " and resident_id = (select max(id) from resident) order by id"
        )
    ]


def _staffed(service: Service, role: str) -> int:
    station = None if role in COUNTY_ROLES else HERE
    return staffed(service, role.replace("_", ""), station=station, name="某某", role=role)


def _task(work: Work, message: int, station: str, more: dict[str, object]) -> int:
    resident = work.db.scalar(select(Inbox.resident_id).where(Inbox.id == message))
    closed_at = work.now_ms if more.get("state") == "closed" else None
    fields = {"kind": "person", "closed_at": closed_at, "moved_at": work.now_ms, **more}
    row = Task(
        resident_id=resident,
        message_id=message,
        station_id=station,
        promised_at=work.now_ms + DAY_MS,
        created_at=work.now_ms,
        **fields,
    )
    work.db.add(row)
    work.db.flush()
    return row.id
