"""The alerts as a slice: staff are told where they are."""

from bot.slice import Slice
from handlers.alerts import binding, service
from handlers.alerts.chat import taker
from handlers.facts import (
    HolderAwaited,
    HolderLooked,
    StaffLeft,
    StaffReplied,
    TaskAcknowledged,
    TaskEnded,
    TaskMoved,
    TaskOpened,
)

SLICE = Slice(
    "alerts",
    listeners={
        TaskOpened: (service.opened,),
        TaskMoved: (service.moved,),
        HolderAwaited: (service.awaited,),
        HolderLooked: (service.looked,),
        TaskAcknowledged: (service.acknowledged,),
        StaffReplied: (service.replied,),
        TaskEnded: (service.ended,),
        StaffLeft: (service.left,),
    },
    holders=(taker,),
    erase=binding.erase,
    expire=service.expire,
)
