"""Constant SQL for the hot path, one text for both engines."""

import re
from dataclasses import dataclass

_NAME = re.compile(r"(?<!:):([a-z_]+)")


@dataclass(frozen=True)
class Statement:
    """A statement with ``:name`` parameters, in each driver's own way of writing them."""

    sqlite: str
    postgres: str


def statement(sql: str) -> Statement:
    """Prepare a statement written with ``:name`` parameters.

    Both drivers get the same text but for the parameters; a test runs all of them on both engines.
    """
    flat = " ".join(sql.split())
    return Statement(sqlite=flat, postgres=_NAME.sub(r"%(\1)s", flat.replace("%", "%%")))
