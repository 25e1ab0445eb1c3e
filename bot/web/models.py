"""Tables of the API: what was answered to a request that may come again."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed


class ApiAnswer(Base):
    """接口的回答: what was answered under an idempotency key, kept for two days.

    mark: of the caller and the key; asked: of method, path and body, so that the same key with another
    request is seen.
    """

    __tablename__ = "api_answer"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked: Mapped[str] = mapped_column(String(64))
    resident_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Sealed("api_answer.body"))
    made_at: Mapped[int] = mapped_column(BigInteger, index=True)
