"""Tables of the console: sessions, tries to sign in, and the one-time link."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base


class StaffSession(Base):
    """登录: one row per signed-in browser; ``token`` is a keyed hash of what its cookie holds."""

    __tablename__ = "staff_session"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    begun_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)


class SignInTry(Base):
    """Tries to sign in since ``first_at`` under one name, known or not; ``mark`` is its keyed hash."""

    __tablename__ = "sign_in_try"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[int] = mapped_column(BigInteger)


class SetupLink(Base):
    """The one-time link with which the first member of staff is made; ``token`` is a keyed hash."""

    __tablename__ = "setup_link"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[int] = mapped_column(BigInteger)
