"""通知: what was told to whom and why not, tries of each channel; and how I myself am reached."""

from collections.abc import Callable

from aiohttp import web
from sqlalchemy import Connection

from admin.alerts import set_up
from admin.audit.record import note
from admin.console import words
from admin.console.shell import Shell, Visitor, field
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.alerts import binding, reading, sending
from handlers.alerts.reading import PAGE, Told
from handlers.alerts.rules import CHANNELS
from handlers.alerts.sentences import number_words
from handlers.directory import stations
from handlers.handoff import staff

CHANNEL_WORDS = {
    "browser": _("浏览器"),
    "robot": _("企业微信群"),
    "wechat": _("本人微信"),
    "sms": _("短信"),
}
STATES = {
    "created": _("正要发"),
    "sending": _("正在发"),
    "sent": _("发了"),
    "failed": _("没发成"),
    "skipped": _("没发"),
    "unknown": _("不知道到没到"),
}
REASONS = {
    "quiet": _("不在班上"),
    "no console open": _("没开着工作台"),
    "nobody at the screen": _("工作台开着，人可能不在"),
    "not set up": _("这个通道没有设置"),
    "no phone number": _("没有留手机号"),
    "no WeChat bound": _("没有绑定微信"),
    "unfollowed": _("取消关注了"),
    "window closed": _("超过 48 小时没给公众号发过话"),
    "the account may not push": _("公众号现在不能主动发"),
    "not delivered": _("微信没有送到"),
    "too many a minute": _("这一分钟群里发得太多了"),
    "over": _("已经有人接了"),
    "left": _("人已离开"),
    "interrupted": _("正发的时候断了，不重发"),
    "no answer in time": _("对方没有应答"),
    "no connection": _("连不上"),
    "just tried": _("刚试过，等 10 秒"),
}
_MOST_PAGES = 200


