"""A strict reader of calendars, after RFC 5545 and apart from what writes them: what is odd is refused."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

_LINE = re.compile(
    r'(?P<name>[A-Za-z0-9-]+)(?P<params>(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(?P<value>.*)'
)
_TEXT = re.compile(r"(?:[^\\;,\x00-\x1f\x7f]|\\[\\;,nN])*")
_UTC = re.compile(r"\d{8}T\d{6}Z")
_ONCE = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"},
}
_AT_MOST_ONCE = {
    "VCALENDAR": {"CALSCALE", "METHOD"},
    "VEVENT": {"CLASS", "LAST-MODIFIED", "LOCATION", "SEQUENCE", "STATUS", "TRANSP"},
}
_TEXTS = {"UID", "SUMMARY", "LOCATION", "PRODID"}
_WORDS = {
    "STATUS": {"TENTATIVE", "CONFIRMED", "CANCELLED"},
    "TRANSP": {"OPAQUE", "TRANSPARENT"},
    "CLASS": {"PUBLIC", "PRIVATE", "CONFIDENTIAL"},
    "METHOD": {"PUBLISH"},
    "CALSCALE": {"GREGORIAN"},
    "VERSION": {"2.0"},
}


class Odd(ValueError):
    """It is not as the standard says."""


@dataclass
class Part:
    """A component. Attributes: properties: names with their values, as they stand."""

    kind: str
    properties: list[tuple[str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        """The one value of a property, its text unescaped."""
        found = next(value for key, value in self.properties if key == name)
        return re.sub(r"\\(.)", lambda sign: "\n" if sign[1] in "nN" else sign[1], found)

    def at(self, name: str) -> datetime:
        """An instant."""
        return datetime.strptime(self.value(name), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def read(raw: bytes) -> tuple[Part, list[Part]]:
    """The calendar and its events. Raises: Odd."""
    lines = _unfolded(raw)
    if (lines[0], lines[-1]) != ("BEGIN:VCALENDAR", "END:VCALENDAR"):
        raise Odd("it does not begin and end as a calendar")
    whole, events = Part("VCALENDAR"), list[Part]()
    part = whole
    for line in lines[1:-1]:
        if line == "BEGIN:VEVENT" and part is whole:
            part = Part("VEVENT")
        elif line == "END:VEVENT" and part is not whole:
            events.append(part)
            part = whole
        elif line.startswith(("BEGIN:", "END:")):
            raise Odd(line)
        else:
            part.properties.append(_property(line))
    for one in (whole, *events):
        _check(one)
    uids = [one.value("UID") for one in events]
    if part is not whole or len(set(uids)) < len(uids):
        raise Odd("an event has no end, or two have one name")
    return whole, events


def _unfolded(raw: bytes) -> list[str]:
    if not raw.endswith(b"\r\n") or b"\r" in raw.replace(b"\r\n", b"") or b"\n" in raw.replace(b"\r\n", b""):
        raise Odd("lines do not end with CR LF")
    found: list[str] = []
    for piece in raw.removesuffix(b"\r\n").split(b"\r\n"):
        said = piece.decode("utf-8", "strict")  # no character is cut by a fold
        if not piece or len(piece) > 75:
            raise Odd(f"a line of {len(piece)} octets")
        if said[0] in " \t":
            found[-1] += said[1:]
        else:
            found.append(said)
    return found


def _property(line: str) -> tuple[str, str]:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise Odd(line)
    name, value = parts["name"].upper(), parts["value"]
    if name in _TEXTS and not _TEXT.fullmatch(value):
        raise Odd(f"{name} is not escaped")
    if name in _WORDS and value not in _WORDS[name]:
        raise Odd(f"{name}:{value}")
    if name in {"DTSTAMP", "DTSTART", "DTEND", "LAST-MODIFIED"} and not _UTC.fullmatch(value):
        raise Odd(f"{name} needs a zone that nobody wrote down")
    if name == "SEQUENCE" and not value.isdecimal():
        raise Odd(f"{name}:{value}")
    return name, value


def _check(part: Part) -> None:
    counts = Counter(name for name, _value in part.properties)
    known = _ONCE[part.kind] | _AT_MOST_ONCE[part.kind]
    for name, count in counts.items():
        extra = name.startswith("X-") or name == "REFRESH-INTERVAL"  # RFC 7986 has the latter
        if not extra and (name not in known or count > 1):
            raise Odd(f"{name} in {part.kind}")
    missing = _ONCE[part.kind] - counts.keys()
    if missing:
        raise Odd(f"{part.kind} without {', '.join(sorted(missing))}")
    if part.kind == "VEVENT" and part.at("DTEND") <= part.at("DTSTART"):
        raise Odd("it ends before it begins")
