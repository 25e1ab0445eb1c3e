"""Privacy as a slice."""

from bot.slice import Slice
from bot.work.facts import DataToErase
from handlers.privacy import service
from handlers.privacy.chat import left, revoked

SLICE = Slice(
    "privacy",
    listeners={DataToErase: (service.erase_or_leave,)},
    acts={"left": left, "cancelled": left, "revoked": revoked},
)
