"""The slices: a new service is one folder and one line here."""

from collections.abc import Sequence
from typing import Any

from bot.slice import Slice
from bot.work.unit import Listener, Listeners
from handlers.alerts.slice import SLICE as ALERTS
from handlers.appointments.slice import SLICE as APPOINTMENTS
from handlers.consult.slice import SLICE as CONSULT
from handlers.correspondence.slice import SLICE as CORRESPONDENCE
from handlers.directory.slice import SLICE as DIRECTORY
from handlers.feedback.slice import SLICE as FEEDBACK
from handlers.handoff.slice import SLICE as HANDOFF
from handlers.library.slice import SLICE as LIBRARY
from handlers.media.slice import SLICE as MEDIA
from handlers.privacy.slice import SLICE as PRIVACY
from handlers.registers.slice import SLICE as REGISTERS

SLICES: tuple[Slice, ...] = (
    ALERTS,
    HANDOFF,
    APPOINTMENTS,
    CONSULT,
    CORRESPONDENCE,
    DIRECTORY,
    FEEDBACK,
    MEDIA,
    PRIVACY,
    LIBRARY,
    REGISTERS,
)


def listeners(slices: Sequence[Slice] = SLICES) -> Listeners:
    """Who hears which fact, over all slices."""
    wired: dict[type[Any], list[Listener]] = {}
    for one in slices:
        for fact, heard_by in one.listeners.items():
            wired.setdefault(fact, []).extend(heard_by)
    return wired
