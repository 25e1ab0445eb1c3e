"""Small questions about a booking in the middle of it: answered, and the step is asked again."""

import re
from collections.abc import Sequence

from bot.dialogue.reply import Choice, Reply
from bot.dialogue.router import Visit
from bot.words import _
from handlers.appointments.booking_sentences import papers_words
from handlers.appointments.booking_words import length_words
from handlers.appointments.shelves import board_now
from handlers.appointments.supply import Service

_LONGEST = 20
_ASK = r"(?:请问|我想问|那|这个|这|您好)?[，,]?"
_END = r"[吗么呢吧啊呀的]?[?？。]*"
_PAPERS = re.compile(
    _ASK
    + r"(?:我)?(?:来的时候|去的时候|到时候?)?(?:还)?(?:是不是)?(?:要|需要|得|应该|用|要不要|用不用)?(?:自己)?"
    + r"(?:带|准备|拿)(?:上|些|点)?(?:什么|哪些|啥|身份证|证件|户口本|材料|东西|资料|证据)"
    + r"(?:东西|材料|证件|资料|过去|来|去)?"
    + _END
)
_COST = re.compile(
    _ASK
    + r"(?:你们|您们|这里|调解|约|预约|律师|办)?(?:要|需要|得|用|要不要|是不是)?"
    + r"(?:收费|收钱|花钱|要钱|交钱|付钱|付费|免费|多少钱|钱)(?:不|多少)?"
    + _END
)
_LONG = re.compile(_ASK + r"(?:要|需要|得|大概|大约)*(?:多久|多长时间|几个小时|多少时间)" + _END)
_PHONE = re.compile(
    _ASK
    + r"(?:我)?(?:为什么|为啥|干嘛|是不是|一定|必须|非得|可以|能|可不可以|能不能)(?:要|得|必须|一定|不)*"
    + r"(?:留|写|给|填)(?:我的|个)?(?:电话|手机号?|号码|名字|姓名)"
    + _END
)
_REFUSED = re.compile(
    _ASK
    + r"(?:要是|如果|万一)?(?:对方|他|她|他们|人家)(?:要是)?"
    + r"(?:不|不肯|不愿意?|不想|不同意)(?:来|调解|谈|去)?(?:了)?(?:怎么办|咋办)?"
    + _END
)
_WHERE = re.compile(
    _ASK
    + r"(?:地址|地点|位置|地方|你们|司法所)?(?:去|到|在|是在)?(?:哪里|哪儿|哪|什么地方)(?:办|谈|调解|见)?"
    + _END
)


async def aside(visit: Visit, kind: str) -> Reply | None:
    """Answer such a question and ask the open one again; None for everything else. Args: kind: booked."""
    state, text = visit.state, "".join(visit.said.text.split())
    if state is None or not state.asked or visit.said.kind != "text" or len(text) > _LONGEST:
        return None
    board = await visit.runner.read(board_now, visit.now_ms)
    services = [service for service, _post in board.almanac.supply.offering(kind)]
    answer = answered(text, kind, services)
    if not answer:
        return None
    choices = tuple(Choice(label) for _id, label in state.asked.get("options", []))
    return Reply(f"{answer}\n\n{state.asked['say']}", choices, decision="booking:aside")


def answered(text: str, kind: str, services: Sequence[Service]) -> str:
    """The answer to a small question about a booking; empty when it is none of these."""
    first = next(iter(services), None)
    if first is None:
        return ""
    if _PAPERS.fullmatch(text):
        return papers_words(first.papers, ()) or _("不用专门准备，手里有什么材料就带什么。")
    if _COST.fullmatch(text):
        return _("不收费。")
    if _LONG.fullmatch(text):
        return _("一次{length}。").format(length=length_words(first.minutes))
    if _PHONE.fullmatch(text):
        return _("电话可以不留。留了，时间有变好告诉您。")
    if kind == "mediation" and _REFUSED.fullmatch(text):
        return _("调解要双方愿意。对方不来就调不成，您照样可以去法院。")
    if _WHERE.fullmatch(text):
        return _("选好时间，就告诉您地址。")
    return ""
