"""What may answer here: the pack under the county's versions, as far as adopted, without the frozen."""

from sqlalchemy import Connection

from handlers.library import service, versions
from knowledge.library import Library


def in_force(connection: Connection, pack: Library, *, trial: bool = False) -> Library:
    """The entries that answer now.

    Args: pack: as shipped; trial: whether all count as adopted; the county's versions and what is frozen
    count all the same.
    """
    whole = versions.layered(connection, pack)
    library = whole if trial else service.adopted(connection, whole)
    frozen = versions.frozen_ids(connection)
    return library.only(lambda entry: entry not in frozen) if frozen else library
