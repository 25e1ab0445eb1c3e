"""Reading one entry of the county's file field by field, collecting what is wrong."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from bot.errors import SettingsError
from handlers.directory.marked import Marked

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SHOWN = 20


class Faults:
    """What is wrong with a file, so that one reading names all of it."""

    def __init__(self, path: Path) -> None:
        self.path, self.found = path, list[str]()

    def add(self, line: int, entry: str, field: str, say: str) -> None:
        """Note a fault. Args: entry: as people call it, or empty; say: what is wrong or expected."""
        place = f"{entry}: " if entry else ""
        self.found.append(f"{self.path}:{line}: {place}'{field}': {say}")

    def raise_if_any(self) -> None:
        """Raises: SettingsError with a line for each fault, at most twenty."""
        if self.found:
            more = len(self.found) - _SHOWN
            tail = [f"... and {more} more"] if more > 0 else []
            raise SettingsError("\n".join([*self.found[:_SHOWN], *tail]))


class Entry:
    """A mapping of the file under its name, as in ``station 2 (liuhe)``."""

    def __init__(self, faults: Faults, marked: Marked, label: str, known: Collection[str]) -> None:
        self.faults, self.marked, self.label = faults, marked, label
        self.fields = marked.fields()
        if not isinstance(marked.value, dict):
            faults.add(marked.line, label, "entry", f"expected fields: {', '.join(known)}")
        for name, field in self.fields.items():
            if name not in known:
                faults.add(field.line, label, name, f"unknown field; expected one of {', '.join(known)}")
        for name in marked.doubled:
            faults.add(self.fields[name].line, label, name, "stands there twice; expected once")

    def fault(self, name: str, say: str) -> None:
        """Note a fault of a field, at the field's line or the entry's."""
        self.faults.add(self.fields.get(name, self.marked).line, self.label, name, say)

    def text(self, name: str, *, longest: int, needed: bool = True) -> str:
        """A field of words on one line."""
        field = self.fields.get(name)
        if field is None or field.value in (None, ""):
            if needed and isinstance(self.marked.value, dict):
                self.fault(name, "is missing; expected text")
            return ""
        text = " ".join(str(field.value).split()) if isinstance(field.value, str | float) else ""
        if not text or len(text) > longest:
            self.fault(name, f"expected text of at most {longest} characters")
            return ""
        return text

    def ident(self) -> str:
        """The field ``id``."""
        text = self.text("id", longest=40)
        if text and not _ID.fullmatch(text):
            self.fault("id", f"{text!r}: expected lower-case letters, digits, - and _, at most 40")
        return text

    def parts(self, name: str) -> Iterator[Marked]:
        """The items of a list; nothing when the field is absent."""
        field = self.fields.get(name)
        if field is None or field.value is None:
            return
        if not isinstance(field.value, list):
            self.fault(name, "expected a list")
            return
        yield from field.items()

    def day(self, name: str) -> date | None:
        """A field with a date."""
        text = self.text(name, longest=30)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.fault(name, f"{text!r}: expected a date such as 2026-12-31")
            return None
