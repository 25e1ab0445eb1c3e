"""Distinct complete questions of distinct residents, as the platform would push them in safe mode."""

import itertools
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

from knowledge.danger import Danger
from knowledge.hotlines import Hotlines
from knowledge.kept import FILE
from knowledge.library import Library

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
_QUESTION = "{person}问，{wording}，这是第{number}回问？"
_HEAD = (
    "POST /wechat?signature={signature}&timestamp={stamp}&nonce={nonce}&openid={openid}"
    "&encrypt_type=aes&msg_signature={sealed} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    "Content-Type: text/xml\r\nContent-Length: {length}\r\n\r\n"
)
_MESSAGE = (
    "<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
    "<CreateTime>{stamp}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[{text}]]></Content><MsgId>{ident}</MsgId></xml>"
)
_ENVELOPE = "<xml><ToUserName><![CDATA[{to}]]></ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>"


@dataclass(frozen=True)
class Account:
    """The official account that the measurement invents."""

    token: str
    aes_key: str = field(repr=False)
    app_id: str
    original_id: str = "gh_0123456789ab"


@cache
def _pack() -> tuple[Library, bytes]:
    """The shipped pack, and what a service keeps of it for its next start."""
    with tempfile.TemporaryDirectory(prefix="pack-") as folder:
        pack = Library.load(cache_dir=Path(folder))
        return pack, (Path(folder) / FILE).read_bytes()


def lay_pack(data: Path) -> None:
    """Let a service find the pack in its data folder as if it had started there before."""
    (data / FILE).write_bytes(_pack()[1])


def part_of_pack(entries: int | None) -> Library:
    """The pack, or the first so many entries, in turns from all topics, with all guides."""
    pack = _pack()[0]
    if entries is None:
        return pack
    turns: Counter[str] = Counter()
    places: dict[str, int] = {}
    for each in pack.entries:
        places[each.id] = turns[each.topic]
        turns[each.topic] += 1
    chosen = sorted(pack.entries, key=lambda each: places[each.id])[:entries]
    return pack.only(each.id for each in (*chosen, *pack.guides.values()))


def questions(seed: int = 0, entries: int | None = None) -> Iterator[str]:
    """Questions without end, no two alike: a shipped wording, a name, a number, a question mark.

    What the danger screen stops is left out as it would be asked, name and number included: it gets no
    turn, and a safety text and a task cost the writer far more than an answer.

    Args: entries: as for `part_of_pack`, whose wordings are asked.
    """
    chance = random.Random(seed)  # noqa: S311 - a mixture, no secret
    danger = Danger.load(Hotlines.load())
    asked = part_of_pack(entries).entries
    wordings = [w.strip("？?。 ") for entry in asked for w in (entry.title, *entry.wordings)]
    for number in itertools.count(1):
        person = chance.choice(_SURNAMES) + chance.choice(_GIVEN)
        question = _QUESTION.format(person=person, wording=chance.choice(wordings), number=number)
        if danger.screen([question]) is None:
            yield question


class Requests:
    """Makes whole HTTP requests, signed and sealed.

    Args: seed: another one gives other questions; entries: as for `part_of_pack`, whose wordings are asked.
    """

    def __init__(self, account: Account, seed: int = 0, entries: int | None = None) -> None:
        self._account = account
        self._crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
        self._questions = questions(seed, entries)
        self._idents = itertools.count((seed + 1) << 48)

    def take(self, count: int) -> list[bytes]:
        """So many requests; each has its own resident, message id and nonce."""
        return [self._one(next(self._questions), next(self._idents)) for _ in range(count)]

    def open(self, response: bytes) -> str:
        """The plain XML of an answer's body. Raises: whatever wechatpy raises for a wrong one."""
        text = response.decode()
        sign, stamp, nonce = (_field(text, name) for name in ("MsgSignature", "TimeStamp", "Nonce"))
        return str(self._crypto.decrypt_message(text, sign, stamp, nonce))

    def _one(self, text: str, ident: int) -> bytes:
        account = self._account
        stamp, nonce = str(int(time.time())), str(ident % 10**10)
        openid = f"oBench{ident:022d}"
        plain = _MESSAGE.format(to=account.original_id, openid=openid, stamp=stamp, text=text, ident=ident)
        envelope = self._crypto.encrypt_message(plain, nonce, stamp)
        body = _ENVELOPE.format(to=account.original_id, cipher=_field(envelope, "Encrypt")).encode()
        head = _HEAD.format(
            signature=_signed(account.token, stamp, nonce),
            stamp=stamp,
            nonce=nonce,
            openid=openid,
            sealed=_field(envelope, "MsgSignature"),
            length=len(body),
        )
        return head.encode() + body


def _field(text: str, name: str) -> str:
    inner = text.partition(f"<{name}>")[2].partition(f"</{name}>")[0]
    return inner.removeprefix("<![CDATA[").removesuffix("]]>")


def _signed(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)
