"""Keys that live in the database, sealed with the secret: the key of the look-up marks."""

import base64
import os

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed
from bot.work.unit import Work


class Key(Base):
    """A named key."""

    __tablename__ = "keyring"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(Sealed("keyring.value"))


def index_key(work: Work) -> bytes:
    """The key of the marks, made on the first call; it outlives every change of the secret."""
    key = work.db.get(Key, "index")
    if key is None:
        key = Key(name="index", value=base64.b64encode(os.urandom(32)).decode())
        work.db.add(key)
        work.db.flush()
    return base64.b64decode(key.value)
