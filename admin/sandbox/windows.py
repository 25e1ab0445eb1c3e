"""How many messages an account may send to a person, for how long, and how many calls a day."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from admin.sandbox.account import Door
from admin.sandbox.errcodes import ApiRefused
from admin.sandbox.messages import Push
from bot.clock import Clock, in_china

Act = Literal["message", "touch", "enter", "pay"]
ALLOWED: dict[Act, tuple[int | None, timedelta]] = {
    "message": (5, timedelta(hours=48)),
    "touch": (3, timedelta(minutes=1)),
    "enter": (2, timedelta(minutes=1)),
    "pay": (None, timedelta(hours=48)),
}
_TOUCHES = {"CLICK", "scancode_push", "scancode_waitmsg", "subscribe", "SCAN"}
TYPING_AFTER = timedelta(seconds=30)
TYPING_LASTS = timedelta(seconds=15)


def act_of(push: Push, door: Door) -> Act | None:
    """What a push counts as. A tap on a menu message counts as a tap on the menu, not as a message."""
    if push.is_event:
        if door == "mini":
            return "enter" if push.kind == "user_enter_tempsession" else None
        return "touch" if push.kind in _TOUCHES else None
    return "touch" if "bizmsgmenuid" in push.fields else "message"


@dataclass
class _Window:
    until: datetime
    left: int | None


class Windows:
    """The open windows of one account, by person. Each act opens its own anew; two never add up."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, dict[Act, _Window]] = {}
        self._last_act: dict[str, datetime] = {}
        self._typing_until: dict[str, datetime] = {}

    def opened(self, openid: str, act: Act) -> None:
        """A person did something."""
        count, span = ALLOWED[act]
        self._open.setdefault(openid, {})[act] = _Window(self._clock.now() + span, count)
        self._last_act[openid] = self._clock.now()

    def closed(self, openid: str) -> None:
        """A person left: nothing may be sent any more."""
        for known in (self._open, self._last_act, self._typing_until):
            known.pop(openid, None)

    def left(self, openid: str) -> int | None:
        """How many messages may still be sent now; None means without limit."""
        live = self._live(openid)
        return None if any(window.left is None for window in live) else sum(w.left or 0 for w in live)

    def take(self, openid: str) -> None:
        """Use one message up, of the window that ends first.

        Raises: ApiRefused 45015 when no window is open, 45047 when the open ones are used up.
        """
        live = self._live(openid)
        if not live:
            raise ApiRefused(45015)
        usable = [window for window in live if window.left is None or window.left > 0]
        if not usable:
            raise ApiRefused(45047)
        first = usable[0]
        if first.left is not None:
            first.left -= 1
        self._typing_until.pop(openid, None)

    def typing(self, openid: str, command: str) -> None:
        """Show or hide 'typing'. Raises: ApiRefused 45072, 45080 or 45081."""
        now = self._clock.now()
        if command not in ("Typing", "CancelTyping"):
            raise ApiRefused(45072)
        if command == "CancelTyping":
            self._typing_until.pop(openid, None)
            return
        if openid not in self._last_act or now - self._last_act[openid] > TYPING_AFTER:
            raise ApiRefused(45080)
        if self._typing_until.get(openid, now) > now:
            raise ApiRefused(45081)
        self._typing_until[openid] = now + TYPING_LASTS

    def _live(self, openid: str) -> list[_Window]:
        now = self._clock.now()
        live = [window for window in self._open.get(openid, {}).values() if window.until > now]
        return sorted(live, key=lambda window: window.until)


A_DAY = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/subscribe/send": 10_000_000,
    "/cgi-bin/message/subscribe/bizsend": 10_000_000,
}


class Days:
    """Counts calls by account, endpoint and day in China; limits can be set lower for a test."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.limits = dict(A_DAY)
        self._made: Counter[tuple[str, str, str]] = Counter()

    def count(self, app_id: str, endpoint: str) -> None:
        """Count a call. Raises: ApiRefused 45009 when the day's are used up."""
        day = in_china(self._clock.now()).date().isoformat()
        key = (app_id, endpoint, day)
        if endpoint in self.limits and self._made[key] >= self.limits[endpoint]:
            raise ApiRefused(45009)
        self._made[key] += 1
