"""Everything that can happen: frozen dataclasses that hold ids, never what residents wrote."""

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


@dataclass(frozen=True)
class AnswerUnsolved:
    """A resident says that an answer did not help.

    Attributes: message_id: whose answer it was, 0 when that is not known.
    """

    message_id: int


@dataclass(frozen=True)
class QuestionMissed:
    """A question found no answer. It names no resident, and its words are masked.

    Attributes: mark: keyed, equal for the same words; words: those of the pack alone, see ADR 16;
    near: ids of the nearest entries; why: ``nothing``, ``none`` of the choices, ``unsolved``, ``unwritten``.
    """

    mark: str
    words: str
    near: tuple[str, ...]
    why: str
