"""What the platform reports about the account itself: its verification and its rights."""

from bot.wechat.rights import regain_right
from bot.work.alarms import clear_alarm, raise_alarm
from bot.work.unit import Work

_GOOD = frozenset({"qualification_verify_success", "naming_verify_success"})


def note(work: Work, door: str, event: str) -> None:
    """Act: a verification that succeeded gives the right to push back; anything else needs a person.

    Args: event: as the platform names it (``verify_expired``, ``annual_renew`` ...).
    """
    if event in _GOOD:
        regain_right(work, door, reason=f"the platform reports {event}")
        clear_alarm(work, "account", door)
        return
    raise_alarm(
        work,
        "account",
        door,
        f"the platform reports {event}: look into the account's console; rights may be lost",
    )
