"""The API for residents' programs put together: who may ask, and the routes of the slices.

Residents sign in elsewhere once they can; until then a session of the sandbox stands in, in trial mode
alone, or the session of a member of staff, as ``Authorization: Bearer``. No cookie is looked at, so no other
site can ask in somebody's name.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aiohttp import web

from admin import trial_login
from admin.console import sessions
from admin.console.rights import STAFF
from admin.store import Store
from bot.clock import CHINA, instant, millis
from bot.config import Account
from bot.errors import Refused
from bot.web.api import Ask, Caller, Route, Service, Turned, nothing, routes
from bot.web.reading import text
from bot.words import _
from handlers.appointments import api as appointments

_BEARER = "Bearer "


@dataclass(frozen=True)
class LoginAsked:
    """A login code, as the mini-program's platform gives it to the program."""

    code: str = text(200, least=1)


@dataclass(frozen=True)
class Login:
    """A session. Attributes: token: for ``Authorization: Bearer``."""

    token: str
    until: datetime


def add_api(app: web.Application, store: Store, accounts: tuple[Account, ...]) -> None:
    """Add all routes under `/api/v1`. Args: accounts: in trial mode the sandbox's."""
    service = Service(
        store.writer, store.reader, store.clock, partial(_caller, store), store.settings.trusted_proxies
    )
    mini = next((one for one in accounts if one.door == "mini"), None)
    login = Route(
        "POST",
        "/session",
        partial(_log_in, store, mini),
        Login,
        "a session of the sandbox, in trial mode",
        takes=LoginAsked,
        status=201,
        session=False,
    )
    app.add_routes(routes(service, [login, *appointments.routes(service)]))
    app.add_routes([nothing()])


async def _log_in(store: Store, mini: Account | None, ask: Ask) -> Login:
    if not store.settings.trial or mini is None:
        raise Turned(Refused(_("这里还不能登录。"), code="no_login"), 403)
    token, until = await trial_login.log_in(store, mini, ask.body.code)
    return Login(token, instant(until).astimezone(CHINA))


async def _caller(store: Store, request: web.Request) -> Caller | None:
    given = request.headers.get("Authorization", "")
    token = given.removeprefix(_BEARER)
    if token == given or len(token) > 200:
        return None
    resident = trial_login.resident_of(store, token)
    if resident is not None:
        return Caller(resident_id=resident)
    found = await store.reader(sessions.current, token, millis(store.clock.now()))
    if found is None or found.who.role not in STAFF:
        return None
    return Caller(staff_id=found.who.id, station_id=found.who.station_id)
