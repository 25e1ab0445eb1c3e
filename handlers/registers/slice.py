"""The registers as a slice."""

from bot.slice import Slice
from handlers.facts import PersonReceived, StaffReplied, TaskEnded, TaskMoved, ThreadSecluded
from handlers.registers import service

SLICE = Slice(
    "registers",
    listeners={
        StaffReplied: (service.replied,),
        TaskEnded: (service.ended,),
        TaskMoved: (service.moved,),
        ThreadSecluded: (service.secluded,),
        PersonReceived: (service.received,),
    },
)
