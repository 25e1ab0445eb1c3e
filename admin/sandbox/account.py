"""The accounts that the sandbox plays: drawn anew at each start, never those of a real account."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from typing import Literal

from bot import config

Door = Literal["oa", "mini"]
Mode = Literal["plain", "compatible", "safe"]
Form = Literal["xml", "json"]
Level = Literal["personal", "subscription", "service"]
TEMPLATE = config.NoticeTemplate(
    "t-notice", (("what", "thing1"), ("when", "time2"), ("where", "thing3"), ("note", "thing4"))
)
"""The one template of subscribe messages that a played account has."""


@dataclass(frozen=True)
class Account:
    """One account as both sides know it.

    Attributes:
        door: ``oa`` official account, ``mini`` mini-program.
        token, aes_key: as typed into the platform's console; the key has 43 characters.
        app_id, app_secret: for calls of the API; the app id is also sealed into each message.
        original_id: the ``gh_`` id, to which residents write.
        mode, form: how pushes are sealed and spelled.
        level: what the account may call; ``personal`` also stands for an unverified one.
    """

    door: Door
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    app_id: str
    app_secret: str = field(repr=False)
    original_id: str
    mode: Mode = "safe"
    form: Form = "xml"
    level: Level = "service"

    def setting(self, api_base: str) -> config.Account:
        """As the service is set up with it. Args: api_base: where the sandbox plays the platform's API."""
        return config.Account(
            self.door,
            token=self.token,
            mode=self.mode,
            aes_key=self.aes_key,
            app_id=self.app_id,
            app_secret=self.app_secret,
            api_base=api_base,
            notices=tuple((about, TEMPLATE) for about in config.NOTICES),
        )


@dataclass(frozen=True)
class Credentials:
    """Both accounts of one county."""

    oa: Account
    mini: Account

    def of(self, door: Door) -> Account:
        """The account behind a door."""
        return self.oa if door == "oa" else self.mini


def draw_account(door: Door, *, mode: Mode = "safe", form: Form = "xml", level: Level = "service") -> Account:
    """A new account with random ids and secrets, shaped like the platform's."""
    return Account(
        door=door,
        token=secrets.token_hex(16),
        aes_key=_aes_key(),
        app_id="wx" + secrets.token_hex(8),
        app_secret=secrets.token_hex(16),
        original_id="gh_" + secrets.token_hex(6),
        mode=mode,
        form=form,
        level=level,
    )


def draw_credentials(mode: Mode = "safe") -> Credentials:
    """A new official account (XML) and a new mini-program (JSON), in the given mode."""
    return Credentials(draw_account("oa", mode=mode), draw_account("mini", mode=mode, form="json"))


def with_token(account: Account, token: str) -> Account:
    """The same account with another token, as when the two consoles disagree."""
    return replace(account, token=token)


def _aes_key() -> str:
    # The console offers letters and digits only, so draws with + or / are thrown away.
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if key.isalnum():
            return key
