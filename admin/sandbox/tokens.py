"""Access tokens: issued, overlapping, expiring, by the rules of the two ways to get one."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from admin.sandbox.errcodes import ApiRefused
from bot.clock import Clock, in_china

LIFETIME = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
FORCED_A_DAY = 20
FORCED_APART = timedelta(seconds=30)


@dataclass
class _Token:
    value: str
    app_id: str
    ends: datetime
    ended_by_force: bool = False


class TokenDesk:
    """Issues tokens and tells whose they are.

    `plain` makes a new token at each call, and the one before lives for five minutes more. `stable` gives
    the same one until five minutes before its end. The two ways know nothing of each other.
    """

    def __init__(self, clock: Clock, lifetime: timedelta = LIFETIME) -> None:
        self._clock = clock
        self.lifetime = lifetime
        self._all: dict[str, _Token] = {}
        self._plain: dict[str, _Token] = {}
        self._stable: dict[str, _Token] = {}
        self._forced: dict[str, list[datetime]] = {}

    def plain(self, app_id: str) -> tuple[str, int]:
        """A new token. Returns: the token and its seconds."""
        before = self._plain.get(app_id)
        if before:
            before.ends = min(before.ends, self._clock.now() + OVERLAP)
        self._plain[app_id] = self._issue(app_id)
        return self._told(self._plain[app_id])

    def stable(self, app_id: str, *, force: bool = False) -> tuple[str, int]:
        """The present token, or a new one in its last five minutes.

        Args: force: kill the present one and make another; 20 a day, 30 s apart.
        Raises: ApiRefused 45009 (day) or 45011 (too soon). Returns: the token and its seconds.
        """
        now, present = self._clock.now(), self._stable.get(app_id)
        if force:
            self._count_forced(app_id, now)
            if present:
                present.ends, present.ended_by_force = now, True
        if force or not present or present.ends - now <= OVERLAP:
            present = self._stable[app_id] = self._issue(app_id)
        return self._told(present)

    def owner(self, value: str) -> str:
        """The app id that a token belongs to. Raises: ApiRefused 41001, 40014, 40001 or 42001."""
        if not value:
            raise ApiRefused(41001)
        token = self._all.get(value)
        if token is None:
            raise ApiRefused(40001 if len(value) > 32 else 40014)
        if token.ends <= self._clock.now():
            raise ApiRefused(40001 if token.ended_by_force else 42001)
        return token.app_id

    def expire_all(self) -> None:
        """Let every token end now, as after a change of the secret."""
        for token in self._all.values():
            token.ends = min(token.ends, self._clock.now())
        self._stable.clear()
        self._plain.clear()

    def _count_forced(self, app_id: str, now: datetime) -> None:
        today = [at for at in self._forced.get(app_id, []) if _day(at) == _day(now)]
        if today and now - today[-1] < FORCED_APART:
            raise ApiRefused(45011)
        if len(today) >= FORCED_A_DAY:
            raise ApiRefused(45009)
        self._forced[app_id] = [*today, now]

    def _issue(self, app_id: str) -> _Token:
        token = _Token(
            f"{len(self._all)}_" + secrets.token_urlsafe(96), app_id, self._clock.now() + self.lifetime
        )
        self._all[token.value] = token
        return token

    def _told(self, token: _Token) -> tuple[str, int]:
        return token.value, int((token.ends - self._clock.now()).total_seconds())


def _day(at: datetime) -> date:
    return in_china(at).date()
