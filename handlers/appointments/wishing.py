"""改时间, 取消 and 来不了 in a resident's own short words."""

import re

from bot.dialogue.reply import Reply
from bot.dialogue.router import Visit
from handlers.appointments import reading
from handlers.appointments.mine import CANCEL, MINE
from handlers.appointments.mine_words import none_words
from handlers.appointments.moving import MOVE
from handlers.appointments.whichever import every

_LONGEST = 20
_KINDS = (
    ("mediation", "调解"),
    ("legal_aid", "法律援助"),
    ("lawyer", "律师"),
    ("home", "上门"),
    ("car", "服务车"),
    ("adviser", "顾问"),
)
_MY = (
    r"(?:您好|你好)?[，,]?(?:我|俺)?"
    r"(?:想|要|想要|能不能|能|可以|可不可以|帮我|麻烦|请|怎么|怎样|如何|咋)*(?:把)?"
)
_THAT = (
    r"(?:我)?(?:约的|约好的|的|那个|这个|明天|后天|今天|上午|下午|下周|这周|周[一二三四五六日]"
    r"|星期[一二三四五六日天]){0,3}(?:的)?"
)
_WHAT = r"(?:调解|法律援助|律师|上门|服务车|顾问)?(?:的)?(?:预约|预定|约)?"
_END = r"(?:了|吧|吗|行吗|可以吗|好吗|一下|呢|啊){0,2}[。！!？?～~]*"
_MOVES = re.compile(
    _MY + _THAT + _WHAT + r"(?:的)?(?:时间|日子)?(?:改|换|推|挪|延)(?:到|成|个|一下|一个|后|迟|早|期|天|约)*"
    r"(?:时间|日子|日期|一天|几天|别的时间|下周|明天|后天|上午|下午|周[一二三四五六日])?" + _END
)
_ENDS = re.compile(
    _MY + _THAT + r"(?:(?:取消|退掉|退了|撤掉|撤销)(?:掉|了)?" + _THAT + _WHAT + _END + "|"
    + _WHAT + r"(?:给)?(?:取消|退)(?:掉|了)?" + _END + ")"
)  # fmt: skip
_ABSENT = re.compile(
    r"(?:对不起|不好意思|抱歉)?[，,]?(?:我|俺)?"
    + _THAT
    + r"(?:我|俺)?(?:有事|临时有事|生病|病了|下雨)?[，,]?"
    r"(?:可能|恐怕|怕是)?(?:(?:来|去|赶|到)不(?:了|成|及|上)|不(?:想)?(?:来|去)了)(?:那里|那边|所里|司法所)?"
    + _END
)


async def wished(visit: Visit) -> Reply | None:
    """改时间, 取消 and 来不了 in a resident's own short words; for who has something booked."""
    if visit.begin is None or visit.held or visit.said.kind not in ("text", "voice"):
        return None
    if visit.state is not None and visit.state.state == "open":
        return None
    said = "".join(visit.said.text.split())
    if not 0 < len(said) <= _LONGEST:
        return None
    whole = every(said)
    name = CANCEL if whole else _wish(said)
    if name is None:
        return None
    resident = visit.runner.resident_id
    if not await visit.runner.read(reading.open_of, resident, visit.now_ms):
        return Reply(none_words("booked"), decision="booked:none") if whole and _bare(visit) else None
    if whole:
        return await visit.begin(visit, name, {"all": True})
    kind = next((kind for kind, word in _KINDS if word in said), "")
    return await visit.begin(visit, name, {"kind": kind} if kind else {})


def _bare(visit: Visit) -> bool:
    """Whether nothing was shown just now to which 都取消 could belong."""
    shown = visit.context.get("shown")
    return shown is None or shown["until"] < visit.now_ms


def _wish(said: str) -> str | None:
    if _MOVES.fullmatch(said):
        return MOVE
    if _ENDS.fullmatch(said):
        return CANCEL
    return MINE if _ABSENT.fullmatch(said) else None
