"""Codes of six digits against the published examples, and when one counts."""

import base64

import pytest

from admin.console import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
# RFC 6238 appendix B, SHA-1; its eight digits end in our six
EXAMPLES = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


@pytest.mark.parametrize(("seconds", "published"), EXAMPLES)
def test_codes_are_those_of_the_standard(seconds: int, published: str) -> None:
    assert totp.code_at(SECRET, seconds * 1000 // totp.STEP_MS) == published[-6:]


@pytest.mark.parametrize(("off", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_off_by_one_step(off: int, counts: bool) -> None:
    step = 40_000_000

    found = totp.step_of(SECRET, totp.code_at(SECRET, step + off), step * totp.STEP_MS, after=0)

    assert found == (step + off if counts else None)


def test_a_code_counts_once_and_none_older_than_the_last() -> None:
    step, now = 40_000_000, 40_000_000 * totp.STEP_MS

    again = [totp.step_of(SECRET, totp.code_at(SECRET, one), now, after=step) for one in (step - 1, step)]
    next_one = totp.step_of(SECRET, totp.code_at(SECRET, step + 1), now, after=step)

    assert again == [None, None]
    assert next_one == step + 1


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "0" * 400])
def test_what_is_no_code_is_none(code: str) -> None:
    assert totp.step_of(SECRET, code, 40_000_000 * totp.STEP_MS, after=0) is None


def test_secrets_are_of_160_bits_and_the_picture_says_the_key_address() -> None:
    secret = totp.fresh_secret()

    assert len(base64.b32decode(secret)) == 20
    assert secret != totp.fresh_secret()
    assert totp.address(secret, "chenmin", "小司") == (
        f"otpauth://totp/%E5%B0%8F%E5%8F%B8%3Achenmin?secret={secret}&issuer=%E5%B0%8F%E5%8F%B8"
    )
