"""Which plain words a pattern cannot do without: they wake it, so that most patterns are never tried.

Read from the pattern's own text. What is not understood (back references, named groups, words of one
character beside gaps) gives no words, and then the pattern is always tried: slower, never wrong.
"""

import re
import sys
from collections.abc import Iterable

from knowledge.normal import bare

MOST = 48
"""Words of one pattern; more would wake it too often to be worth their memory."""

Words = frozenset[str]
Wakes = tuple[str, ...]
"""Words without punctuation: one stands in every text that a pattern matches; none: it is always tried."""
_SIGN = re.compile(r"\\.|[A-Z]")


def literals(pattern: str) -> Words:
    """Words of which at least one stands in every text that the pattern matches; empty when unknown."""
    try:
        node = _Reader(pattern).alternatives()
    except (_Unknown, ValueError):  # the latter: a brace or bracket without its end
        return frozenset()
    return node.needed


def wakes(pattern: str) -> Wakes:
    """What wakes a pattern in a text without punctuation, in order."""
    words = {bare(word) for word in literals(pattern)}
    return () if "" in words else tuple(sorted(map(sys.intern, words)))


def branches(pattern: str) -> list[str]:
    """The alternatives of a pattern, each a pattern: one that knows its own words is seldom tried."""
    found, depth, listed, escaped, begin = list[str](), 0, False, False, 0
    for at, sign in enumerate(pattern):
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif listed:
            listed = sign != "]"
        elif sign == "[":
            listed = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            found.append(pattern[begin:at])
            begin = at + 1
    return [*found, pattern[begin:]]


def lowered(pattern: str) -> str:
    """The pattern for small letters, as cleaned texts have them; signs after a backslash stay."""
    return _SIGN.sub(
        lambda found: found.group() if found.group()[0] == "\\" else found.group().lower(), pattern
    )


class _Unknown(Exception):
    """A form that this reader does not know."""


class _Node:
    """What is known of a part: all its texts (``exact``, None when too many), and its needed words."""

    __slots__ = ("exact", "needed")

    def __init__(self, exact: Words | None, needed: Words = frozenset()) -> None:
        self.exact = exact
        self.needed = needed if exact is None else _useful(exact)


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._text, self._at = pattern, 0

    def alternatives(self) -> _Node:
        branches = [self._sequence()]
        while self._next("|"):
            branches.append(self._sequence())
        if self._at < len(self._text) and self._text[self._at] != ")":
            raise _Unknown
        if len(branches) == 1:
            return branches[0]
        exacts = [b.exact for b in branches if b.exact is not None]
        if len(exacts) == len(branches):
            merged = frozenset().union(*exacts)
            return _Node(merged if len(merged) <= MOST else None, _union(b.needed for b in branches))
        return _Node(None, _union(b.needed for b in branches))

    def _sequence(self) -> _Node:
        run: Words | None = frozenset({""})
        found: list[Words] = []
        whole = True
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            node = self._counted()
            joined = _product(run, node.exact) if run is not None and node.exact is not None else None
            if joined is None:
                whole = False
                found += [_useful(run)] if run is not None else []
                found.append(node.needed)
                run = node.exact if node.exact is not None else frozenset({""})
            else:
                run = joined
        if whole:
            return _Node(run)
        found.append(_useful(run) if run is not None else frozenset())
        return _Node(None, max(found, key=_worth))

    def _counted(self) -> _Node:
        node = self._one()
        least, most = 1, 1
        if self._next("?"):
            least, most = 0, 1
        elif self._next("*"):
            least, most = 0, 99
        elif self._next("+"):
            least, most = 1, 99
        elif self._next("{"):
            end = self._text.index("}", self._at)
            low, _comma, high = self._text[self._at : end].partition(",")
            if not (low + high).isdigit():
                raise _Unknown
            least, most = int(low or 0), int(high or 99) if _comma else int(low)
            self._at = end + 1
        else:
            return node
        if self._next("?") or self._next("+"):
            pass  # greed does not change which texts match
        if (least, most) == (0, 1) and node.exact is not None:
            return _Node(node.exact | {""})
        return _Node(None, node.needed if least else frozenset())

    def _one(self) -> _Node:
        sign = self._take()
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._class()
        if sign in ".":
            return _ANY
        if sign in "^$":
            return _NOTHING
        if sign == "\\":
            sign = self._take()
            if sign in "bB":
                return _NOTHING
            if sign.isalnum():
                return _ANY if sign in "dDsSwW" else self._unknown()
        elif sign in "*+?{}":
            raise _Unknown
        return _Node(frozenset({sign.lower()}))

    def _group(self) -> _Node:
        seen = True
        if self._next("?"):
            kind = self._take()
            if kind == "<":
                kind = self._take()
                if kind not in "=!":
                    raise _Unknown
            if kind not in ":=!":
                raise _Unknown
            seen = kind == ":"
        node = self.alternatives()
        if not self._next(")"):
            raise _Unknown
        return node if seen else _NOTHING

    def _class(self) -> _Node:
        if self._next("^"):
            self._text.index("]", self._at)
            self._at = self._text.index("]", self._at + 1) + 1
            return _ANY
        signs: set[str] = set()
        while not self._next("]"):
            sign = self._take()
            if sign == "\\":
                self._unknown()
            if self._at + 1 < len(self._text) and self._text[self._at] == "-" != self._text[self._at + 1]:
                self._at += 1
                last = self._take()
                if ord(last) - ord(sign) >= MOST or last == "]":
                    self._unknown()
                signs.update(chr(code) for code in range(ord(sign), ord(last) + 1))
            else:
                signs.add(sign)
        return _Node(frozenset(s.lower() for s in signs))

    def _unknown(self) -> _Node:
        raise _Unknown

    def _take(self) -> str:
        if self._at >= len(self._text):
            raise _Unknown
        self._at += 1
        return self._text[self._at - 1]

    def _next(self, sign: str) -> bool:
        if self._text[self._at : self._at + 1] == sign:
            self._at += 1
            return True
        return False


def _product(one: Words, other: Words) -> Words | None:
    if len(one) * len(other) > MOST:
        return None
    return frozenset(a + b for a in one for b in other)


def _union(needed: Iterable[Words]) -> Words:
    parts = list(needed)
    if not all(parts):
        return frozenset()
    merged = frozenset().union(*parts)
    return merged if len(merged) <= MOST else frozenset()


def _useful(words: Words) -> Words:
    """The words without those that hold another; nothing where one is empty."""
    if "" in words:
        return frozenset()
    return frozenset(w for w in words if not any(o != w and o in w for o in words))


def _worth(words: Words) -> tuple[int, float]:
    if not words:
        return (0, 0.0)
    return (min(map(len, words)), -float(len(words)))


_NOTHING = _Node(frozenset({""}))
_ANY = _Node(None)
