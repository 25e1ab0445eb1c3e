"""Signing and sealing against the platform's worked example and against wechatpy."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto

from admin.sandbox.account import draw_account
from admin.sandbox.sealing import Seal, SealBroken, same, signature
from tests.sandbox import vectors

SEAL = Seal(vectors.AES_KEY, vectors.APP_ID)


@pytest.mark.parametrize(("stamp", "nonce", "expected"), vectors.SIGNATURES)
def test_the_documented_signatures_come_out(stamp: str, nonce: str, expected: str) -> None:
    assert signature(vectors.TOKEN, stamp, nonce) == expected


def test_the_documented_push_is_sealed_to_the_letter() -> None:
    sealed = SEAL.close(vectors.PUSH_PLAIN.encode(), random=vectors.PUSH_RANDOM)

    assert sealed == vectors.PUSH_SEALED
    assert signature(vectors.TOKEN, vectors.PUSH_STAMP, vectors.PUSH_NONCE, sealed) == vectors.PUSH_SIGNATURE


def test_the_documented_reply_is_opened() -> None:
    assert SEAL.open(vectors.REPLY_SEALED).decode() == vectors.REPLY_PLAIN
    assert SEAL.close(vectors.REPLY_PLAIN.encode(), random=vectors.REPLY_RANDOM) == vectors.REPLY_SEALED
    assert (
        signature(vectors.TOKEN, vectors.REPLY_STAMP, vectors.REPLY_NONCE, vectors.REPLY_SEALED)
        == vectors.REPLY_SIGNATURE
    )


@given(st.text(min_size=1, max_size=200))
def test_whatever_is_sealed_here_is_opened_by_another_program(message: str) -> None:
    account = draw_account("oa")
    other = PrpCrypto(base64.b64decode(account.aes_key + "="))

    opened = other.decrypt(Seal.of(account).close(message.encode()), account.app_id)

    assert opened == message


@given(st.text(max_size=200))
def test_whatever_another_program_seals_is_opened_here(message: str) -> None:
    account = draw_account("oa")
    other = PrpCrypto(base64.b64decode(account.aes_key + "="))

    opened = Seal.of(account).open(other.encrypt(message, account.app_id).decode())

    assert opened.decode() == message


def test_a_seal_of_another_account_is_refused() -> None:
    with pytest.raises(SealBroken, match="another app id"):
        Seal(vectors.AES_KEY, "wx0000000000000000").open(vectors.REPLY_SEALED)


def test_a_changed_byte_never_opens() -> None:
    raw = bytearray(base64.b64decode(vectors.REPLY_SEALED))
    raw[-1] ^= 1

    with pytest.raises(SealBroken):
        SEAL.open(base64.b64encode(raw).decode())


@pytest.mark.parametrize("broken", ["", "!!", "AAAA", "密文", base64.b64encode(b"x" * 48).decode()])
def test_what_is_no_sealed_text_is_refused(broken: str) -> None:
    with pytest.raises(SealBroken):
        SEAL.open(broken)


def test_signatures_from_outside_may_hold_any_character() -> None:
    assert not same("899cf89e", "签名")
    assert same("签名", "签名")


def test_each_drawn_account_has_a_key_that_the_console_would_take() -> None:
    account = draw_account("oa")

    assert len(account.aes_key) == 43
    assert account.aes_key.isalnum()
    assert len(base64.b64decode(account.aes_key + "=")) == 32
    assert account.aes_key not in repr(account)
