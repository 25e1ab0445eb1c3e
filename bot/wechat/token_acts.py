"""Acts on the access token's row: who fetches, what was fetched, and when to leave the platform alone.

An incident is the time from a refusal (of the token, or of a fetch) until a call succeeds again. It has
three fetches at most, with pauses; then a cool-down, after which each try has one fetch.
"""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from sqlalchemy import select

from bot.clock import in_china, instant, millis
from bot.wechat.errcodes import Action
from bot.wechat.outbound_models import AccessToken
from bot.work.alarms import clear_alarm, raise_alarm
from bot.work.statements import statement
from bot.work.unit import Work

FETCHES = 3
PAUSES_MS = (5_000, 30_000)
COOL_MS = 5 * 60_000
LONGEST_COOL_MS = 60 * 60_000
STOPPED_MS = 60 * 60_000  # wrong secret or address: a person has to act first
LEASE_MS = 10_000
TOGETHER_MS = 5 * 60_000  # refusals within this time of a fetch belong to one incident
AHEAD_AGAIN_MS = 120_000
AHEAD_S = 240  # in its last 5 minutes a stable token is followed by a new one, and both work
ALARM = "token"

_MAKE = statement(
    """INSERT INTO access_token (door, account, serial, fetched_at, refresh_at, expires_at, lease_until,
       fetches, level, blocked_until, blocked_why, stopped)
       VALUES (:door, '', 0, 0, 0, 0, 0, 0, 0, 0, '', FALSE) ON CONFLICT (door) DO NOTHING"""
)


@dataclass(frozen=True)
class Token:
    """A token to call with. ``serial`` names it in reports; ``unproved``: an incident is open."""

    value: str = field(repr=False)
    account: str
    serial: int
    refresh_at: int
    expires_at: int
    unproved: bool


@dataclass(frozen=True)
class Grant:
    """What the row answers to somebody who needs a token; ``until`` and ``why`` go with ``blocked``."""

    kind: Literal["have", "fetch", "wait", "blocked"]
    token: Token | None = None
    until: int = 0
    why: str = ""


def want_token(work: Work, door: str, account: str, who: str, *, ahead: bool = False) -> Grant:
    """Ask for a token.

    Args: account: app id and address it is for; who: takes the lease when somebody must fetch;
    ahead: fetch already when the token is in its last minutes.
    """
    row, now = _row(work, door), work.now_ms
    if row.account != account:
        _forget(row, account)
    if row.token and row.expires_at > now and not (ahead and row.refresh_at <= now):
        return Grant("have", _token(row))
    if row.blocked_until > now:
        return Grant("blocked", until=row.blocked_until, why=row.blocked_why)
    if row.lease_until > now:
        return Grant("wait")
    if row.incident_since is None and now - row.fetched_at > TOGETHER_MS:
        row.fetches = 0
    row.lease_until, row.lease_by, row.fetched_at = now + LEASE_MS, who, now
    row.fetches += 1
    return Grant("fetch")