class AlertsPage:
    """Both pages. Args: may_push: whether a door's account may push now; poke: wakes the sender."""

    def __init__(self, shell: Shell, may_push: Callable[[str], bool], poke: Callable[[], None]) -> None:
        self._shell, self._may_push, self._poke = shell, may_push, poke

    def routes(self) -> list[web.RouteDef]:
        """All routes of alerts."""
        page = self._shell.page
        return [
            web.get("/admin/alerts", page(self.all, "alerts.read")),
            web.post("/admin/alerts/test", page(self.test, "alerts.change")),
            web.post("/admin/alerts/sound", page(self.sound, "alerts.change")),
            web.get("/admin/alerts/sound", page(self.sounds, "own")),
            web.get("/admin/alerts/mine", page(self.mine, "own")),
            web.post("/admin/alerts/mine/code", page(self.code, "own")),
            web.post("/admin/alerts/mine/unbind", page(self.unbind, "own")),
            web.post("/admin/alerts/mine/phone", page(self.phone, "own")),
            web.post("/admin/alerts/mine/test", page(self.test_mine, "own")),
        ]

    async def all(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What was told, the newest first, within one's station."""
        return await self._all(request, visitor)

    async def test(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Try a channel; what became of it stands in the list."""
        return await self._all(request, visitor, said=await self._tried(request, visitor))

    async def sound(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Switch the sound of a station on or off."""
        form = await request.post()
        station = field(form, "station", 40)
        known = await self._stations(visitor)
        if station not in known:
            raise web.HTTPNotFound
        on = field(form, "on", 3) == "yes"
        await self._shell.store.writer.do(_set_sound, visitor.who.id, station, on)
        raise web.HTTPSeeOther("/admin/alerts")

    async def sounds(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Whether this console sounds, for its script."""
        found = await self._shell.store.reader(binding.sounds, visitor.who.station_id)
        return web.json_response({"sound": found})

    async def mine(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """How I am reached."""
        return await self._mine(visitor)

    async def code(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A code to send from one's own WeChat."""
        code = await self._shell.store.writer.do(_make_code, visitor.who.id)
        return await self._mine(visitor, code=code)

    async def unbind(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Unbind one's WeChat."""
        await self._shell.store.writer.do(_unbind, visitor.who.id)
        raise web.HTTPSeeOther("/admin/alerts/mine")

    async def phone(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Keep or forget one's phone number."""
        form = await request.post()
        try:
            await self._shell.store.writer.do(_set_phone, visitor.who.id, field(form, "phone", 20))
        except Refused as refusal:
            return await self._mine(visitor, wrong=refusal.say, status=422)
        raise web.HTTPSeeOther("/admin/alerts/mine")

    async def test_mine(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Try one of the channels that reach me alone."""
        if field(await request.post(), "channel", 8) == "robot":
            raise web.HTTPNotFound
        return await self._mine(visitor, said=await self._tried(request, visitor))

    async def _tried(self, request: web.Request, visitor: Visitor) -> str:
        channel = field(await request.post(), "channel", 8)
        if channel not in CHANNELS:
            raise web.HTTPNotFound
        why = await self._shell.store.writer.do(_test, visitor.who.id, channel, self._channels())
        self._poke()
        name = CHANNEL_WORDS[channel]
        if why:
            return _("{channel}：没发。{why}。").format(channel=name, why=REASONS.get(why, why))
        return _("{channel}：测试通知发出去了。看看收到没有。").format(channel=name)

    async def _all(self, request: web.Request, visitor: Visitor, said: str = "") -> web.Response:
        at, store = _page(request), self._shell.store
        rows = await store.reader(_told, visitor.scope.station_id, at * PAGE)
        people = {one.id: one.name for one, _active in await store.reader(staff.everybody)}
        newest = await store.reader(reading.newest_by)
        up, places = self._channels() | {"browser"}, await self._stations(visitor)
        sounding = await store.reader(binding.sounding)
        return await self._shell.show(
            visitor,
            "alerts.html",
            place="alerts",
            said=said,
            channels=[
                {
                    "key": one,
                    "name": CHANNEL_WORDS[one],
                    "up": one in up,
                    "newest": words.hour_words(newest[one], visitor.now_ms) if one in newest else "",
                }
                for one in CHANNELS
            ],
            rows=[_row(one, people, visitor.now_ms) for one in rows[:PAGE]],
            sites=[{"id": k, "name": name, "on": k in sounding} for k, name in places.items()],
            before=at - 1 if at else None,
            after=at + 1 if len(rows) > PAGE else None,
        )

    async def _mine(
        self, visitor: Visitor, *, code: str = "", said: str = "", wrong: str = "", status: int = 200
    ) -> web.Response:
        mine = await self._shell.store.reader(binding.mine, visitor.who.id, visitor.now_ms)
        return await self._shell.show(
            visitor,
            "alerts_mine.html",
            status=status,
            place="me",
            code=code,
            said=said,
            wrong=wrong,
            bound=mine.bound_at is not None,
            window=words.hour_words(mine.window_until, visitor.now_ms) if mine.window_until else "",
            phone_ends=mine.phone_ends,
            up=self._channels(),
        )

    def _channels(self) -> frozenset[str]:
        return set_up(self._shell.store.settings, wechat=self._may_push("oa"))

    async def _stations(self, visitor: Visitor) -> dict[str, str]:
        cards = await self._shell.store.reader(stations.all_open)
        own = visitor.scope.station_id
        return {card.id: card.name for card in cards if own in (None, card.id)}


def _told(connection: Connection, station_id: str | None, offset: int) -> list[Told]:
    return reading.told(connection, station_id, offset=offset)


def _row(one: Told, people: dict[int, str], now_ms: int) -> dict[str, object]:
    whom = people.get(one.staff_id or 0, "")
    if one.channel == "robot":
        whom = _("群里")
    return {
        "at": words.hour_words(one.at, now_ms),
        "task_id": one.task_id,
        "number": _("日报")
        if one.about
        else number_words(one.task_id)
        if one.task_id is not None
        else _("测试"),
        "urgent": one.urgent,
        "channel": CHANNEL_WORDS.get(one.channel, one.channel),
        "whom": whom,
        "state": STATES.get(one.state, one.state),
        "bad": one.state in ("failed", "unknown"),
        "why": REASONS.get(one.reason, one.reason),
    }


def _page(request: web.Request) -> int:
    value = request.query.get("page", "0")
    return min(int(value), _MOST_PAGES) if value.isascii() and value.isdecimal() and len(value) < 6 else 0


# -- acts, with their line in the record -------------------------------------------------------


def _make_code(work: Work, staff_id: int) -> str:
    note(work, staff_id, "binding_code", f"staff:{staff_id}")
    return binding.make_code(work, staff_id)


def _unbind(work: Work, staff_id: int) -> None:
    if binding.unbind(work, staff_id):
        note(work, staff_id, "unbind", f"staff:{staff_id}")


def _set_phone(work: Work, staff_id: int, phone: str) -> None:
    binding.set_phone(work, staff_id, phone)
    note(work, staff_id, "staff_phone", f"staff:{staff_id}")


def _set_sound(work: Work, staff_id: int, station_id: str, on: bool) -> None:
    binding.set_sound(work, station_id, on=on)
    note(work, staff_id, "sound_on" if on else "sound_off", f"station:{station_id}")


def _test(work: Work, staff_id: int, channel: str, channels: frozenset[str]) -> str:
    why = sending.test(work, staff_id, channel, channels)
    if why != "just tried":
        note(work, staff_id, "alert_test", f"channel:{channel}")
    return why
