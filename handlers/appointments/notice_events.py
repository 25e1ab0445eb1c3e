"""What the platform reports of subscribe messages: it is written down, and nothing is said."""

from bot.dialogue.reply import NOTHING, Reply
from bot.dialogue.router import Visit
from bot.work.facts import NoticesAnswered


async def noticed(visit: Visit) -> Reply:
    """订阅通知的回执: allowed, refused, or not arrived."""
    values = visit.said.values
    accepted, refused, failed = (
        tuple(values.get(name, "").split()) for name in ("accept", "reject", "failed")
    )
    if accepted or refused or failed:
        visit.facts.append(NoticesAnswered(visit.runner.resident_id, accepted, refused, failed))
    return NOTHING
