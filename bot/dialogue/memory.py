"""What the adviser remembers of the talk: its own plain values, kept with the resident for half an hour."""

from collections.abc import Mapping, MutableMapping
from typing import Any

KEPT_MS = 30 * 60 * 1000
NOTHING_KEPT: Mapping[str, Any] = {}
ASKED = "asked"
"""Name of the value that is true while the adviser waits for words of the resident's own."""
MATTER = "s"
"""Name of the value that holds the words in which the resident told the matter of the talk."""
_PLACE = "memory"


def recall(context: Mapping[str, Any], now_ms: int) -> Mapping[str, Any]:
    """What was remembered at the last reply; nothing when that is too long ago."""
    kept = context.get(_PLACE)
    if kept is None or kept["at"] < now_ms - KEPT_MS:
        return NOTHING_KEPT
    values: Mapping[str, Any] = kept["of"]
    return values


def remember(context: MutableMapping[str, Any], values: Mapping[str, Any] | None, now_ms: int) -> None:
    """Keep what a reply leaves to be remembered. None: as it was; empty: forget."""
    if values is None:
        return
    if values:
        context[_PLACE] = {"at": now_ms, "of": values}
    else:
        context.pop(_PLACE, None)
