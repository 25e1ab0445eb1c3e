"""The table of what residents send that is no text: voices, pictures, videos."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key

_DUE = "state in ('waiting', 'fetching', 'erasing')"
_UNHEARD = "state = 'kept' and hearing = 'open'"


class Media(Base):
    """语音、图片、视频: one row per message that brought a file; written with the message itself.

    state: ``waiting`` (to be fetched at ``due_at``), ``fetching`` (under a lease), ``kept`` (the file lies
    sealed in the uploads), ``lost`` or ``refused`` as too much of one day (and ``reason`` says why),
    ``erasing`` (the file is to be removed).
    ``source`` is the platform's id of the file; it dies three days after the message. ``key`` opens the
    file: without it nobody does. ``digest`` is the sha256 (hex) of the content, ``size`` its bytes.
    hearing: empty (nothing to hear), ``open`` (a voice that nobody has turned into text), ``heard``,
    ``failed``; ``words`` is what was understood.
    """

    __tablename__ = "media"
    __table_args__ = (
        Index("ix_media_resident_id_came_at", "resident_id", "came_at"),
        # partial: rows at rest cost nothing
        Index("ix_media_due", "due_at", sqlite_where=text(_DUE), postgresql_where=text(_DUE)),
        Index("ix_media_unheard", "hear_at", sqlite_where=text(_UNHEARD), postgresql_where=text(_UNHEARD)),
        {"sqlite_autoincrement": True},  # an id names a file: it is never given twice
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    inbox_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    door: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(8))
    source: Mapped[str | None] = mapped_column(Sealed("media.source"))
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    came_at: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int] = mapped_column(BigInteger)
    lease_until: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_by: Mapped[str | None] = mapped_column(String(16))
    key: Mapped[str | None] = mapped_column(Sealed("media.key"))
    mime: Mapped[str | None] = mapped_column(String(40))
    size: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[str | None] = mapped_column(String(64))
    kept_at: Mapped[int | None] = mapped_column(BigInteger)
    hearing: Mapped[str] = mapped_column(String(8), default="")
    hear_at: Mapped[int] = mapped_column(BigInteger, default=0)
    hear_tries: Mapped[int] = mapped_column(default=0)
    words: Mapped[str | None] = mapped_column(Sealed("media.words"))
