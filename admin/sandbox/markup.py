"""The two spellings of a push: the platform's XML and its JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.parsers import expat

Value = Any  # str | int | float | Mapping[str, Value] | Sequence[Value]: as nested as JSON
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class MarkupBroken(ValueError):
    """A text that is neither the XML nor the JSON that was expected; the message holds no content."""


def to_xml(fields: Mapping[str, Value], root: str = "xml") -> str:
    """Spell fields as the platform does: text in CDATA, numbers bare, a list as a repeated element.

    Control characters are left as they are: the platform does not escape them either.
    """
    return f"<{root}>{''.join(_element(name, value) for name, value in fields.items())}</{root}>"


def _element(name: str, value: Value) -> str:
    if not _NAME.match(name):
        raise ValueError("not a name of an element")
    if isinstance(value, Mapping):
        return to_xml(value, name)
    if isinstance(value, (list, tuple)):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, str):
        return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
    return f"<{name}>{value}</{name}>"


def to_json(fields: Mapping[str, Value], *, lone_items_bare: bool = True) -> str:
    """Spell fields as JSON. A list of one becomes the item alone, as pushes of the platform do."""
    return json.dumps(_bare(fields) if lone_items_bare else fields, ensure_ascii=False)


def _bare(value: Value) -> Value:
    if isinstance(value, Mapping):
        return {name: _bare(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [_bare(item) for item in value]
        return items[0] if len(items) == 1 else items
    return value


def from_json(body: bytes) -> dict[str, Value]:
    """Read a JSON object. Raises: MarkupBroken."""
    try:
        value = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise MarkupBroken("not JSON") from error
    if not isinstance(value, dict):
        raise MarkupBroken("not a JSON object")
    return value


def from_xml(body: bytes) -> dict[str, Value]:
    """Read the fields below the root ``xml``; an element without children is a string.

    Raises: MarkupBroken for anything not well-formed, with another root, or with a document type.
    """
    reader = _Reader()
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise MarkupBroken(f"not XML (line {error.lineno}, column {error.offset})") from error
    if reader.root != "xml":
        raise MarkupBroken("the root is not <xml>")
    if not isinstance(reader.value, dict):
        raise MarkupBroken("nothing inside <xml>")
    return reader.value


class _Reader:
    """Gathers elements into nested dicts; a name that comes again becomes a list."""

    def __init__(self) -> None:
        self.root = ""
        self.value: Value = ""
        self._open: list[tuple[str, dict[str, Value], list[str]]] = []

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        self.root = self.root or name
        self._open.append((name, {}, []))

    def text(self, piece: str) -> None:
        self._open[-1][2].append(piece)

    def end(self, name: str) -> None:
        _, children, pieces = self._open.pop()
        value: Value = children or "".join(pieces)
        if not self._open:
            self.value = value
            return
        above = self._open[-1][1]
        if name not in above:
            above[name] = value
        elif isinstance(above[name], list):
            above[name].append(value)
        else:
            above[name] = [above[name], value]

    def doctype(self, *_declaration: object) -> None:
        raise MarkupBroken("a document type is not allowed")


def items(value: Value) -> Sequence[Value]:
    """A list, whether one or several came; nothing for an empty string."""
    if isinstance(value, list):
        return value
    return [] if value in ("", None) else [value]
