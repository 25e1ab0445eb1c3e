"""The platform's error codes and what to do about each, as data.

Source: the platform's list of return codes, with what its staff and maintained SDKs add.
"""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What the caller does after an answer."""

    SUCCESS = "success"
    IGNORE = "ignore"
    RETRY_BACKOFF = "retry_backoff"  # at most 3 times in all
    REFRESH_ONCE = "refresh_once"  # fetch the token once, repeat the call once, then it is an alarm
    STOP_ACCOUNT = "stop_account"  # nothing can be called until a person has mended the account
    STOP_API = "stop_api"  # this API is banned for a while: stop, tell a person
    STOP_UNTIL_MIDNIGHT = "stop_until_midnight"  # Beijing time
    WAIT_MINUTE = "wait_minute"
    KEEP_FOR_NEXT_WORD = "keep_for_next_word"
    DISABLE_API = "disable_api"  # the account has no right to it
    DISABLE_TEMPLATE = "disable_template"
    BUG = "bug"  # our own fault: repeating it would fail again
    DROP = "drop"
    DROP_ASK_CONSENT = "drop_ask_consent"  # ask for consent at the next visit
    CUT_ONCE = "cut_once"
    FIX_ONCE = "fix_once"  # shorten the value, send once more
    REUPLOAD_ONCE = "reupload_once"
    LOGIN_AGAIN = "login_again"
    REFUSE = "refuse"
    TELL_EDITOR = "tell_editor"
    TREAT_EMPTY = "treat_empty"
    TREAT_RISKY = "treat_risky"
    ASK_VISIT = "ask_visit"


@dataclass(frozen=True)
class Rule:
    """What one code means.

    Attributes: alarm: a person must look at it. known: False for codes that the table lacks.
    """

    code: int
    action: Action
    reason: str
    alarm: bool = False
    known: bool = True


class Trouble(StrEnum):
    """A call that ended without an answer of the platform."""

    NEVER_CONNECTED = "never_connected"
    TIMEOUT = "timeout"
    CUT_OFF = "cut_off"
    HTTP_5XX = "http_5xx"
    HTTP_OTHER = "http_other"
    BROKEN_JSON = "broken_json"
    TOO_LARGE = "too_large"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class TroubleRule:
    """What a trouble tells. ``taken``: the request may have been carried out, so a send is not repeated."""

    taken: bool
    reason: str


_A = Action
_TABLE: tuple[tuple[tuple[int, ...], Action, str, bool], ...] = (
    ((0,), _A.SUCCESS, "ok", False),
    ((-1,), _A.RETRY_BACKOFF, "system busy", False),
    ((40001,), _A.REFRESH_ONCE, "access token invalid", False),
    ((40014,), _A.REFRESH_ONCE, "access token malformed", False),
    ((42001,), _A.REFRESH_ONCE, "access token expired", False),
    ((41001,), _A.BUG, "access token missing", True),
    ((40013,), _A.STOP_ACCOUNT, "app id wrong", True),
    ((40125,), _A.STOP_ACCOUNT, "app secret wrong", True),
    ((41002,), _A.STOP_ACCOUNT, "app id missing", True),
    ((41004,), _A.STOP_ACCOUNT, "app secret missing", True),
    ((40164,), _A.STOP_ACCOUNT, "this server's address is not in the account's whitelist", True),
    ((89503,), _A.STOP_ACCOUNT, "an administrator of the account must confirm this server's address", True),
    ((40243,), _A.STOP_ACCOUNT, "app secret frozen", True),
    ((40003,), _A.DROP, "openid wrong", False),
    ((40007,), _A.REUPLOAD_ONCE, "media id unknown or expired", False),
    ((40029,), _A.LOGIN_AGAIN, "login code bad", False),
    ((40163,), _A.LOGIN_AGAIN, "login code used", False),
    ((40226,), _A.REFUSE, "user blocked by the platform", False),
    ((40033,), _A.BUG, "escapes in the body", True),
    ((47001,), _A.BUG, "body not parsed", True),
    ((40037,), _A.DISABLE_TEMPLATE, "template id wrong", True),
    ((43004,), _A.DROP, "not a follower", False),
    ((43019,), _A.DROP, "on the blacklist", False),
    ((43101,), _A.DROP_ASK_CONSENT, "no consent left", False),
    ((44004,), _A.DROP, "empty text", True),
    ((45001, 45002), _A.CUT_ONCE, "media or text too large", False),
    ((45008,), _A.DROP, "more than one article", True),
    ((45009,), _A.STOP_UNTIL_MIDNIGHT, "day's quota used up", True),
    ((45011,), _A.WAIT_MINUTE, "minute's quota used up", False),
    ((45015,), _A.KEEP_FOR_NEXT_WORD, "outside the window", False),
    ((45047,), _A.KEEP_FOR_NEXT_WORD, "window's messages used up", False),
    ((45028,), _A.TELL_EDITOR, "no mass quota left", False),
    ((45065,), _A.SUCCESS, "mass message already sent", False),
    ((45066,), _A.WAIT_MINUTE, "mass message asked for too soon", False),
    ((45072, 45080, 45081), _A.IGNORE, "typing refused", False),
    ((45056, 45057, 45058, 45059, 45157, 45158, 45159), _A.TELL_EDITOR, "tag rule", False),
    ((46003,), _A.TREAT_EMPTY, "no menu", False),
    ((47003,), _A.FIX_ONCE, "template value empty or too long", False),
    ((48001,), _A.DISABLE_API, "the account has no right to this API", True),
    ((48002,), _A.DROP, "the follower refuses messages", False),
    ((48004,), _A.STOP_API, "API banned", True),
    ((50002,), _A.STOP_API, "user limited", True),
    ((48006,), _A.STOP_API, "quota resets used up", True),
    ((61010,), _A.ASK_VISIT, "user not seen for two hours", False),
    ((87009,), _A.BUG, "signature of a secured call", True),
    ((87014,), _A.TREAT_RISKY, "content check hit", False),
)
RULES: dict[int, Rule] = {
    code: Rule(code, action, reason, alarm) for codes, action, reason, alarm in _TABLE for code in codes
}
TROUBLES: dict[Trouble, TroubleRule] = {
    Trouble.NEVER_CONNECTED: TroubleRule(False, "the connection was never made"),
    Trouble.TIMEOUT: TroubleRule(True, "no answer in time"),
    Trouble.CUT_OFF: TroubleRule(True, "the connection broke before the answer"),
    Trouble.HTTP_5XX: TroubleRule(True, "HTTP status 5xx"),
    Trouble.HTTP_OTHER: TroubleRule(True, "HTTP status without an answer of the API"),
    Trouble.BROKEN_JSON: TroubleRule(True, "the answer is no JSON object"),
    Trouble.TOO_LARGE: TroubleRule(True, "the answer is too large"),
    Trouble.ELSEWHERE: TroubleRule(True, "the file lies at an address that is not the platform's"),
}


def rule_of(code: int) -> Rule:
    """The rule of a code. One that the table lacks is not repeated, and a person looks at it."""
    return RULES.get(code) or Rule(code, Action.DROP, "code not in the table", alarm=True, known=False)
