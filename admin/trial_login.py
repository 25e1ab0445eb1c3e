"""Trial mode: a made-up resident of the sandbox signs in to the API with a login code, as on a phone.

The code is redeemed at the platform's API, which the sandbox plays. What is given holds for two hours and
is proved by a keyed mark; the real service neither gives nor takes it.
"""

import hmac

import aiohttp
from sqlalchemy import select

from admin.store import Store
from bot.clock import instant, millis
from bot.config import Account
from bot.crypto import vault
from bot.errors import Refused
from bot.wechat.models import Resident
from bot.words import _
from bot.work.inserting import insert
from bot.work.unit import Work

LASTS_MS = 2 * 60 * 60_000
_BEGINS = "trial."
_SECONDS = 5


class NoLogin(Refused):
    """The code is not good."""

    code = "no_session"


async def log_in(store: Store, account: Account, code: str) -> tuple[str, int]:
    """Redeem a login code. Returns: the token, and until when it holds, in milliseconds UTC.

    Raises: NoLogin.
    """
    asked = {
        "appid": account.app_id or "",
        "secret": account.app_secret or "",
        "js_code": code,
        "grant_type": "authorization_code",
    }
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(account.api_base, timeout=timeout) as session:
        try:
            async with session.get("/sns/jscode2session", params=asked) as answer:
                told = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise NoLogin(_("平台这会儿没有回应，请再试一次。"), field="code") from None
    who = told.get("openid") if isinstance(told, dict) else None
    if not isinstance(who, str) or not who:
        raise NoLogin(_("登录码不对，或者已经用过了。"), field="code")
    mark = vault().mark(f"who|{account.door}|{account.app_id}|{who}")
    resident = await store.writer.do(_met, account.door, mark)
    until = millis(store.clock.now()) + LASTS_MS
    return f"{_BEGINS}{resident}.{until}.{_proof(resident, until)}", until


def resident_of(store: Store, token: str) -> int | None:
    """Whose token it is; None for one that is not ours, over, or of no trial."""
    if not (store.settings.trial and token.startswith(_BEGINS)):
        return None
    parts = token.removeprefix(_BEGINS).split(".")
    if len(parts) != 3 or not all(one.isascii() and one.isdecimal() and len(one) < 17 for one in parts[:2]):
        return None
    resident, until = int(parts[0]), int(parts[1])
    if not hmac.compare_digest(_proof(resident, until).encode(), parts[2].encode()):
        return None
    return resident if store.clock.now() < instant(until) else None


def _proof(resident: int, until: int) -> str:
    return vault().mark(f"trial|{resident}|{until}")[:40]


def _met(work: Work, door: str, mark: str) -> int:
    """The resident's row, made at the first time."""
    fresh = insert(work.db, Resident).values(door=door, mark=mark, first_at=work.now_ms, last_at=work.now_ms)
    work.db.execute(fresh.on_conflict_do_nothing())
    return work.db.execute(select(Resident.id).where(Resident.mark == mark)).scalar_one()
