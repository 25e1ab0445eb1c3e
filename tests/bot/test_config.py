"""Reading the settings."""

import base64
from pathlib import Path

import pytest

from bot.config import ENVIRONMENT, NoticeTemplate, read_settings
from bot.errors import SettingsError

KEY = base64.b64encode(b"k" * 32).decode()
AES = "A" * 43


def test_without_a_token_the_service_is_in_trial_mode_in_its_own_folder(tmp_path: Path) -> None:
    settings = read_settings({}, data_dir=tmp_path)

    assert settings.trial
    assert settings.sqlite_path == tmp_path / "trial" / "xiaosi.db"


def test_a_token_makes_it_the_real_service(tmp_path: Path) -> None:
    settings = read_settings({"XIAOSI_WECHAT_TOKEN": "t"}, data_dir=tmp_path)

    assert not settings.trial
    assert settings.sqlite_path == tmp_path / "xiaosi.db"


def test_an_aes_key_makes_safe_mode_the_default(tmp_path: Path) -> None:
    given = {"XIAOSI_WECHAT_TOKEN": "t", "XIAOSI_WECHAT_AES_KEY": AES, "XIAOSI_WECHAT_APP_ID": "wx1"}

    assert read_settings(given, data_dir=tmp_path).wechat.mode == "safe"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# 注释\nXIAOSI_LISTEN=0.0.0.0:1\nexport XIAOSI_PUBLIC_URL='https://a.test'\n"
    )

    settings = read_settings({"XIAOSI_LISTEN": "127.0.0.1:2"}, data_dir=tmp_path)

    assert (settings.address, settings.public_url) == (("127.0.0.1", 2), "https://a.test")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"XIAOSI_LISTEN": "8080"}, "XIAOSI_LISTEN"),
        ({"XIAOSI_LISTEN": "x:99999"}, "XIAOSI_LISTEN"),
        ({"XIAOSI_PUBLIC_URL": "example"}, "XIAOSI_PUBLIC_URL"),
        ({"XIAOSI_DATABASE_URL": "mysql://x"}, "XIAOSI_DATABASE_URL"),
        ({"XIAOSI_DATABASE_URL": "postgresql://u@h/d"}, "XIAOSI_SECRET_KEY is required"),
        ({"XIAOSI_SECRET_KEY": "short"}, "XIAOSI_SECRET_KEY"),
        ({"XIAOSI_SECRET_KEY": base64.b64encode(b"x").decode()}, "got 1"),
        ({"XIAOSI_WECHAT_MODE": "safest"}, "XIAOSI_WECHAT_MODE"),
        ({"XIAOSI_WECHAT_MODE": "safe"}, "XIAOSI_WECHAT_AES_KEY"),
        ({"XIAOSI_WECHAT_AES_KEY": AES}, "XIAOSI_WECHAT_APP_ID"),
        ({"XIAOSI_MINI_AES_KEY": "x"}, "43 characters"),
        *(
            ({"XIAOSI_MINI_NOTICES": value}, "XIAOSI_MINI_NOTICES: expected parts")
            for value in (
                "remind",
                "remind=T",
                "birthday=T when:time1",
                "remind=T x:thing1",
                "remind=T when:",
            )
        ),
        ({"XIAOSI_WECHAT_TOKN": "t"}, "unknown setting XIAOSI_WECHAT_TOKN"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(given, data_dir=tmp_path)


def test_a_line_without_a_value_is_named_by_its_number(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("XIAOSI_LISTEN=127.0.0.1:1\nXIAOSI_PUBLIC_URL\n")

    with pytest.raises(SettingsError, match="line 2"):
        read_settings({}, data_dir=tmp_path)


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    given = {
        "XIAOSI_SECRET_KEY": KEY,
        "XIAOSI_WECHAT_TOKEN": "toktok",
        "XIAOSI_WECHAT_APP_SECRET": "secsec",
        "XIAOSI_DATABASE_URL": "postgresql://u:pwpw@host/db",
    }

    settings = read_settings(given, data_dir=tmp_path)

    shown = str(settings.shown)
    assert not [secret for secret in (KEY, "toktok", "secsec", "pwpw") if secret in shown]
    assert [name for name, _value in settings.shown] == list(ENVIRONMENT)
    assert not [secret for secret in ("secsec", "k" * 32) if secret in repr(settings)]


def test_templates_of_subscribe_messages_are_read_with_their_fields(tmp_path: Path) -> None:
    given = "remind=T-1 what:thing1 when:time2; offer=T_2 when:time1;"

    notices = read_settings({"XIAOSI_MINI_NOTICES": given}, data_dir=tmp_path).mini.notices

    assert notices == (
        ("remind", NoticeTemplate("T-1", (("what", "thing1"), ("when", "time2")))),
        ("offer", NoticeTemplate("T_2", (("when", "time1"),))),
    )
