"""When a group of fragments closes, as a table."""

import pytest

from bot.dialogue.joining import GAP_MS, PIECES, SPAN_MS, Cut, Piece, cut


def piece(at: int, *, alone: bool = False, whole: bool = False) -> Piece:
    return Piece("话", at, alone, whole)


@pytest.mark.parametrize(
    ("name", "earlier", "pieces", "now", "more", "expected"),
    [
        ("a service word is answered at once", [], [piece(0, alone=True)], 0, False, Cut(1, None)),
        ("a question is answered at once", [], [piece(0, whole=True)], 0, False, Cut(1, None)),
        ("a fragment waits", [], [piece(0)], 10, False, Cut(1, GAP_MS)),
        ("the gap counts from the newest", [], [piece(0), piece(2000)], 2100, False, Cut(2, 2000 + GAP_MS)),
        ("the span counts from the first", [0], [piece(11_000)], 11_100, False, Cut(1, SPAN_MS)),
        ("after the gap it closes", [], [piece(0)], GAP_MS, False, Cut(1, None, by_time=True)),
        ("a question closes its group", [], [piece(0), piece(500, whole=True)], 600, False, Cut(2, None)),
        ("pieces after the question wait", [], [piece(0, whole=True), piece(9)], 10, False, Cut(1, None)),
        (
            "a service word ends the group before it",
            [],
            [piece(0), piece(9, alone=True)],
            10,
            False,
            Cut(1, None),
        ),
        ("a picture ends the group before it", [], [piece(0), piece(9)], 10, True, Cut(2, None)),
        ("ten pieces are enough", list(range(PIECES - 1)), [piece(20)], 21, False, Cut(1, None)),
    ],
)
def test_cut(name: str, earlier: list[int], pieces: list[Piece], now: int, more: bool, expected: Cut) -> None:
    assert cut(earlier, pieces, now, more_follows=more) == expected, name
