"""What a slice declares: one service, one folder, one line in `admin/slices.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.dialogue.journey import Journey
from bot.dialogue.reply import Choice
from bot.dialogue.router import After, Taker
from bot.work.unit import Listener, Work

Erase = Callable[[Work, int, int], int]
"""``erase(work, resident_id, most)`` deletes at most so many rows of a resident and returns how many."""


Keep = Callable[[Work, int], tuple[int, ...]]
"""``keep(work, resident_id)`` names the messages that an open matter still needs."""

Expire = Callable[[Work, int, int], int]
"""``expire(work, before_ms, most)`` deletes at most so many rows past the retention; returns how many."""


@dataclass(frozen=True)
class Slice:
    """A slice's parts; empty where it has none.

    Attributes: acts: takers of what residents do (``follow``, ``scan``, ``left``); holders: takers
    that may hold the thread; after: see the adviser's answers; menu: lines in the menu; erase:
    deletes a resident's rows in steps; keep: what of a resident's messages an open matter needs;
    expire: deletes what is older than the retention in steps.
    """

    name: str
    journeys: Sequence[Journey] = ()
    routes: Sequence[web.RouteDef] = ()
    listeners: Mapping[type, Sequence[Listener]] = field(default_factory=dict)
    acts: Mapping[str, Taker] = field(default_factory=dict)
    holders: Sequence[Taker] = ()
    after: Sequence[After] = ()
    menu: Sequence[Choice] = ()
    erase: Erase | None = None
    keep: Keep | None = None
    expire: Expire | None = None
