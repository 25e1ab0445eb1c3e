"""Where a resident's words could leak without anybody meaning it."""

import ast
import logging
import sys

from sqlalchemy import String

from admin.logs import QuietFormatter
from admin.tables import metadata
from bot.db import Sealed
from tests.shape.tree import FLOORS, nodes, where

WORDS = "我丈夫打我，我叫李四"
LOGGERS = {"_log", "log", "logger", "logging"}


def _calls(name: str) -> list[tuple[str, ast.Call]]:
    return [
        (where(path, node), node)
        for path, node in nodes(*FLOORS)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name
    ]


def test_every_engine_keeps_parameters_out_of_its_errors() -> None:
    engines = _calls("create_engine") + _calls("create_async_engine")

    hiding = [
        place
        for place, call in engines
        if any(word.arg == "hide_parameters" and ast.unparse(word.value) == "True" for word in call.keywords)
    ]

    assert engines
    assert hiding == [place for place, _ in engines]


def test_no_log_call_asks_for_a_traceback() -> None:
    """Its last line is the message of the exception, which may hold what a resident wrote."""
    asking = [
        where(path, node)
        for path, node in nodes(*FLOORS)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in LOGGERS
        and (
            node.func.attr == "exception"
            or any(word.arg in {"exc_info", "stack_info"} for word in node.keywords)
        )
    ]

    assert asking == []


def test_a_logged_exception_shows_kind_and_place_and_not_its_words() -> None:
    try:
        try:
            raise KeyError(WORDS)
        except KeyError as inner:
            raise ValueError(WORDS) from inner
    except ValueError:
        record = logging.LogRecord("xiaosi", logging.ERROR, __file__, 1, "turn 7 failed", (), sys.exc_info())

    line = QuietFormatter().format(record)

    assert "ValueError" in line
    assert "KeyError" in line
    assert "test_privacy.py" in line
    assert WORDS not in line


# Text that is kept as it is. Whoever adds to it says why nobody's words, name or number can stand there.
READABLE = {
    "states, kinds and other words of the program's own": {
        "act_done.name",
        "act_done.undo",
        "alarm.detail",
        "alarm.kind",
        "alarm.subject",
        "api_stop.api",
        "api_stop.door",
        "api_stop.reason",
        "access_token.blocked_why",
        "access_token.door",
        "account_right.door",
        "account_right.reason",
        "account_right.right",
        "conversation.journey",
        "conversation.state",
        "feedback.verdict",
        "holiday.kind",
        "inbox.channel",
        "inbox.decision",
        "inbox.kind",
        "inbox.state",
        "keyring.name",
        "media.door",
        "media.hearing",
        "media.kind",
        "media.mime",
        "media.reason",
        "media.state",
        "outbox.kind",
        "outbox.reason",
        "outbox.state",
        "resident.door",
        "revision.name",
        "cursor.name",
        "audit.subject",
        "audit.what",
        "staff.role",
        "task.category",
        "task.kind",
        "task.reason",
        "task.state",
        "unanswered.why",
    },
    "made by the program: ids, keyed hashes, digests, nodes": {
        "access_token.lease_by",
        "act_done.after",
        "act_done.conversation",
        "adoption.digest",
        "conversation.id",
        "feedback.once",
        "inbox.mark",
        "inbox.node",
        "media.digest",
        "media.lease_by",
        "outbox.lease_by",
        "outbox.once",
        "resident.conversation",
        "resident.holder",
        "resident.mark",
        "setup_link.token",
        "sign_in_try.mark",
        "staff.password",
        "staff_session.token",
        "statute.digest",
        "unanswered.mark",
    },
    "of the county and the public: accounts, stations, statutes, entries": {
        "access_token.account",
        "adoption.entry",
        "holiday.name",
        "home_station.station_id",
        "resident.account",
        "staff.login",
        "staff.station_id",
        "station.address",
        "station.id",
        "station.name",
        "station.phone",
        "station.town",
        "station_closure.reason",
        "station_closure.station_id",
        "station_shift.station_id",
        "statute.article",
        "statute.law",
        "statute.level",
        "statute.short",
        "statute.superseded_by",
        "statute.text",
        "statute.title_path",
        "statute.version",
        "task.station_id",
        "unanswered.near",
        "village.adviser_day",
        "village.id",
        "village.name",
        "village.station_id",
    },
}


def test_a_text_column_is_sealed_unless_a_reason_stands_here() -> None:
    readable = {
        f"{column.table.name}.{column.name}"
        for table in metadata().sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
    }

    assert readable - set().union(*READABLE.values()) == set()


def test_a_sealed_column_is_bound_to_its_own_place() -> None:
    """The place is authenticated with the value: a sealed value that is moved elsewhere does not open."""
    places = {
        f"{column.table.name}.{column.name}": column.type.place
        for table in metadata().sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    }

    assert places
    assert {own: place for own, place in places.items() if own != place} == {}
