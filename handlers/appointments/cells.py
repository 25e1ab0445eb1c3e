"""Stretches of time as one whole number: bit i stands for the i-th five minutes from a beginning.

A year of one seat is a number of a hundred thousand bits, and finding where an hour fits is a few shifts of
it.
"""

from collections.abc import Iterable

import numpy as np

CELL_MS = 5 * 60_000
DAY_CELLS = 288


def cell_of(ms: int) -> int:
    """The number of the five minutes in which an instant falls."""
    return ms // CELL_MS


def cell_after(ms: int) -> int:
    """The first of the five minutes that begin at an instant or later."""
    return -(-ms // CELL_MS)


def start_of(cell: int) -> int:
    """When a cell begins, in milliseconds UTC."""
    return cell * CELL_MS


def cells_in(minutes: int) -> int:
    """How many cells so many minutes take."""
    return -(-minutes * 60_000 // CELL_MS)


def bits_of(spans: Iterable[tuple[int, int]], base: int, size: int) -> int:
    """The bits of spans of cells, end excluded; what lies outside ``size`` bits from ``base`` is left out."""
    inside = [(max(since - base, 0), until - base) for since, until in spans if until > base]
    last = min(size, max((until for _since, until in inside), default=0))  # often far less than a year
    row: np.ndarray[tuple[int], np.dtype[np.uint8]] = np.zeros(last, np.uint8)
    for since, until in inside:
        row[since:until] = 1
    return int.from_bytes(np.packbits(row, bitorder="little").tobytes(), "little")


def places_in(bits: int, base: int) -> list[int]:
    """The cells whose bits are set, in order."""
    if not bits:
        return []
    raw = np.frombuffer(bits.to_bytes(-(-bits.bit_length() // 8), "little"), np.uint8)
    filled = np.flatnonzero(raw)  # few are: nights and weekends have none
    at = np.flatnonzero(np.unpackbits(raw[filled], bitorder="little").view(np.bool_))
    found: list[int] = (filled[at >> 3] * 8 + (at & 7) + base).tolist()
    return found


def first_places(bits: int, base: int, most: int) -> list[int]:
    """The first few of them."""
    found: list[int] = []
    while bits and len(found) < most:
        lowest = (bits & -bits).bit_length() - 1
        found.append(base + lowest)
        bits &= bits - 1
    return found


def room(bits: int, length: int) -> int:
    """Where so many set bits stand in a row: the bit of the first of them."""
    have = 1
    while have < length and bits:
        more = min(have, length - have)
        bits &= bits >> more
        have += more
    return bits


def touching(bits: int, length: int) -> int:
    """Where a stretch of so many bits would hold one that is set: the bit of the stretch's beginning."""
    have = 1
    while have < length and bits:
        more = min(have, length - have)
        bits |= bits >> more
        have += more
    return bits


def at_least(rows: Iterable[int], count: int) -> int:
    """The bits that are set in at least so many rows."""
    found = [0] * count
    for row in rows:
        for place in range(count - 1, 0, -1):
            found[place] |= found[place - 1] & row
        found[0] |= row
    return found[-1]
