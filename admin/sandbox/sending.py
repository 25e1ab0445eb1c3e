"""The endpoints that send something to a person: service messages, templates, notices."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from admin.sandbox.answers import LONGEST_TEXT
from admin.sandbox.errcodes import ApiRefused, answer
from admin.sandbox.platform import Book, Platform

_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")
_OA_KINDS = {
    *("text", "image", "voice", "video", "music", "news", "mpnews", "mpnewsarticle"),
    *("msgmenu", "wxcard", "miniprogrampage"),
}
_MINI_KINDS = {"text", "image", "link", "miniprogrampage"}
_WITH_MEDIA = {"image", "voice", "video"}


def read_body(raw: bytes, *, escapes: bool = False) -> dict[str, Any]:
    r"""The JSON of a call.

    Args: escapes: whether ``\uXXXX`` is taken. Raises: ApiRefused 44002, 40033 or 47001.
    """
    if not raw.strip():
        raise ApiRefused(44002)
    if not escapes and _ESCAPE.search(raw):
        raise ApiRefused(40033)
    try:
        body = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise ApiRefused(47001) from error
    if not isinstance(body, dict):
        raise ApiRefused(47001)
    return body


def custom_send(platform: Platform, book: Book, raw: bytes) -> dict[str, Any]:
    """A service message, within the windows and counts that people's own acts open."""
    body = read_body(raw)
    person = book.person(str(body.get("touser", "")))
    kind = str(body.get("msgtype", ""))
    if kind not in (_OA_KINDS if book.account.door == "oa" else _MINI_KINDS):
        raise ApiRefused(40008)
    part = body.get(kind)
    if not isinstance(part, Mapping):
        raise ApiRefused(44004 if kind == "text" else 47001)
    _check_part(platform, kind, part)
    if book.account.door == "oa" and not person.follows:
        raise ApiRefused(45015)
    book.windows.take(person.openid)
    platform.reached(book, person.openid, kind, body)
    return answer(0)


def _check_part(platform: Platform, kind: str, part: Mapping[str, Any]) -> None:
    if kind == "text":
        content = part.get("content")
        if not isinstance(content, str) or not content:
            raise ApiRefused(44004)
        if len(content.encode()) > LONGEST_TEXT:
            raise ApiRefused(45002)
    elif kind in _WITH_MEDIA:
        platform.medium(str(part.get("media_id", "")))
    elif kind == "news" and not (isinstance(part.get("articles"), list) and len(part["articles"]) == 1):
        raise ApiRefused(45008)


def typing(_platform: Platform, book: Book, raw: bytes) -> dict[str, Any]:
    """Show that somebody is typing."""
    body = read_body(raw)
    person = book.person(str(body.get("touser", "")))
    book.windows.typing(person.openid, str(body.get("command", "")))
    return answer(0)


def template_send(platform: Platform, book: Book, raw: bytes) -> dict[str, Any]:
    """A template message to a follower."""
    body = read_body(raw, escapes=True)
    person = book.person(str(body.get("touser", "")))
    if body.get("template_id") not in book.templates:
        raise ApiRefused(40037)
    if not person.follows:
        raise ApiRefused(43004)
    msg_id = secrets.randbits(62)
    platform.reached(book, person.openid, "template", body)
    platform.report(book, person.openid, msg_id)
    return answer(0) | {"msgid": msg_id}


def notice_send(platform: Platform, book: Book, raw: bytes) -> dict[str, Any]:
    """A notice of the mini-program or of a service account: one for each consent."""
    body = read_body(raw, escapes=True)
    person = book.person(str(body.get("touser", "")))
    template = str(body.get("template_id", ""))
    if template not in book.templates:
        raise ApiRefused(40037)
    _check_values(body.get("data"))
    if book.consents.get((person.openid, template), 0) < 1:
        raise ApiRefused(43101)
    book.consents[person.openid, template] -= 1
    msg_id = secrets.randbits(62)
    platform.reached(book, person.openid, "notice", body)
    platform.report(book, person.openid, msg_id, template=template)
    return answer(0) | {"msgid": msg_id}


_LONGEST: Mapping[str, Callable[[str], bool]] = {
    "thing": lambda value: len(value) <= 20,
    "phrase": lambda value: len(value) <= 5,
    "character_string": lambda value: len(value) <= 32 and value.isascii(),
    "number": lambda value: len(value) <= 32 and value.replace(".", "", 1).isdigit(),
    "name": lambda value: len(value) <= 20,
    "phone_number": lambda value: len(value) <= 17,
}


def _check_values(data: object) -> None:
    if not isinstance(data, Mapping) or not data:
        raise ApiRefused(47003)
    for name, item in data.items():
        value = item.get("value") if isinstance(item, Mapping) else None
        fits = _LONGEST.get(str(name).rstrip("0123456789"), bool)
        if not isinstance(value, str) or not value or not fits(value):
            raise ApiRefused(47003)
