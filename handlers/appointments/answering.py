"""Answers to what a resident was told: a time became free, or the own time is gone.

An answer counts only while its question is open. A word that may mean anything, such as 好 or a number,
counts only as the resident's first word since.
"""

from sqlalchemy import Connection, select

from bot.dialogue.journey import journey
from bot.dialogue.reply import Reply
from bot.dialogue.router import Visit
from bot.dialogue.talk import Talk
from bot.errors import Refused
from bot.wechat.models import Inbox
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import service, telling, waiting
from handlers.appointments.booking_words import phone_of
from handlers.appointments.having import held_for
from handlers.appointments.mine import CANCEL, DECLINE, TAKE
from handlers.appointments.mine_words import taken_words
from handlers.appointments.models import Appointment
from handlers.appointments.moving import MOVE, papers_for
from handlers.appointments.service import Held
from handlers.appointments.supply_models import Bookable
from handlers.appointments.telling import Question

_YES = frozenset(
    {"1", "好", "好的", "行", "可以", "是", "是的", "对", "确认", "同意", "嗯", "约", "约上", "就这个",
     "没问题"}
)  # fmt: skip
_NO = frozenset(
    {"2", "不", "不用", "不用了", "不行", "不约", "不约了", "没空", "去不了", "不去", "不去了", "算了"}
)
_LOST = frozenset(
    {"1", "2", "好", "好的", "行", "可以", "嗯", "知道了", "怎么办", "那怎么办", "改", "换", "改一下",
     "换一个"}
)  # fmt: skip
_CALLS = ("phone", "video")
MARKS = '。.！!，,？?～~“”" '


async def answered(visit: Visit) -> Reply | None:
    """要, 不要, 改时间, 取消预约 after a telling. See `handlers.appointments.telling.questions`."""
    if visit.begin is None or busy(visit) or visit.said.kind not in ("text", "voice"):
        return None
    word = visit.said.text.strip(MARKS)
    if not 0 < len(word) <= 6:
        return None
    runner = visit.runner
    for question in await runner.read(telling.questions, runner.resident_id, visit.now_ms):
        first = await runner.read(_first_since, runner.resident_id, visit.message, question.asked_at)
        name = _meant(question, word, vague=first)
        if name:
            return await visit.begin(visit, name, {"appointment_id": question.appointment_id})
    return None


@journey(TAKE, title=_("要空出来的时间"))
async def take(talk: Talk) -> str:
    """要: book the time that is kept for who waited. Given: ``appointment_id`` of the offer."""
    offer = int(talk.given("appointment_id"))
    form, told = await talk.read(form_of, offer), await talk.read(waiting.told_for, offer)
    phone = address = ""
    if form == "home" and not told.address:
        address = await talk.text("address", _("好。工作人员上门到哪里？写清哪个村、几组几号。"), longest=100)
    elif form in _CALLS and not told.person.phone:
        ask = _("好。到时间打哪个电话？请写号码。")
        said = await talk.text("phone", ask, longest=40, fits=lambda text: bool(phone_of(text)))
        phone = phone_of(said)
    refused = await talk.finish(accept, offer, phone, address)
    if refused:
        return refused + _("要接着等，或者另约，回复“预约”。")
    have = await talk.read(held_for, talk.resident_id, talk.now_ms)
    visit = next((one for one in have.visits if one.appointment_id == offer), None)
    if visit is None:
        return _("约好了。要看时间、地点，请回复“我的预约”。")
    papers = await papers_for(talk, offer)
    return taken_words(visit, have, papers, talk.now_ms, link_base=talk.link_base)


@journey(DECLINE, title=_("不要空出来的时间"))
async def decline(talk: Talk) -> str:
    """不要: give the time to the next. Given: ``appointment_id`` of the offer."""
    await talk.finish(give_up, int(talk.given("appointment_id")))
    return _("好，让给后面的人了。还想约，回复“预约”，可以重新排候补。")


def form_of(connection: Connection, appointment_id: int) -> str:
    """How a meeting takes place, of `handlers.appointments.supply.FORMS`; empty when there is none."""
    found = select(Bookable.form).join(Appointment, Appointment.service_id == Bookable.id)
    return connection.scalar(found.where(Appointment.id == appointment_id)) or ""


def accept(work: Work, offer_id: int, phone: str, address: str) -> str:
    """Book what is offered, as a journey's act. Returns: why not, or nothing."""
    try:
        waiting.accept(work, work.resident_id, offer_id, phone, address)
    except Refused as refusal:
        return refusal.say
    return ""


def give_up(work: Work, offer_id: int) -> bool:
    """Give back what is offered, as a journey's act. Returns: True."""
    service.release(work, Held(offer_id, 0))
    return True


def _meant(question: Question, word: str, *, vague: bool) -> str:
    """The journey that a word begins for a question, or nothing. Args: vague: whether 好 counts too."""
    if question.about == "offer":
        if word in telling.OFFER_YES or (vague and word in _YES):
            return TAKE
        return DECLINE if word in telling.OFFER_NO or (vague and word in _NO) else ""
    if word in telling.ASK_CANCEL:
        return CANCEL
    return MOVE if word in telling.ASK_MOVE or (vague and word in _LOST) else ""


def _first_since(connection: Connection, resident_id: int, message: int, at: int) -> bool:
    """Whether a message is the resident's first since an instant: then it answers what was told there."""
    between = select(Inbox.id).where(
        Inbox.resident_id == resident_id, Inbox.id < message, Inbox.received_at > at
    )
    return connection.scalar(between.limit(1)) is None


def busy(visit: Visit) -> bool:
    return visit.held or (visit.state is not None and visit.state.state == "open")


JOURNEYS = (take, decline)
