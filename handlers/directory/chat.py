"""Choose the station one goes to: station, confirm."""

from bot.dialogue.journey import journey
from bot.dialogue.reply import Reply
from bot.dialogue.router import Visit
from bot.dialogue.talk import Option, Talk
from bot.words import _
from handlers.directory import stations
from handlers.directory.stations import NoSuchStation


@journey(
    "directory.home", title=_("选常去的司法所"), words=["选司法所", "换司法所", "我的司法所", "附近司法所"]
)
async def home(talk: Talk) -> str:
    """选常去的司法所。"""
    now = await talk.read(stations.home_of, talk.resident_id)
    known = _("您现在选的是{name}。").format(name=now.name) if now else ""
    all_open = await talk.read(stations.all_open)
    if not all_open:
        return _("本县还没有登记司法所，请拨打公共法律服务热线问一问。")
    options = [Option(one.id, f"{one.name}（{one.town}）") for one in all_open]
    station = await talk.choose("station", known + _("您平常去哪个司法所？"), options)
    shown = next((one.name for one in all_open if one.id == station), station)
    try:
        await talk.confirm("sure", _("以后就按{name}给您办，对吗？").format(name=shown))
        chosen = await talk.finish(stations.choose_home, station)
    except NoSuchStation as refusal:
        talk.again("station", say=refusal.say)
    where = _("地址：{address}。").format(address=chosen.address) if chosen.address else ""
    return _("记下了，您常去的是{name}。{where}要换请回复“换司法所”。").format(name=chosen.name, where=where)


async def scanned(visit: Visit) -> Reply | None:
    """扫站点的码: offer the station of the code; any other code is nobody's here."""
    station = visit.said.text.removeprefix("station:")
    known = await visit.runner.read(stations.all_open)
    if visit.begin is None or station not in {one.id for one in known}:
        return None
    return await visit.begin("directory.home", {"station": station})
