"""Sealing, marks, and the secret's file."""

import stat
from pathlib import Path

import pytest

from bot.crypto import Unreadable, Vault, secret_from
from bot.errors import SettingsError

OLD, NEW, INDEX = b"o" * 32, b"n" * 32, b"i" * 32


def test_a_sealed_text_opens_in_its_place_only() -> None:
    vault = Vault(OLD)

    sealed = vault.seal("老板欠薪", "inbox.body")

    assert vault.open(sealed, "inbox.body") == "老板欠薪"
    with pytest.raises(Unreadable):
        vault.open(sealed, "outbox.body")


def test_the_same_text_is_never_sealed_alike() -> None:
    vault = Vault(OLD)

    assert vault.seal("同一句", "a.b") != vault.seal("同一句", "a.b")


@pytest.mark.parametrize("at", [0, 3, 10, -1])
def test_a_changed_byte_does_not_open(at: int) -> None:
    vault = Vault(OLD)
    sealed = bytearray(vault.seal("原话", "a.b"))
    sealed[at] ^= 1

    with pytest.raises(Unreadable):
        vault.open(bytes(sealed), "a.b")


def test_after_a_change_of_the_secret_old_values_open_and_are_known_as_old() -> None:
    sealed = Vault(OLD).seal("旧的", "a.b")

    both = Vault(NEW, OLD)

    assert both.open(sealed, "a.b") == "旧的"
    assert not both.current(sealed)
    assert both.current(both.seal("新的", "a.b"))
    with pytest.raises(Unreadable):
        Vault(NEW).open(sealed, "a.b")


def test_marks_are_equal_for_equal_texts_and_outlive_the_secret() -> None:
    assert Vault(OLD).with_index(INDEX).mark("x") == Vault(NEW).with_index(INDEX).mark("x")
    assert Vault(OLD).with_index(INDEX).mark("x") != Vault(OLD).with_index(OLD).mark("x")


def test_the_secret_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    first = secret_from(None, tmp_path)

    assert secret_from(None, tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_damaged_secret_is_refused_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("not a key")

    with pytest.raises(SettingsError, match=r"secret\.key is damaged"):
        secret_from(None, tmp_path)
