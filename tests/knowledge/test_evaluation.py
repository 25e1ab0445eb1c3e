"""What a list of labelled questions tells of the matcher: helped, direct, needless, calibrated."""

from typing import Any

from knowledge.decision import Decision, Outcome
from knowledge.evaluation import BINS, Label, Tally, calibration_error, label, question

ENTRY, OTHER = "labour.wages_owed", "labour.fired"


def tallied(of: Label, decision: Decision, topic: str | None = "labour") -> dict[str, Any]:
    tally = Tally()
    tally.add(question({}, "老板欠工资", {"None": of}), decision, topic)
    return tally.as_json()


def direct(entry: str) -> Decision:
    return Decision(Outcome.ANSWER, "答", kind="entry", entry=entry, confidence=0.9)


def guide(*shown: str) -> Decision:
    options = tuple((one, "题") for one in shown)
    return Decision(Outcome.ANSWER, "答", kind="guide", entry="guide.labour", options=options, confidence=0.7)


def test_a_direct_answer_helps_where_the_label_names_it() -> None:
    right, wrong = tallied(Label((ENTRY,)), direct(ENTRY)), tallied(Label((ENTRY,)), direct(OTHER))

    assert (right["helped"], right["precision"], right["recall_at_1"]) == (1.0, 1.0, 1.0)
    assert (wrong["helped"], wrong["precision"], wrong["recall_at_3"]) == (0.0, 0.0, 0.0)


def test_a_right_title_under_a_guide_helps_and_a_fourth_does_not() -> None:
    assert tallied(Label((ENTRY,)), guide("a.b", "a.c", ENTRY))["helped"] == 1.0
    assert tallied(Label((ENTRY,)), guide("a.b", "a.c", "a.d", ENTRY))["helped"] == 0.0


def test_a_guide_helps_only_where_the_label_says_that_it_is_enough() -> None:
    assert tallied(Label(guide="labour"), guide("a.b"))["helped"] == 1.0
    assert tallied(Label(guide="family"), guide("a.b"))["helped"] == 0.0


def test_who_needs_nobody_is_sent_to_a_person_needlessly() -> None:
    sent = Decision(Outcome.ESCALATE, "请人看")

    assert tallied(Label((ENTRY,)), sent)["needless_escalation"] == 1.0
    needed = tallied(Label(person=True), sent)
    assert (needed["helped"], needed["needless_escalation"]) == (1.0, None)


def test_what_no_office_answers_is_out_of_scope_and_still_spoils_precision() -> None:
    found = tallied(Label(out=True), direct(ENTRY))

    assert (found["in_scope"], found["helped"], found["precision"]) == (0, None, 0.0)


def test_confidence_that_comes_true_has_no_error() -> None:
    true = [(0.5, n % 2 == 0) for n in range(4 * BINS)]

    assert calibration_error(true) == 0.0
    assert calibration_error([(0.9, False)] * 4 * BINS) == 0.9
    assert calibration_error(true[:BINS]) is None


def test_labels_are_read_as_they_are_written() -> None:
    assert label({"id": "x", "entries": [ENTRY], "person": True}) == Label((ENTRY,), person=True)
    assert label({"id": "x"}) == Label()