def take_token(work: Work, door: str, account: str, who: str, value: str, lifetime_s: int) -> Token | None:
    """Keep what was fetched. Returns: the token; None when the lease went to somebody else."""
    row = _row(work, door)
    if row.lease_by != who or row.account != account:
        return None
    now = work.now_ms
    row.token, row.serial, row.stopped = value, row.serial + 1, False
    row.refresh_at = now + max(lifetime_s - AHEAD_S, lifetime_s // 2) * 1000
    row.expires_at = now + lifetime_s * 1000 - min(10_000, lifetime_s * 100)
    row.lease_until, row.lease_by, row.blocked_until, row.blocked_why = 0, None, 0, ""
    if row.incident_since is None:
        clear_alarm(work, ALARM, door)
    return _token(row)


def fetch_failed(work: Work, door: str, who: str, action: str, why: str) -> Grant:
    """Note that a fetch failed, and block for a time that fits the reason.

    Args: action: an `Action`, or empty when there was no answer; why: for the operator.
    """
    row, now = _row(work, door), work.now_ms
    if row.lease_by != who:
        return Grant("wait")
    row.lease_until, row.lease_by = 0, None
    stopped = action in (Action.STOP_ACCOUNT, Action.STOP_API, Action.DISABLE_API)
    if row.expires_at > now:  # fetched ahead of need: the present token still serves
        row.refresh_at = now + AHEAD_AGAIN_MS
        if stopped:
            raise_alarm(work, ALARM, door, f"no new access token: {why}")
        return Grant("wait")
    row.incident_since = row.incident_since or now
    if stopped:
        _stop(row, now, why)
        raise_alarm(work, ALARM, door, f"no access token: {why}")
    elif action == Action.STOP_UNTIL_MIDNIGHT:
        _block(row, next_midnight(now), why)
        raise_alarm(work, ALARM, door, f"no access token: {why}")
    elif action == Action.WAIT_MINUTE:
        _block(row, next_minute(now), why)
    elif _pause(row, now, why):
        raise_alarm(work, ALARM, door, f"no access token after {FETCHES} fetches: {why}")
    return Grant("blocked", until=row.blocked_until, why=row.blocked_why)


def token_refused(work: Work, door: str, serial: int, why: str) -> Grant:
    """Note that a call was refused with the token of this serial.

    Returns: ``wait`` when it pays to ask for another one (a newer token, or a fetch is due);
    ``blocked`` when a freshly fetched token was refused: that is an alarm, and no loop.
    """
    row, now = _row(work, door), work.now_ms
    if row.serial != serial:
        return Grant("wait")
    if row.expires_at:
        row.expires_at = 0
        if row.incident_since is not None:
            _pause(row, now, why)
            raise_alarm(work, ALARM, door, f"a freshly fetched access token was refused: {why}")
        else:
            row.incident_since = now
            row.fetches = 0 if now - row.fetched_at > TOGETHER_MS else row.fetches
            if row.fetches >= FETCHES:
                _pause(row, now, why)
                raise_alarm(work, ALARM, door, f"access tokens are refused again and again: {why}")
    if row.blocked_until > now:
        return Grant("blocked", until=row.blocked_until, why=row.blocked_why)
    return Grant("wait")


def token_proved(work: Work, door: str, serial: int) -> None:
    """A call succeeded with this token: the incident is over."""
    row = _row(work, door)
    if row.serial == serial and row.incident_since is not None:
        row.incident_since, row.level, row.blocked_until, row.blocked_why = None, 0, 0, ""
        clear_alarm(work, ALARM, door)


def account_stopped(work: Work, door: str, account: str, why: str) -> Grant:
    """A call (not a fetch) told that the account must be mended by a person first."""
    row = _row(work, door)
    if row.account != account:
        _forget(row, account)
    row.incident_since, row.expires_at = row.incident_since or work.now_ms, 0
    _stop(row, work.now_ms, why)
    raise_alarm(work, ALARM, door, f"the platform refuses this account: {why}")
    return Grant("blocked", until=row.blocked_until, why=row.blocked_why)


def lift_block(work: Work, door: str) -> None:
    """A restart may follow a repair of the settings: try again at once, with one fetch."""
    row = _row(work, door)
    if row.stopped:
        row.blocked_until, row.blocked_why, row.stopped = 0, "", False


def next_midnight(now: int) -> int:
    """The coming midnight in Beijing, when the platform's daily quotas start anew."""
    today = in_china(instant(now)).replace(hour=0, minute=0, second=0, microsecond=0)
    return millis(today + timedelta(days=1))


def next_minute(now: int) -> int:
    """The beginning of the next minute."""
    return (now // 60_000 + 1) * 60_000


def _row(work: Work, door: str) -> AccessToken:
    work.changed(_MAKE, door=door)
    return work.db.scalars(select(AccessToken).where(AccessToken.door == door).with_for_update()).one()


def _token(row: AccessToken) -> Token:
    assert row.token is not None
    return Token(
        row.token, row.account, row.serial, row.refresh_at, row.expires_at, row.incident_since is not None
    )


def _forget(row: AccessToken, account: str) -> None:
    row.account, row.token, row.expires_at = account, None, 0
    row.incident_since, row.fetches, row.level, row.stopped = None, 0, 0, False
    row.lease_until, row.lease_by, row.blocked_until, row.blocked_why = 0, None, 0, ""


def _pause(row: AccessToken, now: int, why: str) -> bool:
    """Block for the next pause. Returns: whether it is a cool-down."""
    cool = row.fetches >= (1 if row.level else FETCHES)
    if cool:
        pause = min(COOL_MS * 2**row.level, LONGEST_COOL_MS)
        row.level, row.fetches = min(row.level + 1, 10), 0
    else:
        pause = PAUSES_MS[max(row.fetches, 1) - 1]
    _block(row, now + round(pause * random.uniform(1, 1.2)), why)  # noqa: S311 - spreads the load
    return cool


def _stop(row: AccessToken, now: int, why: str) -> None:
    row.stopped = True
    _block(row, now + STOPPED_MS, why)


def _block(row: AccessToken, until: int, why: str) -> None:
    row.blocked_until, row.blocked_why = until, why[:120]
