"""Reads what a webhook answered, as strictly as the platform does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from admin.sandbox.account import Account
from admin.sandbox.markup import MarkupBroken, Value, from_json, from_xml, items
from admin.sandbox.messages import Push
from admin.sandbox.sealing import Seal, SealBroken, same, signature

LONGEST_TEXT = 2048  # bytes of UTF-8
NOTICE = "该公众号提供的服务出现故障，请稍后再试"


class Outcome(Enum):
    """What the resident sees after a push."""

    SUCCESS = "success"  # nothing for now, said in so many letters
    EMPTY = "empty"  # nothing for now, an empty body
    REPLY = "reply"  # the reply
    LOST = "lost"  # a well-formed reply that the platform does not deliver
    FAULT = "fault"  # the platform's own notice of a fault


@dataclass(frozen=True)
class Passive:
    """A reply that came in the response.

    Attributes: kind: its MsgType. fields: as read. sealed: whether it came encrypted.
    """

    kind: str
    fields: Mapping[str, Value] = field(repr=False)
    sealed: bool

    @property
    def text(self) -> str:
        """The words of a text reply; empty for other kinds."""
        return str(self.fields.get("Content", ""))


@dataclass(frozen=True)
class Answer:
    """One answer, judged.

    Attributes: why: in English, for LOST and FAULT; holds no text of the reply.
    """

    outcome: Outcome
    passive: Passive | None = None
    why: str = ""

    @property
    def shown(self) -> str:
        """The notice that the resident reads instead of a reply, if any."""
        return NOTICE if self.outcome is Outcome.FAULT else ""


class _Wrong(Exception):
    """The answer breaks a rule of the platform."""


class _Undelivered(Exception):
    """The answer is well-formed, and the platform drops it."""


def read_answer(account: Account, push: Push, status: int, body: bytes) -> Answer:
    """Judge one answer.

    Args: push: what was answered. status, body: of the HTTP response.
    """
    if status != 200:
        return Answer(Outcome.FAULT, why=f"status {status}")
    if body in (b"", b"success"):
        return Answer(Outcome.SUCCESS if body else Outcome.EMPTY)
    try:
        return Answer(Outcome.REPLY, _passive(account, push, body))
    except _Undelivered as dropped:
        return Answer(Outcome.LOST, why=str(dropped))
    except (_Wrong, MarkupBroken, SealBroken) as wrong:
        return Answer(Outcome.FAULT, why=str(wrong))


def _passive(account: Account, push: Push, body: bytes) -> Passive:
    read = from_json if account.form == "json" else from_xml
    fields = read(body)
    sealed = "Encrypt" in fields
    if sealed:
        if account.mode == "plain":
            raise _Wrong("encrypted, although the mode is plain")
        fields = read(_opened(account, fields))
    elif account.mode == "safe":
        raise _Wrong("not encrypted, although the mode is safe")
    _check_head(account, push, fields)
    kind = str(fields["MsgType"])
    if kind not in _KINDS:
        raise _Wrong("no such MsgType in a reply")
    if account.door == "mini" and kind != "transfer_customer_service":
        raise _Wrong("a mini-program has no replies in the response")
    _KINDS[kind](fields)
    return Passive(kind, fields, sealed)


def _opened(account: Account, envelope: Mapping[str, Value]) -> bytes:
    missing = {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"} - set(envelope)
    if missing:
        raise _Wrong(f"{min(missing)} is missing beside the sealed text")
    sealed, stamp, nonce = (str(envelope[name]) for name in ("Encrypt", "TimeStamp", "Nonce"))
    if not stamp.isdigit():
        raise _Wrong("TimeStamp is not a count of seconds")
    if not same(signature(account.token, stamp, nonce, sealed), str(envelope["MsgSignature"])):
        raise _Wrong("MsgSignature does not fit")
    return Seal.of(account).open(sealed)


def _check_head(account: Account, push: Push, fields: Mapping[str, Value]) -> None:
    for name in ("ToUserName", "FromUserName", "CreateTime", "MsgType"):
        if not fields.get(name):
            raise _Wrong(f"{name} is missing")
    if fields["ToUserName"] != push.openid or fields["FromUserName"] != account.original_id:
        raise _Wrong("ToUserName and FromUserName are not those of the push, swapped")
    if not str(fields["CreateTime"]).isdigit():
        raise _Wrong("CreateTime is not a count of seconds")


def _text(fields: Mapping[str, Value]) -> None:
    content = fields.get("Content")
    if not isinstance(content, str) or not content:
        raise _Wrong("Content is missing")
    size = len(content.encode())
    if size > LONGEST_TEXT:
        raise _Undelivered(f"a text of {size} bytes")


def _part(name: str, *needed: str) -> Callable[[Mapping[str, Value]], None]:
    def check(fields: Mapping[str, Value]) -> None:
        part = fields.get(name)
        if not isinstance(part, Mapping) or any(not part.get(each) for each in needed):
            raise _Wrong(f"{name} lacks {' or '.join(needed)}")

    return check


def _news(fields: Mapping[str, Value]) -> None:
    articles = fields.get("Articles")
    listed = items(articles.get("item", "")) if isinstance(articles, Mapping) else []
    if not listed or str(fields.get("ArticleCount")) != str(len(listed)):
        raise _Wrong("ArticleCount does not fit the articles")
    if any(not isinstance(each, Mapping) or not each.get("Title") for each in listed):
        raise _Wrong("an article lacks its Title")
    if len(listed) > 1:
        raise _Undelivered(f"{len(listed)} articles")


def _nothing_more(_fields: Mapping[str, Value]) -> None:
    """A hand-over to the platform's desk needs no other field."""


_KINDS: Mapping[str, Callable[[Mapping[str, Value]], None]] = {
    "text": _text,
    "image": _part("Image", "MediaId"),
    "voice": _part("Voice", "MediaId"),
    "video": _part("Video", "MediaId"),
    "music": _part("Music", "ThumbMediaId"),
    "news": _news,
    "transfer_customer_service": _nothing_more,
}
