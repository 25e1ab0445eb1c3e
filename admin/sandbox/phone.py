"""`/try`: a phone in the browser. It only pushes to the webhook and shows what the platform received."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web
from yarl import URL

from admin.parts import part_of
from admin.rendering import Renderer
from admin.sandbox import events, media, messages, recording
from admin.sandbox.account import TEMPLATE, Door
from admin.sandbox.conversation import Bubble, Conversation, Shown
from admin.sandbox.errcodes import ApiRefused
from admin.sandbox.faults import Fault
from admin.sandbox.menus import Button, buttons, tapped
from admin.sandbox.messages import Line, Push
from admin.sandbox.platform import Platform, Sent
from admin.sandbox.pushing import Delivery
from bot.web.templating import templates
from bot.words import _

PATIENCE = 1.5  # seconds that a form waits for a quick reply before the page comes back without it
LONGEST = 2000  # characters of one line
_PLACE = (34.0151, 112.4412)
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGES = templates(Path(__file__).parent / "pages")


@dataclass(frozen=True)
class Player:
    """A made-up resident whom one can play."""

    key: str
    openid: str
    name: str
    face: str


Explain = Callable[[str, str], Awaitable[Any]]
"""Tells why a message was answered so, by its sender and MsgId; None for what it does not know."""

PLAYERS = (
    Player("wang", "oTrial-wang-0000000000000001", "王女士，柳河村", "王"),
    Player("li", "oTrial-li-00000000000000002", "李大爷，用语音", "李"),
    Player("new", "oTrial-new-0000000000000003", "新来的人", "新"),
)


EXAMPLES = (
    _("厂里三个月没发工资，咋办"),
    _("楼上漏水把我家顶棚泡了"),
    _("想离婚，孩子能跟我吗"),
    _("我要调解"),
)
"""What a newcomer can press in an empty conversation."""


@dataclass(frozen=True)
class Done:
    """What a press means: what stands on the phone, and what is pushed how often."""

    said: str
    push: Push
    times: int = 1
    file: Shown | None = None


class World(Protocol):
    """What the phone needs of the sandbox."""

    platform: Platform
    api_base: str

    async def push(self, door: Door, push: Push, times: int = 1) -> Delivery: ...
    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]: ...


class Phone:
    """The pages, and the conversations they show.

    Args: title: name of the account. scenes: codes that can be scanned, by the words on them.
        console: address of the staff's pages; empty for no link.
    """

    def __init__(self, world: World, title: str, scenes: Mapping[str, str], console: str = "") -> None:
        self._world = world
        self._title = title
        self._console = console
        self._scenes = dict(scenes)
        self._renderer = Renderer()
        self._talks = {player.openid: Conversation() for player in PLAYERS}
        world.platform.on_sent = self._reached
        self.explain: Explain | None = None
        """Fills the drawer beside the phone; the conversation itself never asks it."""

    def routes(self) -> Sequence[web.RouteDef]:
        """GET ``/try``, ``/try/log``, ``/try/why`` and files, POST ``/try/do`` and ``/try/send``."""
        return [
            web.get("/try", self._page),
            web.get("/try/log", self._log),
            web.get("/try/why", self._why),
            web.get("/try/media/{media_id}", self._file),
            web.post("/try/do", self._do),
            web.post("/try/send", self._send),
        ]

    def conversation(self, player: Player) -> Conversation:
        """What stands on this player's phone."""
        return self._talks[player.openid]

    async def _page(self, request: web.Request) -> web.Response:
        return await self._with_reason("try.html", request)

    async def _log(self, request: web.Request) -> web.Response:
        """The lines alone; 204 when nothing has come since the version that the page shows."""
        player = _player(request.query.get("as", ""))
        if request.query.get("seen") == str(self.conversation(player).version):
            return web.Response(status=204)
        return self._render("log.html", player)

    async def _why(self, request: web.Request) -> web.Response:
        """The drawer alone."""
        return await self._with_reason("why.html", request)

    async def _with_reason(self, page: str, request: web.Request) -> web.Response:
        player = _player(request.query.get("as", ""))
        talk = self.conversation(player)
        about = request.query.get("why", "") or talk.answered_last
        reason = await self.explain(player.openid, about) if self.explain and about else None
        return self._render(page, player, reason=reason, seconds=talk.seconds(about))

    async def _do(self, request: web.Request) -> web.Response:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise web.HTTPForbidden(text=_("这个请求来自别的网站。"))
        form = await request.post()
        player = _player(str(form.get("as", "")))
        what, said = str(form.get("do", "say")), str(form.get("text", "")).strip()[:LONGEST]
        back = web.HTTPSeeOther(URL("/try").with_query({"as": player.key}))
        if what in _WEATHER:
            self.conversation(player).add(Bubble(self._now(), "note", _WEATHER[what](self._world.platform)))
            raise back
        done = self._press(player, what, said)
        if done is not None:
            task = self._world.spawn(self._deliver(player, done))
            await asyncio.wait([task], timeout=PATIENCE)
        raise back

    async def _send(self, request: web.Request) -> web.StreamResponse:
        """A voice, a picture or a video of one's own; scripts that want JSON get 200, or 422 with why."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise web.HTTPForbidden(text=_("这个请求来自别的网站。"))
        plain = "application/json" in request.headers.get("Accept", "")
        try:
            sent = await recording.read(request, self._renderer)
        except recording.NotSent as refusal:
            if plain:
                return web.json_response({"error": refusal.say}, status=422)
            return web.Response(status=422, text=refusal.say)
        player = _player(sent.player)
        line = self._world.platform.book("oa").lines.next(player.openid)
        media_id = self._world.platform.add_media(sent.content, sent.mime, sent.name)
        done = _FILES[sent.kind](self._world, line, media_id, sent.recognition)
        task = self._world.spawn(self._deliver(player, done))
        await asyncio.wait([task], timeout=PATIENCE)
        if plain:
            return web.json_response({"sent": sent.kind, "media_id": media_id, "bytes": len(sent.content)})
        raise web.HTTPSeeOther(URL("/try").with_query({"as": player.key}))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file that stands in a bubble, as the page can show it."""
        try:
            found = self._world.platform.medium(request.match_info["media_id"])
        except ApiRefused:
            raise web.HTTPNotFound from None
        content, mime = found.content, found.content_type
        if mime == "audio/amr":
            made = await self._renderer.render(content, "wav")
            if made is None:
                raise web.HTTPNotFound
            content, mime = made, "audio/wav"
        return part_of(request, content, mime)

    def _press(self, player: Player, what: str, said: str) -> Done | None:
        line = self._world.platform.book("oa").lines.next(player.openid)
        talk = self.conversation(player)
        if what == "say":
            talk.last_text = said or talk.last_text
            return Done(said, messages.text(line, said)) if said else None
        if what == "thrice":
            again = said or talk.last_text or _("老板拖欠工资，怎么办")
            return Done(again, messages.text(line, again), 3)
        if what.startswith("menu:"):
            return _tap(self._buttons(), what.removeprefix("menu:"), line)
        if what.startswith("scan:"):
            return self._scan(line, what.removeprefix("scan:"))
        press = _PRESSES.get(what)
        return press(self._world, line) if press else None

    def _scan(self, line: Line, name: str) -> Done | None:
        scene = self._scenes.get(name)
        if scene is None:
            return None
        person = self._world.platform.book("oa").people.get(line.openid)
        follows = person is not None and person.follows
        push = events.scan(line, scene) if follows else events.subscribe(line, scene=scene)
        return Done(_("［扫了{name}的码］").format(name=name), push)

    async def _deliver(self, player: Player, done: Done) -> None:
        talk = self.conversation(player)
        talk.add(Bubble(self._now(), "me", done.said, file=done.file))
        talk.waiting += 1
        try:
            delivery = await self._world.push("oa", done.push, done.times)
        finally:
            talk.waiting -= 1
            talk.version += 1
        talk.answered(self._now(), delivery)

    def _reached(self, sent: Sent) -> None:
        talk = self._talks.get(sent.openid)
        if talk is not None and sent.door == "oa":
            talk.reached(sent)

    def _buttons(self) -> list[Button]:
        menu = self._world.platform.book("oa").menu
        return list(buttons(menu)) if menu else []

    def _now(self) -> datetime:
        return self._world.platform.clock.now()

    def _render(self, page: str, player: Player, **more: Any) -> web.Response:
        platform = self._world.platform
        book, talk = platform.book("oa"), self.conversation(player)
        person = book.people.get(player.openid)
        text = _PAGES.get_template(page).render(
            title=self._title,
            console=self._console,
            player=player,
            players=PLAYERS,
            talk=talk,
            follows=person is not None and person.follows,
            left=book.windows.left(player.openid),
            scenes=list(self._scenes),
            menu=self._buttons(),
            broken=bool(platform.faults.standing),
            hours=int(platform.window_clock.shift.total_seconds() // 3600),
            explains=self.explain is not None,
            examples=EXAMPLES,
            **more,
        )
        headers = {
            "Content-Security-Policy": _CSP,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        }
        return web.Response(text=text, content_type="text/html", headers=headers)


def _player(key: str) -> Player:
    return next((player for player in PLAYERS if player.key == key), PLAYERS[0])


def _tap(menu: Sequence[Button], place: str, line: Line) -> Done | None:
    for button in menu:
        if button.place == place:
            return Done(_("［点了菜单：{name}］").format(name=button.name), tapped(line, button))
    return None


def _voice(world: World, line: Line) -> Done:
    return _sent_voice(world, line, world.platform.add_media(media.SILENCE, "audio/amr", "voice.amr"))


def _picture(world: World, line: Line) -> Done:
    return _sent_picture(world, line, world.platform.add_media(media.picture(), "image/png", "picture.png"))


def _sent_voice(_world: World, line: Line, media_id: str, recognition: str | None = None) -> Done:
    push = messages.voice(line, media_id, recognition=recognition)
    return Done(_("［一段语音］"), push, file=Shown("voice", f"/try/media/{media_id}"))


def _sent_picture(world: World, line: Line, media_id: str, _recognition: str | None = None) -> Done:
    push = messages.image(line, f"{world.api_base}/sandbox/media/{media_id}", media_id)
    return Done(_("［一张照片］"), push, file=Shown("picture", f"/try/media/{media_id}"))


def _sent_video(_world: World, line: Line, media_id: str, _recognition: str | None = None) -> Done:
    push = messages.video(line, media_id, media_id, short=True)
    return Done(_("［一段视频］"), push, file=Shown("video", f"/try/media/{media_id}"))


_FILES: Mapping[str, Callable[[World, Line, str, str | None], Done]] = {
    "voice": _sent_voice,
    "picture": _sent_picture,
    "video": _sent_video,
}


def _location(_world: World, line: Line) -> Done:
    return Done(_("［位置：柳河村］"), messages.location(line, *_PLACE, _("柳河村")))


def _emoji(_world: World, line: Line) -> Done:
    return Done("👍", messages.text(line, "👍"))


def _follow(_world: World, line: Line) -> Done:
    return Done(_("［关注了公众号］"), events.subscribe(line))


def _unfollow(_world: World, line: Line) -> Done:
    return Done(_("［取消了关注］"), events.unsubscribe(line))


def _allow(_world: World, line: Line) -> Done:
    return Done(_("［同意收一次通知］"), events.consent_asked(line, {TEMPLATE.id: True}))


_PRESSES: Mapping[str, Callable[[World, Line], Done]] = {
    "voice": _voice,
    "picture": _picture,
    "location": _location,
    "emoji": _emoji,
    "follow": _follow,
    "unfollow": _unfollow,
    "allow": _allow,
}


def _two_days(platform: Platform) -> str:
    platform.window_clock.shift += timedelta(hours=48)
    return _("微信那边过了 48 小时")


def _cut(platform: Platform) -> str:
    platform.faults.add(Fault("*", "reset", times=None))
    return _("微信的接口断了")


def _mended(platform: Platform) -> str:
    platform.faults.clear()
    return _("微信的接口好了")


_WEATHER: Mapping[str, Callable[[Platform], str]] = {"two-days": _two_days, "cut": _cut, "mend": _mended}
