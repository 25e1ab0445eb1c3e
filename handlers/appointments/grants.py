"""What the platform allows: one consent on a phone is one subscribe message of one template, counted here.

Only the platform's own signed events raise the count (subscribe_msg_popup_event); a phone's word does not.
"""

from sqlalchemy import Update, delete, update

from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.appointments.telling_models import NoticeGrant


def accepted(work: Work, resident_id: int, template: str) -> None:
    """A resident allowed one message more."""
    one = insert(work.db, NoticeGrant).values(
        resident_id=resident_id, template=template, available=1, at=work.now_ms
    )
    work.db.execute(
        one.on_conflict_do_update(
            index_elements=["resident_id", "template"],
            set_={"available": NoticeGrant.available + 1, "at": work.now_ms},
        )
    )


def none_left(work: Work, resident_id: int, template: str) -> None:
    """The resident refused, or the platform says that there is nothing left (43101)."""
    work.db.execute(_of(resident_id, template).values(available=0, at=work.now_ms))


def spend(work: Work, resident_id: int, template: str) -> bool:
    """Take one for a message that is sent now. Returns: whether there was one."""
    statement = _of(resident_id, template).where(NoticeGrant.available > 0)
    done = work.db.execute(statement.values(available=NoticeGrant.available - 1))
    return bool(getattr(done, "rowcount", 0))


def give_back(work: Work, resident_id: int, template: str) -> None:
    """Nothing was sent after all."""
    work.db.execute(_of(resident_id, template).values(available=NoticeGrant.available + 1))


def any_left(work: Work, resident_id: int, template: str) -> bool:
    """Whether a message of this template can be sent to a resident."""
    row = work.db.get(NoticeGrant, (resident_id, template), populate_existing=True)
    return row is not None and row.available > 0


def erase(work: Work, resident_id: int) -> int:
    """Delete what a resident allowed. Returns: how many rows."""
    done = work.db.execute(delete(NoticeGrant).where(NoticeGrant.resident_id == resident_id))
    return int(getattr(done, "rowcount", 0))


def _of(resident_id: int, template: str) -> Update:
    return update(NoticeGrant).where(NoticeGrant.resident_id == resident_id, NoticeGrant.template == template)
