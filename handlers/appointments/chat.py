"""Book a time: what for, for whom, where and when; then all is shown, and confirmed.

The kinds differ in their words alone: what is offered, and what must be asked, follows from the county's
supply.
"""

from collections.abc import Sequence
from functools import partial

from bot.dialogue.journey import Journey
from bot.dialogue.talk import Option, Talk
from bot.words import _
from handlers.appointments import drafting, reading, whenever
from handlers.appointments.booking_sentences import open_words
from handlers.appointments.booking_words import ANY, NAMES, SPOKEN, contact_of, tells
from handlers.appointments.choosing import Choosing, Draft
from handlers.appointments.drafting import Wish
from handlers.appointments.gating import past_gate
from handlers.appointments.shelves import board_now
from handlers.appointments.supply import KINDS, Supply
from handlers.directory import stations

BOOK = "appointments.book"
MESSAGES_OF = "messages"
"""Name under which a draft keeps the ids of the messages that it took."""
_ELSE = "else"
_PLACES = ("office", "home")
_ADDRESS = 5
"""Characters that an address has at least: 南岭村三组 5 号."""


async def _book(talk: Talk, *, of: str = "") -> str:
    """Book an appointment. Args: of: its kind, asked for where the words did not say it.

    Given: ``kind``; ``story``: words that were said before; ``likely``: kinds that come first; ``papers``;
    ``when``: a time that was named before, see `handlers.appointments.whenever`; ``messages``.
    """
    supply = (await talk.read(board_now, talk.now_ms)).almanac.supply
    kind = of or await _kind(talk, supply)
    papers = tuple(str(paper) for paper in talk.given("papers", ()))
    if kind == _ELSE or not supply.offering(kind):
        talk.go("handoff.visit", papers=list(papers))
    stands = await talk.do("stands", drafting.stand, kind)
    other = False
    if stands.open_id is not None:
        what = await _open_already(talk, stands.open_id)
        if what == "keep":
            return _("好，按原来约的来。来不了，请回复“取消预约”。")
        if what == "change":
            talk.go("appointments.mine", appointment_id=stands.open_id)
        other = True
    spoken = SPOKEN[kind]
    story = await talk.text("story", f"{spoken.intro}\n{spoken.story}", longest=200, fits=tells)
    passed = await past_gate(talk, kind, story)
    said = _lead(passed.note)
    if not other:
        other, said = await _for_other(talk, said), ""
    draft = Draft(kind, Wish(other=other, matter=story, urgent=passed.urgent), None, papers)
    if other and stands.proxies:
        say = _("今天已经替别人约了两次，再约请工作人员来办。")
        return await Choosing(talk, draft).to_staff(say)
    if stands.missed and not other and not passed.urgent:
        say = _("前两次约好了没能来。这次请工作人员帮您约，一样不收费。")
        return await Choosing(talk, draft).to_staff(say)
    wish = await _contact(talk, draft.wish, said)
    if _at_home_only(supply, kind):
        address = await talk.text(
            "address", _("工作人员上门到哪里？写清哪个村、几组几号。"), longest=100, fits=_is_address
        )
        wish = Wish(wish.name, wish.phone, wish.other, wish.matter, address, wish.urgent)
    home = await _home(talk, supply, kind)
    when, messages = whenever.of(talk.given("when")), list(talk.given(MESSAGES_OF, ()))
    return await Choosing(talk, Draft(kind, wish, home, papers, when, messages)).run()


async def _kind(talk: Talk, supply: Supply) -> str:
    known = [kind for kind in KINDS if supply.offering(kind)]
    if not known:
        return _ELSE
    likely = [kind for kind in talk.given("likely", ()) if kind in known]
    order = [*likely, *(kind for kind in known if kind not in likely)]
    options = [*(Option(kind, SPOKEN[kind].label) for kind in order), Option(_ELSE, _("别的事，给所里留话"))]
    return await talk.choose("kind", _("想约哪一种？都不收费。"), options)


async def _open_already(talk: Talk, appointment_id: int) -> str:
    visits = await talk.read(reading.open_of, talk.resident_id, talk.now_ms)
    shown = next((one for one in visits if one.appointment_id == appointment_id), None)
    options = (
        Option("keep", _("不改，就按这个来")),
        Option("change", _("改时间，或者取消")),
        Option("other", _("替别人约（他本人同意了）")),
    )
    say = open_words(shown, talk.now_ms) if shown else _("您已经约过这一种了。")
    return await talk.choose("open", say, options)


async def _for_other(talk: Talk, said: str) -> bool:
    options = (Option("self", _("给我自己")), Option("other", _("替别人约（他本人同意了）")))
    return await talk.choose("who", said + _("给谁约？"), options) == "other"


async def _contact(talk: Talk, wish: Wish, said: str) -> Wish:
    if wish.other:
        ask = _("他叫什么名字？电话多少？比如：王秀英 13800001234。没有电话，只写名字。")
    else:
        ask = _("怎么称呼您？留个电话，时间有变好告诉您。比如：王秀英 13800001234。不留也行，回复“不留”。")
    words = await talk.text(
        "contact", said + ask, longest=60, fits=_names_other if wish.other else _names_or_not
    )
    found = contact_of(words)
    name, phone = (found.name, found.phone) if found else ("", "")
    return Wish(name, phone, wish.other, wish.matter, wish.address, wish.urgent)


async def _home(talk: Talk, supply: Supply, kind: str) -> str | None:
    """The station that is nearest; asked for where there are several, and one must go to one of them."""
    home = await talk.read(stations.home_of, talk.resident_id)
    if home is not None:
        return home.id
    known = await talk.read(stations.all_open)
    offering = {post.station_id for service, post in supply.offering(kind) if service.form in _PLACES}
    if not offering or len(known) < 2:
        return known[0].id if len(known) == 1 else None
    options = [Option(one.id, f"{one.name}（{one.town}）") for one in known]
    return await talk.choose("station", _("离您最近的是哪个司法所？也可以写村名。"), options)


def _at_home_only(supply: Supply, kind: str) -> bool:
    return all(service.form == "home" for service, _post in supply.offering(kind))


def _names_or_not(words: str) -> bool:
    return contact_of(words) is not None


def _names_other(words: str) -> bool:
    found = contact_of(words)
    return found is not None and bool(found.name)


def _is_address(words: str) -> bool:
    return len(words) >= _ADDRESS and not words.endswith(("？", "?", "吗", "呢"))


def _lead(note: str) -> str:
    return f"{note}\n" if note else ""


def _journeys() -> Sequence[Journey]:
    titled = _("约{name}")
    return (
        Journey(BOOK, _("预约"), ANY, _book),
        *(
            Journey(
                f"{BOOK}_{kind}", titled.format(name=NAMES[kind]), SPOKEN[kind].words, partial(_book, of=kind)
            )
            for kind in KINDS
        ),
    )


JOURNEYS = _journeys()
