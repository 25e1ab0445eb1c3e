"""The library as a slice."""

from bot.slice import Slice
from bot.work.unit import Work
from handlers.facts import EntriesTold
from handlers.library import recalls, told


def _erase(work: Work, resident_id: int, most: int) -> int:
    return told.erase(work, resident_id, most) or recalls.erase(work, resident_id, most)


SLICE = Slice("library", listeners={EntriesTold: (told.record,)}, erase=_erase, expire=told.expire)
