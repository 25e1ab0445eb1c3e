"""Feedback as a slice."""

from bot.dialogue.reply import Choice
from bot.slice import Slice
from bot.words import _
from handlers.facts import AnswerUnsolved
from handlers.feedback import service
from handlers.feedback.chat import give

SLICE = Slice(
    "feedback",
    journeys=(give,),
    listeners={AnswerUnsolved: (service.unsolved,)},
    menu=(Choice(_("评价刚才的回答"), go="feedback.give"),),
    erase=service.erase,
    expire=service.expire,
)
