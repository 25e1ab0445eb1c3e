"""Small pages of the service itself: a whole reply, health, readiness, metrics, the front door."""

import asyncio
import hmac
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from prometheus_client import REGISTRY, Gauge, generate_latest
from sqlalchemy import Connection, select

from admin.store import Store
from bot.crypto import Unreadable, vault
from bot.errors import StoreAway
from bot.web.templating import templates
from bot.wechat.models import Inbox
from bot.wechat.spool import Spool
from bot.words import _
from bot.work.alarms import open_alarms
from bot.work.unit import Work
from handlers.handoff import service as handoff

_ALARMS = Gauge("xiaosi_alarms_open", "Open alarms, by kind", ["kind"])
_SPOOLED = Gauge("xiaosi_spooled", "Messages that wait in the spool")
_TASKS = Gauge("xiaosi_tasks_open", "Open tasks for staff", ["urgent"])
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_templates = templates(Path(__file__).parent / "templates")
SHOWN_DAYS = 7
READY_SECONDS = 3.0


class Pages:
    """The pages of one node. Args: spool: of this node; trial: whether there is a phone to show."""

    def __init__(self, store: Store, spool: Spool, link_base: str, *, trial: bool) -> None:
        self._store, self._spool, self._link_base, self._trial = store, spool, link_base, trial

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.get("/", self.front),
            web.get("/m/{token}", self.reply),
            web.get("/healthz", self.health),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    def link(self, message: int) -> str:
        """The address of the page that shows the whole reply to a message; it cannot be guessed."""
        return f"{self._link_base}/m/{message}-{_proof(message)}"

    async def front(self, _request: web.Request) -> web.Response:
        """In trial mode the phone; else one plain line."""
        if self._trial:
            raise web.HTTPFound("/try")
        return _page(_("小司"), [_("请在微信里打开本县司法局的公众号，直接说您遇到的事。")])

    async def reply(self, request: web.Request) -> web.Response:
        """A reply that was too long for one message, for seven days."""
        number, _dash, proof = request.match_info["token"].partition("-")
        if not (number.isascii() and number.isdecimal() and len(number) < 18):
            return _gone()
        if not hmac.compare_digest(_proof(int(number)).encode(), proof.encode()):
            return _gone()
        text = await self._store.reader(_reply_of, int(number), self._oldest())
        if text is None:
            return _gone()
        return _page(_("小司的回复"), text.split("\n"))

    async def health(self, _request: web.Request) -> web.Response:
        """The process is alive."""
        return web.json_response({"ok": True})

    async def ready(self, request: web.Request) -> web.Response:
        """Whether the database takes acts, with the open alarms. 503 when it does not."""
        self._not_for_the_public(request)
        try:
            async with asyncio.timeout(READY_SECONDS):  # a database that hangs is no database
                await self._store.writer.do(_nothing)
                alarms = await self._store.reader(_alarms)
        except (StoreAway, Exception) as error:  # noqa: BLE001 - whatever it is, this node is not ready
            return web.json_response(
                {"ready": False, "why": f"database: {type(error).__name__}", "spooled": len(self._spool)},
                status=503,
            )
        shown = [{"kind": kind, "detail": detail, "count": count} for kind, _s, detail, count in alarms]
        return web.json_response({"ready": True, "alarms": shown, "spooled": len(self._spool)})

    async def metrics(self, request: web.Request) -> web.Response:
        """Figures for Prometheus."""
        self._not_for_the_public(request)
        counts: dict[str, int] = {}
        try:
            for kind, _subject, _detail, _count in await self._store.reader(_alarms):
                counts[kind] = counts.get(kind, 0) + 1
            everything, urgent = await self._store.reader(handoff.open_count)
            _TASKS.labels("yes").set(urgent)
            _TASKS.labels("no").set(everything - urgent)
        except Exception:  # noqa: BLE001 - figures must come even while the database is away
            counts["database_away"] = 1
        _ALARMS.clear()
        for kind, count in counts.items():
            _ALARMS.labels(kind).set(count)
        _SPOOLED.set(len(self._spool))
        return web.Response(body=generate_latest(REGISTRY), content_type="text/plain", charset="utf-8")

    def _not_for_the_public(self, request: web.Request) -> None:
        """Only for who asks from this machine or its private network, and not through a proxy."""
        through = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
        asks = ip_address(request.remote or "0.0.0.0")  # noqa: S104 - an address that asks nothing
        trusted = self._store.settings.trusted_proxies
        if through or str(asks) in trusted or not (asks.is_loopback or asks.is_private):
            raise web.HTTPNotFound

    def _oldest(self) -> int:
        return round(self._store.clock.now().timestamp() * 1000) - SHOWN_DAYS * 86_400_000


def _nothing(work: Work) -> int:
    """An act that shows that acts are taken."""
    return work.now_ms


def _alarms(connection: Connection) -> list[tuple[str, str, str, int]]:
    return open_alarms(connection)


def _reply_of(connection: Connection, message: int, since: int) -> str | None:
    """The whole reply to a message that arrived since an instant (ms), if it is still there."""
    rows = Inbox.__table__.c
    try:
        found = connection.execute(
            select(rows.whole, rows.reply).where(rows.id == message, rows.received_at > since)
        ).first()
    except Unreadable:
        return None
    return (found.whole or found.reply) if found else None


def _proof(message: int) -> str:
    return vault().mark(f"page|{message}")[:22]


def _page(title: str, lines: list[str], status: int = 200) -> web.Response:
    shown = [line for line in lines if line.strip()]
    return web.Response(
        text=_templates.get_template("text.html").render(title=title, lines=shown),
        content_type="text/html",
        status=status,
        headers=_HEADERS,
    )


def _gone() -> web.Response:
    say = _("这一页没有，或者已经过了 {days} 天。请回到公众号里再问一次。").format(days=SHOWN_DAYS)
    return _page(_("这一页打不开了"), [say], status=404)
