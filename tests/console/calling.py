"""Calls about appointments, as they would stand on a list."""

from bot.work.unit import Work
from handlers.appointments import stock
from handlers.appointments.models import Appointment
from handlers.appointments.telling_models import Telling
from tests.handlers.booking import demo_supply
from tests.support.service import Service

DAY_MS = 86_400_000


def call_at(
    service: Service, station: str, *, resident: int | None = None, phone: str = "13812345678"
) -> int:
    """Somebody whose time in two days was cancelled, and whom no message reaches. Returns: the telling."""
    made: int = service.store.writer.do_now(_made, station, resident, phone)
    return made


def _made(work: Work, station: str, resident: int | None, phone: str) -> int:
    stock.load_supply(work, demo_supply())
    begins = work.now_ms // 300_000 * 300_000 + 2 * DAY_MS
    row = Appointment(
        kind="mediation",
        state="cancelled",
        service_id="mediation",
        post_id=f"{station}-room",
        station_id=station,
        begins=begins,
        ends=begins + 3_600_000,
        since=begins // 300_000,
        until=begins // 300_000 + 18,
        seats="",
        resident_id=resident,
        whose="somebody",
        name="王秀兰",
        phone=phone,
        matter="",
        address="",
        held_until=work.now_ms,
        made_at=work.now_ms,
        ended_at=work.now_ms,
    )
    work.db.add(row)
    work.db.flush()
    told = Telling(
        appointment_id=row.id,
        about="cancel",
        placed=0,
        state="call",
        channel="call",
        begins=begins,
        due_at=work.now_ms,
        made_at=work.now_ms,
    )
    work.db.add(told)
    work.db.flush()
    return told.id
