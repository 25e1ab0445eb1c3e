"""Signs of danger that are weighed: what no single pattern knows, several weak words together tell.

Small lexicons (roles, acts, places, means, time, despair, helplessness; and speech about law, the past
and other worlds as guards) are found in one pass. A sign is a lexicon or a few of them together; each kind
of danger gives its signs weights. The weights are set by hand so that they can be argued about:

- about 0.5 and more for what is seldom said in peace (locked in, strangled, fled out of a window): two ring,
- about 0.3 for what needs company (despair, a high place, a beating, a swindler's order),
- about 0.15 for colour (now, drunk, near), which only tips the scale,
- below zero for guards: a question of law, news, an accident, years ago; two such words weigh more than one.

The parts of a sign are different words: what stands in two lexicons is not its own company.

Each kind rings at its own sum, lowest for suicide, where silence costs most. Scores are shares of that sum: 1
rings for every kind, and from `hint` on there may be distress.

A story holds more words by chance. From `story` characters on, the two parts of a sign must therefore stand
nearer to each other (`near` instead of `reach`; three together are rare enough), and what rests on one
single word, the lexicons of `colour` aside, counts by the share `single`. Beyond `long` characters the
sum is scaled down by the root of the excess.
"""

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import fsum
from typing import Any, NamedTuple

import ahocorasick

from knowledge.errors import KnowledgeError

RINGS = 1.0
"""The score from which a kind rings."""
GAP = 6
"""Characters that may stand between the parts of a sign in order, unless it says otherwise."""
_PART = re.compile(r"\{(\w+)\}")
_VOID = "void"
_OFTEN = 2.0
"""By how much a lexicon that stands alone counts at the most, however often it is said."""

Spans = Mapping[str, Sequence[tuple[int, int]]]
_Hit = tuple[int, tuple[int, tuple[str, ...], int]]


@dataclass(frozen=True)
class Sign:
    """Lexicons that stand together, and what that weighs.

    Attributes:
        name: as written in the file, for traces.
        parts: the lexicons.
        gaps: with an order, the most characters between a part and the next; empty for 'near each other'.
        needs: a bit for each of the parts.
        alone: whether it is one lexicon.
    """

    name: str
    weight: float
    parts: tuple[str, ...]
    gaps: tuple[int, ...] = ()
    needs: int = 0
    alone: bool = False


class Weighed(NamedTuple):
    """The score for one kind (1 rings) and the signs that made it, heaviest first."""

    kind: str
    score: float
    signs: tuple[str, ...]


class Signs:
    """Weighs texts; immutable after building."""

    def __init__(self, data: Mapping[str, Any], *, file: str = "") -> None:
        """Args: data: ``rings``, ``hint``, ``reach``, ``long``, ``void``, ``words``, ``kinds``; for stories,
        all or none of ``story``, ``near``, ``single``, ``colour``.

        Raises: KnowledgeError for a sign that names a lexicon which is not there.
        """
        self.hint = float(data["hint"])
        self._rings = {kind: float(sum_) for kind, sum_ in data["rings"].items()}
        self._reach, self._long = int(data["reach"]), int(data["long"])
        self._story = int(data.get("story", sys.maxsize))
        self._near, self._single = int(data.get("near", self._reach)), float(data.get("single", 1.0))
        self._colour = frozenset(_listed(data.get("colour", "")))
        lexicons = {name: _listed(words) for name, words in data["words"].items()}
        self._bits = {name: 2 << number for number, name in enumerate(lexicons)}  # 1 is for void words
        self._words = _automaton(lexicons, _listed(data[_VOID]), self._bits)
        self._kinds = tuple(data["kinds"])
        signs = [
            (number, kind, _sign(str(name), float(weight), self._bits, file))
            for number, (kind, rows) in enumerate(data["kinds"].items())
            for name, weight in rows.items()
        ]
        common = Counter(part for _number, _kind, sign in signs for part in set(sign.parts))
        self._woken: dict[int, list[tuple[int, int, float, Sign]]] = {}
        """By the bit of a lexicon, for each sign the one that has the fewest: its needs, the number of its
        kind, the most it can add to the score."""
        for number, kind, sign in signs:
            most = max(0.0, sign.weight * (_OFTEN if sign.alone else 1.0)) / self._rings[kind]
            waker = min(sign.parts, key=common.__getitem__)
            self._woken.setdefault(self._bits[waker], []).append((sign.needs, number, most, sign))
        self._made = lru_cache(maxsize=2048)(self._makes)

    def may_reach(self, plain: str, score: float) -> bool:
        """Whether the words of a text could reach a score, wherever they stand: a quick no for most texts."""
        return self._possible(list(self._words.iter(plain)))[1] >= score

    def weigh(self, plain: str, least: float = 0.0, but: frozenset[str] = frozenset()) -> Weighed:
        """The heaviest kind for a cleaned text without punctuation; of equals the first in the file.

        Args: least: a text whose words cannot reach this score need not be weighed; it gets 0. but: kinds
        that are left out.
        """
        hits = list(self._words.iter(plain))
        signs, most = self._possible(hits)
        best = Weighed("", 0.0, ())
        if not signs or most < least:
            return best
        spans, there = _spans(hits)
        scale = min(1.0, (self._long / len(plain)) ** 0.5)
        absent = ~there
        story = len(plain) >= self._story
        pairs = self._near if story else self._reach
        found: dict[int, list[tuple[float, Sign]]] = {}
        for number, sign in signs:
            reach = pairs if len(sign.parts) < 3 else self._reach
            if not sign.needs & absent and (sign.alone or self._holds(sign, spans, reach)):
                weight = self._weight(sign, spans[sign.parts[0]]) if sign.alone else sign.weight
                found.setdefault(number, []).append((weight, sign))
        for number in sorted(found):
            kind, held = self._kinds[number], found[number]
            if kind in but:
                continue
            share = self._single if story and self._rests_on_one_word(held, spans) else 1.0
            score = round(fsum(weight for weight, _ in held) * scale * share / self._rings[kind], 3)
            if score > best.score:
                names = sorted(((weight, sign.name) for weight, sign in held), reverse=True)
                best = Weighed(kind, score, tuple(name for _, name in names))
        return best

    def _rests_on_one_word(self, held: Sequence[tuple[float, Sign]], spans: Spans) -> bool:
        """Whether the signs that speak for a danger share one place, whatever colour is around it."""
        parts = {part for weight, sign in held if weight > 0 for part in sign.parts} - self._colour
        places, last = 0, -1
        for start, stop in sorted(place for part in parts for place in spans[part]):
            if start >= last:
                places += 1
            last = max(last, stop)
        return places <= 1

    def _possible(self, hits: Sequence[_Hit]) -> tuple[Sequence[tuple[int, Sign]], float]:
        """The signs that these words can make, with the numbers of their kinds; the most they can score."""
        said = 0
        for _end, (_length, _names, bits) in hits:
            said |= bits
        return self._made(said)

    def _makes(self, said: int) -> tuple[Sequence[tuple[int, Sign]], float]:
        """The same, of the bits of the lexicons; messages share few sets of them, so it is kept."""
        absent = ~said
        signs: list[tuple[int, Sign]] = []
        sums = [0.0] * len(self._kinds)
        while said:
            bit = said & -said
            said ^= bit
            for needs, number, most, sign in self._woken.get(bit, ()):
                if not needs & absent:
                    signs.append((number, sign))
                    sums[number] += most
        return tuple(signs), max(sums)

    @staticmethod
    def _holds(sign: Sign, spans: Spans, reach: int) -> bool:
        if not sign.gaps:
            near = any(
                all(any(abs(a - b) <= reach for a, _ in spans[part]) for part in sign.parts[1:])
                for b, _ in spans[sign.parts[0]]
            )
            return near and not _one_word(sign.parts, spans)
        ends = [stop for _, stop in spans[sign.parts[0]]]
        for part, gap in zip(sign.parts[1:], sign.gaps, strict=True):
            ends = [stop for start, stop in spans[part] if any(0 <= start - end <= gap for end in ends)]
        return bool(ends)

    @staticmethod
    def _weight(sign: Sign, spans: Sequence[tuple[int, int]]) -> float:
        """Half as much again for each further place of a lexicon that stands alone, twice at most."""
        if len(spans) == 1:
            return sign.weight
        places, last = 0, 0
        for start, stop in sorted(spans):
            if start >= last:
                places, last = places + 1, stop
        return sign.weight * min(1 + 0.5 * (places - 1), _OFTEN)


