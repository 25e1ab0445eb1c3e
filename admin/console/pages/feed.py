"""我的日历: the secret address under which a calendar program reads one's appointments."""

from aiohttp import web

from admin.audit.record import note
from admin.console import words
from admin.console.doors import fresh_token
from admin.console.shell import Shell, Visitor
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import feed
from handlers.appointments.feed_page import PATH


class FeedPage:
    """One's own address only. Args: link_base: root of links."""

    def __init__(self, shell: Shell, link_base: str) -> None:
        self._shell, self._base = shell, link_base.rstrip("/")

    def routes(self) -> list[web.RouteDef]:
        """All routes of the page."""
        page = self._shell.page
        return [
            web.get("/admin/me/calendar", page(self.show, "own.calendar")),
            web.post("/admin/me/calendar", page(self.make, "own.calendar")),
            web.post("/admin/me/calendar/end", page(self.end, "own.calendar")),
        ]

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Whether there is an address; it was shown when it was made, and cannot be shown again."""
        return await self._page(visitor)

    async def make(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A new address; the one before ends."""
        asked = await self._shell.confirm(request, visitor, _("取一个日历地址"), ask_why=False)
        if isinstance(asked, web.Response):
            return asked
        token = fresh_token()
        await self._shell.store.writer.do(_make, visitor.who.id, token)
        return await self._page(visitor, address=f"{self._base}{PATH}/{token}.ics")

    async def end(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The address ends."""
        await self._shell.store.writer.do(_end, visitor.who.id)
        return await self._page(visitor, done=_("地址作废了，日历程序读不到了。"))

    async def _page(self, visitor: Visitor, *, address: str = "", done: str = "") -> web.Response:
        found = await self._shell.store.reader(feed.of, visitor.who.id)
        made = words.hour_words(found.made_at, visitor.now_ms) if found else ""
        return await self._shell.show(
            visitor, "calendar_feed.html", place="me", address=address, done=done, made=made
        )


def _make(work: Work, staff_id: int, token: str) -> None:
    feed.make(work, staff_id, token)
    note(work, staff_id, "calendar_made", f"staff:{staff_id}")


def _end(work: Work, staff_id: int) -> None:
    feed.revoke(work, staff_id)
    note(work, staff_id, "calendar_ended", f"staff:{staff_id}")
