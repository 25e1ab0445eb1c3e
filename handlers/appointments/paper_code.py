"""Six letters from a paper slip, typed in chat: one's own appointment, or status words alone."""

import re

from bot.dialogue.reply import Reply
from bot.dialogue.router import Visit
from bot.words import _
from handlers.appointments import progress, reading
from handlers.appointments.answering import MARKS, busy
from handlers.appointments.mine import MINE

_CODE = re.compile(
    r"(?:查|进度|查进度|编号|纸条|号码|预约号|单号)?(?:是|为)?[:：]?([2-9A-HJ-KM-NP-Z]{6})", re.IGNORECASE
)
_NO_CODE = frozenset({"THANKS", "PPPPPP", "HAHAHA", "HHHHHH", "WWWWWW"})


async def coded(visit: Visit) -> Reply | None:
    """Six letters from a paper slip: one's own appointment, or status words alone."""
    if visit.begin is None or busy(visit) or visit.said.kind != "text":
        return None
    found = _CODE.fullmatch("".join(visit.said.text.split()).strip(MARKS))
    if found is None or found[1].upper() in _NO_CODE or found[1].isdigit():
        return None
    code, runner = found[1].upper(), visit.runner
    own = await runner.read(reading.open_of, runner.resident_id, visit.now_ms)
    for one in own:
        if one.code == code:
            return await visit.begin(visit, MINE, {"appointment_id": one.appointment_id})
    seen = await runner.writer.do(progress.look_up, code, None, f"resident:{runner.resident_id}")
    if seen.wait_ms:
        return Reply(_("编号错得太多了，请过一刻钟再查，或者打电话问司法所。"), decision="progress:paused")
    if not seen.state:
        say = _("没有查到这个编号。请照纸上再看一遍：六位，里面没有 0、1 和字母 I、L、O。")
        return Reply(say, decision="progress:none")
    say = _("这个编号：{state}。要改时间、取消，请打电话给司法所，或者用约的那个微信来办。")
    return Reply(say.format(state=progress.WORDS[seen.state]), decision="progress:found")
