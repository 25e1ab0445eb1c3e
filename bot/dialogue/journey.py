"""Journeys: conversations written top to bottom, found by name or by a resident's word."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.dialogue.talk import Talk

Script = Callable[[Talk], Awaitable[str]]


@dataclass(frozen=True)
class Journey:
    """A named script. ``title`` is how it is called when it is offered again; ``words`` begin it."""

    name: str
    title: str
    words: tuple[str, ...]
    script: Script


def journey(name: str, *, title: str, words: Sequence[str] = ()) -> Callable[[Script], Journey]:
    """Declare a journey, as in ``@journey("feedback.give", title=_("评价"), words=["评价"])``."""

    def declare(script: Script) -> Journey:
        return Journey(name, title, tuple(words), script)

    return declare
