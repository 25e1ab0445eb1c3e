"""One almanac for each database that this process has open: what is free now, for journeys and routes."""

from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from handlers.appointments.slots import Board, Shelf

_shelves: WeakKeyDictionary[Engine, Shelf] = WeakKeyDictionary()
"""By engine, so that a look-up needs nothing but its connection, and two stores never share an almanac."""


def board_now(connection: Connection, now_ms: int) -> Board:
    """What is free at an instant, in milliseconds UTC."""
    return _shelves.setdefault(connection.engine, Shelf()).board(connection, now_ms)
