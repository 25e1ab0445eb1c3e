"""One writes, another adopts; layers, freezing and what is kept of versions, on a real database."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from admin.store import Store, open_store
from bot.config import Settings, read_settings
from bot.work.revisions import revisions
from bot.work.unit import Work
from handlers.handoff import staff
from handlers.library import drafts, freezing, layers, service, standing, versions
from handlers.library.drafts import DraftRefused, OwnWork
from handlers.library.freezing import NoReason
from handlers.library.service import digest, marks
from handlers.library.versions import text_of
from knowledge.library import Library
from tests.knowledge.pack import write_pack
from tests.support.servers import Postgres

PLAIN = {"XIAOSI_WECHAT_TOKEN": "a-token", "XIAOSI_LISTEN": "127.0.0.1:8080"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def settings(request: pytest.FixtureRequest, tmp_path: Path, template_db: Path) -> Iterator[Settings]:
    """Settings of the real service, on each engine."""
    if request.param == "sqlite":
        (tmp_path / "xiaosi.db").write_bytes(template_db.read_bytes())
        yield read_settings(PLAIN, data_dir=tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.migrated() as url:
        secret = base64.b64encode(bytes(32)).decode()
        more = {"XIAOSI_DATABASE_URL": url, "XIAOSI_SECRET_KEY": secret}
        yield read_settings(PLAIN | more, data_dir=tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An open store with three people: 1 and 2 write, 3 looks at it."""
    opened = open_store(settings)
    for login in ("anna", "bert", "cora"):
        opened.writer.do_now(staff.add, login, login, "hash", None, "head")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The small pack."""
    return Library.load(write_pack(tmp_path_factory.mktemp("pack")))


def answering(store: Store, library: Library, *, trial: bool = False) -> Library:
    return store.reader.now(partial(layers.in_force, trial=trial), library)


def written(store: Store, library: Library, short: str, by: int = 1, entry: str = "labour.wages") -> int:
    """A draft of an entry with another short answer."""
    one = library.by_id[entry]
    made = store.writer.do_now(drafts.begin, by, entry, drafts.body_of(one), digest(one))
    serial = store.reader.now(drafts.one, made).serial  # type: ignore[union-attr]
    changed = drafts.body_of(replace(one, short=short))
    store.writer.do_now(drafts.save, by, made, serial, changed, "写错了", False)
    return made


def adopted(store: Store, library: Library, made: int, by: int = 2) -> int:
    draft = store.reader.now(drafts.one, made)
    assert draft is not None
    shipped = library.get(draft.entry)
    mark = digest(shipped) if shipped else ""
    return store.writer.do_now(drafts.adopt, by, "周岚", made, draft.serial, text_of(draft.content), mark)


def test_a_draft_that_another_adopts_answers_in_place_of_the_pack(store: Store, library: Library) -> None:
    store.writer.do_now(service.adopt, marks(tuple(library)), "周岚")
    before = store.reader.now(revisions)[service.REVISION]

    number = adopted(store, library, written(store, library, "先打电话投诉。"))

    assert answering(store, library).by_id["labour.wages"].short == "先打电话投诉。"
    assert set(answering(store, library).by_id) == set(library.by_id)
    assert number == 1
    assert store.reader.now(revisions)[service.REVISION] > before


def test_who_wrote_a_draft_cannot_adopt_it(store: Store, library: Library) -> None:
    made = written(store, library, "先打电话投诉。")

    with pytest.raises(OwnWork):
        adopted(store, library, made, by=1)

    assert store.reader.now(drafts.one, made).state == "writing"  # type: ignore[union-attr]
    assert store.reader.now(versions.overridden) == {}


def test_nobody_who_ever_wrote_in_it_can_adopt_it(store: Store, library: Library) -> None:
    made = written(store, library, "先打电话投诉。", by=1)
    written(store, library, "先打电话，再去投诉。", by=2)
    written(store, library, "先打电话，再去投诉。", by=1)

    with pytest.raises(OwnWork):
        adopted(store, library, made, by=2)
    adopted(store, library, made, by=3)

    draft = store.reader.now(drafts.one, made)
    assert draft is not None
    assert draft.hands == {1, 2}
    assert draft.adopted_by == 3


def _by_hand(work: Work, sql: str) -> None:
    work.db.execute(text(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "update entry_draft set adopted_by = 1, state = 'adopted'",
        "insert into entry_draft_hand (draft_id, staff_id, did) values (1, 1, 'adopted')",
        "insert into entry_draft_hand (draft_id, staff_id, did) values (1, 2, 'adopted')",
        "update entry_version set adopted_by = 1 where author_id = 1",
    ],
)
def test_the_database_itself_refuses_that_one_person_does_both(
    store: Store, library: Library, sql: str
) -> None:
    made = written(store, library, "先打电话投诉。", by=1)
    written(store, library, "先打电话，再去投诉。", by=2)
    adopted(store, library, made, by=3)

    with pytest.raises(IntegrityError):
        store.writer.do_now(_by_hand, sql)


def test_what_somebody_saved_meanwhile_is_not_adopted_unseen(store: Store, library: Library) -> None:
    made = written(store, library, "先打电话投诉。")
    seen = store.reader.now(drafts.one, made)
    assert seen is not None
    written(store, library, "去投诉。")

    with pytest.raises(DraftRefused):
        store.writer.do_now(drafts.adopt, 2, "周岚", made, seen.serial, text_of(seen.content), "")


def test_an_entry_has_one_draft_at_a_time(store: Store, library: Library) -> None:
    first = written(store, library, "先打电话投诉。", by=1)

    assert written(store, library, "去投诉。", by=2) == first


def test_new_entries_get_ids_that_are_never_used_twice(store: Store, library: Library) -> None:
    body = drafts.body_of(replace(library.by_id["labour.wages"], title=""))

    first = store.writer.do_now(drafts.begin, 1, "labour", body, "")
    store.writer.do_now(drafts.drop, first, 1)
    second = store.writer.do_now(drafts.begin, 1, "labour", body, "")

    line = store.reader.now(drafts.one, second)
    assert line is not None
    assert line.entry == line.content.id == f"labour.county_{second}"
    assert second > first


def test_a_new_entry_answers_beside_the_pack(store: Store, library: Library) -> None:
    body = drafts.body_of(library.by_id["labour.wages"])
    made = store.writer.do_now(drafts.begin, 1, "labour", body, "")

    adopted(store, library, made)

    assert set(answering(store, library).by_id) == {f"labour.county_{made}"}
    assert set(answering(store, library, trial=True).by_id) == {*library.by_id, f"labour.county_{made}"}


def test_the_countys_text_counts_in_trial_mode_too(store: Store, library: Library) -> None:
    adopted(store, library, written(store, library, "先打电话投诉。"))

    assert answering(store, library, trial=True).by_id["labour.wages"].short == "先打电话投诉。"
    assert set(answering(store, library).by_id) == {"labour.wages"}


def conflicts(store: Store, pack: Library) -> list[str]:
    shipped = {entry.id: digest(entry) for entry in pack}
    found = store.reader.now(partial(standing.standings, shipped=shipped, trial=False))
    return [one.entry for one in found.values() if one.conflict]


def test_a_new_pack_does_not_overwrite_the_countys_text_and_is_shown(store: Store, library: Library) -> None:
    adopted(store, library, written(store, library, "先打电话投诉。"))
    newer = replace(library.by_id["labour.wages"], short="新的一版原文。")
    upgraded = Library({**library.by_id, newer.id: newer})

    assert conflicts(store, library) == []
    assert conflicts(store, upgraded) == ["labour.wages"]
    assert answering(store, upgraded).by_id["labour.wages"].short == "先打电话投诉。"

    store.writer.do_now(drafts.keep_own, "labour.wages", digest(newer))
    assert conflicts(store, upgraded) == []
    assert answering(store, upgraded).by_id["labour.wages"].short == "先打电话投诉。"

    store.writer.do_now(drafts.take_shipped, "labour.wages", digest(newer), "周岚")
    assert answering(store, upgraded).by_id["labour.wages"].short == "新的一版原文。"


def test_what_is_frozen_answers_nobody_until_it_is_lifted(store: Store, library: Library) -> None:
    store.writer.do_now(service.adopt, marks(tuple(library)), "周岚")

    done = store.writer.do_now(freezing.freeze, 1, "周岚", ("labour.wages", "labour.wages"), "法条改了")

    assert done == 1
    assert "labour.wages" not in answering(store, library).by_id
    assert "labour.wages" not in answering(store, library, trial=True).by_id
    frozen = store.reader.now(freezing.frozen)["labour.wages"]
    assert (frozen.why, frozen.by) == ("法条改了", "周岚")
    store.writer.do_now(freezing.lift, 2, "labour.wages")
    assert "labour.wages" in answering(store, library).by_id


def test_freezing_needs_a_reason_and_a_second_one_changes_nothing(store: Store) -> None:
    with pytest.raises(NoReason):
        store.writer.do_now(freezing.freeze, 1, "周岚", ("labour.wages",), "  ")
    store.writer.do_now(freezing.freeze, 1, "周岚", ("labour.wages",), "法条改了")

    assert store.writer.do_now(freezing.freeze, 2, "陈敏", ("labour.wages",), "别的") == 0
    assert store.reader.now(freezing.frozen)["labour.wages"].why == "法条改了"


def test_a_new_text_that_is_adopted_lifts_the_freeze(store: Store, library: Library) -> None:
    store.writer.do_now(freezing.freeze, 1, "周岚", ("labour.wages",), "法条改了")

    adopted(store, library, written(store, library, "改好了。"))

    assert answering(store, library).by_id["labour.wages"].short == "改好了。"


def test_every_text_is_kept_under_a_number_and_comes_back_as_it_was(store: Store, library: Library) -> None:
    missing = store.reader.now(versions.unknown, library)
    store.writer.do_now(versions.remember, tuple(missing))

    number = adopted(store, library, written(store, library, "先打电话投诉。"))

    known = store.reader.now(versions.of, "labour.wages")
    assert [(one.number, one.layer) for one in known] == [(2, "county"), (1, "pack")]
    assert number == 2
    assert store.reader.now(versions.read, known[1].id) == library.by_id["labour.wages"]
    assert store.reader.now(versions.unknown, library) == []
    assert store.writer.do_now(versions.remember, tuple(missing)) == 0


def test_the_record_of_who_checked_is_part_of_the_version(store: Store, library: Library) -> None:
    made = written(store, library, "先打电话投诉。")
    draft = store.reader.now(drafts.one, made)
    assert draft is not None
    review = replace(draft.content.review, author="anna", reviewer="周岚", checked_on=date(2026, 11, 22))
    final = replace(draft.content, review=review)

    store.writer.do_now(drafts.adopt, 2, "周岚", made, draft.serial, text_of(final), "")

    assert answering(store, library).by_id["labour.wages"].review.reviewer == "周岚"
