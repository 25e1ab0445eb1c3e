"""The handoff as a slice."""

from bot.slice import Slice
from bot.work.facts import DangerHeard
from handlers.facts import HeldMessageCame, HomeStationChosen, ThreadTakenBack
from handlers.handoff import roster, service
from handlers.handoff.chat import holder, person, rated, visit, watch

SLICE = Slice(
    "handoff",
    journeys=(person, visit),
    listeners={
        DangerHeard: (service.open_urgent,),
        HomeStationChosen: (service.to_home_station,),
        HeldMessageCame: (service.message_came,),
        ThreadTakenBack: (service.taken_back,),
    },
    holders=(holder, rated),
    after=(watch,),
    erase=service.erase,
    expire=roster.expire,
    keep=service.needed,
)
