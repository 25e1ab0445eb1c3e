"""Joining fragments: residents write one thought in several short messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

GAP_MS = 3_000
"""A group closes this long after its newest piece,"""
SPAN_MS = 12_000
"""this long after its first,"""
PIECES = 10
"""or with this many pieces."""
AFTER_MS = 120_000
"""Fragments this soon after an answered group are read together with it."""


class Piece(NamedTuple):
    """One text: alone (a service word, a choice, an answer) or part of a thought."""

    text: str
    received_at: int
    alone: bool
    whole: bool
    """Complete by itself: closes the group it stands in."""


@dataclass(frozen=True)
class Cut:
    """How many of the pieces are answered now, and whether more must be awaited until an instant."""

    count: int
    wait_until: int | None
    by_time: bool = False


def cut(earlier: Sequence[int], pieces: Sequence[Piece], now_ms: int, *, more_follows: bool) -> Cut:
    """Decide what is answered together.

    Args: earlier: arrival (ms) of pieces that were joined before; pieces: open texts in order, the
    first is answered next; more_follows: something that is no fragment came after them.
    """
    if pieces[0].alone and not earlier:
        return Cut(1, None)
    run: list[Piece] = []
    for piece in pieces:
        if piece.alone:
            return Cut(max(len(run), 1), None)
        run.append(piece)
        if piece.whole or len(earlier) + len(run) >= PIECES:
            return Cut(len(run), None)
    if more_follows:
        return Cut(len(run), None)
    first = min([*earlier, run[0].received_at])
    close_at = min(run[-1].received_at + GAP_MS, first + SPAN_MS)
    if now_ms >= close_at:
        return Cut(len(run), None, by_time=True)
    return Cut(len(run), close_at)
