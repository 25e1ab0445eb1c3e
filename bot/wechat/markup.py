"""The platform's XML as plain dicts; nothing that XML can do beyond elements and text is taken."""

from typing import Any
from xml.parsers import expat

_DEEPEST = 40


def read_xml(document: bytes) -> Any:
    """What stands in the root element: a dict, a text, or None when it is empty.

    Elements of one name become a list; attributes are left out, text between elements is kept under
    ``#text``. Args: document: UTF-8. Raises: ExpatError; ValueError for entities, which could grow
    without bound, and for a root that is not ``xml``.
    """
    tree = _Tree()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.CharacterDataHandler = tree.text
    parser.EndElementHandler = tree.end
    parser.EntityDeclHandler = _no_entities
    parser.Parse(document, True)
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
