"""Adopting entries: only what a county's own person has adopted answers in the real service."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import Connection, select

from bot.errors import Refused
from bot.words import _
from bot.work.revisions import bump
from bot.work.unit import Work
from handlers.library.models import Adoption
from knowledge.entry import Entry, Place
from knowledge.library import Library

REVISION = "knowledge"
"""Name of the revision row that every node watches."""

MOST = 200
"""Entries that one act adopts."""


class NobodyNamed(Refused):
    """An adoption needs the name of the person who takes it on."""

    code = "nobody_named"


@dataclass(frozen=True)
class Adopted:
    """How many entries an act adopted, and how many stood adopted in the same text already."""

    new: int
    same: int


@lru_cache(maxsize=1024)
def digest(entry: Entry) -> str:
    """SHA-256 in hex of an entry's whole content, wherever it stands in its file."""
    return hashlib.sha256(repr(replace(entry, place=Place("", 0))).encode()).hexdigest()


def marks(entries: Sequence[Entry]) -> tuple[tuple[str, str], ...]:
    """Id and digest of each entry, as `adopt` takes them (acts do no hashing)."""
    return tuple((entry.id, digest(entry)) for entry in entries)


def adopt(work: Work, entries: tuple[tuple[str, str], ...], by: str) -> Adopted:
    """Adopt entries in the text that they have now.

    Args: entries: at most `MOST` pairs of id and digest, see `marks`; by: the person's name.
    Raises: NobodyNamed for an empty name.
    """
    if not by.strip():
        raise NobodyNamed(_("请写明由谁采用。"))
    held = {
        row.entry: row
        for row in work.db.scalars(select(Adoption).where(Adoption.entry.in_([e for e, _d in entries])))
    }
    new = 0
    for entry, mark in entries:
        row = held.get(entry)
        if row is not None and row.digest == mark:
            continue
        new += 1
        if row is None:
            work.db.add(Adoption(entry=entry, digest=mark, adopted_by=by.strip(), at=work.now))
        else:
            row.digest, row.adopted_by, row.at = mark, by.strip(), work.now
    if new:
        bump(work, REVISION)
    work.db.flush()
    return Adopted(new, len(entries) - new)


def adopted(connection: Connection, library: Library) -> Library:
    """The part of a library that the county adopted; an entry whose text changed since is not in it."""
    held = {row.entry: row.digest for row in connection.execute(select(Adoption.entry, Adoption.digest))}
    return library.only([e.id for e in library if e.id in held and held[e.id] == digest(e)])


def named(library: Library, word: str) -> tuple[Entry, ...]:
    """The entries that a word means: an id, a topic, or ``all``; empty when it means none."""
    if word == "all":
        return tuple(library)
    one = library.get(word)
    return (one,) if one else tuple(e for e in library if e.topic == word)
