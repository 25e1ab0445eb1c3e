"""The slices: a new service is one folder and one line here."""

from collections.abc import Sequence
from typing import Any

from bot.slice import Slice
from bot.work.unit import Listener, Listeners
from handlers.consult.slice import SLICE as CONSULT
from handlers.directory.slice import SLICE as DIRECTORY
from handlers.feedback.slice import SLICE as FEEDBACK
from handlers.handoff.slice import SLICE as HANDOFF
from handlers.media.slice import SLICE as MEDIA
from handlers.privacy.slice import SLICE as PRIVACY

SLICES: tuple[Slice, ...] = (HANDOFF, CONSULT, DIRECTORY, FEEDBACK, MEDIA, PRIVACY)


def listeners(slices: Sequence[Slice] = SLICES) -> Listeners:
    """Who hears which fact, over all slices."""
    wired: dict[type[Any], list[Listener]] = {}
    for one in slices:
        for fact, heard_by in one.listeners.items():
            wired.setdefault(fact, []).extend(heard_by)
    return wired
