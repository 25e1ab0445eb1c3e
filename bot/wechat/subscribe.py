"""Subscribe messages, and whether somebody can be written to at all.

A subscribe message needs a consent on the phone, one for each; it has no key against sending twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config import Account, NoticeTemplate
from bot.wechat.errcodes import Action
from bot.wechat.gateway import Gateway
from bot.wechat.models import Resident
from bot.wechat.outcome import NeverConnected, Outcome, PutOff, Refused, Sent
from bot.work.unit import Work

SENDS: Mapping[str, str] = {
    "oa": "/cgi-bin/message/subscribe/bizsend",
    "mini": "/cgi-bin/message/subscribe/send",
}
_AGAIN = (Action.RETRY_BACKOFF, Action.WAIT_MINUTE)


@dataclass(frozen=True)
class Writable:
    """Somebody who can be written to.

    Attributes: said_until, did_until: until when customer-service messages are taken after a word and after a
    touch, 0 where none is left; milliseconds UTC.
    """

    resident_id: int
    door: str
    said_until: int
    did_until: int

    def window(self, at_ms: int) -> bool:
        """Whether a customer-service message is taken now: 5 within 48 hours of a word, 3 within a minute of
        a touch (wechat-platform)."""
        return at_ms < max(self.said_until, self.did_until)

    def window_of_words(self, at_ms: int) -> bool:
        """Whether one will be taken then, whatever the resident touches."""
        return at_ms < self.said_until


@dataclass(frozen=True)
class Address:
    """Where a message goes."""

    door: str
    openid: str = field(repr=False)


@dataclass(frozen=True)
class Fate:
    """What became of a subscribe message.

    Attributes: what: ``sent``, ``again`` (nothing was carried out, try later), ``none`` (no consent left),
    ``refused``, or ``unknown`` (it may have arrived); number: the platform's; why: for an alarm, or empty.
    """

    what: str
    number: str = ""
    why: str = ""


def writable(work: Work, resident_id: int) -> Writable | None:
    """Whether a resident can be written to; None for who left."""
    row = _present(work, resident_id)
    if row is None:
        return None
    said = row.said_until if row.said_left > 0 else 0
    return Writable(row.id, row.door, said, row.did_until if row.did_left > 0 else 0)


def address(work: Work, resident_id: int) -> Address | None:
    """Where a resident is written to; None for who left."""
    row = _present(work, resident_id)
    return None if row is None else Address(row.door, row.openid or "")


async def send(
    gateway: Gateway,
    account: Account,
    to: Address,
    template: NoticeTemplate,
    values: Mapping[str, str],
    plain: Mapping[str, str],
) -> Fate:
    """Send one, once. Args: values: by the names of `bot.config.NOTICE_VALUES`; plain: instead, where the
    platform refuses those as they are.
    """
    outcome = await _called(gateway, account, to, template, values)
    if isinstance(outcome, Refused) and outcome.rule.action is Action.FIX_ONCE:
        outcome = await _called(gateway, account, to, template, {**values, **plain})
    return fate_of(outcome)


def fate_of(outcome: Outcome) -> Fate:
    """What an outcome means for a message that is never sent twice."""
    if isinstance(outcome, Sent):
        return Fate("sent", str(outcome.data.get("msgid", "")))
    if isinstance(outcome, NeverConnected | PutOff):
        return Fate("again")
    if not isinstance(outcome, Refused):
        return Fate("unknown")
    if outcome.rule.action is Action.DROP_ASK_CONSENT:
        return Fate("none")
    if outcome.rule.action in _AGAIN:
        return Fate("again")
    alarmed = outcome.rule.alarm or outcome.rule.action is Action.FIX_ONCE
    return Fate("refused", why=f"subscribe messages: {outcome.told}" if alarmed else "")


async def _called(
    gateway: Gateway, account: Account, to: Address, template: NoticeTemplate, values: Mapping[str, str]
) -> Outcome:
    data = {name: {"value": values[value]} for value, name in template.fields}
    body = {"touser": to.openid, "template_id": template.id, "data": data}
    return await gateway.call(account, "POST", SENDS[to.door], body=body)


def _present(work: Work, resident_id: int) -> Resident | None:
    row = work.db.get(Resident, resident_id, populate_existing=True)
    return None if row is None or row.left_at is not None or not row.openid else row
