"""What staff are refused, with the sentence that they read."""

from bot.errors import Refused


class TaskGone(Refused):
    """The task is closed or was never there."""

    code = "task_gone"


class AnsweredMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "answered_meanwhile"


class TakenAlready(AnsweredMeanwhile):
    """Somebody else holds the task; the sentence names them."""

    code = "taken_already"


class BadReply(Refused):
    """A reply that cannot be sent."""

    code = "bad_reply"


class NotTakenYet(Refused):
    """An urgent task is closed only by people, and only after somebody took it."""

    code = "not_taken_yet"


class BadOffer(Refused):
    """Nobody can be offered this task so."""

    code = "bad_offer"


class OfferGone(Refused):
    """The offer is not open any more, or was never made to this person."""

    code = "offer_gone"


class BadAbsence(Refused):
    """Times that no absence can have."""

    code = "bad_absence"
