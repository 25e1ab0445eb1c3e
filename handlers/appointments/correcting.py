"""Name and number once more after a booking: after a yes they stand with the newest open appointment."""

import re
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from bot.dialogue.journey import journey
from bot.dialogue.reply import Reply
from bot.dialogue.router import Visit
from bot.dialogue.talk import Option, Talk
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import service
from handlers.appointments.answering import busy
from handlers.appointments.booking_words import Contact, contact_of, hidden
from handlers.appointments.having import held_for
from handlers.appointments.mine_words import none_words
from handlers.appointments.models import Appointment
from handlers.appointments.service import Person, whose_of, whose_own

CONTACT = "appointments.contact"
_LONGEST = 40
_MOBILE = 11
_WRONG = re.compile(
    r"(?:我的?|他的?|刚才的?|前面的?|上面的?)?(?:名字|姓名|电话号码|电话|手机号码?|手机|号码|联系方式)?"
    r"(?:刚才|前面)?(?:我)?(?:写|填|留|报|说|打|输)?错了?[，,。 ]*"
    r"|(?:应该|更正|改|换|重新写|重新留)(?:成|为|是|一下|了)?[：:，, ]*"
)
_NAMED = re.compile(r"名字|姓名|我叫|叫错|名写错")
_NUMBER = re.compile(r"(?:[\d〇零幺一二两三四五六七八九][\s.·、,\-]?){6}")


@dataclass(frozen=True)
class _Newest:
    """The newest open appointment, with the name and phone that were left for it."""

    appointment_id: int
    name: str = field(repr=False)
    phone: str = field(repr=False)


def corrected(text: str) -> Contact | None:
    """A name with a number, or what is corrected of them; None for anything else, as a bare name is."""
    if not 0 < len(text) <= _LONGEST or not (_NUMBER.search(text) or _NAMED.search(text)):
        return None
    plain = _WRONG.sub("", text).strip()
    found = contact_of(plain)
    if found is None or not (found.name or found.phone):
        return None
    if len(found.phone) == _MOBILE or (found.name and found.phone):
        return found
    return found if found.name and plain != text.strip() and _NAMED.search(text) else None


async def corrects(visit: Visit) -> Reply | None:
    """王秀兰 138-0013-8000 of who has booked: asked whether it is to stand with the newest booking."""
    if visit.begin is None or visit.held or busy(visit) or visit.said.kind not in ("text", "voice"):
        return None
    found = corrected(visit.said.text)
    if found is None:
        return None
    newest = await visit.runner.read(_newest, visit.runner.resident_id, visit.now_ms)
    if newest is None:
        return None
    name, phone = found.name or newest.name, found.phone or newest.phone
    if (name, phone) == (newest.name, newest.phone):
        return Reply(_("记的就是这个，不用改。"), decision="booking:same")
    given = {"appointment_id": newest.appointment_id, "name": name, "phone": phone}
    return await visit.begin(visit, CONTACT, given)


@journey(CONTACT, title=_("改预约留的名字、电话"), draft=False)
async def contact(talk: Talk) -> str:
    """改名字、电话: asked once. Given: ``appointment_id``, ``name``, ``phone``."""
    have = await talk.read(held_for, talk.resident_id, talk.now_ms)
    ident = int(talk.given("appointment_id"))
    visit = next((one for one in have.visits if one.appointment_id == ident), None)
    if visit is None:
        return none_words("booked")
    name, phone = str(talk.given("name")), str(talk.given("phone"))
    known = _("，").join(part for part in (name, hidden(phone)) if part)
    say = _("您约的是：{visit}。\n留的名字、电话改成“{known}”，对吗？").format(
        visit=have.line(visit, talk.now_ms), known=known
    )
    options = (Option("yes", _("对，改")), Option("keep", _("不改")))
    if await talk.choose("sure", say, options) == "keep":
        return _("好，没改。有别的事，直接说就行。")
    refused = await talk.finish(correct, ident, name, phone)
    return refused or _("改好了：{known}。时间、地点没变。").format(known=known)


def correct(work: Work, appointment_id: int, name: str, phone: str) -> str:
    """Write name and phone of an open appointment anew, as a journey's act. Returns: why not, or nothing.

    Who it is for is told by them where it is somebody else: one open booking of a kind each stays true.
    """
    service.one_at_a_time(work, work.resident_id)
    row = work.db.get(Appointment, appointment_id, populate_existing=True)
    if row is None or row.resident_id != work.resident_id or row.state != "booked":
        return none_words("booked")
    whose = row.whose
    if whose != whose_own(work.resident_id):
        whose = whose_of(work.resident_id, Person(name, phone, other=True))
    try:
        with work.db.begin_nested():
            row.name, row.phone, row.whose = name, phone, whose
            work.db.flush()
    except IntegrityError:
        work.db.refresh(row)
        return _("这个人的这一种已经约过一次了，要改，请工作人员帮您看，回复“人工”。")
    return ""


def _newest(connection: Connection, resident_id: int, now_ms: int) -> _Newest | None:
    row = connection.execute(
        select(Appointment.id, Appointment.name, Appointment.phone)
        .where(
            Appointment.resident_id == resident_id, Appointment.state == "booked", Appointment.ends > now_ms
        )
        .order_by(Appointment.booked_at.desc(), Appointment.id.desc())
        .limit(1)
    ).first()
    return _Newest(row.id, row.name, row.phone) if row else None


JOURNEYS = (contact,)
