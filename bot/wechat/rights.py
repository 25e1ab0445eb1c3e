"""What an account may do: credentials, rights that the platform refused, APIs that are stopped for a time."""

from sqlalchemy import Connection, select

from bot.clock import Clock, millis
from bot.config import Settings
from bot.db import Reader
from bot.wechat.outbound_models import AccessToken, AccountRight, ApiStop
from bot.wechat.verdict import LONG_MS
from bot.work.alarms import clear_alarm
from bot.work.statements import statement
from bot.work.unit import Work

PUSH = "push"
RIGHT_ALARM = "push_right"

# one statement each, since two nodes may learn the same thing at once
_STOP = statement(
    """
    insert into api_stop (door, api, until, reason) values (:door, :api, :until, :reason)
    on conflict (door, api) do update set until = excluded.until, reason = excluded.reason
    """
)
_RIGHT = statement(
    """
    insert into account_right (door, "right", allowed, since, reason)
    values (:door, :right, :allowed, :since, :reason)
    on conflict (door, "right") do update
        set allowed = excluded.allowed, since = excluded.since, reason = excluded.reason
    """
)


class Rights:
    """Answers at once, from what was last read; `reload` reads anew.

    Args: clock: tells whether a stop is still in force.
    """

    def __init__(self, settings: Settings, reader: Reader, clock: Clock) -> None:
        self._can_call = {account.door for account in (settings.wechat, settings.mini) if account.can_call}
        self._reader, self._clock = reader, clock
        self._lost: frozenset[str] = frozenset()
        self._stops: dict[str, int] = {}

    def may_push(self, door: str) -> bool:
        """Whether a text can be pushed at this door now: credentials, the right, and no long stop."""
        if door not in self._can_call or door in self._lost:
            return False
        return self._stops.get(door, 0) <= millis(self._clock.now())

    async def reload(self) -> None:
        """Read the tables. Raises: what the database raises."""
        self._lost, self._stops = await self._reader(_read, millis(self._clock.now()))


def lose_right(work: Work, door: str, right: str, reason: str) -> None:
    """The platform says that the account has no such right. The caller raises the alarm."""
    _set(work, door, right, allowed=False, reason=reason)


def regain_right(work: Work, door: str, right: str = PUSH, reason: str = "tried again on request") -> None:
    """The account may have the right again: after its verification, or because an operator says so."""
    _set(work, door, right, allowed=True, reason=reason)
    clear_alarm(work, RIGHT_ALARM, door)


def stop_api(work: Work, door: str, api: str, until: int, reason: str) -> None:
    """Do not call an API before a time (milliseconds UTC)."""
    work.run(_STOP, door=door, api=api, until=until, reason=reason[:120])


def _read(connection: Connection, now: int) -> tuple[frozenset[str], dict[str, int]]:
    lost = connection.scalars(
        select(AccountRight.door).where(AccountRight.right == PUSH, AccountRight.allowed.is_(False))
    ).all()
    stops: dict[str, int] = {}
    for table in (
        select(ApiStop.door, ApiStop.until).where(ApiStop.api == "send", ApiStop.until > now + LONG_MS),
        select(AccessToken.door, AccessToken.blocked_until).where(
            AccessToken.blocked_until > now + LONG_MS, AccessToken.expires_at <= now
        ),
    ):
        for door, until in connection.execute(table):
            stops[door] = max(stops.get(door, 0), until)
    return frozenset(lost), stops


def _set(work: Work, door: str, right: str, *, allowed: bool, reason: str) -> None:
    work.run(_RIGHT, door=door, right=right, allowed=allowed, since=work.now_ms, reason=reason[:120])
