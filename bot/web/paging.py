"""Lists by cursor: a page, and what asks for the next one."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.web.reading import BadRequest
from bot.words import _

USUAL, MOST = 50, 200
T = TypeVar("T")


def page(
    rows: Sequence[T], key: Callable[[T], str], cursor: str | None, limit: int | None
) -> tuple[tuple[T, ...], str | None]:
    """The rows behind a cursor, and the cursor of what follows, None at the end.

    Args: rows: in the order of ``key``, which names each of them and sorts as text.
    Raises: BadRequest.
    """
    most = USUAL if limit is None else limit
    if not 1 <= most <= MOST:
        raise BadRequest(_("一页 1 到 200 条。"), code="bad_value", field="limit")
    after = _read(cursor) if cursor else ""
    left = [one for one in rows if key(one) > after]
    shown = tuple(left[:most])
    return shown, (_written(key(shown[-1])) if len(left) > most else None)


def _written(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _read(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise BadRequest(_("翻页的标记不对，请从第一页看起。"), code="bad_value", field="cursor") from None
