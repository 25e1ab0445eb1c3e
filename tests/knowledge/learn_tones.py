"""Learns the tones anew: `python -m tests.knowledge.learn_tones`; pin the hash it prints in tone.py.

From the lines that rules were written from, never from those that only measure (`danger_unseen.yaml`,
`triage_unseen.yaml`, what is `held`), the wordings of the base and, where they are present, half of the real
questions; the other half measures.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import yaml

from knowledge.danger import Danger, DangerKind
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.tone import FILE
from knowledge.tone_learning import Lines, learned
from tests.knowledge.pack import SHARED
from tests.knowledge.test_danger_lines import IN_DOUBT, QUIET, RINGS

_HERE = Path(__file__).parent
_CALM = frozenset({"quiet", "ordinary", "innocent"})


def read(name: str) -> Any:
    """The lines of a file beside this one."""
    return yaml.safe_load((_HERE / f"{name}.yaml").read_text("utf-8"))


def told(data: Any) -> Iterator[str]:
    """All lines below a part of a file."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        rows = [data["text"]] if "text" in data else data.values()
        for row in rows:
            yield from told(row)
    elif isinstance(data, list):
        for row in data:
            yield from told(row)


def _sorted_out(data: dict[str, Any], urgent: dict[str, list[str]], calm: list[str]) -> None:
    for key, part in data.items():
        if key in _CALM:
            calm += told(part)
        elif key in get_args(DangerKind):
            urgent.setdefault(key, []).extend(told(part))
        elif isinstance(part, dict):
            _sorted_out(part, urgent, calm)
        elif key in ("rings", "urgent"):
            for row in part:
                kind = row.get("kind", "") if isinstance(row, dict) else ""
                urgent.setdefault(kind, []).extend(told(row))


def lines(asked: Iterable[str] = ()) -> Lines:
    """All lines that may be learned from. Args: asked: real questions, most of which are no danger."""
    urgent: dict[str, list[str]] = {kind: list(told(rows)) for kind, rows in RINGS.items()}
    urgent[""] = [*IN_DOUBT]
    calm, wrong = [*QUIET], list[str]()
    for name in ("danger_examples", "danger_rounds", "danger_sideways", "danger_stories"):
        _sorted_out(read(name), urgent, calm)
    fresh = read("danger_fresh")
    for part in (
        read("danger_context")["known"],
        *(fresh[name] for name in fresh if not name.startswith("held")),
    ):
        _sorted_out(part, urgent, calm)
        wrong += part.get("wrong", ())
    triage, examples = read("triage_lines"), read("triage_examples")
    wrong += [*told(triage["wrong"]), *told(examples["refuse"])]
    calm += [*told(triage["lawful"]), *told(examples["lawful"])]
    screen = Danger.load(Hotlines.load(), tone=None)
    base = [text for entry in Library.load().entries for text in (entry.title, *entry.wordings)]
    return Lines(urgent, wrong, calm, [text for text in (*base, *asked) if screen.screen([text]) is None])


def real() -> list[str]:
    """Half of the real questions; none where they are absent."""
    pool = SHARED / "questions_pool.jsonl"
    rows = pool.read_text("utf-8").splitlines() if pool.exists() else []
    return [str(json.loads(row)["question"]) for row in rows][1::2]


if __name__ == "__main__":
    learned(lines(real())).save()
    print(hashlib.sha256(FILE.read_bytes()).hexdigest())
