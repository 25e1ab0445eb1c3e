"""Thousands of entries that differ, made from the shipped ones; the same on every machine.

A made entry joins the matters of two shipped entries, its parents, which differ from those of every other
made entry: three wordings that each join one of either parent, the two titles, and the beginning of
either short answer. It asks with half of what one wording says of the one matter, half of what another
wording says of the other, and a few words that it does not hold, so that no question stands in the base.
Other made entries with one of the parents hold half of it word for word: a searcher must find the entry
that has both matters. Keywords and patterns are left out: the searchers get texts alone.
"""

from dataclasses import dataclass, replace

from knowledge.entry import Entry, Full
from knowledge.library import Library

_STEPS = (1, 7, 19, 31, 43, 59, 71, 83, 97, 113, 127, 139, 151, 167, 179, 191)
"""How far the second parent stands behind the first, turn by turn; then these and 200 more, and so on."""


@dataclass(frozen=True)
class Asked:
    """A question and the id of the entry that is right."""

    text: str
    entry: str


def many_entries(count: int, questions: int) -> tuple[Library, list[Asked]]:
    """A library of so many made entries, and questions spread evenly over them.

    Args: questions: at most; not more than there are entries.
    Raises: ValueError when the shipped entries do not give so many pairs.
    """
    parents = [entry for entry in Library.load().entries if len(entry.wordings) >= 6]
    made: list[Entry] = []
    held: list[Asked] = []
    for number, (one, other) in enumerate(_pairs(len(parents), count)):
        entry, question = _joined(parents[one], parents[other], number)
        made.append(entry)
        held.append(Asked(question, entry.id))
    step = max(1, count // max(1, questions))
    return Library.of(made), held[::step][:questions]


def _pairs(parents: int, count: int) -> list[tuple[int, int]]:
    """So many different pairs, each parent about equally often."""
    found: dict[tuple[int, int], None] = {}
    for turn in range(parents):
        step = (_STEPS[turn % len(_STEPS)] + turn // len(_STEPS) * 200) % max(1, parents)
        for one in range(parents):
            other = (one + step) % parents
            if one != other:
                found.setdefault((min(one, other), max(one, other)))
            if len(found) == count:
                return list(found)
    raise ValueError(f"{parents} shipped entries give {len(found)} pairs, not {count}")


def _joined(one: Entry, other: Entry, number: int) -> tuple[Entry, str]:
    a, b = one.wordings, other.wordings
    first, second = number % len(a), number % len(b)
    entry = replace(
        one,
        id=f"{one.topic}.made_{number}",
        title=f"{one.title}；{other.title}",
        wordings=(
            f"{a[first]}，{b[second]}",
            f"{b[(second + 2) % len(b)]}，{a[(first + 2) % len(a)]}",
            f"{a[(first + 3) % len(a)]}，{b[(second + 3) % len(b)]}",
        ),
        short=f"{one.short[:40]}；{other.short[:40]}",
        assumes="",
        keywords=(),
        sure=(),
        never=(),
        full=Full(),
        ask=(),
        related=(),
    )
    said, asked, other_words = a[(first + 2) % len(a)], b[second], a[(first + 4) % len(a)]
    return entry, f"{asked[len(asked) // 2 :]}，{said[: len(said) // 2]}，{other_words[:6]}"
