"""Entries as plain values and back, without loss: how a version is kept outside the content files."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from knowledge.entry import Entry

_LEFT_OUT = "place"
"""Where an entry stands in its file is no part of it."""


def to_plain(entry: Entry) -> dict[str, Any]:
    """An entry as JSON can keep it: dicts, lists, strings, numbers. Reverse: `from_plain`."""
    plain: dict[str, Any] = _down(entry)
    return plain


def from_plain(data: Mapping[str, Any]) -> Entry:
    """The entry that was kept. A part that is missing has its default; one that is not known is left out.

    Raises: KeyError when a part without default is missing; ValueError for a date or a kind that is none.
    """
    found: Entry = _up(Entry, data)
    return found


def _down(value: Any) -> Any:
    if is_dataclass(value):
        return {one.name: _down(getattr(value, one.name)) for one in fields(value) if one.name != _LEFT_OUT}
    if isinstance(value, tuple):
        return [_down(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _up(kind: Any, value: Any) -> Any:
    if get_origin(kind) is tuple:
        return tuple(_up(get_args(kind)[0], one) for one in value)
    if get_origin(kind) in (Union, UnionType):
        return value  # the number or the words of an article
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _up(hint, value[name]) for name, hint in hints.items() if name in value})  # type: ignore[operator]
    if kind is date:
        return date.fromisoformat(value)
    return kind(value)
