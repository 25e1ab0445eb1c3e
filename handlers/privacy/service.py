"""What happens to a resident's data when they leave or withdraw a right."""

from bot.wechat import erasure
from bot.work.facts import DataToErase
from bot.work.unit import Work

_KINDS = {
    "206": ("location", "place"),
    "207": ("image", "pics"),
    "13": ("location", "place"),
    "14": ("image", "pics"),
    "15": ("file",),
}
"""Numbers of the platform's RevokeInfo that name a datum which messages can hold; the official
account's numbers begin with 2, the mini-program's are smaller."""


def erase_or_leave(work: Work, fact: DataToErase) -> None:
    """Listener: delete the named datum, or mark the person as gone so that all of it goes."""
    if fact.what == "all":
        erasure.leave(work, fact.resident_id)
        return
    kinds = tuple(kind for number in fact.what.split(",") for kind in _KINDS.get(number.strip(), ()))
    if kinds:
        erasure.erase_kinds(work, fact.resident_id, kinds)
