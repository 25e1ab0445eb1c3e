"""Leaving the account, and withdrawing a right: what the platform reports about a person."""

from bot.dialogue.reply import NOTHING, Reply
from bot.dialogue.router import Visit
from bot.work.facts import DataToErase


async def left(visit: Visit) -> Reply:
    """取消关注、注销授权: nothing can be said any more, and all that may go is erased."""
    await _stop(visit)
    visit.facts.append(DataToErase(visit.runner.resident_id, "all"))
    return NOTHING


async def revoked(visit: Visit) -> Reply:
    """撤回授权: the named data are erased."""
    visit.facts.append(DataToErase(visit.runner.resident_id, visit.said.values.get("RevokeInfo", "")))
    return NOTHING


async def _stop(visit: Visit) -> None:
    """An unfinished journey gives back what it held."""
    if visit.state is not None:
        await visit.runner.undo(visit.state, None)
        visit.state.state, visit.state.asked = "dropped", None
        visit.changed.append(visit.state)
        visit.state = None
