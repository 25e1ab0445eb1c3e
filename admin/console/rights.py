"""Who may do what in the console: one row for each right, and every route names its right.

A route without a right cannot be made (`Shell.page` asks for one), and a right without a row is refused.
"""

from collections.abc import Mapping

from handlers.handoff.staff import Colleague

STAFF = frozenset({"clerk", "head", "admin"})

RIGHTS: Mapping[str, frozenset[str]] = {
    "own": STAFF,
    "task.list": STAFF,
    "task.read": STAFF,
    "task.reply": STAFF,
    "task.take": STAFF,
    "task.back": STAFF,
    "task.close": STAFF,
    "media.read": STAFF,
}
"""The roles that have a right; what stands here for nobody is nobody's."""


def may(who: Colleague, right: str) -> bool:
    """Whether a member of staff has a right. Raises: KeyError for a right that has no row."""
    return who.role in RIGHTS[right]
