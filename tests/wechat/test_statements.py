"""The hot statements give equal rows on both engines."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.clock import SetClock, millis
from bot.crypto import Vault, install
from bot.db import postgres_engine, sqlite_engine
from bot.dialogue.talk import State
from bot.errors import Fenced
from bot.wechat import claims, inbox
from bot.wechat import closing as ending
from bot.wechat.closing import Closing
from bot.wechat.inbox import Letter, Notice
from bot.work.postgres_writer import PostgresWriter
from bot.work.sqlite_writer import SqliteWriter
from bot.work.unit import Work
from bot.work.writer import Writer
from tests.support.servers import Postgres

NODE = "node-1"


@pytest.fixture
def both(
    template_db: Path, tmp_path: Path, clock: SetClock, postgres_server: Postgres
) -> Iterator[list[Writer]]:
    install(Vault(b"s" * 32).with_index(b"i" * 32))
    (tmp_path / "x.db").write_bytes(template_db.read_bytes())
    sqlite = sqlite_engine(tmp_path / "x.db")
    with postgres_server.migrated() as url:
        postgres = postgres_engine(url, pool=4)
        writers: list[Writer] = [SqliteWriter(sqlite, {}, clock), PostgresWriter(postgres, {}, clock)]
        yield writers
        for writer in writers:
            writer.close()
        sqlite.dispose()
        postgres.dispose()


def letter(mark: str, **other: Any) -> Letter:
    values = {"who": "w1", "door": "oa", "account": "gh", "openid": b"o", "kind": "text", "body": b"b"}
    return Letter(mark=mark, received_at=0, opens="said", **{**values, **other})


def closing(claim: claims.Claim, **other: Any) -> Closing:
    values: dict[str, Any] = {
        "joined": (),
        "group": None,
        "reply": b"r",
        "whole": None,
        "outgoing": "out",
        "decision": "answer",
        "changed": (),
        "conversation": None,
        "context": None,
        "owed": (),
        "passive": True,
        "may_push": True,
    }
    return Closing(claim.resident_id, claim.fence, claim.rows[-1], **{**values, **other})


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def dump(work: Work) -> dict[str, list[tuple[Any, ...]]]:
    # a PostgreSQL sequence skips numbers where SQLite does not: residents are named by their marks
    tables = {
        "resident": "select mark, door, last_seq, fence, lease_until, said_left, did_left, conversation,"
        " context, left_at from resident order by id",
        "inbox": "select i.id, i.mark, r.mark, seq, kind, state, channel, reply, group_id, shown_at"
        " from inbox i join resident r on r.id = i.resident_id order by i.id",
        "outbox": "select inbox_id, once, state from outbox order by id",
        "conversation": "select id, journey, state from conversation order by id",
    }
    return {
        name: [tuple(_plain(value) for value in row) for row in work.db.execute(text(sql))]
        for name, sql in tables.items()
    }


def story(writer: Writer, clock: SetClock) -> list[Any]:
    """Everything that can happen to messages, in one row of events."""
    seen: list[Any] = []
    first = writer.do_now(inbox.store, letter("m1"), NODE)
    assert first.claim is not None
    seen.append((first.id, first.claim.fence, len(first.claim.rows), first.claim.owed))
    twice = writer.do_now(inbox.store, letter("m1"), NODE)
    seen.append((twice.id, twice.done, twice.claim))
    second = writer.do_now(inbox.store, letter("m2"), NODE)
    seen.append((second.id, second.claim))
    state = State("1", "j", asked={"name": "a", "kind": "text", "say": "", "options": []})
    channel, following = writer.do_now(
        ending.close, closing(first.claim, changed=(state,), conversation="1", context=b"c")
    )
    assert following is not None
    seen.append((channel, following.rows[0].mark, following.state is not None, _plain(following.context)))
    writer.do_now(inbox.wrote, ["m1"])
    clock.move(seconds=10)
    late, nothing = writer.do_now(ending.close, closing(following))
    seen.append((late, nothing))
    with pytest.raises(Fenced):
        writer.do_now(
            ending.close,
            closing(following)._replace(fence=99),
        )
    third = writer.do_now(inbox.store, letter("m3"), NODE)
    assert third.claim is not None
    writer.do_now(ending.park, third.claim.resident_id, third.claim.fence, third.id, [], third.id)
    fourth = writer.do_now(inbox.store, letter("m4"), NODE)
    assert fourth.claim is not None
    seen.append([row.mark for row in fourth.claim.rows])
    older = fourth.claim.rows[0].id
    writer.do_now(ending.park, fourth.claim.resident_id, fourth.claim.fence, fourth.id, [older], older)
    claim = writer.do_now(claims.claim, fourth.claim.resident_id, NODE)
    assert claim is not None
    seen.append((len(claim.rows), len(claim.earlier)))
    seen.append(writer.do_now(inbox.hand_over, "m4", False).channel)
    seen.append(writer.do_now(ending.close, closing(claim))[0])
    fifth = writer.do_now(inbox.store, letter("m5"), NODE)
    assert fifth.claim is not None
    seen.append([(table, ident) for table, ident, _text in fifth.claim.owed])
    writer.do_now(ending.close, closing(fifth.claim, owed=fifth.claim.owed))
    writer.do_now(inbox.start_node, NODE)
    notice = Notice("urgent:x", b"r", b"o", "")
    seen.append(writer.do_now(inbox.store_closed, letter("d1"), NODE, notice, True).channel)
    seen.append(writer.do_now(inbox.store_closed, letter("n1"), NODE, Notice("noted"), True).channel)
    seen.append(
        writer.do_now(inbox.store_closed, letter("d2", door="mini", who="w2"), NODE, notice, True).channel
    )
    spooled = writer.do_now(inbox.store_spooled, letter("s1", who="w3"), NODE, True)
    writer.do_now(inbox.store_spooled, letter("m5"), NODE, True)
    clock.move(seconds=60)
    assert writer.do_now(claims.abandoned) == [spooled]
    seen.append(writer.do_now(dump))
    return seen


@pytest.mark.servers
def test_one_story_leaves_the_same_rows_on_both_engines(both: list[Writer], clock: SetClock) -> None:
    began = clock.at
    sqlite = story(both[0], clock)
    clock.at = began
    postgres = story(both[1], clock)

    assert len(sqlite) == len(postgres)
    for left, right in zip(sqlite, postgres, strict=True):
        assert left == right


@pytest.mark.servers
def test_what_another_node_answered_behind_an_interim_text_is_owed_once_more(
    both: list[Writer], clock: SetClock
) -> None:
    for writer in both:
        came = letter("m1")._replace(received_at=millis(clock.now()))
        first = writer.do_now(inbox.store, came, NODE)
        assert first.claim is not None
        assert writer.do_now(ending.close, closing(first.claim))[0] == "response"
        writer.do_now(inbox.wrote, ["m1"])

        writer.do_now(inbox.store_spooled, letter("m1"), "another node", True)  # was told to wait
        writer.do_now(inbox.wrote, ["m1"])
        writer.do_now(inbox.store_spooled, letter("m1"), "another node", True)  # its replay began again

        second = writer.do_now(inbox.store, letter("m2"), NODE)
        assert second.claim is not None
        assert [(table, ident) for table, ident, _text in second.claim.owed] == [("inbox", first.id)]
        writer.do_now(ending.close, closing(second.claim, owed=second.claim.owed))
        third = writer.do_now(inbox.store, letter("m3"), NODE)
        assert third.claim is not None
        assert third.claim.owed == ()
