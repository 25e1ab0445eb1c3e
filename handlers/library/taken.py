"""Unanswered wordings that somebody dealt with: they went into a draft, or were put aside."""

from datetime import date

from sqlalchemy import Connection, delete, select

from bot.clock import in_china
from bot.work.unit import Work
from handlers.library.models import TakenWording


def take(work: Work, marks: tuple[str, ...], draft_id: int | None) -> None:
    """Write down that wordings are dealt with. Args: draft_id: where they went, None for put aside."""
    today = in_china(work.now).date()
    for mark in marks:
        row = work.db.get(TakenWording, mark)
        if row is None:
            work.db.add(TakenWording(mark=mark, draft_id=draft_id, day=today))
        else:
            row.draft_id, row.day = draft_id, today


def give_back(work: Work, draft_id: int) -> None:
    """The draft was given up: its wordings wait again."""
    work.db.execute(delete(TakenWording).where(TakenWording.draft_id == draft_id))


def days(connection: Connection) -> dict[str, date]:
    """On which day each wording was dealt with; one that was asked after that day waits again."""
    rows = connection.execute(select(TakenWording.mark, TakenWording.day))
    return {row.mark: row.day for row in rows}
