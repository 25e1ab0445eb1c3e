"""What was asked of each article: the terms of questions to which it was the right one, and how often.

Two sources are kept apart, since they were written in different ways: wordings and titles of the entries,
whose citations are the articles; and real questions whose articles lawyers named. Of the latter only
the terms are kept (see `learned`), never a text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.entry import Entry
from knowledge.law_search.terms import Codes, Terms, joined, pairs
from knowledge.naming import article_key

Name = tuple[str, str]
"""Law and article."""


@dataclass(frozen=True)
class Question:
    """A question and the articles that answer it; `hint` are further words on the same matter."""

    text: str
    gold: tuple[Name, ...]
    hint: str = ""


@dataclass(frozen=True)
class Asked:
    """The terms asked of one article, as often as they came, and by how many questions."""

    pairs: Codes
    words: Codes
    times: int


def asked(questions: Iterable[Question], terms: Terms) -> dict[Name, Asked]:
    """The terms of questions gathered by article."""
    held: dict[Name, list[tuple[Codes, Codes]]] = {}
    for one in questions:
        parts = [terms.plain(text) for text in (one.text, one.hint) if text]
        cut = joined(map(pairs, parts)), joined(map(terms.words, parts))
        for name in one.gold:
            held.setdefault(name, []).append(cut)
    return {
        name: Asked(joined(p for p, _w in cuts), joined(w for _p, w in cuts), len(cuts))
        for name, cuts in held.items()
    }


def of_entry(entry: Entry) -> list[Question]:
    """An entry's wordings and title as questions to the articles that it cites."""
    gold = tuple(dict.fromkeys((one.law, article_key(one.article)) for one in entry.citations))
    return [Question(text, gold) for text in (*entry.wordings, entry.title)] if gold else []


def citing(entries: Iterable[Entry]) -> Mapping[Name, int]:
    """How many entries rest on each article."""
    found: dict[Name, int] = {}
    for entry in entries:
        for name in dict.fromkeys((one.law, article_key(one.article)) for one in entry.citations):
            found[name] = found.get(name, 0) + 1
    return found
