"""Recall in steps on both engines: nobody is told twice, whatever breaks between, and night is quiet."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from admin.slices import listeners
from admin.store import Store, open_store
from bot.clock import SetClock, millis
from bot.config import Settings, read_settings
from bot.work.unit import Work
from handlers.facts import EntriesTold
from handlers.handoff import staff
from handlers.library import recalls, told
from handlers.library.recalls import RecallRefused
from handlers.library.slice import SLICE
from tests.support.servers import Postgres

ENTRY, WRONG, RIGHT = "labour.wages", "a" * 20, "b" * 20
PEOPLE = 120
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in China


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def settings(request: pytest.FixtureRequest, tmp_path: Path, template_db: Path) -> Iterator[Settings]:
    """Settings of the real service, on each engine."""
    given = {"XIAOSI_WECHAT_TOKEN": "a-token", "XIAOSI_SECRET_KEY": base64.b64encode(bytes(32)).decode()}
    if request.param == "sqlite":
        (tmp_path / "xiaosi.db").write_bytes(template_db.read_bytes())
        yield read_settings(given, data_dir=tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.migrated() as url:
        yield read_settings(given | {"XIAOSI_DATABASE_URL": url}, data_dir=tmp_path)


@pytest.fixture
def clock() -> SetClock:
    """Ten in the morning."""
    return SetClock(MORNING)


@pytest.fixture
def store(settings: Settings, clock: SetClock) -> Iterator[Store]:
    """A store in which `PEOPLE` were told the wrong text, most of them twice, and one other the right one."""
    opened = open_store(settings, clock=clock, listeners=listeners())
    opened.writer.do_now(staff.add, "anna", "安娜", "hash", None, "head")
    for n in range(1, PEOPLE + 2):
        opened.writer.do_now(_heard, n, WRONG if n <= PEOPLE else RIGHT)
    yield opened
    opened.close()


def _heard(work: Work, resident: int, edition: str) -> None:
    """A resident wrote twice and was answered with an entry."""
    values = {"id": resident, "mark": f"r{resident}", "now": work.now_ms, "until": work.now_ms + 3_600_000}
    work.db.execute(
        text(
            "insert into resident (id, door, mark, last_seq, fence, lease_until, thread_until, said_until,"
            " said_left, did_until, did_left, first_at, last_at)"
            " values (:id, 'oa', :mark, 0, 0, 0, 0, :until, 5, 0, 0, :now, :now)"
        ),
        values,
    )
    for n in (0, 1):
        message = resident * 10 + n
        work.db.execute(
            text(
                "insert into inbox (id, mark, resident_id, seq, kind, state, received_at, tried_at, node)"
                " values (:message, :mark, :id, :n, 'text', 'done', :now, :now, 'x')"
            ),
            {"message": message, "mark": f"m{message}", "id": resident, "n": n, "now": work.now_ms},
        )
        work.happened(EntriesTold(message, ((ENTRY, edition),)))


def begun(store: Store) -> int:
    made: int = store.writer.do_now(
        recalls.prepare, 1, ENTRY, (WRONG,), "更正：以前说错了，对不起。", "日子写错了"
    )
    store.writer.do_now(recalls.start, 1, made, RIGHT)
    return made


def rows(store: Store, sql: str) -> list[tuple[int, ...]]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql)).all()]


def test_what_was_told_is_counted_by_people_and_not_by_messages(store: Store) -> None:
    assert store.reader.now(told.receivers, ENTRY) == {WRONG: PEOPLE, RIGHT: 1}
    assert store.reader.now(told.reach, ENTRY, (WRONG,), millis(MORNING)) == told.Reach(PEOPLE, PEOPLE, 0)
    late = millis(MORNING) + 2 * 3_600_000
    assert store.reader.now(told.reach, ENTRY, (WRONG,), late).later == PEOPLE


def test_everyone_is_told_once_over_steps_and_a_restart(
    store: Store, settings: Settings, clock: SetClock
) -> None:
    made = begun(store)

    steps = [store.writer.do_now(recalls.advance, made)]
    again = open_store(settings, clock=clock, listeners=listeners())  # what another process goes on with
    while steps[-1]:
        steps.append(again.writer.do_now(recalls.advance, made))
    again.close()

    assert steps == [recalls.STEP, recalls.STEP, PEOPLE - 2 * recalls.STEP, 0]
    assert rows(store, "select count(*), count(distinct resident_id) from recall_receiver") == [
        (PEOPLE, PEOPLE)
    ]
    assert rows(store, "select count(*), count(distinct resident_id) from outbox") == [(PEOPLE, PEOPLE)]
    assert rows(store, f"select count(*) from outbox where resident_id = {PEOPLE + 1}") == [(0,)]


def test_two_who_go_on_at_once_tell_nobody_twice(store: Store, settings: Settings, clock: SetClock) -> None:
    made = begun(store)
    other = open_store(settings, clock=clock, listeners=listeners())

    def all_of(one: Store) -> None:
        while one.writer.do_now(recalls.advance, made):
            pass

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(all_of, (store, other)))
    other.close()

    assert rows(store, "select count(*) from recall_receiver") == [(PEOPLE,)]
    assert rows(store, "select count(*), count(distinct resident_id) from outbox") == [(PEOPLE, PEOPLE)]


def test_a_second_recall_of_the_same_text_is_refused(store: Store) -> None:
    begun(store)

    with pytest.raises(RecallRefused):
        begun(store)


def test_a_text_that_still_answers_is_not_recalled(store: Store) -> None:
    made = store.writer.do_now(
        recalls.prepare, 1, ENTRY, (WRONG,), "更正：以前说错了，对不起。", "日子写错了"
    )

    with pytest.raises(RecallRefused):
        store.writer.do_now(recalls.start, 1, made, WRONG)

    assert store.writer.do_now(recalls.advance, made) == 0


def test_who_is_told_by_another_node_a_moment_later_is_told_too(store: Store, clock: SetClock) -> None:
    made = begun(store)
    while store.writer.do_now(recalls.advance, made):
        pass
    store.writer.do_now(_heard, PEOPLE + 2, WRONG)

    late = store.writer.do_now(recalls.advance, made)
    clock.move(minutes=2)
    store.writer.do_now(recalls.advance, made)

    line = store.reader.now(recalls.one, made)
    assert late == 1
    assert line is not None
    assert line.state == "done"


@pytest.mark.parametrize(
    ("hour", "minute", "wait"), [(20, 59, 0), (21, 0, 11 * 60), (2, 30, 5 * 60 + 30), (8, 0, 0)]
)
def test_nothing_leaves_between_nine_in_the_evening_and_eight(
    store: Store, clock: SetClock, hour: int, minute: int, wait: int
) -> None:
    clock.at = datetime(2026, 11, 24, (hour - 8) % 24, minute, tzinfo=UTC)
    made = begun(store)

    store.writer.do_now(recalls.advance, made)

    assert rows(store, "select distinct (due_at - created_at) / 60000 from outbox") == [(wait,)]


def test_what_is_held_of_a_resident_is_erased_and_old_rows_expire(store: Store, clock: SetClock) -> None:
    made = begun(store)
    store.writer.do_now(recalls.advance, made)
    assert SLICE.erase is not None
    assert SLICE.expire is not None

    while store.writer.do_now(SLICE.erase, 1, 200):
        pass
    left = rows(store, "select count(*) from told where resident_id = 1")
    kept = store.writer.do_now(SLICE.expire, millis(MORNING), 200)
    clock.move(days=181)
    while store.writer.do_now(SLICE.expire, millis(clock.now()) - 180 * 86_400_000, 200):
        pass

    assert left == [(0,)]
    assert rows(store, "select count(*) from recall_receiver where resident_id = 1") == [(0,)]
    assert kept == 0
    assert rows(store, "select count(*) from told") == [(0,)]
