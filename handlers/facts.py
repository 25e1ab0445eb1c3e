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
    """A resident wrote while a person holds the thread. Attributes: receipt: whether one was given."""

    resident_id: int
    message_id: int
    receipt: bool = True


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


@dataclass(frozen=True)
class TaskOpened:
    """Something began to wait for a person. Attributes: urgent: danger, for which no hours count."""

    task_id: int
    urgent: bool


@dataclass(frozen=True)
class TaskMoved:
    """A task came to somebody else: offered, accepted, taken, or moved by silence or absence.

    Attributes: staff_id: who has it or is asked now, None for a pool; station_id: of the pool, None for
    the county's; why: ``offer``, ``accepted``, ``refused``, ``taken``, ``silence``, ``away`` or ``level``.
    """

    task_id: int
    staff_id: int | None
    station_id: str | None
    why: str


@dataclass(frozen=True)
class TaskAcknowledged:
    """Somebody took an urgent task."""

    task_id: int
    staff_id: int


@dataclass(frozen=True)
class HolderAwaited:
    """A resident wrote to the person who holds the thread, for the first time since they last looked."""

    task_id: int
    staff_id: int


@dataclass(frozen=True)
class HolderLooked:
    """The person who was told that a resident wrote has looked."""

    task_id: int


@dataclass(frozen=True)
class TaskEnded:
    """A task was closed by a person."""

    task_id: int
    category: str


@dataclass(frozen=True)
class ThreadSecluded:
    """A thread was closed to all but named staff by hand, or opened again.

    Attributes: task_ids: those that lead to it; kind: for which kind of matter, empty when it is open.
    """

    task_ids: tuple[int, ...]
    kind: str


@dataclass(frozen=True)
class StaffReplied:
    """A member of staff answered. Attributes: task_id: for which matter; outbox_id: what is sent."""

    task_id: int
    staff_id: int
    outbox_id: int


@dataclass(frozen=True)
class StaffLeft:
    """Somebody works here no more: sessions, bindings and second factors end."""

    staff_id: int


@dataclass(frozen=True)
class AbsenceChanged:
    """It was recorded that somebody is away, or that they are back."""

    staff_id: int


@dataclass(frozen=True)
class EntriesTold:
    """A message was answered with entries.

    Attributes: entries: id and edition of each; the edition names exactly the text that was used.
    """

    message_id: int
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AppointmentBooked:
    """A time was booked. Attributes: by_staff: somebody at the window or on the telephone did it."""

    appointment_id: int
    by_staff: bool


@dataclass(frozen=True)
class AppointmentMoved:
    """An appointment got another time."""

    appointment_id: int
    by_staff: bool


@dataclass(frozen=True)
class AppointmentCancelled:
    """An appointment was cancelled before its time."""

    appointment_id: int
    by_staff: bool


@dataclass(frozen=True)
class PersonReceived:
    """Somebody was received at a station, by appointment or by number.

    Attributes: kind: of the appointment, or what the number was for; came_at: when they came; due_at: when
    their time began, None for a number; instants are milliseconds UTC.
    """

    station_id: str
    staff_id: int
    kind: str
    came_at: int
    due_at: int | None = None
    appointment_id: int | None = None
    ticket_id: int | None = None
    resident_id: int | None = None
