"""How the danger screen does on messages that its rules have not seen.

The set is for measuring and is not to be tuned on: whoever writes rules does not read its lines,
and nothing here ever shows one, neither the misses nor the false alarms. The floors are what held
when they were last raised, not what is good enough: a passing run says only that nothing was lost.
They may be raised, and a fall below one says that a change to the rules cost something that their
own examples do not show.

Run with `-s` to see the rates.
"""

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
import yaml

from knowledge.danger import Danger, DangerKind

LINES = yaml.safe_load((Path(__file__).parent / "danger_unseen.yaml").read_text("utf-8"))
OWED = {"suicide": 55, "violence": 50, "child": 25, "threat": 25, "crowd": 20, "fraud_now": 25}
KINDS = tuple(OWED)

# Share of the lines of a kind at which the screen must ring, as whichever kind.
RECALL = {"suicide": 0.85, "violence": 0.84, "child": 0.92, "threat": 0.76, "crowd": 0.80, "fraud_now": 0.68}
# Share of the quiet lines at which it may; 0.03 is what is owed.
FALSE_ALARMS = 0.005


def _heard(danger: Danger, text: str) -> str | None:
    alarm = danger.screen([text])
    return alarm.kind if alarm else None


def test_the_set_has_as_many_different_lines_as_the_rates_need() -> None:
    quiet = len(LINES["quiet"])

    different = len({line["text"] for line in LINES["rings"]} | set(LINES["quiet"]))

    assert Counter(line["kind"] for line in LINES["rings"]) == OWED
    assert set(OWED) <= set(get_args(DangerKind))
    assert quiet == 200
    assert different == sum(OWED.values()) + quiet


@pytest.mark.parametrize("kind", KINDS)
def test_the_screen_rings_at_unseen_messages_of_a_kind(danger: Danger, kind: str) -> None:
    lines = [line["text"] for line in LINES["rings"] if line["kind"] == kind]

    heard = [_heard(danger, text) for text in lines]

    rang = sum(found is not None for found in heard)
    named = heard.count(kind)
    print(f"\n{kind}: rang {rang} of {len(lines)} ({rang / len(lines):.1%}), {named} by this name")
    recall = rang / len(lines)
    assert recall >= RECALL[kind], f"{kind}: {recall:.1%}"


def test_the_screen_is_silent_at_ordinary_messages(danger: Danger) -> None:
    heard = [_heard(danger, text) for text in LINES["quiet"]]

    rang = sum(found is not None for found in heard)
    rate = rang / len(heard)
    print(f"\nquiet: rang {rang} of {len(heard)} ({rate:.1%})")
    assert rate <= FALSE_ALARMS, f"{rate:.1%}"
