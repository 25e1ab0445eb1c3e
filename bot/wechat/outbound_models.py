"""Tables of the way out: the token of each account, its rights, and APIs that are stopped for a time."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Instant, Sealed


class AccessToken(Base):
    """接口凭证: one row an account; whoever holds its lease is the only one who fetches.

    Times are milliseconds UTC; ``fetched_at`` is the latest try. ``serial`` counts tokens, so that a
    refusal names the token it means. ``incident_since`` is set while no call has proved the token
    good; ``fetches`` counts towards the limit of an incident, ``level`` counts its cool-downs.
    ``stopped``: the block waits for a person's repair, and a restart lifts it.
    """

    __tablename__ = "access_token"

    door: Mapped[str] = mapped_column(String(8), primary_key=True)
    account: Mapped[str] = mapped_column(String(300), default="")
    token: Mapped[str | None] = mapped_column(Sealed("access_token.token"))
    serial: Mapped[int] = mapped_column(BigInteger, default=0)
    fetched_at: Mapped[int] = mapped_column(BigInteger, default=0)
    refresh_at: Mapped[int] = mapped_column(BigInteger, default=0)
    expires_at: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_until: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_by: Mapped[str | None] = mapped_column(String(16))
    fetches: Mapped[int] = mapped_column(default=0)
    level: Mapped[int] = mapped_column(default=0)
    incident_since: Mapped[int | None] = mapped_column(BigInteger)
    blocked_until: Mapped[int] = mapped_column(BigInteger, default=0)
    blocked_why: Mapped[str] = mapped_column(String(120), default="")
    stopped: Mapped[bool] = mapped_column(default=False)


class AccountRight(Base):
    """账号权限: what the platform has told about an account's rights; no row means: not refused so far."""

    __tablename__ = "account_right"

    door: Mapped[str] = mapped_column(String(8), primary_key=True)
    right: Mapped[str] = mapped_column(String(16), primary_key=True)
    allowed: Mapped[bool]
    since: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(120), default="")


class ApiStop(Base):
    """接口暂停: an API that is not called before a time (milliseconds UTC), and why."""

    __tablename__ = "api_stop"

    door: Mapped[str] = mapped_column(String(8), primary_key=True)
    api: Mapped[str] = mapped_column(String(16), primary_key=True)
    until: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(120), default="")
