"""What is told of files beside the replies."""

from bot.wechat.outbox import enqueue
from bot.work.facts import FileRefused
from bot.work.unit import Work
from handlers.media import sentences


def tell_refused(work: Work, fact: FileRefused) -> None:
    """Listener: tell the resident, once for a day, that no more is kept."""
    once = f"media_refused:{fact.resident_id}:{fact.day}"
    enqueue(work, resident_id=fact.resident_id, body=sentences.too_much(), once=once)
