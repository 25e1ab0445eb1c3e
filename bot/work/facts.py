"""What the platform itself reports: slices listen to these."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DangerHeard:
    """A message sounds like danger to life; its text, a task and an alarm are recorded in one act."""

    resident_id: int
    inbox_id: int
    kind: str


@dataclass(frozen=True)
class FileRefused:
    """A voice, picture or video is not kept: the resident sent too much on one day.

    ``day``: its beginning in Beijing, milliseconds UTC.
    """

    resident_id: int
    day: int


@dataclass(frozen=True)
class DataToErase:
    """A resident left the account or withdrew the right: what is not tied to an open matter goes."""

    resident_id: int
    what: str  # "all", or the kind of datum that the platform named


@dataclass(frozen=True)
class NoticesAnswered:
    """What the platform reports of subscribe messages.

    Attributes: accepted, refused: ids of templates, once for each answer; failed: the platform's ids of
    messages that did not arrive.
    """

    resident_id: int
    accepted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
