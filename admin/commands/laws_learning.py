"""Measuring the search in statutes on questions whose articles are known, and learning from such."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from admin.commands.ask import has_store, opened, questions
from admin.law_index import law_ground
from admin.store import open_store
from bot.config import Settings
from knowledge.errors import KnowledgeError
from knowledge.law_search.asked import Question
from knowledge.law_search.ground import Ground
from knowledge.law_search.index import Index
from knowledge.law_search.learned import FILE
from knowledge.law_search.measure import LONG, finding, timed
from knowledge.law_search.search import StatuteSearch
from knowledge.law_search.terms import Terms
from knowledge.law_search.training import Training
from knowledge.library import Library
from knowledge.naming import article_key
from knowledge.statutes import read_statutes


def arguments(words: Any) -> None:
    """The words `eval` and `fit`."""
    measured = words.add_parser("eval", help="how well the right articles are found for a file of questions")
    measured.add_argument("file", metavar="FILE.jsonl", help="one JSON object a line with question and gold")
    measured.add_argument("--json", action="store_true", help="print one JSON line")
    learn = words.add_parser("fit", help="learn the ranking anew from questions whose articles are known")
    learn.add_argument("file", metavar="FILE.jsonl", help="one JSON object a line with question and gold")
    for one in (measured, learn):
        one.add_argument("--statutes", type=Path, metavar="PATH", help="search these in place of the loaded")
    learn.add_argument("--quick", action="store_true", help="do not measure on questions left out")
    learn.add_argument("--write", action="store_true", help="store what was learned, for the next start")


def measure(args: argparse.Namespace, settings: Settings) -> int:
    """Print shares of right articles found, and times."""
    rows, bad = _questions(args.file)
    ground = _ground(args.statutes, settings)
    if ground is None or not rows:
        return 1
    search = StatuteSearch(ground)
    search.find(rows[0].text, LONG)  # the first one loads what is loaded late
    found, p50, p95 = timed(lambda text: search.find(text, LONG), [one.text for one in rows])
    names = [[(hit.article.law, article_key(hit.article.article)) for hit in hits] for hits in found]
    result = finding(zip((one.gold for one in rows), names, strict=True))
    result = replace(result, p50=p50, p95=p95)
    if args.json:
        print(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        print(result)
        print(f"milliseconds a question: {p50:.2f} in the middle, {p95:.2f} at the 95th of 100")
    return 1 if bad else 0


def fit(args: argparse.Namespace, settings: Settings) -> int:
    """Learn, and say how good that is on questions that were left out."""
    rows, bad = _questions(args.file)
    ground = _ground(args.statutes, settings)
    if ground is None or not rows:
        return 1
    training = Training(ground, rows)
    if not args.quick:
        print("each part ranked by what was learned from the others:")
        training.cross(lambda line: print(line, flush=True))
    if args.write:
        training.learned().save()
        print(f"written to {FILE.name}, {FILE.stat().st_size // 1024} KB")
    return 1 if bad else 0


def _ground(path: Path | None, settings: Settings) -> Ground | None:
    if path is not None:
        terms = Terms()
        return Ground.of(_read(path, terms), Library.load(), terms)
    store = open_store(settings) if has_store(settings) else None
    try:
        ground = law_ground(store) if store is not None else None
    finally:
        if store is not None:
            store.close()
    if ground is None:
        print("xiaosi laws: no statutes are loaded; see laws import", file=sys.stderr)
    return ground


def _read(path: Path, terms: Terms) -> Index:
    if not path.exists():
        raise KnowledgeError(f"{path} is not there")
    return Index.of(read_statutes(path), terms)


def _questions(name: str) -> tuple[list[Question], int]:
    """Questions with their right articles, and how many lines are none, each of which is told."""
    found, bad = list[Question](), 0
    with opened(name) as lines:
        for number, row, text in questions(lines):
            try:
                gold = tuple((str(one["law"]), article_key(one["article"])) for one in (row or {})["gold"])
            except (KeyError, TypeError):
                gold = ()
            if gold:
                found.append(Question(text, gold, str((row or {}).get("keywords") or "")))
            else:
                bad += 1
                print(f"line {number}: expected an object with question and gold", file=sys.stderr)
    return found, bad
