"""The account's menu: checked by the platform's rules before it is sent, and taken by the platform."""

import argparse
import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from admin.commands import menu
from admin.sandbox import events
from admin.sandbox.menus import check_menu
from bot.config import Account, Settings
from bot.errors import SettingsError
from tests.support.service import Service

FULL = {
    "button": [
        {"name": "问法律", "key": "问法律"},
        {"name": "办事情", "sub_button": [
            {"name": "选常去的司法所", "key": "选司法所"},
            {"name": "县司法局网站", "url": "https://example.test/"},
            {"name": "扫一扫", "type": "scancode_push", "key": "扫码"},
        ]},
        {"name": "小程序", "url": "https://example.test/", "appid": "wx0123456789abcdef", "pagepath": "p/i"},
    ]
}  # fmt: skip


def _push(settings: Settings, *, dry_run: bool = False) -> int:
    return menu.run(argparse.Namespace(what="push", dry_run=dry_run), settings)


def _write(folder: Path, body: object) -> None:
    (folder / "menu.yaml").write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")


async def test_the_default_menu_is_pushed_and_each_button_leads_somewhere(service: Service) -> None:
    book = service.sandbox.platform.book("oa")
    book.menu = None

    code = await asyncio.to_thread(_push, service.store.settings)

    assert code == 0
    assert book.menu == menu.default()
    for button in menu.default()["button"]:
        shown = await service.sandbox.push("oa", events.click(service.lines.next("oTest-1"), button["key"]))
        assert "直接说您遇到的事" in shown.text


async def test_a_menu_of_the_countys_own_is_pushed(service: Service) -> None:
    _write(service.store.settings.store_dir, FULL)

    code = await asyncio.to_thread(_push, service.store.settings)

    pushed = service.sandbox.platform.book("oa").menu
    assert code == 0
    assert pushed is not None
    check_menu(pushed)
    assert [one["type"] for one in pushed["button"][1]["sub_button"]] == ["click", "view", "scancode_push"]
    assert pushed["button"][2]["type"] == "miniprogram"


async def test_a_refusal_of_the_platform_is_told(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.sandbox.platform.book("oa").level = "personal"

    code = await asyncio.to_thread(_push, service.store.settings)

    assert code == 1
    assert "48001" in capsys.readouterr().err


def test_a_dry_run_prints_the_menu_and_sends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _push(Settings(tmp_path), dry_run=True) == 0

    assert json.loads(capsys.readouterr().out) == menu.default()
    assert list(tmp_path.iterdir()) == []


def test_long_names_and_keys_of_no_service_are_remarked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(tmp_path, wechat=Account("oa", token="t"))
    _write(tmp_path, {"button": [{"name": "我要评价", "key": "评价"}, {"name": "法律援助窗", "key": "窗口"}]})

    assert _push(settings, dry_run=True) == 0

    said = capsys.readouterr().err
    assert "法律援助窗: phones show about 4" in said
    assert "法律援助窗: its key is no word" in said
    assert "我要评价" not in said


CLICK = {"name": "问", "key": "问"}
WRONG = {
    "a list of 1 to 3": {"button": []},
    "list of 1 to 3": {"button": [CLICK] * 4},
    "at most 5": {"button": [{"name": "办", "sub_button": [CLICK] * 6}]},
    "button 2: name takes 1 to 16": {"button": [CLICK, {"name": "司法所办事窗", "key": "k"}]},
    "button 1.2: name takes 1 to 60": {
        "button": [{"name": "办", "sub_button": [CLICK, {**CLICK, "name": "长" * 21}]}]
    },
    "key takes 1 to 128": {"button": [{"name": "问", "key": "长" * 43}]},
    "url takes an address": {"button": [{"name": "问", "url": "javascript:alert(1)"}]},
    "nothing else": {"button": [{**CLICK, "url": "https://example.test/"}]},
    "with sub_button it has": {"button": [{**CLICK, "sub_button": [CLICK]}]},
    "type is 'dance'": {"button": [{**CLICK, "type": "dance"}]},
    "expected name and key": {"button": ["问法律"]},
}  # fmt: skip


@pytest.mark.parametrize("says", WRONG)
def test_a_menu_against_the_rules_is_refused_by_place_and_rule(tmp_path: Path, says: str) -> None:
    _write(tmp_path, WRONG[says])

    with pytest.raises(SettingsError, match=says):
        _push(Settings(tmp_path, wechat=Account("oa", token="t")), dry_run=True)


def test_a_menu_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "menu.yaml").write_text("button: [")

    with pytest.raises(SettingsError, match="cannot be read as YAML"):
        _push(Settings(tmp_path, wechat=Account("oa", token="t")), dry_run=True)


def test_without_credentials_nothing_is_pushed(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="XIAOSI_WECHAT_APP_ID"):
        _push(replace(Settings(tmp_path), wechat=Account("oa", token="t")))
