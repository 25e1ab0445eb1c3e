"""The word of `knowledge` that tells what each part of the matcher earns, as tables for docs/matching.md."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Settings
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from admin.bench.ladder import Row, Sets
    from admin.bench.twins import Loss

_TESTS = Path(__file__).resolve().parents[2] / "tests" / "knowledge"
_BEGIN, _END = "<!-- tables -->\n", "<!-- end of tables -->\n"
_COLUMNS = (
    ("first", "first"), ("three", "three"), ("helped", "helped"), ("precision", "precision"),
    ("share", "direct"), ("error", "error"), ("para_first", "first"), ("para_three", "three"),
)  # fmt: skip
"""Shares, by the names of a row, with the heads of their columns."""


def arguments(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the word to those of `knowledge`."""
    table = words.add_parser("table", help="what each part of the matcher earns, switched on one by one")
    table.add_argument(
        "--questions", type=Path, metavar="FILE.jsonl", help="texts of the labelled questions; else none"
    )
    table.add_argument(
        "--labels", type=Path, default=_TESTS / "labels.jsonl", metavar="FILE.jsonl", help="their labels"
    )
    table.add_argument(
        "--paraphrases", type=Path, default=_TESTS / "paraphrases.jsonl", metavar="FILE.jsonl",
        help="questions written to one entry each",
    )  # fmt: skip
    table.add_argument(
        "--write", type=Path, metavar="FILE.md", help="put the tables into this page, between its marks"
    )
    table.add_argument("--json", action="store_true", help="print one JSON line for each row instead")


def table(args: argparse.Namespace, _settings: Settings) -> int:
    """Measure, and print or write."""
    from admin.bench import ladder, twins
    from admin.desk import Reference
    from knowledge.matching import Matcher

    try:
        real = ladder.labelled(args.labels, args.questions) if args.questions else ()
        asked = ladder.Sets(real, ladder.paraphrases(args.paraphrases))
    except (OSError, ValueError, KeyError) as error:
        raise KnowledgeError(f"{type(error).__name__}: {error}") from error
    page = _page(args.write) if args.write else None
    up = list(ladder.climb(asked, ladder.steps(), _say))
    down = list(ladder.climb(asked, ladder.leavings(), _say))
    _say("dirty twins")
    pack = Reference()
    dirt = twins.losses(Matcher(pack.library, pack.hotlines, pack.danger), asked.paraphrases)
    if args.json:
        for row in (*up, *down):
            print(json.dumps(row.as_json()))
        for loss in dirt:
            print(json.dumps({**loss._asdict(), "good": loss.good}))
        return 0
    text = _tables(asked, up, down, dirt)
    if page is None:
        print(text, end="")
    else:
        args.write.write_text(page[0] + _BEGIN + text + _END + page[1], "utf-8")
        print(f"written to {args.write}")
    return 0


def _page(path: Path) -> tuple[str, str]:
    """What stands before and after the tables of a page. Raises: KnowledgeError for one without marks."""
    try:
        before, rest = path.read_text("utf-8").split(_BEGIN)
        return before, rest.split(_END)[1]
    except (OSError, ValueError, IndexError) as error:
        raise KnowledgeError(f"{path.name}: expected a page with {_BEGIN.strip()}, {_END.strip()}") from error


def _tables(asked: "Sets", up: "Sequence[Row]", down: "Sequence[Row]", dirt: "Sequence[Loss]") -> str:
    parts = (
        (f"{len(asked.labelled)} labelled questions, {len(asked.paraphrases)} paraphrases.", ""),
        ("### Switched on one after another", ""),
        _figures(up),
        ("", "### Taken out of the whole, one alone", ""),
        _figures(down),
        ("", "### Dirty twins of the paraphrases", ""),
        _dirty(dirt),
    )
    return "".join(f"{line}\n" for part in parts for line in part)


def _figures(rows: "Sequence[Row]") -> Iterator[str]:
    heads = [head for _name, head in _COLUMNS]
    yield f"| | {' | '.join(heads)} | ms p50 | p95 | MB | kB | start s |"
    yield "|---" * (len(heads) + 6) + "|"
    for row in rows:
        shares = [getattr(row, name) for name, _head in _COLUMNS]
        told = " | ".join("–" if share is None else f"{share:.3f}" for share in shares)
        cost = f"{row.p50:.2f} | {row.p95:.2f} | {row.memory:.0f} | {row.size} | {row.start:.1f}"
        yield f"| {row.name} | {told} | {cost} |"


def _dirty(rows: "Sequence[Loss]") -> Iterator[str]:
    yield "| | first | three | points lost | questions lost |"
    yield "|---|---|---|---|---|"
    for row in rows:
        yield f"| {row.kind} | {row.first:.3f} | {row.three:.3f} | {row.points:.1f} | {row.lost} |"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
