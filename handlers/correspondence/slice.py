"""What staff keep at hand for writing, as a slice."""

from bot.slice import Slice
from handlers.correspondence import service
from handlers.facts import StaffReplied, TaskAcknowledged, TaskEnded, TaskMoved, TaskOpened

SLICE = Slice(
    "correspondence",
    listeners={
        TaskOpened: (service.opened,),
        TaskMoved: (service.moved,),
        TaskAcknowledged: (service.acknowledged,),
        StaffReplied: (service.answered,),
        TaskEnded: (service.ended,),
    },
    erase=service.erase,
    expire=service.expire,
)
