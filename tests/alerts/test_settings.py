"""The settings of the channels: checked, and never shown."""

from pathlib import Path

import pytest

from bot.config import read_settings
from bot.errors import SettingsError

KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"


def test_addresses_and_secrets_are_not_shown(tmp_path: Path) -> None:
    given = {
        "XIAOSI_WECOM_ROBOT_URL": f"https://qyapi.example/cgi-bin/webhook/send?key={KEY}",
        "XIAOSI_SMS_URL": "https://sms.example/send?account=of-the-county",
        "XIAOSI_SMS_SECRET": "a-secret-of-the-gateway",
    }

    settings = read_settings(given, data_dir=tmp_path)

    shown = str(settings.shown) + repr(settings)
    assert settings.wecom_robot_url.endswith(KEY)
    assert [secret for secret in (KEY, "of-the-county", "a-secret-of-the-gateway") if secret in shown] == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"XIAOSI_WECOM_ROBOT_URL": f"qyapi.example?key={KEY}"}, "XIAOSI_WECOM_ROBOT_URL"),
        ({"XIAOSI_SMS_URL": "https://sms.example"}, "XIAOSI_SMS_SECRET"),
        ({"XIAOSI_SMS_URL": "https://sms.example", "XIAOSI_SMS_SECRET": "short"}, "XIAOSI_SMS_SECRET"),
        ({"XIAOSI_SMS_URL": "file:///x", "XIAOSI_SMS_SECRET": "a" * 16}, "XIAOSI_SMS_URL"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(given, data_dir=tmp_path)

    assert str(refused.value).startswith(named)
    assert KEY not in str(refused.value)
