"""Tables of the console: sessions, second factors, tries to sign in, and the one-time link."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key


class StaffSession(Base):
    """登录: one row per browser; ``token`` is a keyed hash of what its cookie holds.

    ref: names the session in the list of one's own; stage: ``in``, or what is still to be done: ``code``
    (of the second factor) or ``enrol`` (set one up); browser: kind of browser and system, in words of
    ours; confirmed_at: when password or code were given last, for what asks for them again.
    """

    __tablename__ = "staff_session"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    stage: Mapped[str] = mapped_column(String(8), default="in")
    browser: Mapped[str] = mapped_column(String(40), default="")
    begun_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)
    confirmed_at: Mapped[int] = mapped_column(BigInteger, default=0)


class StaffFactor(Base):
    """动态码: the ``secret`` that a phone shares since ``since``, None until a first code proved it.

    fresh: one that is being set up, beside the one that holds; last_step: the newest step of 30 s whose
    code was used: it and older ones are refused.
    """

    __tablename__ = "staff_factor"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    secret: Mapped[str | None] = mapped_column(Sealed("staff_factor.secret"))
    fresh: Mapped[str | None] = mapped_column(Sealed("staff_factor.fresh"))
    since: Mapped[int | None] = mapped_column(BigInteger)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Base):
    """备用码: stands in for a lost phone, once; ``mark`` is a keyed hash."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


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
