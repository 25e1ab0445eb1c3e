"""Reading and writing conversations: hot statements, used by the turn's own acts."""

import json
from typing import Any

from sqlalchemy import Connection, select

from bot.crypto import vault
from bot.dialogue.models import Conversation
from bot.dialogue.talk import Done, State, answers_json
from bot.work.statements import statement
from bot.work.unit import Work

_LOAD = statement(
    "select id, journey, state, answers, asked, started_at, touched_at from conversation where id = :id"
)
_DONE = statement(
    "select name, attempt, result, after, undone from act_done where conversation = :id order by attempt"
)
_INSERT = statement(
    "insert into conversation (id, resident_id, journey, state, answers, asked, started_at, touched_at)"
    " values (:id, :resident, :journey, :state, :answers, :asked, :now, :now)"
)
_UPDATE = statement(
    "update conversation set state = :state, answers = :answers, asked = :asked, touched_at = :now"
    " where id = :id"
)


def load(work: Work, conversation: str) -> State | None:
    """A conversation with the results of its acts, or None when it is gone."""
    rows = work.run(_LOAD, id=conversation)
    return _state(rows[0], work.run(_DONE, id=conversation)) if rows else None


def fetch(connection: Connection, conversation: str) -> State | None:
    """The same as a look-up: for a dropped conversation that is taken up again."""
    row = connection.execute(select(Conversation.__table__).where(Conversation.id == conversation)).first()
    if row is None:
        return None
    driver: Any = connection.connection.driver_connection
    sql = _DONE.postgres if connection.dialect.name == "postgresql" else _DONE.sqlite
    done = driver.execute(sql, {"id": conversation}).fetchall()
    state = State(row.id, row.journey, row.state, started_at=row.started_at, touched_at=row.touched_at)
    _fill(state, row.answers, row.asked, done)
    return state


def save(work: Work, resident_id: int, state: State) -> None:
    """Write a conversation as it stands."""
    values = {
        "id": state.id,
        "state": state.state,
        "answers": vault().seal(answers_json(state), "conversation.answers"),
        "asked": None,
        "now": work.now_ms,
    }
    if state.asked is not None:
        values["asked"] = vault().seal(json.dumps(state.asked, ensure_ascii=False), "conversation.asked")
    if state.stored:
        work.run(_UPDATE, **values)
    else:
        work.run(_INSERT, resident=resident_id, journey=state.journey, **values)


def _state(row: tuple[Any, ...], done: list[tuple[Any, ...]]) -> State:
    ident, journey, status, answers, asked, started_at, touched_at = row
    state = State(ident, journey, status, started_at=started_at, touched_at=touched_at)
    opened = vault().open(asked, "conversation.asked") if asked is not None else None
    _fill(state, vault().open(answers, "conversation.answers"), opened, done)
    return state


def _fill(state: State, answers: str, asked: str | None, done: list[tuple[Any, ...]]) -> None:
    stored = json.loads(answers)
    state.given, state.answers, state.stored = stored["given"], stored["said"], True
    state.asked = json.loads(asked) if asked else None
    for name, attempt, result, after, undone in done:
        text = vault().open(result, "act_done.result") if result is not None else "null"
        state.done[name] = Done(attempt, text, tuple(json.loads(after)), bool(undone))
