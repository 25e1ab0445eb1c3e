"""我的预约: see what one has, change it, cancel it, leave the line; also 取消 outside a conversation."""

from dataclasses import dataclass, replace

from bot.dialogue.journey import journey
from bot.dialogue.talk import Option, Talk
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import service, waiting
from handlers.appointments.having import held_for
from handlers.appointments.mine_words import Mine, cancelled_words, kept_words, none_words
from handlers.appointments.moving import MOVE, move, papers_for
from handlers.appointments.reading import Visit
from handlers.appointments.whichever import ALL

MINE, CANCEL, LEAVE = "appointments.mine", "appointments.cancel", "appointments.leave"
TAKE, DECLINE = "appointments.take", "appointments.decline"
_KEEP = "keep"


@dataclass(frozen=True)
class Ended:
    """What became of a wish to end something. Attributes: say: why it was refused, else empty."""

    say: str = ""


@journey(
    MINE,
    title=_("看自己的预约"),
    draft=False,
    words=[
        "我的预约",
        "查预约",
        "查看预约",
        "看预约",
        "我约的",
        "我约了什么",
        "预约查询",
        "查询预约",
        "我的调解",
        "预约记录",
    ],
)
async def mine(talk: Talk) -> str:
    """看自己的预约. Given: ``appointment_id``, one that is meant already."""
    have = await talk.read(held_for, talk.resident_id, talk.now_ms)
    if not have.visits and not have.waits:
        return none_words("booked")
    what = await _which(talk, have, _("您现在有这些："), waits=True)
    if what.startswith("wait|"):
        return await _leave(talk, have, int(what.removeprefix("wait|")))
    visit = _visit(have, what)
    if visit is None:
        return kept_words(None, talk.now_ms)
    options = (
        Option("move", _("改时间")),
        Option("cancel", _("取消这个预约")),
        Option(_KEEP, _("不用改")),
    )
    papers = await papers_for(talk, visit.appointment_id)
    way = await talk.choose("way", have.whole(visit, papers, talk.now_ms, talk.link_base), options)
    if way == "move":
        talk.go(MOVE, appointment_id=visit.appointment_id)
    if way == "cancel":
        return await _cancel(talk, visit)
    return kept_words(visit, talk.now_ms)


@journey(
    CANCEL,
    title=_("取消预约"),
    draft=False,
    words=[
        "取消",
        "取消预约",
        "取消调解",
        "退预约",
        "不约了",
        "不预约了",
        "取消约",
        "我要取消预约",
        "我要取消",
        "取消我的预约",
    ],
)
async def cancel(talk: Talk) -> str:
    """取消预约: the list, and the number is the consent; with one appointment, or for all of them, a yes.

    Given: ``appointment_id``, one that is meant already; ``kind``: which kind was named; ``all``.
    """
    have = _of_kind(await talk.read(held_for, talk.resident_id, talk.now_ms), talk.given("kind", ""))
    if not have.visits and have.waits:
        return await _leave(talk, have, await _which_wait(talk, have))
    if not have.visits:
        return none_words("booked")
    if len(have.visits) == 1 or talk.given("appointment_id"):
        visit = _visit(have, str(talk.given("appointment_id") or have.visits[0].appointment_id))
        if visit is None:
            return none_words("booked")
        options = (Option("yes", _("是，取消")), Option(_KEEP, _("不取消")))
        say = _("您约的是：{visit}。要取消吗？").format(visit=have.line(visit, talk.now_ms))
        if await talk.choose("sure", say, options) == _KEEP:
            return kept_words(visit, talk.now_ms)
        return await _cancel(talk, visit)
    if talk.given("all"):
        return await _cancel_all(talk, have)
    what = await _which(talk, have, _("要取消哪一个？回复数字就取消。"), waits=False, every=True)
    if what == ALL:
        return await _cancel_all(talk, have)
    visit = _visit(have, what)
    return await _cancel(talk, visit) if visit is not None else kept_words(None, talk.now_ms)


@journey(
    LEAVE,
    title=_("不等候补了"),
    draft=False,
    words=["退出候补", "取消候补", "不等候补了", "不排了", "候补", "我的候补", "不候补了", "不排队了"],
)
async def leave(talk: Talk) -> str:
    """不等候补了: one's places in line, and leaving one."""
    have = await talk.read(held_for, talk.resident_id, talk.now_ms)
    if not have.waits:
        return none_words("waiting")
    return await _leave(talk, have, await _which_wait(talk, have))


