"""The table of the duty roster."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key


class DutyTurn(Base):
    """值班: from when until when somebody is on duty, nights and days off included.

    station_id: for whose residents, None for the whole county; phone: where colleagues call them
    meanwhile, empty without one; instants are milliseconds UTC.
    """

    __tablename__ = "duty_turn"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"))
    since: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger, index=True)
    phone: Mapped[str] = mapped_column(Sealed("duty_turn.phone"))
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)
