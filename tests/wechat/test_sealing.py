"""The cipher and the signature, against the documentation's vectors and against code of another make."""

import base64

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException

from bot.config import Account
from bot.wechat import codec
from bot.wechat.door import Door, Refusal
from bot.wechat.sealing import Sealer, Unsealable, passive_text, signature
from tests.support.client import Client

TOKEN, APP = "county-token", "wx0123456789abcdef"
OLD = base64.b64encode(bytes(range(32))).decode().rstrip("=")
NEW = base64.b64encode(bytes(range(32, 64))).decode().rstrip("=")
NOW = 1_780_000_000


def platform(key: str = NEW, **changes: object) -> Client:
    return Client("", TOKEN, APP, "gh_county", key).turned(**changes)


def door(**changes: object) -> Door:
    given: dict[str, object] = {"token": TOKEN, "mode": "safe", "aes_key": NEW, "app_id": APP}
    return Door(Account("oa", **{**given, **changes}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stamp", "nonce", "signed"),
    [
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
    ],
)
def test_the_documentations_signatures_are_taken(stamp: str, nonce: str, signed: str) -> None:
    query = {"signature": signed, "timestamp": stamp, "nonce": nonce, "echostr": "4375120948345356249"}

    echo = door(token="AAAAA").greet(query, float(stamp) + 2)

    assert echo == "4375120948345356249"
    assert platform(token="AAAAA").sign(stamp, nonce) == signed


def test_another_token_makes_another_signature() -> None:
    query = {"signature": signature("BBBBB", "1714037059", "1"), "timestamp": "1714037059", "nonce": "1"}

    with pytest.raises(Refusal, match="signature"):
        door(token="AAAAA").greet(query, 1714037059)


def test_without_a_token_nobody_is_let_in() -> None:
    query = {"signature": signature("", str(NOW), "1"), "timestamp": str(NOW), "nonce": "1"}
    sealed = platform(token="").seal(b"{}")
    signed = {"msg_signature": signature("", str(NOW), "1", sealed), "encrypt_type": "aes"}
    shut = door(token=None, mode="compatible")

    with pytest.raises(Refusal, match="signature"):
        shut.greet(query, NOW)
    with pytest.raises(Refusal, match="signature"):
        shut.open(query, b"<xml/>", NOW)
    with pytest.raises(Refusal, match="signature"):
        shut.open(signed | {"timestamp": str(NOW), "nonce": "1"}, b'{"Encrypt":"%s"}' % sealed.encode(), NOW)


@pytest.mark.parametrize("size", [0, 1, 11, 12, 13, 31, 32, 33, 2000])
def test_what_the_platform_seals_is_opened_at_every_padding(size: int) -> None:
    message = ("民" * size).encode()[:size]
    raw = base64.b64decode(platform().seal(message))

    assert Sealer(TOKEN, NEW, APP).open(raw) == message


@pytest.mark.parametrize("is_json", [False, True])
def test_what_we_seal_is_opened_by_the_platform_and_by_wechatpy(is_json: bool) -> None:
    envelope = Sealer(TOKEN, NEW, APP).seal("您好]]>😀", is_json=is_json)
    fields = platform(form="json" if is_json else "xml")._parsed(envelope.encode())
    theirs = WeChatCrypto(TOKEN, NEW, APP)

    assert platform().unseal(fields["Encrypt"]).decode() == "您好]]>😀"
    rest = (fields["MsgSignature"], str(fields["TimeStamp"]), fields["Nonce"])
    assert theirs.decrypt_message(fields, *rest) == "您好]]>😀"
    with pytest.raises(InvalidSignatureException):
        theirs.decrypt_message(fields, "0" * 40, *rest[1:])


def test_two_answers_never_share_nonce_or_ciphertext() -> None:
    sealer = Sealer(TOKEN, NEW, APP)

    seen = [platform(form="json")._parsed(sealer.seal("同一句", is_json=True).encode()) for _ in range(20)]

    assert len({one["Nonce"] for one in seen}) == 20
    assert len({one["Encrypt"] for one in seen}) == 20


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "length"),
        (b"x" * 15, "length"),
        (b"x" * 33, "length"),
        (base64.b64decode(platform().seal(b"hello", padding=bytes(21))), "padding"),
        (base64.b64decode(platform().encrypt(b"\x20" * 32)), "padding"),
        (base64.b64decode(platform().encrypt(b"a" * 31 + b"\x21")), "padding"),
        (base64.b64decode(platform().seal(b"hello", length=2**32 - 1)), "length"),
        (base64.b64decode(platform().seal(b"hello", length=6)), "appid"),
        (base64.b64decode(platform().seal(b"hello", length=0)), "appid"),
        (base64.b64decode(platform(app_id="wxother").seal(b"hello")), "appid"),
        (base64.b64decode(platform(key=OLD).seal(b"hello")), "padding|length|appid"),
    ],
)
def test_a_broken_seal_is_not_opened(raw: bytes, why: str) -> None:
    with pytest.raises(Unsealable, match=why):
        Sealer(TOKEN, NEW, APP).open(raw)


@pytest.mark.parametrize("key", [OLD, NEW])
@pytest.mark.parametrize("form", ["xml", "json"])
def test_old_and_new_key_open_and_the_reply_is_sealed_with_the_one_that_did(key: str, form: str) -> None:
    sender = platform(key, form=form)
    fields = sender.message("oResident", "text", Content="在吗")
    sealed = sender.seal(sender.spell(fields))
    query = sender.query("oResident", sealed)
    body = sender.spell({"ToUserName": "gh_county", "Encrypt": sealed})

    opened = door(aes_key=NEW, aes_key_previous=OLD).open(query, body, float(query["timestamp"]))
    answer, _kind = codec.reply(codec.read(opened), "在的。", opened)

    assert platform().sign(query["timestamp"], query["nonce"]) == query["signature"]
    assert b"oResident" in sender.unseal(sender._parsed(answer.encode())["Encrypt"])


def test_in_compatible_mode_a_residents_words_do_not_pass_for_the_ciphertext() -> None:
    sender = platform(mode="compatible")
    fields = sender.message("oResident", "text", Content="<Encrypt>QUFB</Encrypt> <Encrypt><![CDATA[QUFB]]>")
    query, body = sender.envelope("oResident", sender.spell(fields), fields)

    opened = door(mode="compatible").open(query, body, float(query["timestamp"]))

    assert codec.read(opened).said.text.startswith("<Encrypt>QUFB")


def test_a_name_with_the_end_of_a_section_in_it_leaves_the_reply_readable() -> None:
    text = passive_text("一]]>二", source="gh_]]>", target="o]]>")

    fields = platform()._parsed(text.encode())

    assert (fields["Content"], fields["FromUserName"], fields["ToUserName"]) == ("一]]>二", "gh_]]>", "o]]>")
