"""The account's menu: the platform's rules for it, and the buttons that a phone can tap."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from admin.sandbox import events
from admin.sandbox.errcodes import ApiRefused
from admin.sandbox.messages import Line, Push

_BYTES_OF_NAME = (16, 60)  # in the bar, and in a list under it
_BYTES_OF_KEY = 128
_WITH_KEY = {
    *("click", "scancode_push", "scancode_waitmsg", "pic_sysphoto"),
    *("pic_photo_or_album", "pic_weixin", "location_select"),
}
_OTHERS = {"view", "miniprogram", "media_id", "article_id", "article_view_limited"}


@dataclass(frozen=True)
class Button:
    """One button that does something; place: such as ``0`` or ``0-2``."""

    place: str
    name: str
    kind: str
    key: str


def check_menu(body: Mapping[str, Any]) -> None:
    """Check a menu as the platform does.

    Raises: ApiRefused 40016 to 40019 or 40023 for count, type, name, key or sub-buttons.
    """
    bar = body.get("button")
    if not isinstance(bar, list) or not 1 <= len(bar) <= 3:
        raise ApiRefused(40016)
    for button in bar:
        below = (button.get("sub_button") or []) if isinstance(button, dict) else None
        if not isinstance(below, list) or len(below) > 5:
            raise ApiRefused(40023)
        _check_name(button, _BYTES_OF_NAME[0])
        for each in below:
            _check_name(each, _BYTES_OF_NAME[1])
        for each in below or [button]:
            _check_act(each)


def _check_name(button: object, longest: int) -> None:
    name = button.get("name") if isinstance(button, dict) else None
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= longest:
        raise ApiRefused(40018)


def _check_act(button: Mapping[str, Any]) -> None:
    kind = button.get("type")
    if kind in _WITH_KEY:
        if not 1 <= len(str(button.get("key", "")).encode()) <= _BYTES_OF_KEY:
            raise ApiRefused(40019)
    elif kind not in _OTHERS:
        raise ApiRefused(40017)


def buttons(menu: Mapping[str, Any]) -> Iterator[Button]:
    """All buttons that do something, in order."""
    for at, top in enumerate(menu["button"]):
        below = top.get("sub_button") or []
        for number, each in enumerate(below):
            yield _button(f"{at}-{number}", each)
        if not below:
            yield _button(str(at), top)


def _button(place: str, button: Mapping[str, Any]) -> Button:
    key = button.get("key") or button.get("url") or button.get("pagepath") or ""
    return Button(place, str(button["name"]), str(button["type"]), str(key))


def tapped(line: Line, button: Button) -> Push:
    """What the platform pushes when a button is tapped."""
    if button.kind == "view":
        return events.view(line, button.key)
    if button.kind == "miniprogram":
        return events.view_mini(line, button.key)
    return events.click(line, button.key)
