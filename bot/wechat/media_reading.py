"""What staff may see of files: which message brought one, how it stands, and its content."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from bot.wechat.media_models import Media


@dataclass(frozen=True)
class Card:
    """A file of a message.

    Attributes: state, reason, hearing: see `Media`; mime, size (bytes): of what is kept; words: what was
    understood of a voice.
    """

    id: int
    kind: str
    state: str
    reason: str
    mime: str
    size: int
    hearing: str
    words: str = field(repr=False)


@dataclass(frozen=True)
class Kept:
    """A file that lies in the uploads, with the key that opens it."""

    card: Card
    key: str = field(repr=False)


_COLUMNS = (
    Media.id,
    Media.kind,
    Media.state,
    Media.reason,
    Media.mime,
    Media.size,
    Media.hearing,
    Media.words,
)


def cards(connection: Connection, inbox_ids: Sequence[int]) -> dict[int, Card]:
    """The files of these messages, by message."""
    rows = connection.execute(select(Media.inbox_id, *_COLUMNS).where(Media.inbox_id.in_(inbox_ids)))
    return {row[0]: _card(*row[1:]) for row in rows}


def kept(connection: Connection, resident_id: int, media_id: int) -> Kept | None:
    """A resident's file that can be read; None when it is not there, not theirs, or erased."""
    row = connection.execute(
        select(Media.key, *_COLUMNS).where(
            Media.id == media_id, Media.resident_id == resident_id, Media.state == "kept"
        )
    ).first()
    return Kept(_card(*row[1:]), row[0]) if row and row[0] else None


def _card(
    ident: int,
    kind: str,
    state: str,
    reason: str | None,
    mime: str | None,
    size: int | None,
    hearing: str,
    words: str | None,
) -> Card:
    return Card(ident, kind, state, reason or "", mime or "", size or 0, hearing, words or "")
