"""提醒我, after a booking that was confirmed without a reminder."""

from bot.dialogue.journey import journey
from bot.dialogue.talk import Talk
from bot.words import _
from handlers.appointments import consent
from handlers.appointments.booking_words import when_words
from handlers.appointments.reading import open_of


@journey(
    "appointments.remind",
    title=_("预约前提醒一次"),
    words=["提醒我", "要提醒", "提醒我一次", "预约提醒", "提前提醒我"],
)
async def remind(talk: Talk) -> str:
    """提醒我: of what was booked last and still can be reminded of."""
    visits = await talk.read(open_of, talk.resident_id, talk.now_ms)
    due = [one for one in visits if consent.useful(one.begins, talk.now_ms)]
    if not due:
        return _("您现在没有要提醒的预约。想预约，回复“预约”。")
    newest = max(due, key=lambda one: one.appointment_id)
    await talk.finish(consent.wanted, newest.appointment_id)
    return _("好，{when}的{what}，提前提醒您一次。").format(
        when=when_words(newest.begins, talk.now_ms), what=newest.service
    )
