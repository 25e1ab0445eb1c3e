"""Everything that can happen: frozen dataclasses that hold ids, never text of residents."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FeedbackGiven:
    """A resident judged an answer."""

    feedback_id: int
    message_id: int
    verdict: str


@dataclass(frozen=True)
class HeldMessageCame:
    """A resident wrote while a person holds the thread, and was given a receipt."""

    resident_id: int
    message_id: int


@dataclass(frozen=True)
class ThreadTakenBack:
    """A resident whose thread a person holds wants the bot again."""

    resident_id: int


@dataclass(frozen=True)
class HomeStationChosen:
    """A resident chose the station that is nearest to home."""

    resident_id: int
    station_id: str
