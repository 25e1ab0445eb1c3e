"""Bars that the server draws: a finding as title, labels, values at the ends, and the numbers as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

ROW, LABEL, WIDE, END = 40, 164, 520, 84
"""Of a drawing, in its own units: height of a row, room for labels, whole width, room for values."""


@dataclass(frozen=True)
class Bar:
    """One bar as it is drawn. Attributes: y: of its upper edge; length: in the drawing's units; look: ``a``
    for the first series, ``b`` for what needs somebody."""

    label: str
    value: int
    y: int
    length: int
    look: str


@dataclass(frozen=True)
class Chart:
    """A drawing. Attributes: finding: what it shows, in a sentence; heads: of the table's columns; unit: said
    after each value."""

    id: str
    title: str
    finding: str
    heads: tuple[str, str]
    unit: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """Of the drawing."""
        return ROW * len(self.bars)


def chart(
    ident: str,
    title: str,
    finding: str,
    rows: Sequence[tuple[str, int, str]],
    *,
    heads: tuple[str, str],
    unit: str,
) -> Chart:
    """Draw rows of label, value and look (``a`` or ``b``)."""
    most = max((value for _label, value, _look in rows), default=0) or 1
    room = WIDE - LABEL - END
    bars = tuple(
        Bar(label, value, n * ROW, round(room * value / most), look)
        for n, (label, value, look) in enumerate(rows)
    )
    return Chart(ident, title, finding, heads, unit, bars)
