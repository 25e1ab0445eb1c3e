"""Ask for a person; while a person holds the thread, the bot is silent."""

from bot.clock import instant
from bot.dialogue.journey import journey
from bot.dialogue.reply import Choice, Reply, chosen
from bot.dialogue.router import PAUSE_MS, Visit
from bot.dialogue.said import MESSAGES
from bot.dialogue.talk import Option, Talk
from bot.words import _
from handlers.directory import stations
from handlers.directory.county import StationCard
from handlers.directory.hours import calendar_for
from handlers.directory.sentences import card_words
from handlers.facts import HeldMessageCame, ThreadTakenBack
from handlers.handoff import rating, service
from handlers.handoff.promise import outlook
from handlers.handoff.sentences import (
    back_words,
    hotline_words,
    noted_words,
    rated_words,
    receipt_words,
    visit_words,
    waiting_words,
)

RECEIPT_MS = 60 * 60_000
MISSES = 2
_BOT = ("小司", "找小司", "不等了")
_STILL_UNSOLVED = "unsolved:2"
"""Decision of the adviser: what it said twice did not help."""
_VERDICTS = tuple(Choice(label, pick=verdict) for verdict, label in rating.VERDICTS)
_NOT_COUNTED = ("listening", "welcome", "other:")


@journey(
    "handoff.person",
    title=_("请工作人员回"),
    words=[
        "人工",
        "找人",
        "转人工",
        "找人工",
        "要人工",
        "我要人工",
        "我要转人工",
        "人工服务",
        "人工客服",
        "转人工服务",
        "转接人工",
        "真人",
        "找真人",
        "我要找人",
        "找工作人员",
        "联系工作人员",
        "我要找工作人员",
        "请工作人员回",
    ],
)
async def person(talk: Talk) -> str:
    """请工作人员回: a number at once, and a time only where one can be kept."""
    now = await talk.read(outlook, talk.resident_id, talk.now_ms)
    ticket = await talk.finish(service.ask_in_journey, now.station_id, now.promised_at)
    head = _("好，请工作人员来回您。") if ticket.fresh else _("已经请了工作人员。")
    return head + waiting_words(ticket, now, talk.now_ms)


@journey(
    "handoff.visit",
    title=_("约时间去司法所"),
    words=["给所里留话"],
)
async def visit(talk: Talk) -> str:
    """给所里留话: where nothing can be booked, it says with whom a time is made, and leaves a task if wished.

    Given: ``papers``, what the answer says to bring along.
    """
    station = await _station(talk)
    if station is None:
        return hotline_words(_("本县还没有登记司法所，请打 {tel:law}（公共法律服务热线）问一问。"))
    calendar = await talk.read(calendar_for, station.id)
    papers = [str(paper) for paper in talk.given("papers", [])]
    shown = visit_words(card_words(station, calendar, instant(talk.now_ms)), papers)
    options = [
        Option("call", _("留个话，请所里的人回我")),
        Option("self", _("不用，我自己打电话或过去")),
    ]
    if await talk.choose("how", shown, options) == "self":
        return _("好。去之前最好先打个电话。有别的事，直接说就行。")
    now = await talk.read(outlook, talk.resident_id, talk.now_ms)
    ticket = await talk.finish(service.ask_for_visit, station.id, now.promised_at)
    head = _("好，给所里留了话。") if ticket.fresh else _("已经请了工作人员，来的时间一起跟他说。")
    more = _("想哪天来、想让人打哪个电话，接着写在这里就行。定好的时间，由工作人员告诉您。")
    return f"{head}{waiting_words(ticket, now, talk.now_ms)}\n{more}"


async def _station(talk: Talk) -> StationCard | None:
    """The home station, the only one, or the one that is chosen for this visit."""
    home = await talk.read(stations.home_of, talk.resident_id)
    if home is not None:
        return home
    all_open = await talk.read(stations.all_open)
    if len(all_open) < 2:
        return all_open[0] if all_open else None
    options = [Option(one.id, f"{one.name}（{one.town}）") for one in all_open]
    chosen = await talk.choose("station", _("您想去哪个司法所？"), options)
    return next((one for one in all_open if one.id == chosen), all_open[0])


