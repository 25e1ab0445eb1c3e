"""The appointments as a slice."""

from bot.slice import Slice
from handlers.appointments import affected, personal
from handlers.facts import AbsenceChanged, StaffLeft

SLICE = Slice(
    "appointments",
    listeners={AbsenceChanged: (affected.absence_changed,), StaffLeft: (affected.absence_changed,)},
    erase=personal.erase,
    expire=personal.expire,
)
