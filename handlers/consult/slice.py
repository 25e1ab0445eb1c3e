"""Consultation as a slice."""

from bot.slice import Slice
from handlers.consult import unanswered
from handlers.consult.chat import rated
from handlers.facts import QuestionMissed

SLICE = Slice(
    "consult",
    listeners={QuestionMissed: (unanswered.collect,)},
    holders=(rated,),
    expire=unanswered.expire,
)
