"""Ask for a person; while a person holds the thread, the bot is silent."""

from bot.dialogue.journey import journey
from bot.dialogue.reply import Reply
from bot.dialogue.router import Visit
from bot.dialogue.said import MESSAGES
from bot.dialogue.talk import Talk
from bot.words import _
from handlers.facts import HeldMessageCame, ThreadTakenBack
from handlers.handoff import service
from handlers.handoff.promise import outlook
from handlers.handoff.sentences import back_words, receipt_words, waiting_words

RECEIPT_MS = 60 * 60_000
MISSES = 2
_BOT = ("小司", "找小司", "不等了")
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
    if hold.receipt_at > visit.now_ms - RECEIPT_MS:
        return Reply("", decision="handoff:held")
    visit.facts.append(HeldMessageCame(resident, visit.message))
    now = await visit.runner.read(outlook, resident, visit.now_ms)
    return Reply(receipt_words(hold.name, now, visit.now_ms), decision="handoff:held")


async def watch(visit: Visit, reply: Reply) -> Reply:
    """After the matcher: what it leaves to people, and two misses in a row, become a task."""
    if not reply.text or reply.decision.startswith(_NOT_COUNTED):
        return reply
    if reply.decision.split(":")[0] == "escalate":
        visit.context.pop("misses", None)
        return await _with_person(visit, reply, "escalate")
    if reply.found:
        visit.context.pop("misses", None)
        return reply
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
        return Reply(_("这个我两次都没答上来，请工作人员来看。") + told, decision="handoff:misses")
    return Reply(f"{reply.text}\n{told}", reply.choices, reply.link, reply.decision, reply.found)
