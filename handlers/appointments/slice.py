"""The appointments as a slice."""

from bot.dialogue.reply import Choice
from bot.slice import Slice
from bot.words import _
from bot.work.facts import NoticesAnswered
from handlers.appointments import affected, answering, consent, correcting, mine, personal, telling
from handlers.appointments.chat import BOOK, JOURNEYS
from handlers.appointments.correcting import corrects
from handlers.appointments.gating import routed
from handlers.appointments.listening import begins, in_booking, named, said_twice
from handlers.appointments.notice_events import noticed
from handlers.appointments.paper_code import coded
from handlers.appointments.reminding import remind
from handlers.appointments.switching import turns
from handlers.appointments.wishing import wished
from handlers.facts import (
    AbsenceChanged,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    StaffLeft,
)

SLICE = Slice(
    "appointments",
    journeys=(*JOURNEYS, remind, *mine.JOURNEYS, *answering.JOURNEYS, *correcting.JOURNEYS, routed),
    listeners={
        AbsenceChanged: (affected.absence_changed,),
        StaffLeft: (affected.absence_changed,),
        AppointmentBooked: (telling.booked,),
        AppointmentMoved: (telling.moved,),
        AppointmentCancelled: (telling.cancelled,),
        NoticesAnswered: (consent.answered,),
    },
    acts={"consent": noticed},
    holders=(in_booking, turns, answering.answered, said_twice, named, begins, wished, corrects, coded),
    menu=(Choice(_("预约（调解、律师、上门）"), go=BOOK),),
    erase=personal.erase,
    expire=personal.expire,
)
