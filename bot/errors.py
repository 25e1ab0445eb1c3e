"""What can go wrong, as one tree.

XiaosiError
├── SettingsError          a setting is missing or wrong (English, for the operator)
├── Refused                expected: code + a sentence for the resident or the clerk (Chinese)
├── Fenced                 this turn lost its lease: end silently, change nothing
└── StoreAway              the database cannot be written now: use the spool
"""

import traceback
from pathlib import Path


class XiaosiError(Exception):
    """Root of all errors of this project."""


class SettingsError(XiaosiError):
    """A setting is missing or wrong; the message names it and says how to mend it."""


class Refused(XiaosiError):
    """An expected refusal.

    Args:
        say: the sentence that is shown, in Chinese.
        code: a stable word for programs; subclasses set it as a class attribute.
        field: the input field meant, when there is one.
    """

    code = "refused"

    def __init__(self, say: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(code or self.code)
        self.say = say
        self.code = code or self.code
        self.field = field


class Fenced(XiaosiError):
    """The resident's lease went to somebody else while this turn was running."""


class StoreAway(XiaosiError):
    """The database did not take an act: locked, full, or out of reach."""


def where(error: BaseException) -> str:
    """An error for the log: its kinds and places, without its message, which may hold a resident's words."""
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < 4:
        frames = traceback.extract_tb(seen.__traceback__)[-6:]
        places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
        parts.append(f"{type(seen).__name__} at {places}")
        seen = seen.__cause__ or seen.__context__
    return "; from ".join(parts)