async def _cancel_all(talk: Talk, have: Mine) -> str:
    """One yes ends all that is booked, and every place in line."""
    lines = [have.line(one, talk.now_ms) for one in have.visits]
    lines += [have.waiting(one, talk.now_ms) for one in have.waits]
    options = (Option("yes", _("是，都取消")), Option(_KEEP, _("不取消")))
    say = _("您约的是：\n{lines}\n都要取消吗？").format(lines="\n".join(f"· {line}" for line in lines))
    if await talk.choose("sure", say, options) == _KEEP:
        return _("好，都没动，请按时来。")
    ids = [one.appointment_id for one in have.visits]
    refused = await talk.finish(call_all_off, ids, [one.wait_id for one in have.waits])
    left = [one for one in have.visits if one.appointment_id in refused]
    if left:
        return _("这些没有取消成：{lines}。其余的取消了。").format(
            lines=_("；").join(have.line(one, talk.now_ms) for one in left)
        )
    return _("都取消了。没有别的影响。以后要约，回复“预约”。")


async def _which(talk: Talk, have: Mine, say: str, *, waits: bool, every: bool = False) -> str:
    """Choose among all that there is; with one alone nothing is asked. Args: every: all may be meant."""
    given = talk.given("appointment_id")
    if given:
        return str(given)
    options = [Option(str(one.appointment_id), have.line(one, talk.now_ms)) for one in have.visits]
    if waits:
        options += [Option(f"wait|{one.wait_id}", have.waiting(one, talk.now_ms)) for one in have.waits]
    if len(options) == 1:
        return options[0].id
    options.append(Option(_KEEP, _("都不用动")))
    if every:
        options.append(Option(ALL, _("都取消")))
    return await talk.choose("which", say, options)


async def _which_wait(talk: Talk, have: Mine) -> int:
    if len(have.waits) == 1:
        return have.waits[0].wait_id
    options = [Option(str(one.wait_id), have.waiting(one, talk.now_ms)) for one in have.waits]
    return int(await talk.choose("wait", _("您在排这些候补，看哪一个？"), options))


async def _leave(talk: Talk, have: Mine, wait_id: int) -> str:
    wait = next((one for one in have.waits if one.wait_id == wait_id), None)
    if wait is None:
        return none_words("waiting")
    offer = have.offers.get(wait.wait_id)
    if offer is not None:
        yes_or_no = (Option("take", _("要这个时间")), Option("decline", _("不要，让给别人")))
        answer = await talk.choose("offer", have.waiting(wait, talk.now_ms), yes_or_no)
        talk.go(TAKE if answer == "take" else DECLINE, appointment_id=offer.appointment_id)
    options = (Option(_KEEP, _("接着等")), Option("leave", _("不等了，退出")))
    if await talk.choose("line", have.waiting(wait, talk.now_ms), options) == _KEEP:
        return _("好，接着替您排着。有空出来的时间会告诉您。")
    ended = await talk.finish(step_out, wait_id)
    return ended.say or _("好，不排了。以后要约，回复“预约”。")


async def _cancel(talk: Talk, visit: Visit) -> str:
    ended = await talk.finish(call_off, visit.appointment_id)
    return ended.say or cancelled_words(visit, talk.now_ms)


def call_off(work: Work, appointment_id: int) -> Ended:
    """Cancel one's own appointment, as a journey's act."""
    try:
        service.cancel(work, work.resident_id, appointment_id)
    except Refused as refusal:
        return Ended(refusal.say)
    return Ended()


def call_all_off(work: Work, appointments: list[int], waits: list[int]) -> list[int]:
    """Cancel all of one's own and leave every line, as a journey's act. Returns: what was not cancelled."""
    refused = [ident for ident in appointments if call_off(work, ident).say]
    for ident in waits:
        step_out(work, ident)
    return refused


def step_out(work: Work, wait_id: int) -> Ended:
    """Leave the line, as a journey's act."""
    try:
        waiting.leave(work, work.resident_id, wait_id)
    except Refused as refusal:
        return Ended(refusal.say)
    return Ended()


def _of_kind(have: Mine, kind: str) -> Mine:
    """What there is of a kind that was named; all where there is none of it."""
    visits = tuple(one for one in have.visits if one.kind == kind)
    return replace(have, visits=visits) if visits else have


def _visit(have: Mine, ident: str) -> Visit | None:
    return next((one for one in have.visits if str(one.appointment_id) == ident), None)


JOURNEYS = (mine, cancel, leave, move)
