"""Why a time is not given: each with a code and a sentence for the resident or the clerk."""

from bot.errors import Refused
from bot.words import _


class SlotTaken(Refused):
    """Somebody else was quicker. The door offers the next times: see `slots.instead`."""

    code = "slot_taken"

    def __init__(self) -> None:
        super().__init__(_("这个时间刚刚约满了，请换一个。"), field="slot")


class SlotGone(Refused):
    """Nobody receives at that time: outside the hours, closed, away, too soon or too far ahead."""

    code = "slot_gone"

    def __init__(self) -> None:
        super().__init__(_("这个时间现在不能约了，请换一个。"), field="slot")


class HoldLapsed(Refused):
    """The time was held for a while only, and was given back."""

    code = "hold_lapsed"

    def __init__(self) -> None:
        super().__init__(_("为您留的时间过了，请再选一次。"), field="slot")


class AlreadyBooked(Refused):
    """The person has an open booking of this kind. Attributes: appointment_id: which."""

    code = "already_booked"

    def __init__(self, appointment_id: int) -> None:
        super().__init__(_("已经约过一次了，可以改时间，或者先取消。"), field="kind")
        self.appointment_id = appointment_id


class AskStaff(Refused):
    """It can be booked, but not by oneself: too many for others, moved too often, or not come twice."""

    code = "ask_staff"


class NotYours(Refused):
    """There is no such appointment, it is somebody else's, or it is over."""

    code = "no_appointment"

    def __init__(self) -> None:
        super().__init__(_("没有找到这个预约，可能已经取消了。"), field="appointment")


class BadClosing(Refused):
    """A closing that cannot be."""

    code = "bad_closing"
