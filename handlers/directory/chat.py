"""Choose the station one goes to, by list, by place or by code; see where it is and when it is open."""

from collections.abc import Sequence

from bot.clock import instant
from bot.dialogue.journey import journey
from bot.dialogue.reply import Choice, Reply, chosen
from bot.dialogue.router import Visit
from bot.dialogue.talk import Option, Talk
from bot.words import _
from handlers.directory import places, stations
from handlers.directory.county import StationCard
from handlers.directory.hours import calendar_for
from handlers.directory.places import Meant
from handlers.directory.sentences import card_words
from handlers.directory.stations import NoSuchStation

_FAR_KM = 50
_NONE = _("本县还没有登记司法所，请拨打公共法律服务热线问一问。")
_ASKING = ("directory.home", "directory.card")


@journey(
    "directory.home", title=_("选常去的司法所"), words=["选司法所", "换司法所", "我的司法所", "附近司法所"]
)
async def home(talk: Talk) -> str:
    """选常去的司法所。"""
    all_open = await talk.read(stations.all_open)
    if not all_open:
        return _NONE
    now = await talk.read(stations.home_of, talk.resident_id)
    known = _("您现在选的是{name}。").format(name=now.name) if now else ""
    chosen_now = await _settle(talk, all_open, known)
    where = _("地址：{address}。").format(address=chosen_now.address) if chosen_now.address else ""
    return _("记下了，您常去的是{name}。{where}要换请回复“换司法所”。").format(
        name=chosen_now.name, where=where
    )


@journey(
    "directory.card",
    title=_("看司法所地址和上班时间"),
    words=[
        "司法所在哪",
        "司法所在哪里",
        "司法所在哪儿",
        "司法所地址",
        "司法所电话",
        "司法所怎么去",
        "司法所怎么走",
        "司法所几点上班",
        "司法所几点下班",
        "司法所几点开门",
        "司法所上班时间",
        "司法所今天上班吗",
        "司法所周末上班吗",
        "你们在哪",
        "你们几点上班",
        "你们今天上班吗",
        "几点上班",
        "几点下班",
        "几点开门",
        "上班时间",
        "今天上班吗",
        "周末上班吗",
    ],
)
async def card(talk: Talk) -> str:
    """看司法所地址和上班时间: of the home station, which is asked for once."""
    all_open = await talk.read(stations.all_open)
    if not all_open:
        return _NONE
    station = await talk.read(stations.home_of, talk.resident_id)
    said = ""
    if station is None and len(all_open) == 1:
        station = all_open[0]
    elif station is None:
        station = await _settle(talk, all_open, "")
        said = _("记下了，您常去的是{name}。要换请回复“换司法所”。").format(name=station.name) + "\n"
    calendar = await talk.read(calendar_for, station.id)
    return said + card_words(station, calendar, instant(talk.now_ms), talk.link_base)


async def _settle(talk: Talk, all_open: Sequence[StationCard], known: str) -> StationCard:
    """Ask which station, ask for a yes, and keep it."""
    among = talk.given("among")
    options = [
        Option(one.id, f"{one.name}（{one.town}）") for one in all_open if not among or one.id in among
    ]
    before = talk.given("found", "") if among else known
    found = "" if among else talk.given("found", "")
    station = await talk.choose("station", before + _("您平常去哪个司法所？"), options)
    shown = next((one.name for one in all_open if one.id == station), station)
    try:
        await talk.confirm("sure", found + _("以后就按{name}给您办，对吗？").format(name=shown))
        return await talk.finish(stations.choose_home, station)
    except NoSuchStation as refusal:
        talk.again("station", say=refusal.say)
        raise


async def scanned(visit: Visit) -> Reply | None:
    """扫站点的码: offer the station of the code; any other code is nobody's here."""
    station = visit.said.text.removeprefix("station:")
    known = await visit.runner.read(stations.all_open)
    if visit.begin is None or station not in {one.id for one in known}:
        return None
    return await visit.begin(visit, "directory.home", {"station": station})


async def placed(visit: Visit) -> Reply | None:
    """发来位置: offer the nearest station; the point itself is not kept with the choice."""
    asking = _asking(visit)
    if visit.begin is None or visit.held or (asking is None and _busy(visit)):
        return None  # while a person holds the thread a place is meant for that person
    values = visit.said.values
    at = places.point(values.get("Location_X", ""), values.get("Location_Y", ""))
    known = await visit.runner.read(stations.all_open)
    near = places.nearest(known, *at) if at else None
    if near is None:
        return None
    station, way = near
    name = next(one.name for one in known if one.id == station)
    found = _("位置收到了。离您最近的是{name}，直线约 {way} 公里。").format(name=name, way=_way(way))
    if way > _FAR_KM:
        found += _("有点远，您也许不在本县。")
    return await visit.begin(visit, asking or "directory.home", {"station": station, "found": found})


async def named(visit: Visit) -> Reply | None:
    """说出村名或镇名: in the question for the station in plain words, elsewhere only as 我是某村的."""
    if visit.begin is None or visit.said.kind not in ("text", "voice"):
        return None
    asking, text = _asking(visit), visit.said.text
    if asking is None and (_busy(visit) or not places.introduces(text)):
        return None  # nearly every message: decided without a look-up
    if asking is not None and _is_option(visit, text):
        return None
    known = await visit.runner.read(stations.all_open)
    villages = await visit.runner.read(stations.villages)
    found = places.meant(text, known, villages)
    if found is None:
        return None
    return await visit.begin(visit, asking or "directory.home", _given(found, known, villages))


def _given(
    found: Meant, known: Sequence[StationCard], villages: Sequence[places.VillageAt]
) -> dict[str, object]:
    names = {one.id: one.name for one in known}
    if len(found.stations) > 1:
        what = found.village or _("这个名字")
        say = _("叫{what}的地方不止一个。").format(what=what)
        return {"among": list(found.stations), "found": say}
    station = found.stations[0]
    if not found.village:
        return {"station": station}
    say = _("{village}归{name}管。").format(village=found.village, name=names[station])
    days = [one.adviser_day for one in villages if one.name == found.village and one.station_id == station]
    if days and days[0]:
        say += _("村里的法律顾问{day}在村里。").format(day=days[0])
    return {"station": station, "found": say}


def _asking(visit: Visit) -> str | None:
    """The journey that waits for a station now, if one does."""
    state = visit.state
    if state is None or state.state != "open" or state.journey not in _ASKING or not state.asked:
        return None
    return state.journey if state.asked["name"] in ("station", "sure") else None


def _busy(visit: Visit) -> bool:
    return visit.state is not None and visit.state.state == "open"


def _is_option(visit: Visit, text: str) -> bool:
    asked = (visit.state.asked if visit.state else None) or {}
    labels = tuple(Choice(label) for _id, label in asked.get("options", []))
    return chosen(text, labels) is not None


def _way(kilometres: float) -> str:
    """One decimal below ten kilometres, none above."""
    return f"{kilometres:.1f}" if kilometres < 9.95 else f"{kilometres:.0f}"
