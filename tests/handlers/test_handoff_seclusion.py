"""A thread closed by hand, and opened again; on both databases."""

import pytest

from handlers.handoff import reading, seclusion
from handlers.handoff.refusals import BadReply
from handlers.handoff.scope import Scope
from tests.handlers.office import Office


def sees(county: Office, staff_id: int, task: int) -> bool:
    """Whether a clerk of the station may open a task."""
    return county.reads(reading.one, task, Scope(staff_id, "liuhe")) is not None


def test_closed_by_hand_it_is_there_for_its_holder_alone_until_it_is_opened(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    who = county.resident()
    first = county.asks(who)
    county.answers(chen, first)
    second = county.cries(who)

    county.does(seclusion.seclude, chen, first, "minor", "孩子的事。")
    closed = [(sees(county, one, first), sees(county, one, second)) for one in (chen, zhou)]
    county.does(seclusion.open_again, chen, first, "弄错了。")

    assert closed == [(True, False), (False, False)]
    assert sees(county, zhou, first)
    assert [one[0] for one in county.rows("select secluded from task")] == ["", ""]


def test_what_comes_later_is_closed_too_and_after_opening_it_is_not(county: Office) -> None:
    chen, who = county.works("chen"), county.resident()
    task = county.asks(who)
    county.does(seclusion.seclude, chen, task, "correction", "矫正对象。")
    later = county.cries(who)
    county.does(seclusion.open_again, chen, task, "弄错了。")

    assert [row[0] for row in county.rows("select secluded from task")] == ["", ""]
    assert county.task(later, "secluded") == ("",)


@pytest.mark.parametrize(("kind", "why", "field"), [("secret", "x", "kind"), ("minor", " ", "why")])
def test_a_kind_and_a_reason_are_needed(county: Office, kind: str, why: str, field: str) -> None:
    chen, task = county.works("chen"), county.asks(county.resident())

    with pytest.raises(BadReply) as refused:
        county.does(seclusion.seclude, chen, task, kind, why)

    assert refused.value.field == field
    assert county.task(task, "secluded") == ("",)


def test_a_thread_is_not_opened_while_the_danger_that_closes_it_is_open(county: Office) -> None:
    chen, who = county.works("chen"), county.resident()
    task = county.cries(who, "violence")

    with pytest.raises(BadReply):
        county.does(seclusion.open_again, chen, task, "弄错了。")

    assert county.task(task, "secluded") == ("violence",)


def test_its_rows_in_the_registers_are_closed_with_it(county: Office) -> None:
    chen, task = county.works("chen"), county.asks(county.resident())
    county.answers(chen, task)

    county.does(seclusion.seclude, chen, task, "minor", "孩子的事。")
    closed = {row[0] for row in county.rows("select secluded from register_row")}
    county.does(seclusion.open_again, chen, task, "弄错了。")

    assert closed == {"minor"}
    assert {row[0] for row in county.rows("select secluded from register_row")} == {""}
