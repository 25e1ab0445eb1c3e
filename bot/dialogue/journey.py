"""Journeys: conversations written top to bottom, found by name or by a resident's word."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.dialogue.talk import Talk

Script = Callable[[Talk], Awaitable[str]]


@dataclass(frozen=True)
class Journey:
    """A named script.

    Attributes: title: how it is called when it is offered again; words: begin it; draft: there is something
    to give up or to go on with; a list that is only looked at is no draft: 取消 is not taken from it, and
    nobody is asked to go on with it.
    """

    name: str
    title: str
    words: tuple[str, ...]
    script: Script
    draft: bool = True


def journey(
    name: str, *, title: str, words: Sequence[str] = (), draft: bool = True
) -> Callable[[Script], Journey]:
    """Declare a journey, as in ``@journey("feedback.give", title=_("评价"), words=["评价"])``."""

    def declare(script: Script) -> Journey:
        return Journey(name, title, tuple(words), script, draft)

    return declare
