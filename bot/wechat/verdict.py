"""From the outcome of a push to the next state of its row: the rules, without a database."""

import random
from dataclasses import dataclass

from bot.wechat.errcodes import Action, Rule
from bot.wechat.outcome import NeverConnected, Outcome, PutOff, Refused, Sent, Unknown
from bot.wechat.token_acts import next_midnight, next_minute

TRIES = 3
CONNECTS = 2
WAITS = 48
LONG_MS = 90_000
"""A longer wait is no mere pause: the resident had better write again."""
BANNED_MS = 6 * 60 * 60_000
BASE_MS = 2_000
LONGEST_MS = 5 * 60_000
MINUTE_JITTER_MS = 10_000


@dataclass(frozen=True)
class Verdict:
    """What is written to the row, the ledger, and beyond.

    Attributes:
        due_ms: when a ``created`` row is tried again, or a kept one that waits.
        credit: the message was not taken: give the ledger back what was charged.
        empty: the platform says that the ledger is empty.
        stop_until: no push of this account before.
        right_lost: the account may not push at all.
        alarm: kind of the alarm to raise, or empty.
        erase: drop the text too.
    """

    state: str
    reason: str
    due_ms: int | None = None
    credit: bool = False
    empty: bool = False
    stop_until: int = 0
    right_lost: bool = False
    alarm: str = ""
    erase: bool = False


def judge(outcome: Outcome, attempts: int, now: int) -> Verdict:
    """The verdict on an attempt.

    Args: attempts: how many there were, this one included; now: milliseconds UTC.
    """
    if isinstance(outcome, Sent):
        return Verdict("sent", "taken by the platform")
    if isinstance(outcome, Unknown):
        return Verdict("unknown", outcome.told)  # never sent again by itself: it may have arrived
    if isinstance(outcome, NeverConnected):
        if attempts < CONNECTS:
            return Verdict("created", outcome.told, backoff(attempts, now), credit=True)
        return Verdict("kept", outcome.told, credit=True)
    if isinstance(outcome, PutOff):
        return spread(outcome.until_ms, outcome.told, attempts, now, credit=True)
    return _refused(outcome, attempts, now)


def spread(until: int, why: str, attempts: int, now: int, *, credit: bool = False) -> Verdict:
    """Wait until a time, with jitter. A long wait is kept meanwhile, so that a next word shows it."""
    if attempts >= WAITS:
        return Verdict("kept", f"tried {attempts} times: {why}", credit=credit)
    wait = max(until - now, 0)
    due = until + round(random.uniform(0.05, 0.2) * min(wait, LONGEST_MS)) + random.randint(0, 500)  # noqa: S311
    if wait > LONG_MS:
        return Verdict("kept", f"waits: {why}", due, credit=credit)
    return Verdict("created", why, due, credit=credit)


def backoff(attempts: int, now: int) -> int:
    """When to try again after so many attempts: doubled each time, with jitter."""
    step: int = min(BASE_MS << max(attempts - 1, 0), LONGEST_MS)
    return now + round(step * random.uniform(0.5, 1.5))  # noqa: S311 - jitter


def _refused(outcome: Refused, attempts: int, now: int) -> Verdict:
    rule, told = outcome.rule, outcome.told
    alarm = "push" if rule.alarm else ""
    match rule.action:
        case Action.IGNORE | Action.SUCCESS:
            return Verdict("sent", told)
        case Action.RETRY_BACKOFF if attempts < TRIES:
            return Verdict("created", told, backoff(attempts, now), credit=True)
        case Action.REFRESH_ONCE:
            return spread(backoff(attempts, now), told, attempts, now, credit=True)
        case Action.WAIT_MINUTE:
            minute = next_minute(now) + random.randint(0, MINUTE_JITTER_MS)  # noqa: S311 - jitter
            return _stopped(outcome, minute, attempts, now, alarm="")
        case Action.STOP_UNTIL_MIDNIGHT:
            return _stopped(outcome, next_midnight(now), attempts, now, alarm="send_stopped")
        case Action.STOP_API:
            return _stopped(outcome, now + BANNED_MS, attempts, now, alarm="send_stopped")
        case Action.KEEP_FOR_NEXT_WORD:
            return Verdict("kept", told, empty=True)
        case Action.DISABLE_API:
            return Verdict("kept", told, credit=True, right_lost=True, alarm="push_right")
        case Action.DROP if rule.known:
            return Verdict("dropped", told, empty=_unreachable(rule), credit=False, alarm=alarm)
        case _:
            # our own fault, or a code that nobody knows: not repeated, but the resident's answer is not lost
            return Verdict("kept", told, credit=True, alarm=alarm)


def _stopped(outcome: Refused, until: int, attempts: int, now: int, *, alarm: str) -> Verdict:
    waits = spread(until, outcome.told, attempts, now, credit=True)
    return Verdict(waits.state, waits.reason, waits.due_ms, credit=True, stop_until=until, alarm=alarm)


def _unreachable(rule: Rule) -> bool:
    return rule.code in (40003, 43004, 43019, 48002)
