"""Reading what a program sends into a declared model: a frozen dataclass, field by field, nothing guessed.

A field's metadata may have ``most`` and ``least``, characters of a text, and ``called``, its name outside
where that is no name of the language.
"""

import dataclasses
import json
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.errors import Refused
from bot.words import _

MOST_BYTES = 32 * 1024
"""No request of a resident's program is longer."""
MOST_TEXT = 200
"""Characters of a text whose field says nothing else: see `text`."""
_LARGEST = 2**53
"""The largest whole number that every program's JSON keeps."""
T = TypeVar("T")
_hints: Callable[[Any], Mapping[str, Any]] = lru_cache(maxsize=256)(get_type_hints)


class BadRequest(Refused):
    """What was sent does not fit the model; ``field`` says where."""

    code = "bad_request"


def text(most: int, *, least: int = 0, default: Any = dataclasses.MISSING) -> Any:
    """A field with text of so many characters. Args: default: what stands for a missing one."""
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata={"most": most, "least": least})
    return dataclasses.field(default=default, metadata={"most": most, "least": least})


def loaded(raw: bytes) -> Any:
    """JSON as values. Raises: BadRequest also for a name that stands twice, and for numbers that are none."""
    try:
        return json.loads(raw, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadRequest(_("发来的内容不是完整的 JSON。"), code="bad_json") from None


def read(model: type[T], given: Any, *, words: bool = False, at: str = "") -> T:
    """A value as a model. Args: words: all values are text, as in a query; at: where it stands.

    Raises: BadRequest for what is missing, unknown, of another type, too long or too large.
    """
    if not isinstance(given, Mapping):
        raise BadRequest(_("这里要一组写明名字的内容。"), field=at or None)
    hints = _hints(model)
    fields = {one.metadata.get("called", one.name): one for one in dataclasses.fields(model)}  # type: ignore[arg-type]
    for name in given:
        if name not in fields:
            raise BadRequest(_("没有这一项。"), code="unknown_field", field=f"{at}{name}"[:80])
    values: dict[str, Any] = {}
    for name, one in fields.items():
        if name in given:
            kind = hints[one.name]
            values[one.name] = _value(kind, given[name], f"{at}{name}", one.metadata, words)
        elif one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING:
            raise BadRequest(_("少了这一项。"), code="missing_field", field=f"{at}{name}")
    return model(**values)


def _value(kind: Any, given: Any, at: str, limits: Mapping[str, Any], words: bool) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        if given is None:
            return None
        kind = next(one for one in get_args(kind) if one is not type(None))
    if dataclasses.is_dataclass(kind):
        return read(kind, given, words=words, at=f"{at}.")  # type: ignore[arg-type]
    if kind is bool and isinstance(given, bool):
        return given
    if kind is int:
        return _number(given, at, words)
    if kind is datetime and isinstance(given, str):
        return _instant(given, at)
    if kind is str and isinstance(given, str):
        return _text(given, at, limits)
    raise BadRequest(_("这一项的类型不对。"), code="bad_value", field=at)


def _number(given: Any, at: str, words: bool) -> int:
    if words and isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 17:
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < _LARGEST:
        raise BadRequest(_("这一项要一个不小于 0 的整数。"), code="bad_value", field=at)
    return given


def _instant(given: str, at: str) -> datetime:
    try:
        found = datetime.fromisoformat(given) if len(given) <= 40 else None
        if found is not None and found.tzinfo is not None and 2000 <= found.year <= 2200:
            return found
    except ValueError:
        pass
    raise BadRequest(_("时间要写成 2026-12-01T09:00:00+08:00 这样，带时区。"), code="bad_value", field=at)


def _text(given: str, at: str, limits: Mapping[str, Any]) -> str:
    said = given.strip()
    odd = any((ord(one) < 32 and one not in "\n\t") or 0xD800 <= ord(one) < 0xE000 for one in said)
    if odd or not limits.get("least", 0) <= len(said) <= limits.get("most", MOST_TEXT):
        raise BadRequest(_("这一项的长短或者写法不对。"), code="bad_value", field=at)
    return said


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(_said: str) -> Any:
    raise ValueError("not a number")
