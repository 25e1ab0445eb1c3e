"""The places of the console, in the order of the navigation; one sees those that one has a right to."""

from collections.abc import Callable
from dataclasses import dataclass

from admin.console.rights import RIGHTS
from bot.words import _


@dataclass(frozen=True)
class Place:
    """A place. Attributes: key: what pages call it; right: who sees it."""

    key: str
    path: str
    name: str
    right: str


PLACES = (
    Place("inbox", "/admin", _("待办"), "task.list"),
    Place("day", "/admin/day", _("今天"), "day.read"),
    Place("knowledge", "/admin/knowledge", _("知识"), "knowledge.list"),
    Place("registers", "/admin/registers", _("登记簿"), "register.read"),
    Place("me", "/admin/me", _("我的"), "own"),
    Place("words", "/admin/words", _("常用语"), "words.list"),
    Place("people", "/admin/people", _("人员"), "people.list"),
    Place("duty", "/admin/duty", _("值班表"), "duty.read"),
    Place("alerts", "/admin/alerts", _("通知"), "alerts.read"),
    Place("figures", "/admin/figures", _("统计"), "figures.read"),
    Place("audit", "/admin/audit", _("记录"), "audit.read"),
    Place("problems", "/admin/problems", _("页面问题"), "problem.list"),
)


def places_for(can: Callable[[str], bool]) -> list[Place]:
    """The places that somebody sees. Args: can: whether they have a right."""
    return [one for one in PLACES if one.right in RIGHTS and can(one.right)]
