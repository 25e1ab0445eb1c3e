"""Acts of the dialogue itself: a journey's act with its result, and undoing it."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any, get_type_hints

from sqlalchemy import select

from bot.crypto import vault
from bot.dialogue import plain
from bot.dialogue.models import ActDone
from bot.errors import Fenced
from bot.work.statements import Statement, statement
from bot.work.unit import Work

_FENCE = Statement(
    sqlite="select fence from resident where id = :resident",
    # Locked: a node that stood still in the middle of an act commits nothing behind who took over.
    postgres="select fence from resident where id = %(resident)s for no key update",
)
_FIND = statement(
    "select result, undone from act_done where conversation = :conversation and name = :name"
    " and attempt = :attempt"
)
_STORE = statement(
    "insert into act_done (conversation, name, attempt, result, after, undo, undone, at)"
    " values (:conversation, :name, :attempt, :result, :after, :undo, false, :now)"
)


def check_fence(work: Work, resident_id: int, fence: int) -> None:
    """Stop a turn whose lease went to somebody else. Raises: Fenced."""
    rows = work.run(_FENCE, resident=resident_id)
    if not rows or rows[0][0] != fence:
        raise Fenced


def record(
    work: Work,
    resident_id: int,
    fence: int,
    key: tuple[str, str, int],
    after: list[str],
    undo: str | None,
    act: Callable[..., Any],
    args: tuple[Any, ...],
) -> str:
    """Run a journey's act once and store its result in the same savepoint.

    Args: key: conversation, name, attempt; after: answers given before it; undo: dotted name.
    Returns: the result as JSON. Raises: Fenced, and what the act refuses.
    """
    check_fence(work, resident_id, fence)
    conversation, name, attempt = key
    values = {"conversation": conversation, "name": name, "attempt": attempt}
    found = work.run(_FIND, **values)
    if found:
        return vault().open(found[0][0], "act_done.result")
    once = f"{conversation}/{name}/{attempt}"
    result = plain.to_json(act(work.for_resident(resident_id, once), *args))
    sealed = vault().seal(result, "act_done.result")
    work.run(_STORE, **values, result=sealed, after=json.dumps(after), undo=undo, now=work.now_ms)
    return result


def take_back(
    work: Work, resident_id: int, fence: int | None, conversation: str, names: list[str] | None
) -> int:
    """Undo the acts of a conversation that stand after one of these answers (None: all of them).

    Newest first; each undo act gets the stored result. Returns: how many were undone.
    """
    if fence is not None:
        check_fence(work, resident_id, fence)
    rows = work.db.scalars(
        select(ActDone)
        .where(ActDone.conversation == conversation, ActDone.undone.is_(False))
        .order_by(ActDone.at.desc(), ActDone.name.desc())
    ).all()
    count = 0
    for row in rows:
        if names is not None and not set(names) & set(json.loads(row.after)):
            continue
        if row.undo:
            act = resolve(row.undo)
            act(work.for_resident(resident_id, None), _result(row.result, row.undo))
        row.undone = True
        count += 1
    work.db.flush()
    return count


def resolve(dotted: str) -> Callable[..., Any]:
    """The act behind a stored dotted name, such as ``handlers.appointments.service.release``."""
    module, _, name = dotted.rpartition(".")
    act: Callable[..., Any] = getattr(import_module(module), name)
    return act


def dotted(act: Callable[..., Any]) -> str:
    """The name under which an act is stored. Raises: ValueError for anything but a module-level function."""
    if "." in act.__qualname__ or act.__name__ == "<lambda>":
        raise ValueError(f"{act.__qualname__} is not a module-level function")
    return f"{act.__module__}.{act.__name__}"


def _result(text: str | None, undo: str) -> Any:
    """What the act gave, as the type that its undo act takes second."""
    hints = [kind for name, kind in get_type_hints(resolve(undo)).items() if name != "return"]
    return plain.of_type(text, hints[1] if len(hints) > 1 else None)
