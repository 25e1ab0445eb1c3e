"""Two versions of the base: which questions are decided differently, and for whom it is worse."""

from dataclasses import replace

from knowledge.comparison import compared, summary
from knowledge.evaluation import Label, Question
from knowledge.library import Library
from tests.knowledge.pack import matcher_of

WAGES = Question("老板拖欠工资不给咋办", (), Label(("labour.wages",)))
LEAK = Question("楼上漏水泡坏了我家天花板", (), Label(("neighbour.leak",)))


def test_nothing_changes_between_equals(library: Library) -> None:
    assert compared(matcher_of(library), matcher_of(library), [WAGES, LEAK]) == ([], 2)


def test_an_entry_that_went_makes_its_questions_worse(library: Library) -> None:
    less = library.only(lambda entry: entry != "labour.wages")

    changed, asked = compared(matcher_of(library), matcher_of(less), [LEAK, WAGES])

    assert asked == 2
    assert [one.text for one in changed] == [WAGES.text]
    assert changed[0].before == "answer:entry labour.wages"
    assert changed[0].gain < 0
    assert summary(changed) == {"worse": 1}


def test_an_entry_that_came_makes_them_better(library: Library) -> None:
    less = library.only(lambda entry: entry != "labour.wages")

    changed, _asked = compared(matcher_of(less), matcher_of(library), [WAGES])

    assert [one.gain > 0 for one in changed] == [True]


def test_without_a_label_a_change_is_only_told(library: Library) -> None:
    less = library.only(lambda entry: entry != "labour.wages")

    changed, _asked = compared(matcher_of(library), matcher_of(less), [replace(WAGES, label=None)])

    assert summary(changed) == {"other": 1}
