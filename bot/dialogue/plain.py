"""Results of acts as plain JSON: the first run sees exactly what a replay will see."""

import dataclasses
import json
from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints


def to_json(value: Any) -> str:
    """A result as text. Raises: TypeError when it is not made of plain values."""
    return json.dumps(_plain(value), ensure_ascii=False)


def from_json(text: str | None, act: Callable[..., Any]) -> Any:
    """A result again, as the type that the act declares."""
    return _typed(json.loads(text) if text else None, _declared(act))


def of_type(text: str | None, kind: Any) -> Any:
    """A result again, as a given type."""
    return _typed(json.loads(text) if text else None, kind)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


@cache
def _declared(act: Callable[..., Any]) -> Any:
    return get_type_hints(act).get("return")


def _typed(value: Any, kind: Any) -> Any:
    for candidate in (kind, *getattr(kind, "__args__", ())):
        if isinstance(candidate, type) and dataclasses.is_dataclass(candidate) and isinstance(value, dict):
            hints = get_type_hints(candidate)
            return candidate(**{name: _typed(item, hints[name]) for name, item in value.items()})
    if isinstance(value, list) and getattr(kind, "__origin__", None) is tuple:
        return tuple(_typed(item, kind.__args__[0]) for item in value)
    return value
