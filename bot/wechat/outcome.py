"""What became of a call to the platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.wechat.errcodes import TROUBLES, Rule, Trouble


@dataclass(frozen=True)
class Sent:
    """The platform took it. ``data`` is its answer."""

    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Fetched:
    """The platform gave a file. The label is what it says of the type; the content decides."""

    content: bytes = field(repr=False)
    label: str = ""


@dataclass(frozen=True)
class Refused:
    """The platform answered with an error code; nothing was carried out.

    Attributes:
        rid: the request id by which the platform's support finds the call.
        address: this server's address as the platform names it, for refusals over the whitelist.
    """

    rule: Rule
    rid: str = ""
    address: str = ""

    @property
    def code(self) -> int:
        """The platform's ``errcode``."""
        return self.rule.code

    @property
    def told(self) -> str:
        """The refusal in one English line, without anybody's data."""
        parts = [f"{self.code} {self.rule.reason}"]
        parts += [f"address {self.address}"] if self.address else []
        parts += [f"rid {self.rid}"] if self.rid else []
        return ", ".join(parts)


@dataclass(frozen=True)
class NeverConnected:
    """The connection was never made, so nothing was asked."""

    @property
    def told(self) -> str:
        """In one English line."""
        return TROUBLES[Trouble.NEVER_CONNECTED].reason


@dataclass(frozen=True)
class Unknown:
    """The request left and no answer can be read: it may have been carried out."""

    trouble: Trouble

    @property
    def told(self) -> str:
        """In one English line."""
        return TROUBLES[self.trouble].reason


@dataclass(frozen=True)
class PutOff:
    """No call was made, or none with a valid token. ``until_ms``: when to try again, UTC."""

    until_ms: int
    told: str


Answer = Sent | Refused | NeverConnected | Unknown
Outcome = Answer | PutOff
Missing = Refused | NeverConnected | Unknown | PutOff
"""No file came."""
