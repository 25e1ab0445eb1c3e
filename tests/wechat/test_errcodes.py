"""The table of error codes, the reading of answers, and the verdict on each."""

import pytest

from bot.wechat.errcodes import RULES, TROUBLES, Action, Trouble, rule_of
from bot.wechat.exchange import judge as read
from bot.wechat.outcome import NeverConnected, Outcome, PutOff, Refused, Sent, Unknown
from bot.wechat.verdict import WAITS, judge

NOON = 1_781_064_000_000  # in Beijing
MIDNIGHT = NOON + 12 * 3600_000


def test_every_code_of_the_documentation_has_a_rule() -> None:
    documented = {
        *(-1, 0, 40001, 40003, 40007, 40013, 40014, 40029, 40033, 40037, 40125, 40163, 40164, 40226, 40243),
        *(41001, 41002, 41004, 42001, 43004, 43019, 43101, 44004, 45001, 45002, 45008, 45009, 45011, 45015),
        *(45028, 45047, 45056, 45057, 45058, 45059, 45065, 45066, 45072, 45080, 45081, 45157, 45158, 45159),
        *(46003, 47001, 47003, 48001, 48002, 48004, 48006, 50002, 61010, 87009, 87014, 89503),
    }

    assert documented == set(RULES)
    assert set(TROUBLES) == set(Trouble)


def test_an_unknown_code_is_dropped_and_a_person_looks() -> None:
    rule = rule_of(99_999)

    assert (rule.action, rule.alarm, rule.known) == (Action.DROP, True, False)


def test_all_that_a_person_must_mend_rings() -> None:
    quiet = [rule.code for rule in RULES.values() if rule.action.startswith("stop") and not rule.alarm]

    assert quiet == []


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"errcode":0,"errmsg":"ok"}', Sent),
        (200, b'{"menu":{}}', Sent),  # errcode may be absent
        (200, b'{"errcode":45015,"errmsg":"x"}', Refused),
        (200, b'{"errcode":"45015"}', Refused),
        (403, b'{"errcode":40001,"errmsg":"x"}', Refused),
        (403, b"{}", Unknown),
        (302, b"", Unknown),
        (200, b"", Unknown),
        (200, b"<html>", Unknown),
        (200, b"[1]", Unknown),
        (200, b"\xff\xfe{", Unknown),
        (200, b'{"errcode":null}', Unknown),
        (200, b"[" * 50_000, Unknown),
        (502, b'{"errcode":0}', Unknown),
    ],
)
def test_an_answer_is_read_by_its_content(status: int, body: bytes, expected: type) -> None:
    assert type(read(status, body)) is expected


def test_a_refusal_tells_request_id_and_own_address_and_nothing_else() -> None:
    body = b'{"errcode":40164,"errmsg":"invalid ip 203.0.113.9 ipv6 ::1, not in whitelist rid: 6a-b1-c"}'

    refused = read(200, body)

    assert isinstance(refused, Refused)
    assert refused.address == "203.0.113.9"
    assert refused.rid == "6a-b1-c"


def _refused(code: int) -> Refused:
    return Refused(rule_of(code))


@pytest.mark.parametrize(
    ("outcome", "attempts", "state"),
    [
        (Sent(), 1, "sent"),
        (Unknown(Trouble.TIMEOUT), 1, "unknown"),
        (Unknown(Trouble.HTTP_5XX), 1, "unknown"),
        (NeverConnected(), 1, "created"),
        (NeverConnected(), 2, "kept"),
        (PutOff(NOON + 5000, "x"), 1, "created"),
        (PutOff(NOON + 300_000, "x"), 1, "kept"),
        (_refused(-1), 1, "created"),
        (_refused(-1), 3, "kept"),
        (_refused(45011), 1, "created"),
        (_refused(45015), 1, "kept"),
        (_refused(45047), 1, "kept"),
        (_refused(48001), 1, "kept"),
        (_refused(41001), 1, "kept"),
        (_refused(40003), 1, "dropped"),
        (_refused(43004), 1, "dropped"),
        (_refused(43019), 1, "dropped"),
        (_refused(48002), 1, "dropped"),
        (_refused(99_999), 1, "kept"),  # nobody knows why: the answer is not lost
    ],
)
def test_each_outcome_leads_to_a_state_with_a_reason(outcome: Outcome, attempts: int, state: str) -> None:
    verdict = judge(outcome, attempts, NOON)

    assert verdict.state == state
    assert verdict.reason
    assert (verdict.due_ms is None) == (state != "created" and not verdict.reason.startswith("waits: "))


@pytest.mark.parametrize("code", sorted(RULES))
def test_no_refusal_is_repeated_more_than_48_times(code: int) -> None:
    verdict = judge(_refused(code), WAITS, NOON)

    assert verdict.state in ("sent", "kept", "dropped")
    assert verdict.due_ms is None


def test_a_used_up_day_waits_for_midnight_in_beijing() -> None:
    verdict = judge(_refused(45009), 1, NOON)

    assert (verdict.stop_until, verdict.alarm) == (MIDNIGHT, "send_stopped")
    assert MIDNIGHT <= (verdict.due_ms or 0) < MIDNIGHT + 120_000


def test_repeats_are_spread_and_grow() -> None:
    first = {(judge(_refused(-1), 1, NOON).due_ms or 0) - NOON for _ in range(50)}
    second = {(judge(_refused(-1), 2, NOON).due_ms or 0) - NOON for _ in range(50)}

    assert len(first) > 10
    assert 1000 <= min(first) <= max(first) <= 3000
    assert 2000 <= min(second) <= max(second) <= 6000
