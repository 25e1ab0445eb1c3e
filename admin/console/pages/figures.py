"""统计: what waits now, when people write, what they ask; as pictures with their numbers."""

import asyncio

from aiohttp import web

from admin.console.charts import END, LABEL, ROW, WIDE, Chart, chart
from admin.console.shell import Shell, Visitor
from bot.words import _
from handlers.directory import stations
from handlers.registers import figures
from handlers.registers.figures import SMALL, Block, Share, Waiting, Week
from knowledge.topics import TOPICS

_KEPT_MS = 5 * 60_000
"""A week's counts change slowly, and reading them costs more than a page should."""


class Figures:
    """The pictures."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._week: tuple[int, Week] | None = None
        self._counting = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """The page."""
        return [web.get("/admin/figures", self._shell.page(self.show, "figures.read"))]

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """All pictures of one's own reach; when and what people ask is the county's."""
        store = self._shell.store
        places = {one.id: one.name for one in await store.reader(stations.all_open)}
        now = await store.reader(figures.waiting, visitor.scope, visitor.now_ms)
        week = await self._counted(visitor.now_ms)
        one_station = visitor.scope.station_id
        charts = [_waiting(now)]
        if one_station is None:
            charts.append(_stations(now, places))
        charts += [_hours(week), _topics(week)]
        return await self._shell.show(
            visitor,
            "figures.html",
            place="figures",
            charts=[one for one in charts if one.bars],
            empty=[one for one in charts if not one.bars],
            whose=places.get(one_station, one_station) if one_station else _("全县"),
            small=SMALL,
            row=ROW,
            label=LABEL,
            wide=WIDE,
            end=END,
        )

    async def _counted(self, now_ms: int) -> Week:
        async with self._counting:
            if self._week is None or not 0 <= now_ms - self._week[0] < _KEPT_MS:
                reader = self._shell.store.reader
                # in a thread on SQLite too: tens of thousands of rows must not hold up a safety text
                self._week = (now_ms, await asyncio.to_thread(reader.now, figures.week, now_ms))
            return self._week[1]


def _waiting(now: Waiting) -> Chart:
    rows = [
        (_("没人接的求助"), now.untaken, "b"),
        (_("过了答应时间"), now.late, "b"),
        (_("还在时间里"), now.due, "a"),
        (_("没答应时间"), now.unpromised, "a"),
        (_("回过，等对方"), now.answered, "a"),
    ]
    if not now.all:
        finding, rows = _("现在没有等着的事。"), []
    elif now.untaken:
        finding = _("有 {count} 件求助没人接，先去接。").format(count=now.untaken)
    elif now.late:
        finding = _("一共 {all} 件没办完，{late} 件过了答应的时间。").format(all=now.all, late=now.late)
    else:
        finding = _("一共 {all} 件没办完，都没过答应的时间。").format(all=now.all)
    return chart("waiting", _("现在等着的"), finding, rows, heads=(_("哪一种"), _("件数")), unit=_("件"))


def _stations(now: Waiting, places: dict[str, str]) -> Chart:
    known = {
        station: places.get(station, station) if station else _("还没选所") for station, _n in now.stations
    }
    told = [(known[station], many, "a") for station, many in now.stations if many >= SMALL]
    rest = [many for _station, many in now.stations if 0 < many < SMALL]
    if rest:
        told.append((_("其他 {count} 处").format(count=len(rest)), sum(rest), "a"))
    first = told[0][0] if told and now.stations[0][1] >= SMALL else ""
    finding = _("没办完的，{station}最多。").format(station=first) if first else _("哪个所都不到 5 件。")
    return chart("stations", _("分在哪些所"), finding, told, heads=(_("司法所"), _("件数")), unit=_("件"))


def _hours(week: Week) -> Chart:
    total = sum(one.count for one in week.hours)
    rows = [(_hour_words(one), one.count, "a") for one in week.hours] if total else []
    finding = _("最近 7 天来的消息太少，画不成图。")
    if rows:
        top = max(week.hours, key=lambda one: one.count / (one.until - one.since))
        finding = _("{hours}来得最密，7 天共 {count} 条，占 {share}%。").format(
            hours=_hour_words(top), count=top.count, share=round(100 * top.count / total)
        )
    return chart(
        "hours", _("几点来的消息多（最近 7 天）"), finding, rows, heads=(_("几点"), _("条数")), unit=_("条")
    )


def _topics(week: Week) -> Chart:
    rows = [(_topic_words(one), one.count, "a") for one in week.topics]
    finding = _("最近 7 天问的太少，画不成图。")
    if rows:
        named = [one for one in week.topics if one.topic]
        finding = (
            _("问{topic}的最多，7 天 {count} 次。").format(topic=_topic_words(named[0]), count=named[0].count)
            if named
            else _("问什么的都有，哪一样都不到 5 次。")
        )
    return chart("topics", _("这一周问什么"), finding, rows, heads=(_("问什么"), _("次数")), unit=_("次"))


def _hour_words(one: Block) -> str:
    return _("{since} 点到 {until} 点").format(since=one.since, until=one.until)


def _topic_words(one: Share) -> str:
    return TOPICS.get(one.topic, _("其他"))