async def holder(visit: Visit) -> Reply | None:
    """While a person holds the thread, messages go there; the bot gives one receipt an hour at most."""
    if not visit.held or visit.said.kind not in MESSAGES:
        return None
    resident = visit.runner.resident_id
    hold = await visit.runner.read(service.held, resident, visit.now_ms)
    if hold is None:
        return None
    if visit.said.text.strip("。！!，, ") in _BOT:
        visit.facts.append(ThreadTakenBack(resident))
        return Reply(back_words(), decision="handoff:back")
    recent = hold.receipt_at > visit.now_ms - RECEIPT_MS
    visit.facts.append(HeldMessageCame(resident, visit.message, receipt=not recent))
    if recent:
        return Reply("", decision="handoff:held")
    now = await visit.runner.read(outlook, resident, visit.now_ms)
    return Reply(receipt_words(hold.name, now, visit.now_ms), decision="handoff:held")


async def rated(visit: Visit) -> Reply | None:
    """A number after the question whether a person's answer helped; any other word is no answer to it."""
    if visit.held or visit.said.kind != "text" or len(visit.said.text) > 10:
        return None
    verdict = chosen(visit.said.text, _VERDICTS)
    if verdict is None:
        return None
    runner = visit.runner
    asked = await runner.read(rating.waiting, runner.resident_id, visit.now_ms)
    if asked is None or _asked_since(visit, asked.at):
        return None
    await runner.writer.do(rating.answer, asked.task_id, verdict.pick)
    return Reply(rated_words(verdict.pick), decision="handoff:rated")


def _asked_since(visit: Visit, at: int) -> bool:
    """Whether a list or a question was put before the resident later: then a number means that one."""
    shown = visit.context.get("shown")
    if shown and shown["until"] - PAUSE_MS >= at:
        return True
    state = visit.state
    return state is not None and state.state == "open" and state.touched_at >= at


async def watch(visit: Visit, reply: Reply) -> Reply:
    """After the matcher: what it leaves to people, and two misses in a row, become a task."""
    if not reply.text or reply.decision.startswith(_NOT_COUNTED):
        return reply
    if reply.decision.startswith(_STILL_UNSOLVED):
        visit.context.pop("misses", None)
        return await _with_person(visit, reply, "misses")
    if reply.decision.split(":")[0] == "escalate":
        visit.context.pop("misses", None)
        return await _with_person(visit, reply, "escalate")
    if reply.found:
        visit.context.pop("misses", None)
        return reply
    waiting = await visit.runner.read(service.waiting, visit.runner.resident_id)
    if waiting is not None:  # told to write on meanwhile: what is written then is no miss
        say = noted_words(waiting, other=bool(reply.choices))
        return reply._replace(text=say, link="", decision="handoff:noted", found=True)
    misses = int(visit.context.get("misses", 0)) + 1
    if misses < MISSES:
        visit.context["misses"] = misses
        return reply
    visit.context.pop("misses", None)
    return await _with_person(visit, reply, "misses")


async def _with_person(visit: Visit, reply: Reply, kind: str) -> Reply:
    runner = visit.runner
    now = await runner.read(outlook, runner.resident_id, visit.now_ms)
    ticket = await runner.writer.do(
        service.ask_for_person,
        runner.resident_id,
        visit.message,
        kind,
        now.station_id,
        now.promised_at,
    )
    told = waiting_words(ticket, now, visit.now_ms)
    if kind == "misses":
        still = reply.decision.startswith(_STILL_UNSOLVED)
        say = reply.text if still else _("这个我两次都没答上来，请工作人员来看。")
        book = (Choice(_("预约去司法所"), go="appointments.book"),)
        return reply._replace(text=say + told, choices=book, link="", decision="handoff:misses", found=True)
    return reply._replace(text=f"{reply.text}\n{told}")
