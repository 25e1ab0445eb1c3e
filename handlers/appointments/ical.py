"""Writing a calendar as RFC 5545 says: escaped, folded at 75 bytes, lines ended by CR LF."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_MOST_BYTES = 75
_STAMP = "%Y%m%dT%H%M%SZ"
_ESCAPES = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n"))


@dataclass(frozen=True)
class Event:
    """Something with a beginning and an end.

    Attributes: uid: the same as long as it is the same event; sequence: rises with each change of its time
    or standing; changed: when that was; busy: whether the time is taken; all instants are aware.
    """

    uid: str
    begins: datetime
    ends: datetime
    summary: str
    place: str
    changed: datetime
    sequence: int = 0
    cancelled: bool = False
    busy: bool = True


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """A calendar in UTF-8. Args: name: what programs show above it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//xiaosi//appointments//ZH", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}", "X-WR-TIMEZONE:Asia/Shanghai"]
    lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"]
    for one in events:
        lines += _event(one)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(one: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(one.uid)}"
    yield f"DTSTAMP:{_utc(one.changed)}"
    yield f"LAST-MODIFIED:{_utc(one.changed)}"
    yield f"SEQUENCE:{one.sequence}"
    yield f"DTSTART:{_utc(one.begins)}"
    yield f"DTEND:{_utc(one.ends)}"
    yield f"SUMMARY:{escaped(one.summary)}"
    if one.place:
        yield f"LOCATION:{escaped(one.place)}"
    yield f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}"
    yield f"TRANSP:{'OPAQUE' if one.busy and not one.cancelled else 'TRANSPARENT'}"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """A text as a value; other control characters are left out."""
    for sign, written in _ESCAPES:
        text = text.replace(sign, written)
    return "".join(one for one in text if ord(one) >= 32)


def folded(line: str) -> bytes:
    """A line in pieces of at most 75 bytes, no character cut in two; each further piece begins with a
    space.
    """
    pieces: list[bytes] = []
    piece = b""
    for one in line:
        sign = one.encode()
        if len(piece) + len(sign) > _MOST_BYTES:
            pieces.append(piece)
            piece = b" "
        piece += sign
    return b"\r\n".join([*pieces, piece]) + b"\r\n"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_STAMP)
