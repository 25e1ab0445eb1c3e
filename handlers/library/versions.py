"""Versions of entries: every text that was ever in force is kept, so that what was told can be shown."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.library.models import EntryVersion, Freeze, Override
from handlers.library.service import digest
from knowledge.entry import Entry
from knowledge.library import Library
from knowledge.plain import from_plain, to_plain

MOST = 100
"""Versions that one act writes."""
EDITION = 20
"""Characters of a digest by which a version is named beside a message: 80 bits."""


@dataclass(frozen=True)
class Text:
    """An entry's text ready to be kept (acts do no hashing). Attributes: body: JSON."""

    entry: str
    digest: str
    body: str


@dataclass(frozen=True)
class Version:
    """One version. Attributes: layer: ``pack`` or ``county``; made_at: milliseconds UTC."""

    id: int
    entry: str
    number: int
    edition: str
    digest: str
    layer: str
    base: str
    why: str
    author_id: int | None
    adopted_by: int | None
    made_at: int


def edition(mark: str) -> str:
    """The short name of a digest."""
    return mark[:EDITION]


def editions(library: Library) -> Mapping[str, str]:
    """The edition of each entry of a library, by id."""
    return {entry.id: edition(digest(entry)) for entry in library}


def text_of(entry: Entry) -> Text:
    """An entry as it is kept."""
    return Text(entry.id, digest(entry), json.dumps(to_plain(entry), ensure_ascii=False))


def unknown(connection: Connection, pack: Library) -> list[Text]:
    """Entries of the pack whose text is not kept yet."""
    known = {
        (row.entry, row.digest) for row in connection.execute(select(EntryVersion.entry, EntryVersion.digest))
    }
    return [text_of(entry) for entry in pack if (entry.id, digest(entry)) not in known]


def remember(work: Work, texts: tuple[Text, ...]) -> int:
    """Keep texts of the pack, at most `MOST`. Several nodes may do so at once. Returns: how many were new."""
    numbers = _numbers(work, [one.entry for one in texts])
    rows = [
        {
            "entry": one.entry,
            "number": numbers.get(one.entry, 0) + 1,
            "edition": edition(one.digest),
            "digest": one.digest,
            "layer": "pack",
            "body": one.body,
            "base": "",
            "made_at": work.now_ms,
        }
        for one in texts
    ]
    return sum(_insert(work, row) for row in rows)


def add(work: Work, text: Text, **more: Any) -> int:
    """Keep a county's version; the same text again is the same version. Returns: its id."""
    held = work.db.scalar(
        select(EntryVersion.id).where(EntryVersion.entry == text.entry, EntryVersion.digest == text.digest)
    )
    if held is not None:
        return held
    row = EntryVersion(
        entry=text.entry,
        number=_numbers(work, [text.entry]).get(text.entry, 0) + 1,
        edition=edition(text.digest),
        digest=text.digest,
        layer="county",
        body=text.body,
        made_at=work.now_ms,
        **more,
    )
    work.db.add(row)
    work.db.flush()
    return row.id


def of(connection: Connection, entry: str) -> list[Version]:
    """The versions of an entry, the newest first."""
    rows = connection.execute(
        _columns().where(EntryVersion.entry == entry).order_by(EntryVersion.number.desc())
    )
    return [_version(row) for row in rows]


def by_edition(connection: Connection, named: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Version]:
    """Versions by entry and edition."""
    wanted = set(named)
    rows = connection.execute(_columns().where(EntryVersion.entry.in_({entry for entry, _mark in wanted})))
    found = {(row.entry, row.edition): _version(row) for row in rows}
    return {key: version for key, version in found.items() if key in wanted}


def read(connection: Connection, version_id: int) -> Entry | None:
    """The text of a version."""
    body = connection.scalar(select(EntryVersion.body).where(EntryVersion.id == version_id))
    return from_plain(json.loads(body)) if body is not None else None


def read_digest(connection: Connection, entry: str, mark: str) -> Entry | None:
    """The text of an entry by its digest."""
    body = connection.scalar(
        select(EntryVersion.body).where(EntryVersion.entry == entry, EntryVersion.digest == mark)
    )
    return from_plain(json.loads(body)) if body is not None else None


# -- layers ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Overridden:
    """A county's version in force. Attributes: base: digest of the pack's text it was compared with."""

    entry: str
    version_id: int
    number: int
    base: str


def overridden(connection: Connection) -> Mapping[str, Overridden]:
    """The county's versions in force, by entry."""
    rows = connection.execute(
        select(Override.entry, Override.version_id, EntryVersion.number, Override.base).join(
            EntryVersion, EntryVersion.id == Override.version_id
        )
    )
    return {row.entry: Overridden(*row) for row in rows}


def layered(connection: Connection, pack: Library) -> Library:
    """The pack with the county's versions before its own."""
    rows = connection.execute(
        select(EntryVersion.body)
        .join(Override, Override.version_id == EntryVersion.id)
        .order_by(Override.entry)
    )
    own = [from_plain(json.loads(row.body)) for row in rows]
    return replace(pack, by_id={**pack.by_id, **{entry.id: entry for entry in own}}) if own else pack


def frozen_ids(connection: Connection) -> frozenset[str]:
    """Entries that may not answer by themselves."""
    return frozenset(connection.scalars(select(Freeze.entry).where(Freeze.lifted_at.is_(None))))


def _columns() -> Any:
    return select(
        EntryVersion.id,
        EntryVersion.entry,
        EntryVersion.number,
        EntryVersion.edition,
        EntryVersion.digest,
        EntryVersion.layer,
        EntryVersion.base,
        EntryVersion.why,
        EntryVersion.author_id,
        EntryVersion.adopted_by,
        EntryVersion.made_at,
    )


def _version(row: Any) -> Version:
    values = row._asdict()
    return Version(**{**values, "why": row.why or ""})


def _numbers(work: Work, entries: Sequence[str]) -> Mapping[str, int]:
    rows = work.db.execute(
        select(EntryVersion.entry, func.max(EntryVersion.number))
        .where(EntryVersion.entry.in_(entries))
        .group_by(EntryVersion.entry)
    )
    return {entry: int(number) for entry, number in rows}


def _insert(work: Work, row: dict[str, Any]) -> int:
    done: Any = work.db.execute(insert(work.db, EntryVersion).values(row).on_conflict_do_nothing())
    return max(0, int(done.rowcount))
