"""Journeys are replayed: acts run once, 返回 and refusals undo them, restarts do no harm."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from admin.store import Store, open_store
from bot.config import Settings
from bot.dialogue.journey import Journey, journey
from bot.dialogue.replay import Runner, Step
from bot.dialogue.talk import Option, State, Talk
from bot.errors import Fenced, Refused
from bot.work.unit import Work
from handlers.feedback import service as feedback

SLOTS = [Option("a", "上午"), Option("b", "下午")]


@dataclass(frozen=True)
class Held:
    slot: str
    times: int


class Taken(Refused):
    code = "taken"


def hold(work: Work, slot: str) -> Held:
    """Counts in the alarm table how often a slot is held; slot ``b`` is taken."""
    if slot == "b":
        raise Taken("下午约满了。")
    row = work.db.execute(sql("select coalesce(max(count), 0) from alarm where kind = 'hold'")).scalar_one()
    work.db.execute(sql("delete from alarm"))
    work.db.execute(
        sql(
            "insert into alarm (kind, subject, detail, count, raised_at, last_at)"
            " values ('hold', :s, '', :n, 0, 0)"
        ),
        {"s": slot, "n": row + 1},
    )
    return Held(slot, row + 1)


def release(work: Work, held: Held) -> None:
    assert isinstance(held, Held)
    work.db.execute(sql("update alarm set cleared_at = 1 where subject = :s"), {"s": held.slot})


@journey("test.book", title="订位子", words=["订"])
async def book(talk: Talk) -> str:
    slot = await talk.choose("slot", "哪个时段？", SLOTS)
    held = await talk.do("hold", hold, slot, undo=release)
    matter = await talk.text("matter", "什么事？")
    await talk.confirm("sure", f"{matter}，对吗？")
    receipt = await talk.finish(feedback.give, 7, "good", matter)
    return f"好了 {held.slot} {held.times} {receipt.verdict}"


@pytest.fixture
async def store(tmp_path: Path, template_db: Path) -> AsyncIterator[Store]:
    (tmp_path / "xiaosi.db").write_bytes(template_db.read_bytes())
    opened = open_store(
        Settings(tmp_path, database_url=f"sqlite:///{tmp_path}/xiaosi.db", secret_key=b"k" * 32)
    )
    with opened.engine.connect() as connection:
        connection.exec_driver_sql(
            "insert into resident (id, door, mark, last_seq, fence, lease_until, thread_until, said_until,"
            " said_left,"
            " did_until, did_left, first_at, last_at) values (1, 'oa', 'm', 1, 5, 0, 0, 0, 0, 0, 0, 0, 0)"
        )
    yield opened
    opened.close()


async def say(
    store: Store, state: State, words: str | None, *, fence: int = 5, script: Journey = book
) -> Step:
    return await Runner(store.writer, store.reader, 1, fence, 0).run(script, state, words)


def count(store: Store, what: str) -> int:
    with store.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"select count(*) from {what}").scalar_one())


async def test_a_journey_reads_top_to_bottom_and_acts_once(store: Store) -> None:
    state = State("1", "test.book")

    lines = [(await say(store, state, words)).reply.lines() for words in (None, "上午", "押金", "是")]

    assert lines == [
        "哪个时段？\n1 上午\n2 下午",
        "什么事？",
        "押金，对吗？\n1 是\n2 不是，改一下",
        "好了 a 1 good",
    ]
    assert state.state == "finished"
    assert count(store, "feedback") == 1


async def test_a_replay_after_a_lost_answer_does_not_act_again(store: Store) -> None:
    state = State("1", "test.book")
    await say(store, state, None)
    await say(store, state, "上午")
    before = State("1", "test.book", answers=dict(state.answers), asked=state.asked, done={})
    before.done = dict(state.done)
    await say(store, before, "押金")
    lost = State("1", "test.book", answers={"slot": "a", "matter": "押金", "sure": True}, done={})

    step = await say(store, lost, None)

    assert step.reply.text == "好了 a 1 good"
    assert count(store, "act_done where name = 'hold'") == 1


async def test_going_back_undoes_what_stood_on_the_answer_and_acts_anew(store: Store) -> None:
    state = State("1", "test.book")
    await say(store, state, None)
    await say(store, state, "上午")
    runner = Runner(store.writer, store.reader, 1, 5, 0)

    await runner.back_to(state, ["slot"])
    await say(store, state, None)
    await say(store, state, "1")

    assert count(store, "act_done where name = 'hold' and undone") == 1
    assert state.done["hold"].attempt == 1
    assert (await say(store, state, "押金")).reply.text == "押金，对吗？"


async def test_a_refusal_that_nobody_caught_asks_the_last_question_again(store: Store) -> None:
    state = State("1", "test.book")
    await say(store, state, None)

    step = await say(store, state, "下午")

    assert step.reply.lines() == "下午约满了。\n哪个时段？\n1 上午\n2 下午"
    assert state.answers == {}
    assert count(store, "act_done") == 0


async def test_a_no_asks_the_question_before_again(store: Store) -> None:
    state = State("1", "test.book")
    for words in (None, "上午", "押金"):
        await say(store, state, words)

    step = await say(store, state, "不是")

    assert step.reply.text == "好，那就改一下。\n什么事？"
    assert not state.done["hold"].undone


async def test_a_stale_lease_changes_nothing(store: Store) -> None:
    state = State("1", "test.book")
    await say(store, state, None)

    with pytest.raises(Fenced):
        await say(store, state, "上午", fence=4)

    assert count(store, "act_done") == 0
    assert count(store, "alarm") == 0


async def test_a_number_means_the_list_as_it_was_shown(store: Store) -> None:
    shown = [[["a", "上午"], ["z", "晚上"]]]
    state = State("1", "test.book", asked={"name": "slot", "kind": "choose", "say": "", "options": shown[0]})

    await say(store, state, "2")

    assert state.answers["slot"] == "z"


@journey("test.name", title="留名字", words=["留名"])
async def leave_name(talk: Talk) -> str:
    name = await talk.text("name", "怎么称呼您？", fits=lambda words: not words.endswith("？"))
    return f"{name}，好。"


async def test_words_that_do_not_fit_are_left_to_be_answered_and_the_question_stays(store: Store) -> None:
    state = State("1", "test.name")
    await say(store, state, None, script=leave_name)

    step = await say(store, state, "要收费吗？", script=leave_name)

    assert (step.missed, step.reply.text) == (True, "怎么称呼您？")
    assert state.answers == {}
    assert (await say(store, state, "老王", script=leave_name)).reply.text == "老王，好。"
