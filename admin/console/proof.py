"""Password or code, given once more by somebody who is signed in."""

import re

from admin.console import doors, factor, sessions
from admin.console.passwords import Passwords, TooManyAtOnce
from admin.store import Store
from bot.words import _
from bot.work.unit import Work
from handlers.handoff import staff
from handlers.handoff.staff import Colleague

_CODE = re.compile(r"[0-9]{6}")


async def proved(
    store: Store,
    passwords: Passwords,
    who: Colleague,
    token: str,
    given: str,
    *,
    password_only: bool = False,
) -> str:
    """Check password or code; tries are counted with those of the second step.

    Returns: what is wrong, in one sentence; empty when it was right, and the session is confirmed then.
    """
    allowed = await store.writer.do(doors.attempt, doors.second_step(who.id))
    try:
        right = await _right(store, passwords, who, given, password_only=password_only)
    except TooManyAtOnce as refusal:
        return refusal.say
    if not (allowed and right):
        return _("不对，或者试的次数太多了。15 分钟后再试。")
    await store.writer.do(_confirmed, who.id, token)
    return ""


async def _right(
    store: Store, passwords: Passwords, who: Colleague, given: str, *, password_only: bool
) -> bool:
    if not password_only and _CODE.fullmatch(given) and await store.writer.do(factor.check, who.id, given):
        return True
    known = await store.reader(staff.credentials, who.login)
    return await passwords.check(known[1] if known else None, given)


def _confirmed(work: Work, staff_id: int, token: str) -> None:
    doors.forget_tries(work, doors.second_step(staff_id))
    sessions.confirm(work, staff_id, token)