def _spans(hits: Sequence[_Hit]) -> tuple[dict[str, list[tuple[int, int]]], int]:
    """Where each lexicon stands, and the bits of those that do."""
    voids = [(end + 1 - length, end + 1) for end, (length, _names, bits) in hits if bits & 1]
    spans: dict[str, list[tuple[int, int]]] = {}
    there = 0
    for end, (length, names, bits) in hits:
        stop = end + 1
        start = stop - length
        if voids and any(a < stop and start < b and not (start <= a and b <= stop) for a, b in voids):
            continue
        there |= bits
        for name in names:
            if name in spans:
                spans[name].append((start, stop))
            else:
                spans[name] = [(start, stop)]
    return spans, there


def _one_word(parts: Sequence[str], spans: Spans) -> bool:
    """Whether two parts are one and the same word: no word is its own company."""
    alone = [places[0] for places in map(spans.__getitem__, parts) if len(places) == 1]
    return len(set(alone)) < len(alone)


def _listed(words: object) -> list[str]:
    """The words of a list that may run over several lines."""
    return [word.strip() for word in str(words).split("|")]


def _automaton(lexicons: Mapping[str, Sequence[str]], void: Sequence[str], bits: Mapping[str, int]) -> Any:
    owners: dict[str, list[str]] = {}
    for name, words in (*lexicons.items(), (_VOID, void)):
        for word in words:
            for full in _spelled_out(word, lexicons):
                if full and name not in owners.setdefault(full, []):
                    owners[full].append(name)
    words_of = ahocorasick.Automaton()
    for word, names in owners.items():
        told = tuple(name for name in names if name != _VOID)
        marks = sum(bits[name] for name in told) | (len(told) < len(names))
        words_of.add_word(word, (len(word), told, marks))
    words_of.make_automaton()
    return words_of


def _spelled_out(word: str, lexicons: Mapping[str, Sequence[str]]) -> list[str]:
    names = _PART.findall(word)
    if not names:
        return [word]
    shape = _PART.sub("{}", word)
    return [shape.format(*choice) for choice in product(*(lexicons[name] for name in names))]


def _sign(name: str, weight: float, bits: Mapping[str, int], file: str) -> Sign:
    gaps: tuple[int, ...]
    if "&" in name:
        parts, gaps = tuple(part.strip() for part in name.split("&")), ()
    else:
        first, *rest = re.split(r"\s*>\s*", name.strip())
        steps = [re.fullmatch(r"(?:(\d+)\s+)?(\w+)", step) for step in rest]
        parts = (first, *(step[2] if step else "?" for step in steps))
        gaps = tuple(int(step[1]) if step and step[1] else GAP for step in steps)
    if any(part not in bits for part in parts):
        raise KnowledgeError(f"{file}: the sign '{name}' names no lexicon that is there")
    return Sign(name, weight, parts, gaps, sum(bits[part] for part in set(parts)), len(parts) == 1)
