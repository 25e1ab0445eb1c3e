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
        "appointment.kind",
        "appointment.state",
        "asking.state",
        "telling.about",
        "telling.channel",
        "telling.state",
        "wait.kind",
        "ticket.need",
        "ticket.state",
        "wait.state",
        "bookable.form",
        "bookable.kind",
        "act_done.undo",
        "alarm.detail",
        "alarm.kind",
        "alarm.subject",
        "alert.about",
        "alert.channel",
        "alert.reason",
        "alert.state",
        "api_stop.api",
        "api_stop.door",
        "api_stop.reason",
        "call.result",
        "news.kind",
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
        "offer.state",
        "offer.kind",
        "outbox.kind",
        "outbox.reason",
        "outbox.state",
        "promise.state",
        "resident.door",
        "ring.why",
        "revision.name",
        "cursor.name",
        "audit.after",  # `note` lets words of the program and numbers through, and digests of all else
        "audit.before",
        "audit.subject",
        "audit.what",
        "problem.page",  # the path alone
        "problem.role",
        "problem.size",
        "problem.version",
        "register_row.book",
        "register_row.kind",
        "register_row.reason",
        "register_row.result",
        "register_row.secluded",
        "zero_report.book",
        "named_staff.kind",
        "staff.role",
        "staff_session.browser",  # kind of browser and system, in words of ours
        "staff_session.stage",
        "task.category",
        "task.kind",
        "task.reason",
        "task.state",
        "task_rating.verdict",
        "task.secluded",
        "unanswered.why",
        "entry_draft.state",
        "entry_draft_hand.did",
        "entry_version.layer",
        "recall.state",
    },
    "made by the program: ids, keyed hashes, digests, nodes": {
        "access_token.lease_by",
        "api_answer.asked",
        "api_answer.mark",
        "calendar_feed.token",
        "code_try.mark",
        "appointment.code",
        "appointment.whose",
        "wait.messages",  # ids
        "wait.whose",
        "telling.lease_by",
        "telling.msg",  # the platform's number of a message
        "alert.lease_by",
        "alert.once",
        "act_done.after",
        "act_done.conversation",
        "adoption.digest",
        "audit.hash",
        "audit.reason",
        "audit_head.hash",
        "audit_head.mark",
        "binding_code.mark",
        "digest_day.day",
        "conversation.id",
        "contact.name_mark",
        "contact.phone_mark",
        "contact.tail_mark",
        "feedback.once",
        "inbox.mark",
        "inbox.node",
        "media.digest",
        "media.lease_by",
        "outbox.lease_by",
        "outbox.once",
        "problem.fault",
        "resident.conversation",
        "recovery_code.mark",
        "resident.holder",
        "resident.mark",
        "setup_link.token",
        "sign_in_try.mark",
        "staff.password",
        "staff_session.ref",
        "staff_session.token",
        "statute.digest",
        "unanswered.mark",
        "entry_draft.base",
        "entry_override.base",
        "entry_version.base",
        "entry_version.digest",
        "entry_version.edition",
        "recall.editions",
        "taken_wording.mark",
        "told.edition",
    },
    "of the county and the public: accounts, stations, statutes, entries": {
        "access_token.account",
        "appointment.post_id",
        "appointment.seats",  # work numbers and numbered places
        "appointment.service_id",
        "appointment.station_id",
        "bookable.id",
        "bookable.name",
        "bookable.papers",
        "closing.post_id",
        "closing.station_id",
        "wait.station_id",
        "ticket.station_id",
        "notice_grant.template",  # as chosen in the platform's console
        "telling.template",
        "post.id",
        "post.name",
        "post.place",
        "post.seats",
        "post.services",
        "post.station_id",
        "post.village_id",
        "post_closure.post_id",
        "post_closure.reason",
        "post_time.post_id",
        "seat_cell.seat",
        "adoption.entry",
        "canned_reply.station_id",
        "news.station_id",
        "alert.station_id",
        "holiday.name",
        "home_station.station_id",
        "register_row.referred_to",
        "register_row.station_id",
        "register_row.topic",
        "zero_report.station_id",
        "resident.account",
        "ring.station_id",
        "staff.login",
        "duty_turn.station_id",
        "staff.station_id",
        "station.address",
        "station.id",
        "station.name",
        "station.phone",
        "station.town",
        "station_closure.reason",
        "station_closure.station_id",
        "station_sound.station_id",
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
        "offer.station_id",
        "promise.station_id",
        "task_rating.station_id",
        "unanswered.near",
        "entry_draft.entry",
        "entry_freeze.entry",
        "entry_override.entry",
        "entry_version.entry",
        "recall.entry",
        "told.entry",
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
