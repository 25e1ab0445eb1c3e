"""What the platform knows: accounts, people, tokens, windows, media, menus, what was sent and asked."""

import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from admin.sandbox import events
from admin.sandbox.account import TEMPLATE, Account, Credentials, Door, Level
from admin.sandbox.errcodes import ApiRefused
from admin.sandbox.faults import Faults
from admin.sandbox.messages import Lines, Push
from admin.sandbox.tokens import TokenDesk
from admin.sandbox.windows import Act, Days, Windows, act_of
from bot.clock import Clock, SystemClock

KEPT = 10_000  # calls and deliveries that are remembered
MEDIA_LIVES = timedelta(days=3)
CODE_LIVES = timedelta(minutes=5)


class ShiftedClock:
    """Another clock, moved forward on demand."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.shift = timedelta()

    def now(self) -> datetime:
        return self._clock.now() + self.shift


@dataclass
class Person:
    """Somebody with a phone, as one account sees them."""

    openid: str
    follows: bool = True
    since: int = 0
    scene: str = ""
    unionid: str = ""


@dataclass(frozen=True)
class Call:
    """One call of the API, as it came and as it was answered.

    Attributes: query: without the token and the secret. fault: the kind of fault it met, if any.
        errcode: of the answer; None when the answer had none.
    """

    at: datetime
    method: str
    endpoint: str
    query: Mapping[str, str]
    body: str = field(repr=False)
    status: int | None
    errcode: int | None
    fault: str


@dataclass(frozen=True)
class Sent:
    """One message that reached a phone through the API.

    Attributes: kind: its msgtype; ``template`` and ``notice`` for those. body: as the caller sent it.
    """

    at: datetime
    door: Door
    openid: str
    kind: str
    body: Mapping[str, Any] = field(repr=False)

    @property
    def text(self) -> str:
        """The words of a text; empty for other kinds."""
        return str(self.body.get("text", {}).get("content", "")) if self.kind == "text" else ""


@dataclass
class Medium:
    """A file that can be fetched for three days by the account to which it was sent."""

    content: bytes = field(repr=False)
    content_type: str
    name: str
    until: datetime
    door: Door = "oa"


@dataclass
class LoginCode:
    """A code of `wx.login`: one use, five minutes."""

    openid: str
    until: datetime
    used: bool = False


class Book:
    """One account on the platform's side."""

    def __init__(self, account: Account, clock: Clock, window_clock: Clock) -> None:
        self.account = account
        self.level: Level = account.level
        self.people: dict[str, Person] = {}
        self.windows = Windows(window_clock)
        self.lines = Lines(account.original_id, clock)
        self.menu: dict[str, Any] | None = None
        self.templates: set[str] = {TEMPLATE.id}
        self.consents: dict[tuple[str, str], int] = {}

    def person(self, openid: str) -> Person:
        """Somebody who is known. Raises: ApiRefused 40003."""
        if openid not in self.people:
            raise ApiRefused(40003)
        return self.people[openid]


class Platform:
    """The state behind the API.

    Args: clock: the true time, which stamps pushes. `window_clock` follows it and can be shifted: it rules
    windows, tokens, media and days, so that 48 hours can pass while pushes stay fresh.
    """

    def __init__(self, credentials: Credentials, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self.window_clock = ShiftedClock(self.clock)
        self.books = {
            account.app_id: Book(account, self.clock, self.window_clock)
            for account in (credentials.oa, credentials.mini)
        }
        self.credentials = credentials
        self.tokens = TokenDesk(self.window_clock)
        self.days = Days(self.window_clock)
        self.faults = Faults()
        self.media: dict[str, Medium] = {}
        self.codes: dict[str, LoginCode] = {}
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.sent: deque[Sent] = deque(maxlen=KEPT)
        self.on_sent: Callable[[Sent], None] | None = None
        self.on_event: Callable[[Door, Push], None] | None = None

    def book(self, door: Door) -> Book:
        """The account behind a door."""
        return self.books[self.credentials.of(door).app_id]

    def acted(self, door: Door, push: Push) -> None:
        """Somebody did on the phone what this push tells: windows open, follows change."""
        book, openid = self.book(door), push.openid
        person = book.people.setdefault(openid, Person(openid))
        if push.kind == "subscribe":
            person.follows, person.since = True, int(self.clock.now().timestamp())
            person.scene = str(push.fields["EventKey"]).removeprefix("qrscene_")
        elif push.kind == "unsubscribe":
            person.follows = False
            book.windows.closed(openid)
        elif push.kind == "subscribe_msg_popup_event":
            self._consented(book, push)
        self.touched(door, openid, act_of(push, door))

    def touched(self, door: Door, openid: str, act: Act | None) -> None:
        """Open the window of an act without a push, for tests that push by themselves."""
        book = self.book(door)
        book.people.setdefault(openid, Person(openid))
        if act:
            book.windows.opened(openid, act)

    def _consented(self, book: Book, push: Push) -> None:
        for item in push.fields[push.wrapper]["List"]:
            if item["SubscribeStatusString"] == "accept":
                self.consent(book.account.door, push.openid, item["TemplateId"])

    def consent(self, door: Door, openid: str, template: str) -> None:
        """Somebody allows one notice more."""
        consents = self.book(door).consents
        consents[openid, template] = consents.get((openid, template), 0) + 1

    def reached(self, book: Book, openid: str, kind: str, body: Mapping[str, Any]) -> None:
        """A message of the API reaches a phone."""
        sent = Sent(self.clock.now(), book.account.door, openid, kind, body)
        self.sent.append(sent)
        if self.on_sent:
            self.on_sent(sent)

    def report(self, book: Book, openid: str, msg_id: int, *, template: str = "") -> None:
        """Tell the account, by an event, that a template message or a notice has arrived."""
        line = book.lines.next(openid)
        push = events.notice_sent(line, template, msg_id) if template else events.template_done(line, msg_id)
        if self.on_event:
            self.on_event(book.account.door, push)

    def add_media(self, content: bytes, content_type: str, name: str, door: Door = "oa") -> str:
        """Keep a file for three days. Returns: its media id."""
        media_id = secrets.token_urlsafe(48)
        until = self.window_clock.now() + MEDIA_LIVES
        self.media[media_id] = Medium(content, content_type, name, until, door)
        return media_id

    def medium(self, media_id: str) -> Medium:
        """A file that still lives. Raises: ApiRefused 40007."""
        found = self.media.get(media_id)
        if found is None or found.until <= self.window_clock.now():
            raise ApiRefused(40007)
        return found

    def login_code(self, openid: str) -> str:
        """A code as `wx.login` gives it to the mini-program."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = LoginCode(openid, self.window_clock.now() + CODE_LIVES)
        return code

    def redeem(self, code: str) -> str:
        """Use a login code up. Returns: the openid. Raises: ApiRefused 41008, 40029 or 40163."""
        if not code:
            raise ApiRefused(41008)
        known = self.codes.get(code)
        if known is None or known.until <= self.window_clock.now():
            raise ApiRefused(40029)
        if known.used:
            raise ApiRefused(40163)
        known.used = True
        return known.openid

    def count(self, endpoint: str) -> int:
        """How many calls an endpoint got."""
        return sum(call.endpoint == endpoint for call in self.calls)
