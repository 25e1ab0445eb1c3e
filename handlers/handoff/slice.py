"""The handoff as a slice."""

from bot.slice import Slice
from bot.work.facts import DangerHeard
from handlers.handoff import service

SLICE = Slice(
    "handoff",
    listeners={DangerHeard: (service.open_urgent,)},
    erase=service.erase,
    keep=service.needed,
)
