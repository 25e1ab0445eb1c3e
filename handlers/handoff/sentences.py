"""What residents are told about a person who is to answer."""

from collections.abc import Sequence
from functools import cache

from bot.clock import instant
from bot.words import _
from handlers.directory.sentences import moment_words
from handlers.handoff.promise import Outlook
from handlers.handoff.service import Ticket
from knowledge.hotlines import Hotlines

_LATE_MS = 60_000


@cache
def _hotlines() -> Hotlines:
    return Hotlines.load()


def number_words(task_id: int) -> str:
    """A task's number as people say it: ``R-0412``."""
    return f"R-{task_id:04d}"


def waiting_words(ticket: Ticket, outlook: Outlook, now_ms: int) -> str:
    """The number, the place in line, what happens next, and a time only where one was promised."""
    number = _("您的号是 {number}").format(number=number_words(ticket.task_id))
    if ticket.ahead and not ticket.answered:
        number += _("，前面还有 {n} 位").format(n=ticket.ahead)
    lines = [number + _("。") + _next(ticket, outlook, now_ms)]
    if ticket.station_id is None:
        lines.append(_("回复“选司法所”，就由您那边的所来回您。"))
    lines.append(_("等的时候可以接着写，工作人员都看得到。"))
    return "\n".join(lines)


def _next(ticket: Ticket, outlook: Outlook, now_ms: int) -> str:
    if ticket.answered:
        return _("工作人员回过您了，您接着写，他看得到。")
    if ticket.promised_at is None:
        return _hotlines().fill(
            _("事情记下了。什么时候有人回，现在说不准。急的话请打 {tel:law}，或者上班时间去司法所。")
        )
    if ticket.promised_at < now_ms - _LATE_MS:
        return _hotlines().fill(_("答应您的时间过了，还没人回，对不起。急的话请打 {tel:law}，不用再等。"))
    now = instant(now_ms)
    by = moment_words(instant(ticket.promised_at), now)
    who = outlook.station or _("司法所")
    if outlook.elsewhere:
        return _("{who}的人这会儿都不在，先由县里别的同事看，{by} 前回您。").format(who=who, by=by)
    if outlook.deserted:
        return _("{who}的人这会儿都不在，{by} 前回您。").format(who=who, by=by)
    if outlook.open_now or outlook.opens_at is None:
        return _("{who}的工作人员{by} 前回您。").format(who=who, by=by)
    opens = moment_words(instant(outlook.opens_at), now)
    closed = _("现在下班了。{who}{opens} 上班，{by} 前回您。").format(who=who, opens=opens, by=by)
    return closed + _hotlines().fill(_("急的话现在就打 {tel:law}；想当面谈，回复“预约”。"))


def came_words(task_id: int, name: str, station: str) -> str:
    """A person took the matter up. Args: station: where they work, empty for the county."""
    return _("{who}来回您了（{number}）。").format(who=_who(name, station), number=number_words(task_id))


def passed_words(task_id: int, name: str, station: str, promised_at: int | None, now_ms: int) -> str:
    """The matter has been accepted by somebody else. Args: promised_at: only where one waits for a word."""
    said = _("{number} 这件事，现在由{who}来办").format(number=number_words(task_id), who=_who(name, station))
    if promised_at is None:
        return said + _("，您接着写，那边看得到。")
    by = moment_words(instant(promised_at), instant(now_ms))
    return said + _("，{by} 前回您。").format(by=by)


def later_words(task_id: int, promised_at: int, now_ms: int, station: str, *, moved: bool) -> str:
    """A later time than the one that was promised. Args: moved: others answer now; station: who, or empty."""
    by = moment_words(instant(promised_at), instant(now_ms))
    number = number_words(task_id)
    if not moved:
        return _("对不起，{number} 这件事要晚一点：改到{by} 前回您。").format(number=number, by=by)
    who = station or _("县里的同事")
    return _("对不起，{number} 这件事还没人回您。已经转给{who}，{by} 前回您。").format(
        number=number, who=who, by=by
    )


def nobody_words(task_id: int) -> str:
    """The promised time is over, and nobody is there of whom a new one could be promised."""
    return _hotlines().fill(
        _("对不起，{number} 这件事到现在没人回您，什么时候能回说不准。请打 {{tel:law}}，不用再等。").format(
            number=number_words(task_id)
        )
    )


def rated_words(verdict: str) -> str:
    """Thanks for the number that was given."""
    if verdict == "not":
        return _("记下了，对不起没帮上。还要找人，请回复“人工”。")
    return _("谢谢您，记下了。有别的事，直接说就行。")


def noted_words(task_id: int, *, other: bool) -> str:
    """What was written while waiting for a person. Args: other: whether titles are offered below."""
    said = _("记下了，办 {number} 的工作人员会一起看。").format(number=number_words(task_id))
    return said + _("要是在问另外一件事，选下面一样：") if other else said


def hotline_words(text: str) -> str:
    """A sentence with its numbers filled in."""
    return _hotlines().fill(text)


def visit_words(card: str, papers: Sequence[str]) -> str:
    """How an appointment is made: with whom, when they are there, what to bring along."""
    lines = [_("这件事的时间要和所里的人约："), card]
    if papers:
        lines.append(_("来的时候带上：{papers}，还有身份证。").format(papers=_("、").join(papers)))
    else:
        lines.append(_("来的时候带上身份证和手里的材料。"))
    return "\n".join(lines)


def receipt_words(name: str, outlook: Outlook, now_ms: int) -> str:
    """Said at most once an hour while a person holds the thread."""
    lines = [_("收到了，{name}看得到。").format(name=name)]
    if not outlook.open_now and outlook.opens_at is not None:
        opens = moment_words(instant(outlook.opens_at), instant(now_ms))
        lines.append(_("现在下班了，{opens} 上班。").format(opens=opens))
    lines.append(_hotlines().fill(_("急的话请打 {tel:law}。想接着问小司，请回复“小司”。")))
    return "".join(lines)


def back_words() -> str:
    """The bot answers again."""
    return _("我是小司，现在由我接着答您。再要找人，请回复“人工”。")


def closed_words(task_id: int) -> str:
    """A matter was closed by staff while they held the thread."""
    return _("{number} 这件事，工作人员办完了。我是小司，有别的事直接问我；再要找人，请回复“人工”。").format(
        number=number_words(task_id)
    )


def signed(text: str, name: str, station: str) -> str:
    """A reply of a person with who they are on top, so that nobody takes it for the bot's."""
    return _("{who}回您：").format(who=_who(name, station)) + "\n" + text


def _who(name: str, station: str) -> str:
    return _("{name}（{station}）").format(name=name, station=station) if station else name
