"""The account's menu: read, checked by the platform's rules, and pushed."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from admin.commands.ask import as_utf8
from admin.slices import SLICES
from admin.store import open_store
from bot.config import Settings
from bot.dialogue.router import BACK, CANCEL, MENU, RESUME
from bot.errors import SettingsError
from bot.wechat.gateway import HttpGateway
from bot.wechat.outcome import Outcome, Sent
from bot.words import _

HELP = "The official account's menu: `menu push` sends DATA/menu.yaml, or the default one, to the platform."
PATH = "/cgi-bin/menu/create"
MOST, MOST_BELOW = 3, 5
NAME_BYTES, NAME_BYTES_BELOW = 16, 60
SHOWN, SHOWN_BELOW = 4, 8  # characters that a phone shows, about
KEY_BYTES, URL_BYTES = 128, 1024
_NEEDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("click", "scancode_push", "scancode_waitmsg", "location_select"), ("key",)),
    **dict.fromkeys(("pic_sysphoto", "pic_photo_or_album", "pic_weixin"), ("key",)),
    "view": ("url",),
    "miniprogram": ("url", "appid", "pagepath"),
}
_IMPLIED = {"appid": "miniprogram", "url": "view", "key": "click"}  # in this order, where no type is given


def arguments(parser: argparse.ArgumentParser) -> None:
    """``menu push [--dry-run]``."""
    parser.add_argument("what", choices=("push",))
    parser.add_argument("--dry-run", action="store_true", help="check it, print it, send nothing")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Push the menu.

    Returns: 1 when the platform refuses. Raises: SettingsError for a menu against the platform's rules.
    """
    as_utf8()
    path = settings.store_dir / "menu.yaml"
    body = read_menu(path) if path.exists() else default()
    for remark in remarks(body) if path.exists() else ():
        print(f"note: {remark}", file=sys.stderr)
    if args.dry_run:
        print(json.dumps(body, ensure_ascii=False, indent=1))
        return 0
    if not settings.wechat.can_call:
        raise SettingsError("menu push needs XIAOSI_WECHAT_APP_ID and XIAOSI_WECHAT_APP_SECRET")
    outcome = asyncio.run(_push(settings, body))
    if isinstance(outcome, Sent):
        print(f"pushed {len(body['button'])} buttons; phones show them within about five minutes")
        return 0
    print(f"xiaosi menu push: the platform did not take it: {outcome.told}", file=sys.stderr)
    return 1


def default() -> dict[str, Any]:
    """Three buttons; what a key leads to is decided in the talk, so a new service needs no new menu."""
    return {"button": [{"type": "click", "name": one, "key": one}
                       for one in (_("问法律"), _("办事情"), _("我的事"))]}  # fmt: skip


def words() -> set[str]:
    """What a resident may type to reach a service, and so what a key may be."""
    services = {word for part in SLICES for one in part.journeys for word in one.words}
    return services | MENU | RESUME | CANCEL | BACK


def read_menu(path: Path) -> dict[str, Any]:
    """The menu of a file in the platform's form. Raises: SettingsError naming button and rule."""
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read as YAML: {str(error).splitlines()[0]}") from error
    bar = found.get("button") if isinstance(found, dict) else None
    if not isinstance(bar, list) or not 1 <= len(bar) <= MOST:
        raise SettingsError(f"{path}: expected button: with a list of 1 to {MOST} buttons")
    return {"button": [_top(path, number, one) for number, one in enumerate(bar, 1)]}


def remarks(body: Mapping[str, Any]) -> Iterator[str]:
    """What the platform takes, and residents may stumble over."""
    known = words()
    for top in body["button"]:
        below = top.get("sub_button", [])
        for one, shown in [(top, SHOWN), *((each, SHOWN_BELOW) for each in below)]:
            if len(one["name"]) > shown:
                yield f"{one['name']}: phones show about {shown} characters of it"
            if one.get("type") == "click" and one["key"] not in known:
                yield f"{one['name']}: its key is no word of a service, so it leads to the menu in the talk"


def _top(path: Path, number: int, button: Any) -> dict[str, Any]:
    where = f"{path}, button {number}"
    below = button.get("sub_button") if isinstance(button, dict) else None
    if not below:
        return _button(where, button, NAME_BYTES)
    if not isinstance(below, list) or len(below) > MOST_BELOW:
        raise SettingsError(f"{where}: sub_button takes a list of at most {MOST_BELOW}")
    if set(button) != {"name", "sub_button"}:
        raise SettingsError(f"{where}: with sub_button it has a name and nothing else")
    listed = [_button(f"{where}.{at}", one, NAME_BYTES_BELOW) for at, one in enumerate(below, 1)]
    return {"name": _name(where, button, NAME_BYTES), "sub_button": listed}


def _button(where: str, button: Any, longest: int) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise SettingsError(f"{where}: expected name and key, or name and url")
    implied = next((kind for field, kind in _IMPLIED.items() if field in button), "")
    kind = str(button.get("type", implied))
    if kind not in _NEEDS:
        raise SettingsError(f"{where}: type is {kind!r}: expected one of {', '.join(_NEEDS)}")
    needs = _NEEDS[kind]
    if set(button) - {"type"} != {"name", *needs}:
        raise SettingsError(f"{where}: {kind} takes name, {', '.join(needs)} and nothing else")
    for field in needs:
        _check(where, field, button[field])
    return {"type": kind, "name": _name(where, button, longest), **{field: button[field] for field in needs}}


def _name(where: str, button: Mapping[str, Any], longest: int) -> str:
    name = button.get("name")
    if not isinstance(name, str) or not 1 <= len(name.strip().encode()) <= longest:
        raise SettingsError(f"{where}: name takes 1 to {longest} bytes, {longest // 3} Chinese characters")
    return name.strip()


def _check(where: str, field: str, value: Any) -> None:
    longest = KEY_BYTES if field == "key" else URL_BYTES
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= longest:
        raise SettingsError(f"{where}: {field} takes 1 to {longest} bytes")
    if field == "url" and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc):
        raise SettingsError(f"{where}: url takes an address such as https://example.gov.cn/")


async def _push(settings: Settings, body: Mapping[str, Any]) -> Outcome:
    store = open_store(settings)
    gateway = HttpGateway(store.writer, store.clock, "menu")
    try:
        # a repair may just have been made: what stopped the account before does not count
        await gateway.start(settings.wechat)
        return await gateway.call(settings.wechat, "POST", PATH, body=body, repeatable=True)
    finally:
        await gateway.close()
        store.close()
