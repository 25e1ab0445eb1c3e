"""YAML to entries. Every fault names file, entry, field and line."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knowledge.entry import (
    Ask,
    Change,
    Citation,
    Entry,
    Full,
    Keyword,
    Kind,
    Limit,
    Option,
    Pattern,
    Place,
    Review,
    Risk,
    Way,
)
from knowledge.errors import ReadingError
from knowledge.topics import TOPICS

_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_]+")
_SHARED = frozenset({"id", "kind", "topic", "title", "short", "citations", "next", "risk", "review", "ask",
                     "verify_by", "related", "audience", "assumes", "limits"})  # fmt: skip
_ENTRY = _SHARED | {"wordings", "keywords", "sure", "not", "full"}
_GUIDE = _SHARED | {"scope", "not_scope", "today", "proof", "do_not", "ways", "shows_choices", "wordings",
                    "keywords", "full"}  # fmt: skip
_NEEDED_BY_ALL = ("id", "topic", "title", "short", "citations", "next", "risk", "review")
_NEEDED_BY_ENTRY = ("wordings", "keywords", "full")


def read_topic(path: Path) -> tuple[Entry, ...]:
    """The entries and guides of one content file.

    Raises: ReadingError at the first fault.
    """
    return read_text(path.read_text("utf-8"), path.name)


def read_text(text: str, file: str) -> tuple[Entry, ...]:
    """The entries and guides of a text. Args: file: its name, for messages.

    Raises: ReadingError at the first fault.
    """
    try:
        loader = _Loader(text)
    except yaml.YAMLError as error:
        raise ReadingError(file, f"not valid YAML: {error}") from error
    try:
        return _read(loader, file)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ReadingError(file, f"not valid YAML: {error.problem}", line=line) from error
    except yaml.YAMLError as error:
        raise ReadingError(file, f"not valid YAML: {error}") from error
    finally:
        loader.dispose()


class _Loader(yaml.CSafeLoader):
    """Equal texts are one: names of laws stand in thousands of places, in memory and in what is kept."""


def _shared_text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return sys.intern(str(loader.construct_scalar(node)))


_Loader.add_constructor("tag:yaml.org,2002:str", _shared_text)


def _read(loader: yaml.CSafeLoader, file: str) -> tuple[Entry, ...]:
    root = loader.get_single_node()
    if root is None:
        return ()
    if not isinstance(root, yaml.SequenceNode):
        raise ReadingError(file, "expected a list of entries", line=root.start_mark.line + 1)
    return tuple(_Fields.of(loader, node, file).entry() for node in root.value)


@dataclass(frozen=True)
class _Fields:
    """The fields of one entry with their lines, and how to read each."""

    file: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]

    @classmethod
    def of(cls, loader: yaml.CSafeLoader, node: Any, file: str) -> "_Fields":
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise ReadingError(file, "expected an entry with fields", line=line)
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise ReadingError(file, f"field name {key!r} is no text", line=key_node.start_mark.line + 1)
            if key in values:
                raise ReadingError(
                    file, "stands twice", entry=_name(values), field=key, line=key_node.start_mark.line + 1
                )
            values[key] = loader.construct_object(value_node, deep=True)
            lines[key] = key_node.start_mark.line + 1
        return cls(file, line, values, lines)

    def entry(self) -> Entry:
        self._shape()
        return Entry(
            id=self._id(),
            kind=self._kind(),
            topic=self._topic(),
            title=self.text("title"),
            short=self.text("short"),
            citations=self.each("citations", _citation),
            next=self.texts("next"),
            risk=self._risk(),
            review=self._one("review", _review),
            wordings=self.texts("wordings"),
            keywords=self.each("keywords", _keyword),
            sure=self.each("sure", _patterns),
            never=self.each("not", _pattern),
            assumes=self.text("assumes"),
            ask=self.each("ask", _ask),
            full=self._one("full", _full) if "full" in self.values else Full(),
            limits=self.each("limits", _limit),
            related=self.texts("related"),
            verify_by=self.each("verify_by", _change),
            audience=self.texts("audience"),
            scope=self.texts("scope"),
            not_scope=self.texts("not_scope"),
            today=self.texts("today"),
            proof=self.texts("proof"),
            do_not=self.texts("do_not"),
            ways=self.each("ways", _way),
            shows_choices=self._number("shows_choices", 3),
            place=Place(self.file, self.line, tuple(self.lines.items())),
        )

    def fault(self, field: str, what: str) -> ReadingError:
        line = self.lines.get(field, self.line)
        return ReadingError(self.file, what, entry=_name(self.values), field=field, line=line)

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        if not isinstance(value, str):
            raise self.fault(name, f"expected text, found {type(value).__name__}")
        if name in _NEEDED_BY_ALL and not value.strip():
            raise self.fault(name, "is empty")
        return value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        found: tuple[str, ...] = self._guard(name, _texts, self.values.get(name))
        return found

    def each(self, name: str, read: Callable[[Any], Any]) -> tuple[Any, ...]:
        value = self.values.get(name)
        items = [] if value is None else value
        if name == "verify_by" and isinstance(value, Mapping):
            items = [value]
        if not isinstance(items, list):
            raise self.fault(name, "expected a list")
        return tuple(self._guard(name, read, item) for item in items)

    def _one(self, name: str, read: Callable[[Any], Any]) -> Any:
        return self._guard(name, read, self.values[name])

    def _guard(self, name: str, read: Callable[..., Any], *args: Any) -> Any:
        try:
            return read(*args)
        except _Wrong as wrong:
            raise self.fault(name, str(wrong)) from wrong

    def _number(self, name: str, default: int) -> int:
        value = self.values.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fault(name, "expected a whole number")
        return value

    def _shape(self) -> None:
        guide = self.values.get("kind") == Kind.GUIDE.value
        unknown = sorted(set(self.values) - (_GUIDE if guide else _ENTRY))
        if unknown:
            raise self.fault(unknown[0], "unknown field")
        needed = _NEEDED_BY_ALL if guide else _NEEDED_BY_ALL + _NEEDED_BY_ENTRY
        missing = [name for name in needed if self.values.get(name) is None]
        if missing:
            raise self.fault(missing[0], "is missing")

    def _id(self) -> str:
        value = self.text("id")
        if not _ID.fullmatch(value):
            raise self.fault("id", f"{value!r}: expected topic.short_name in small ASCII letters")
        return value

    def _kind(self) -> Kind:
        value = self.values.get("kind", Kind.ENTRY.value)
        if value not in list(Kind):
            raise self.fault("kind", f"{value!r}: expected entry or guide")
        return Kind(value)

    def _topic(self) -> str:
        value = self.text("topic")
        if value not in TOPICS:
            raise self.fault("topic", f"unknown topic {value!r}")
        return value

    def _risk(self) -> Risk:
        value = self.values["risk"]
        if value not in list(Risk):
            raise self.fault("risk", f"{value!r}: expected low, mid or high")
        return Risk(value)


class _Wrong(Exception):
    """A value is not of the form; the field is added by the caller."""


def _name(values: Mapping[str, Any]) -> str:
    return str(values.get("id", ""))


def _mapping(value: Any, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _Wrong(f"expected {', '.join(needed)}; found {type(value).__name__}")
    missing = [name for name in needed if value.get(name) is None]
    if missing:
        raise _Wrong(f"{missing[0]} is missing")
    unknown = sorted(str(name) for name in value if name not in needed + optional)
    if unknown:
        raise _Wrong(f"unknown part {unknown[0]}")
    return value


def _str(value: Any, what: str) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Wrong(f"{what}: expected text, found {type(value).__name__}")
    return str(value).strip()


def _texts(value: Any) -> tuple[str, ...]:
    items = [] if value is None else value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, Mapping):
            raise _Wrong("expected text, found braces or a colon: quote the value")
    return tuple(_str(item, "an item") for item in items)


def _date(value: Any, what: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise _Wrong(f"{what}: expected a date such as 2026-11-21, found {value!r}") from error


def _regex(value: Any) -> str:
    text = _str(value, "a pattern")
    try:
        re.compile(text)
    except re.error as error:
        raise _Wrong(f"pattern {text!r}: {error}") from error
    if re.match(text, ""):
        raise _Wrong(f"pattern {text!r} matches the empty text")
    return text


def _citation(value: Any) -> Citation:
    parts = _mapping(value, ("law", "article", "version", "says"))
    article = parts["article"]
    if not isinstance(article, int):
        article = _str(article, "article")
        article = int(article) if article.isascii() and article.isdigit() else article
    return Citation(_str(parts["law"], "law"), article, _str(parts["version"], "version"),
                    _str(parts["says"], "says"))  # fmt: skip


def _keyword(value: Any) -> Keyword:
    if isinstance(value, str):
        return Keyword(value.strip())
    parts = _mapping(value, ("say",), ("also",))
    return Keyword(_str(parts["say"], "say"), _texts(parts.get("also")))


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _Wrong("expected a list of patterns that must all be found")
    return tuple(_regex(item) for item in value)


def _pattern(value: Any) -> Pattern:
    if isinstance(value, str):
        return Pattern(_regex(value))
    parts = _mapping(value, ("pattern",), ("instead",))
    return Pattern(_regex(parts["pattern"]), _str(parts.get("instead") or "", "instead"))


def _ask(value: Any) -> Ask:
    parts = _mapping(value, ("q", "options"))
    if not isinstance(parts["options"], list) or len(parts["options"]) < 2:
        raise _Wrong("a question needs at least two options")
    return Ask(_str(parts["q"], "q"), tuple(_option(item) for item in parts["options"]))


def _option(value: Any) -> Option:
    parts = _mapping(value, ("label", "then"), ("patterns", "side"))
    patterns = tuple(_regex(item) for item in parts.get("patterns") or ())
    side = parts.get("side", False)
    if not isinstance(side, bool):
        raise _Wrong(f"side: expected true or false, found {side!r}")
    return Option(_str(parts["label"], "label"), patterns, _str(parts["then"], "then"), side)


def _full(value: Any) -> Full:
    parts = _mapping(value, (), ("steps", "papers", "where", "cost", "traps"))
    return Full(**{name: _texts(parts.get(name)) for name in ("steps", "papers", "where", "cost", "traps")})


def _limit(value: Any) -> Limit:
    parts = _mapping(value, ("what", "period"), ("from", "article"))
    start, article = (_str(parts.get(name) or "", name) for name in ("from", "article"))
    return Limit(_str(parts["what"], "what"), _str(parts["period"], "period"), start, article)


def _way(value: Any) -> Way:
    parts = _mapping(value, ("way",), ("where", "period", "cost"))
    return Way(**{name: _str(parts.get(name) or "", name) for name in ("way", "where", "period", "cost")})


def _change(value: Any) -> Change:
    parts = _mapping(value, ("law", "date"), ("what",))
    return Change(
        _str(parts["law"], "law"), _date(parts["date"], "date"), _str(parts.get("what") or "", "what")
    )


def _review(value: Any) -> Review:
    parts = _mapping(value, ("author", "reviewer", "checked_on", "due"))
    return Review(_str(parts["author"], "author"), _str(parts["reviewer"], "reviewer"),
                  _date(parts["checked_on"], "checked_on"), _date(parts["due"], "due"))  # fmt: skip
