"""A burst: what was said within two minutes, so that more words change an answer and do not repeat it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.dialogue.joining import AFTER_MS, PIECES
from bot.dialogue.reply import NOTHING, Reply

_TEXTS = 2
QUIET_MS = 30_000
"""Who says something again after so long waits for an answer."""


@dataclass
class Burst:
    """What is remembered of the last thought.

    Attributes: sent: replies given to it so far; silent: the last piece of it got none.
    """

    texts: list[str] = field(default_factory=list)
    decision: str = ""
    found: bool = False
    at: int = 0
    listened: bool = False
    sent: int = 0
    silent: bool = False

    @classmethod
    def of(cls, context: dict[str, Any], now_ms: int) -> "Burst":
        """The burst kept in a context, or an empty one when it is over."""
        kept = context.get("burst")
        if not kept or now_ms - kept["at"] > AFTER_MS:
            return cls()
        return cls(**kept)

    def keep(self, context: dict[str, Any]) -> None:
        """Put it back into the context."""
        context["burst"] = {**self.__dict__, "texts": self.texts[-PIECES:]}


def reply_to(
    burst: Burst, text: str, *, by_time: bool, now_ms: int, ask: Callable[[str], Reply], listening: str
) -> Reply:
    """The reply to a closed group, given what was said just before.

    Args: by_time: the group closed because nothing more came, so it may be unfinished; ask: the
    matcher; listening: said once, instead of 'nothing found', to who may not have finished.
    """
    alone = ask(text)
    if not by_time and (alone.found or not burst.texts or burst.found):
        _restart(burst, text, alone, now_ms)
        return alone
    if not by_time:  # a whole question is never met with silence
        joined = ask("\n".join([*burst.texts, text]))
        reply = joined if joined.found else alone
        _restart(burst, text, reply, now_ms)
        return reply
    if not burst.texts:
        return _first(burst, text, alone, by_time=by_time, now_ms=now_ms, listening=listening)
    if alone.found and alone.decision != burst.decision and burst.found:
        reply = alone  # another matter: it gets its own answer
    else:
        reply = ask("\n".join([*burst.texts, text]))
    if burst.silent and not alone.found and now_ms - burst.at > QUIET_MS:
        _restart(burst, text, alone, now_ms)  # never silent twice to who comes back
        return alone
    same = reply.decision == burst.decision and burst.found == reply.found
    said = NOTHING if (same and burst.sent) or burst.sent >= _TEXTS else reply
    burst.texts.append(text)
    burst.at, burst.silent = now_ms, not said.text
    if said.text:
        burst.decision, burst.found, burst.sent = reply.decision, reply.found, burst.sent + 1
    return said


def _first(burst: Burst, text: str, reply: Reply, *, by_time: bool, now_ms: int, listening: str) -> Reply:
    _restart(burst, text, reply, now_ms)
    if by_time and not reply.found and not burst.listened:
        burst.listened, burst.decision = True, "listening"
        return Reply(listening, decision="listening", found=False)
    return reply


def _restart(burst: Burst, text: str, reply: Reply, now_ms: int) -> None:
    burst.texts, burst.at, burst.sent = [text], now_ms, 1
    burst.decision, burst.found, burst.listened = reply.decision, reply.found, False
    burst.silent = False
