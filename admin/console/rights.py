"""Who may do what in the console: one row for each right, and every route names its right.

A route without a right cannot be made (`Shell.page` asks for one), and a right without a row is refused.
What is expected of the table stands in `tests/console/expected_rights.csv`, written by hand.
"""

from collections.abc import Mapping

from handlers.handoff.staff import ROLES, Colleague

EVERYBODY = frozenset(ROLES)
STAFF = frozenset({"clerk", "head", "county_admin"})
"""They answer residents and are on duty for danger."""
CASE = STAFF | {"mediator", "lawyer"}
"""They work on threads; mediators and lawyers on those that they were given."""
READERS = CASE | {"auditor"}
HEADS = frozenset({"head", "county_admin"})
KNOWLEDGE = frozenset({"clerk", "lawyer", "curator", "head", "county_admin"})

SECOND_FACTOR = frozenset({"head", "county_admin", "system"})
"""Roles that cannot sign in by a password alone."""

RIGHTS: Mapping[str, frozenset[str]] = {
    "own": EVERYBODY,
    "task.list": READERS,
    "task.read": READERS,
    "task.reply": CASE,
    "task.take": CASE,
    "task.back": CASE,
    "task.close": CASE,
    "media.read": READERS,
    "own.away": CASE,
    "own.calendar": CASE,
    "people.list": HEADS | {"auditor", "system"},
    "people.change": HEADS,
    "live": EVERYBODY,
    "task.search": READERS,
    "task.why": READERS,
    "task.call": CASE,
    "task.note": CASE,
    "task.offer": CASE,
    "task.seclude": CASE,
    "task.unseclude": HEADS,
    "contact.change": CASE,
    "contact.reveal": CASE,
    "words.list": CASE,
    "words.change": CASE,
    "day.read": STAFF | {"auditor"},
    "day.change": STAFF,
    "day.reveal": STAFF,
    "closing.read": STAFF | {"auditor"},
    "closing.change": STAFF,
    "duty.read": STAFF | {"auditor"},
    "duty.change": HEADS,
    "alerts.read": HEADS,
    "alerts.change": HEADS,
    "audit.read": HEADS | {"auditor"},
    "reveals.read": HEADS | {"auditor"},
    "audit.export": HEADS | {"auditor"},
    "register.read": STAFF | {"auditor"},
    "register.export": HEADS | {"auditor"},
    "register.reveal": STAFF,
    "register.zero": STAFF,
    "problem.report": EVERYBODY,
    "problem.list": frozenset({"system"}),
    "figures.read": STAFF | {"auditor"},
    "knowledge.list": KNOWLEDGE | {"mediator", "auditor"},
    "knowledge.read": KNOWLEDGE | {"mediator", "auditor"},
    "knowledge.propose": CASE,
    "knowledge.edit": frozenset({"curator", "head"}),
    "knowledge.adopt": HEADS | {"curator"},
    "knowledge.freeze": HEADS | {"curator"},
    "knowledge.recall": HEADS,
}
"""The roles that have a right; what stands here for nobody is nobody's."""


def may(who: Colleague, right: str) -> bool:
    """Whether a member of staff has a right. Raises: KeyError for a right that has no row."""
    return who.role in RIGHTS[right]


_HOMES = (("task.list", "/admin"), ("knowledge.list", "/admin/knowledge"), ("people.list", "/admin/people"))
"""Where somebody begins: the first place that they may see."""


def home(who: Colleague) -> str:
    """The address of the page with which somebody begins."""
    return next((place for right, place in _HOMES if right in RIGHTS and may(who, right)), "/admin/me")
