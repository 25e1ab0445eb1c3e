"""绑定, 解除绑定: a member of staff binds the WeChat with which they write to the account."""

import re

from bot.dialogue.reply import Reply
from bot.dialogue.router import Visit
from handlers.alerts import binding
from handlers.alerts.sentences import bound_words, locked_words, unbound_words, wrong_code_words

_CODE = re.compile(r"绑定[\s:：]*([0-9０-９]{6})")
_UNBIND = "解除绑定"
_END = "。！!，, "


def is_meant(text: str) -> bool:
    """Whether a text is one of these words, so that no further piece is awaited."""
    words = _last_line(text)
    return words == _UNBIND or _CODE.fullmatch(words) is not None


async def taker(visit: Visit) -> Reply | None:
    """Before everything else that a resident may mean: these words mean nothing else."""
    if visit.said.kind != "text":
        return None
    words = _last_line(visit.said.text)
    writer, resident = visit.runner.writer, visit.runner.resident_id
    found = _CODE.fullmatch(words)
    if found:
        code = "".join(str(int(digit)) for digit in found[1])
        became = await writer.do(binding.bind, resident, code)
        say = {
            binding.BOUND: bound_words,
            binding.WRONG: wrong_code_words,
            binding.LOCKED: locked_words,
        }[became]
        return Reply(say(), decision=f"alerts:{became}")
    if words == _UNBIND and await writer.do(binding.unbind_resident, resident):
        return Reply(unbound_words(), decision="alerts:unbound")
    return None


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip(_END).strip() if lines else ""
