"""The platform's XML as plain dicts; nothing that XML can do beyond elements and text is taken."""

import re
from typing import Any
from xml.parsers import expat

_DEEPEST = 40
_TEXT = r"[^<&\]\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]*+"
_FIELD = re.compile(
    rf"[ \n\t]*+<([A-Za-z][A-Za-z0-9]*+)>(?:<!\[CDATA\[({_TEXT})\]\]>|({_TEXT}))</\1>[ \n\t]*+"
)


def read_xml(document: str) -> Any:
    """What stands in the root element: a dict, a text, or None when it is empty.

    Elements of one name become a list; attributes are left out, text between elements is kept under
    ``#text``. Raises: ExpatError; ValueError for entities, which could grow without bound, and for a
    root that is not ``xml``.
    """
    return _flat(document) or _parsed(document)


def _flat(document: str) -> dict[str, str | None] | None:
    """The fields of a plain list of elements, as nearly every push is one; None for all else.

    Takes nothing that a parser could read otherwise, and takes half of a parser's time.
    """
    if not document.startswith("<xml>") or not document.endswith("</xml>"):
        return None
    fields: dict[str, str | None] = {}
    at, end = len("<xml>"), len(document) - len("</xml>")
    while at < end:
        found = _FIELD.match(document, at, end)
        if found is None or found[1] in fields:
            return None
        fields[found[1]] = (found[2] or found[3] or "").strip() or None
        at = found.end()
    return fields


def _parsed(document: str) -> Any:
    tree = _Tree()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.CharacterDataHandler = tree.text
    parser.EndElementHandler = tree.end
    parser.EntityDeclHandler = _no_entities
    parser.Parse(document.encode(), True)
    root = tree.item or {}
    if "xml" not in root:
        raise ValueError("another root")
    return root["xml"]


def _no_entities(*_declared: Any) -> None:
    raise ValueError("entities")


class _Tree:
    """Takes the parser's events; ``item`` is the dict of the element that is open, once it has children."""

    __slots__ = ("_outer", "_text", "item")

    def __init__(self) -> None:
        self.item: dict[str, Any] | None = None
        self._text = ""
        self._outer: list[tuple[dict[str, Any] | None, str]] = []

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        if len(self._outer) >= _DEEPEST:
            raise ValueError("too deep")
        self._outer.append((self.item, self._text))
        self.item, self._text = None, ""

    def text(self, text: str) -> None:
        self._text += text

    def end(self, name: str) -> None:
        value: Any = self.item
        text = self._text.strip()
        if value is None:
            value = text or None
        elif text:
            value["#text"] = text
        outer, self._text = self._outer.pop()
        if outer is None:
            outer = {name: value}
        elif name not in outer:
            outer[name] = value
        elif isinstance(outer[name], list):
            outer[name].append(value)
        else:
            outer[name] = [outer[name], value]
        self.item = outer
