"""What differs between two versions of an entry, in pieces that a person without training can read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from difflib import SequenceMatcher
from typing import Any

from knowledge.entry import Citation, Entry
from knowledge.naming import article_words

_TOKEN = re.compile(r"[0-9A-Za-z.%]+|.", re.DOTALL)
_SHORT = 3
"""Characters that two changes may stand apart and still be read as one."""
_AROUND = 14
"""Unchanged characters that stay beside a change."""
_ALIKE = 0.4
"""From here on two lines are one that was changed, not one gone and one new."""
_CITATION = "《{law}》{article}（{version} 文本）：{says}"
_STOP = "。！？；，、\n"


@dataclass(frozen=True)
class Piece:
    """A stretch of text. Attributes: kind: ``same``, ``del``, ``ins``, or ``gap`` for what is left out."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One changed place. Attributes: field: its name in `Entry`, for parts of `full` as ``full.steps``."""

    field: str
    pieces: tuple[Piece, ...]


def differences(old: Entry | None, new: Entry) -> tuple[Change, ...]:
    """Every place in which the new text differs, in the order in which a resident meets them.

    Args: old: None when there was none. The record of who checked and when is not compared.
    """
    return tuple(_all(old, new))


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Two texts as one, with what went struck out and what came marked; far unchanged text left out."""
    if old == new:
        return ()
    joined = _joined(_raw(_TOKEN.findall(old), _TOKEN.findall(new)))
    return tuple(_near(joined))


def _all(old: Entry | None, new: Entry) -> Iterator[Change]:
    for name in ("title", "short", "assumes"):
        yield from _text(name, getattr(old, name, ""), getattr(new, name))
    for name, lines in _lists(new).items():
        yield from _lines(name, _lists(old)[name] if old else (), lines)


def _lists(entry: Entry) -> dict[str, tuple[str, ...]]:
    full = entry.full
    return {
        "ask": tuple(
            "：".join((" ".join((ask.question, option.label)), option.then))
            for ask in entry.ask
            for option in ask.options
        ),
        "full.steps": full.steps,
        "full.papers": full.papers,
        "full.where": full.where,
        "full.cost": full.cost,
        "full.traps": full.traps,
        "today": entry.today,
        "proof": entry.proof,
        "do_not": entry.do_not,
        "ways": tuple(_row(one) for one in entry.ways),
        "limits": tuple(_row(one) for one in entry.limits),
        "citations": tuple(_cited(one) for one in entry.citations),
        "wordings": entry.wordings,
        "keywords": tuple("、".join(one.forms) for one in entry.keywords),
        "next": entry.next,
        "related": entry.related,
        "audience": entry.audience,
        "risk": (entry.risk.value,),
        "verify_by": tuple(_row(one) for one in entry.verify_by),
        "sure": tuple(" ".join(group) for group in entry.sure),
        "never": tuple(_row(one) for one in entry.never),
        "scope": entry.scope,
        "not_scope": entry.not_scope,
    }


def _text(name: str, old: str, new: str) -> Iterator[Change]:
    if old != new:
        yield Change(name, pieces(old, new))


def _lines(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    gone = [line for line in old if line not in new]
    for line in new:
        if line in old:
            continue
        before = max(gone, key=lambda one: _ratio(one, line), default="")
        if before and _ratio(before, line) >= _ALIKE:
            gone.remove(before)
            yield Change(name, pieces(before, line))
        else:
            yield Change(name, (Piece("ins", line),))
    yield from (Change(name, (Piece("del", line),)) for line in gone)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _row(value: Any) -> str:
    return " ".join(str(part) for part in astuple(value) if part != "")


def _cited(one: Citation) -> str:
    return _CITATION.format(
        law=one.law, article=article_words(one.article), version=one.version, says=one.says
    )


def _raw(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Stretches of both texts: the common one, or what went and what came."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield "".join(old[a:b]), "", ""
        else:
            yield "", "".join(old[a:b]), "".join(new[c:d])


def _joined(raw: Iterator[tuple[str, str, str]]) -> list[Piece]:
    """Changes that stand close together become one, so that words are not cut to crumbs."""
    parts = list(raw)
    found: list[Piece] = []
    gone = came = ""
    for n, (same, lost, won) in enumerate(parts):
        between = 0 < n < len(parts) - 1 and len(same) <= _SHORT and not set(same) & set(_STOP)
        if same and not (between and (gone or came)):
            found += _change(gone, came)
            found.append(Piece("same", same))
            gone = came = ""
        else:
            gone, came = gone + same + lost, came + same + won
    return found + _change(gone, came)


def _change(gone: str, came: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in (("del", gone), ("ins", came)) if text]


def _near(found: list[Piece]) -> Iterator[Piece]:
    for n, piece in enumerate(found):
        first, last = n == 0, n == len(found) - 1
        room = _AROUND * (1 if first or last else 2)
        if piece.kind != "same" or len(piece.text) <= room + 2:
            yield piece
            continue
        if not first:
            yield Piece("same", piece.text[:_AROUND])
        yield Piece("gap", "")
        if not last:
            yield Piece("same", piece.text[-_AROUND:])
