"""From a message to a decision, on a small pack."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.decision import Outcome, Trace
from knowledge.library import Library
from knowledge.matching import Matcher, Thresholds
from tests.knowledge.pack import matcher_of

EXAMPLES = yaml.safe_load((Path(__file__).parent / "triage_examples.yaml").read_text("utf-8"))


def test_a_pattern_and_the_score_together_give_a_direct_answer(matcher: Matcher) -> None:
    decision = matcher.decide("老板拖欠工资不给，咋办")

    assert decision.decision is Outcome.ANSWER
    assert (decision.kind, decision.entry) == ("entry", "labour.wages")
    assert matcher.hotlines.number("labour") in decision.text
    assert "您在单位上班" in decision.text
    assert decision.ask is not None
    assert 0 < decision.confidence <= 1


def test_a_told_fact_is_not_asked_again(matcher: Matcher) -> None:
    decision = matcher.decide("老板拖欠工资不给，手里有欠条，咋办")

    assert decision.entry == "labour.wages"
    assert "可以拿欠条直接起诉" in decision.text
    assert decision.ask is None


def test_an_answer_that_is_not_quite_sure_offers_the_next_entry_under_it(library: Library) -> None:
    words = "老板拖欠工资不给，手里有欠条，咋办"
    doubting = matcher_of(library, thresholds=Thresholds(alone=1.01)).decide(words)
    trusting = matcher_of(library, thresholds=Thresholds(alone=0.0)).decide(words)

    assert doubting.entry == trusting.entry == "labour.wages"
    assert [entry for entry, _title in doubting.options] == ["labour.site"]
    assert trusting.options == ()


def test_what_else_a_question_may_mean_leaves_out_what_was_said(matcher: Matcher) -> None:
    others = matcher.others("加班太多被辞退了，老板拖欠工资", "labour.wages", 2)

    assert "labour.wages" not in [one.id for one in others]
    assert others[0].id == "labour.site"


def test_high_risk_is_never_answered_directly_without_the_fact(matcher: Matcher) -> None:
    guess = matcher.decide("包工头跑了我们找谁去 工钱没结")
    told = matcher.decide("包工头跑了我们找谁去 盖楼的工钱没结")

    assert guess.entry != "labour.site"
    assert "labour.site" in [entry for entry, _title in guess.options]
    assert any(step.name == "risk" for step in guess.trace)
    assert told.entry == "labour.site"
    assert "找总包" in told.text


def test_a_pattern_of_another_regime_forbids_the_entry(matcher: Matcher) -> None:
    decision = matcher.decide("老板拖欠工资不给咋办，是在工地上")

    assert decision.entry != "labour.wages"


def test_the_topic_alone_gives_its_guide_with_choices(matcher: Matcher) -> None:
    decision = matcher.decide("加班太多被辞退了，打工人难")

    assert (decision.kind, decision.entry) == ("guide", "guide.labour")
    assert {entry for entry, _title in decision.options} == {"labour.wages", "labour.site"}


def test_nothing_found_offers_topics_that_exist(matcher: Matcher) -> None:
    decision = matcher.decide("月球上种白菜要什么执照")

    assert decision.decision is Outcome.CLARIFY
    assert not decision.found
    assert set(decision.options) == {("guide.labour", "工资和用工"), ("topic:neighbour", "邻里纠纷")}


def test_an_empty_library_still_answers_danger_services_and_wrongs() -> None:
    matcher = matcher_of(Library.of([]))

    outcomes = [
        matcher.decide(text).decision for text in ("我不想活了", "人工", "怎么做个假欠条", "你好", "欠工资")
    ]

    assert outcomes == [
        Outcome.URGENT,
        Outcome.ESCALATE,
        Outcome.REFUSE,
        Outcome.SMALLTALK,
        Outcome.CLARIFY,
    ]
    assert matcher.decide("欠工资").options == ()


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("我要跳楼", Outcome.URGENT),
        ("怎么伪造一份病历应付法院", Outcome.REFUSE),
        ("老板伪造了工资表怎么办", None),
        ("想离婚前把房子转移财产，怎么弄", Outcome.REFUSE),
        ("他把财产转移了怎么查", None),
        ("身份证丢了去哪补办身份证", Outcome.REFER),
        ("举报村干部贪污找谁", Outcome.REFER),
        ("人工", Outcome.ESCALATE),
        ("帮我转人工", Outcome.ESCALATE),
        ("两个村争一块林地都有证", Outcome.ESCALATE),
        ("您好！", Outcome.SMALLTALK),
        ("谢谢您啦", Outcome.SMALLTALK),
        ("👍👍", Outcome.SMALLTALK),
        ("专业代办各种证件 量大优惠", Outcome.SMALLTALK),
        ("嗯", Outcome.CLARIFY),
    ],
)
def test_what_is_no_question_for_an_entry_is_told_apart(
    matcher: Matcher, text: str, outcome: Outcome | None
) -> None:
    decision = matcher.decide(text)

    assert decision.text
    if outcome is None:
        assert decision.decision in (Outcome.ANSWER, Outcome.CLARIFY)
    else:
        assert decision.decision is outcome


@pytest.mark.parametrize("text", EXAMPLES["refuse"])
def test_help_with_a_wrong_is_refused_with_a_lawful_way(matcher: Matcher, text: str) -> None:
    decision = matcher.decide(text)

    assert decision.decision is Outcome.REFUSE
    assert "不能帮" in decision.text
    assert matcher.hotlines.number("law") in decision.text


@pytest.mark.parametrize("text", EXAMPLES["lawful"])
def test_who_suffers_a_wrong_is_not_refused(matcher: Matcher, text: str) -> None:
    assert matcher.decide(text).decision is not Outcome.REFUSE


@pytest.mark.parametrize(
    "text", ["人工", "2", "第二个", "怎么办", "要钱吗", "行不行？", "算工伤不", "赔多少"]
)
def test_some_messages_need_no_further_piece(matcher: Matcher, text: str) -> None:
    assert matcher.complete(text)


@pytest.mark.parametrize("text", ["我在厂里上班", "昨天", "那个事情", "然后他就走了"])
def test_a_fragment_waits_for_more(matcher: Matcher, text: str) -> None:
    assert not matcher.complete(text)


def test_a_confident_answer_is_complete(matcher: Matcher) -> None:
    assert matcher.complete("老板拖欠工资不给")


def test_picked_entries_branches_and_topics_are_answered(matcher: Matcher) -> None:
    entry, branch, topic = (
        matcher.answer("labour.site"),
        matcher.branch("labour.wages", 0, 0),
        matcher.topic("neighbour"),
    )

    assert entry is not None
    assert entry.entry == "labour.site"
    assert branch is not None
    assert "可以拿欠条直接起诉" in branch.text
    assert [e for e, _t in topic.options] == ["neighbour.leak"]
    assert matcher.answer("labour.gone") is None
    assert matcher.branch("labour.wages", 0, 9) is None


def test_a_branch_may_lead_to_another_entry(matcher: Matcher) -> None:
    found = matcher.branch("labour.site", 0, 1)

    assert found is not None
    assert found.entry == "labour.wages"


def test_the_trace_tells_the_steps_and_never_the_message(matcher: Matcher) -> None:
    decision = matcher.decide("老板拖欠工资不给咋办，我叫张三丰")

    names = [step.name for step in decision.trace]

    assert names[:3] == ["normalise", "danger", "rules"]
    assert "retrieval" in names
    assert "张三丰" not in " ".join(step.detail for step in decision.trace)


def test_the_same_message_gets_the_same_decision(matcher: Matcher) -> None:
    assert matcher.decide("楼上漏水谁赔") == matcher.decide("楼上漏水谁赔")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_matcher(text: str) -> None:
    decision = _MATCHER.decide(text)

    assert decision.text
    assert isinstance(_MATCHER.complete(text), bool)


_MATCHER = matcher_of(Library.of([]))


def test_the_trace_is_put_into_words_only_when_it_is_asked_for() -> None:
    trace, asked = Trace(), list[str]()

    def say(what: str) -> str:
        asked.append(what)
        return "最近的几条"

    trace.note("retrieval", say, "好")

    before = list(asked)
    steps = list(trace)

    assert before == []
    assert asked == ["好"]
    assert (steps[0].title, steps[0].detail) == ("找词条", "最近的几条")
    assert "最近的几条" not in repr(trace)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("老板拖欠工资不给咋办", "direct"),
        ("我要跳楼", "danger"),
        ("人工", "service word"),
        ("你好", "small talk"),
        ("怎么伪造一份病历应付法院", "wrongdoing"),
        ("身份证丢了去哪补办身份证", "refer"),
        ("两个村争一块林地都有证", "hard"),
        ("laoban tuoqian gongzi zaban", "spelling"),
        ("月球上种白菜要什么执照", "decision"),
    ],
)
def test_every_decision_tells_a_curator_why_in_chinese(matcher: Matcher, text: str, step: str) -> None:
    steps = list(matcher.decide(text).trace)

    assert step in [one.name for one in steps]
    for one in steps:
        assert one.title != one.name, "each step has a heading"
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.detail)


def test_words_typed_in_latin_letters_are_understood(matcher: Matcher) -> None:
    assert matcher.decide("laoban tuoqian gongzi bu gei za ban").entry == "labour.wages"


def test_a_wrong_character_does_not_hide_the_entry(matcher: Matcher) -> None:
    decision = matcher.decide("楼上卫生间楼水谁陪")

    shown = [decision.entry, *(entry for entry, _title in decision.options)]

    assert "neighbour.leak" in shown


def test_capital_letters_in_a_pattern_match_what_residents_type(library: Library) -> None:
    wages = library.by_id["labour.wages"]
    changed = replace(wages, sure=(("QQ上催", "工资"),))
    asked = matcher_of(Library({**library.by_id, wages.id: changed}))

    words = next(s.detail for s in asked.decide("qq上催老板发工资没回").trace if s.name == "words")

    assert wages.title in words
