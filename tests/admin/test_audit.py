"""The record: its rows hang together, nobody edits them, and what was done to them is named."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from admin.audit import chain
from admin.audit.models import Audit, AuditReason
from admin.audit.record import note
from admin.commands import doctor
from admin.rotation import rotate
from admin.store import Store, open_store
from bot.config import Settings
from bot.errors import Refused
from bot.work.unit import Work
from tests.support import servers
from tests.support.service import SECRET

PHONE = "13800000000"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(Settings(tmp_path, secret_key=SECRET))
    yield opened
    opened.close()


def _three(work: Work) -> None:
    for number in (1, 2, 3):
        note(work, None, "look", f"task:{number}")


def _refused(work: Work) -> None:
    note(work, None, "close", "task:9")
    raise Refused("no")


def _changed(work: Work, reason: str = "") -> None:
    note(work, None, "role", "staff:1", before={"role": "clerk"}, after={"role": "head"}, reason=reason)


def _personal(work: Work) -> None:
    note(
        work,
        None,
        "edit",
        "task:1",
        before={"name": "李四"},
        after={"name": PHONE, "openid": "oAbC", "at": 3},
    )


def _broken(store: Store) -> str:
    return store.reader.now(chain.verify).broken


def _tamper(store: Store, *statements: str) -> None:
    """What somebody does who has the database, and not the program."""
    with store.engine.begin() as connection:
        for verb in ("update", "delete"):
            connection.execute(text(f"drop trigger if exists audit_no_{verb}"))
        for one in statements:
            connection.execute(text(one))


def test_rows_hang_together_over_several_acts(store: Store) -> None:
    store.writer.do_now(_three)
    store.writer.do_now(_changed)

    found = store.reader.now(chain.verify)

    assert (found.rows, found.broken) == (4, "")


def test_an_act_that_is_refused_leaves_no_row_and_no_gap(store: Store) -> None:
    store.writer.do_now(_three)
    with pytest.raises(Refused):
        store.writer.do_now(_refused)
    store.writer.do_now(_three)

    found = store.reader.now(chain.verify)

    assert (found.rows, found.broken) == (6, "")


@pytest.mark.parametrize("statement", ["update audit set what = 'other'", "delete from audit"])
def test_the_database_refuses_to_change_or_delete_rows(store: Store, statement: str) -> None:
    store.writer.do_now(_three)

    with pytest.raises(DBAPIError, match="only ever added"), store.engine.begin() as connection:
        connection.execute(text(statement))

    assert _broken(store) == ""


def test_the_first_row_that_was_changed_is_named(store: Store) -> None:
    store.writer.do_now(_three)

    _tamper(store, "update audit set subject = 'task:8' where id = 2", "update audit set at = 0 where id = 3")

    assert _broken(store) == "row 2 was changed"


def test_a_row_that_was_taken_out_is_named(store: Store) -> None:
    store.writer.do_now(_three)

    _tamper(store, "delete from audit where id = 2")

    assert _broken(store) == "row 2 is missing"


def test_rows_missing_at_the_end_are_named_also_when_the_end_was_set_back(store: Store) -> None:
    store.writer.do_now(_three)

    _tamper(store, "delete from audit where id = 3")
    plain = _broken(store)
    _tamper(store, "update audit_head set last_id = 2, hash = (select hash from audit where id = 2)")

    assert plain == "row 3 and what followed it are missing"
    assert _broken(store) == "the end of the record was changed"


def test_before_and_after_hold_words_of_the_program_and_digests_of_all_others(store: Store) -> None:
    store.writer.do_now(_personal)
    store.writer.do_now(_changed)

    with store.engine.connect() as connection:
        (personal, plain) = connection.execute(select(Audit.before, Audit.after).order_by(Audit.id)).all()

    assert tuple(plain) == ('{"role":"clerk"}', '{"role":"head"}')
    assert "#" in personal.before
    assert '"at":3' in personal.after
    for words in ("李四", PHONE, "oAbC", "\\u"):
        assert words not in personal.before + personal.after


def test_a_reason_is_sealed_stays_readable_after_a_new_key_and_cannot_be_swapped(store: Store) -> None:
    store.writer.do_now(_changed, "家属来电话找人")
    assert [count for place, count in rotate(store) if place.table == "audit_reason"] == [0]

    with store.engine.connect() as connection:
        words = connection.scalar(select(AuditReason.words))
        raw = connection.execute(text("select words from audit_reason")).scalar_one()
    _tamper(store, "update audit_reason set words = x'00'")
    spoilt = _broken(store)
    _tamper(store, "delete from audit_reason")

    assert words == "家属来电话找人"
    assert "家属".encode() not in bytes(raw)
    assert spoilt == _broken(store) == "the reason of row 1 was changed or is missing"


def test_doctor_goes_through_the_record(store: Store) -> None:
    store.writer.do_now(_three)
    good = doctor.the_record(store)
    _tamper(store, "update audit set what = 'x' where id = 3")

    bad = doctor.the_record(store)

    assert (good.good, good.say[:6]) == (True, "3 rows")
    assert not bad.good
    assert "row 3 was changed" in bad.say


@pytest.mark.servers
def test_nodes_that_write_at_once_make_one_chain(postgres_server: servers.Postgres, tmp_path: Path) -> None:
    with postgres_server.database() as url:
        nodes = [
            open_store(Settings(tmp_path / str(n), secret_key=SECRET, database_url=url)) for n in range(2)
        ]
        threads = [
            threading.Thread(target=lambda node=node: [node.writer.do_now(_three) for _n in range(20)])
            for node in nodes * 3
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        found = nodes[0].reader.now(chain.verify)
        refusals = [
            _refusal(nodes[0], what)
            for what in ("update audit set at = 0", "delete from audit", "truncate audit cascade")
        ]
        for one in nodes:
            one.close()

    assert (found.rows, found.broken) == (360, "")
    assert refusals == ["rows of audit are only ever added"] * 3


def _refusal(store: Store, statement: str) -> str:
    with pytest.raises(DBAPIError) as caught, store.engine.begin() as connection:
        connection.execute(text(statement))
    return str(caught.value.orig).partition("\n")[0]
