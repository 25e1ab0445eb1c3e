"""Writing into the record, always in the act that it tells of."""

from admin.audit.models import Audit
from bot.work.unit import Work


def note(work: Work, staff_id: int | None, what: str, subject: str) -> None:
    """Write down who looked at or changed what. Args: subject: a kind and an id, as ``task:17``."""
    work.db.add(Audit(at=work.now_ms, staff_id=staff_id, what=what, subject=subject))
