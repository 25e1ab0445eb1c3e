"""Check, measure and adopt the knowledge base."""

import argparse
import json
import sys
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from admin.commands import knowledge_curate, knowledge_layers, knowledge_table
from admin.commands.ask import as_utf8, has_store, objects, open_desk, opened, questions
from admin.store import open_store
from bot.clock import SystemClock, in_china
from bot.config import Settings
from bot.errors import Refused
from handlers.consult import unanswered
from handlers.library import service, statutes
from handlers.library.statutes import StoredStatutes
from knowledge import evaluation, fitting, review, topic_model, weights
from knowledge.errors import KnowledgeError
from knowledge.hotlines import Hotlines
from knowledge.law_changes import LawChanges
from knowledge.library import CONTENT, Library
from knowledge.normal import Normal
from knowledge.statutes import StatuteBook, Statutes, read_statutes
from knowledge.triage import Triage

HELP = (
    "Check the entries (check), measure them on questions (eval), adopt them (adopt), take them out and in"
    " as files (export, import), take them out of use (freeze), learn what signals are worth (fit), list"
    " wordings that found no answer (unanswered), entries that are nearly alike (near), topics beside what is"
    " asked (coverage), questions that two versions decide differently (compare), tell what each part of the"
    " matcher earns (table)."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    words = parser.add_subparsers(
        dest="word",
        required=True,
        metavar="check|eval|adopt|export|import|freeze|fit|unanswered|near|coverage|compare|table",
    )
    check = words.add_parser("check", help="what is wrong with the entries")
    check.add_argument("--json", action="store_true", help="end with a JSON line")
    check.add_argument("--strict", action="store_true", help="fail when a citation could not be verified")
    check.add_argument(
        "--statutes", type=Path, metavar="PATH", help="statutes to verify with, in place of the loaded"
    )
    check.add_argument("--content", type=Path, default=CONTENT, metavar="DIR", help=argparse.SUPPRESS)
    measure = words.add_parser("eval", help="what becomes of a file of questions")
    measure.add_argument("file", metavar="FILE.jsonl")
    measure.add_argument(
        "--labels", metavar="LABELS.jsonl", help="what a reader says of them: id, entries, guide, out, person"
    )
    measure.add_argument("--json", action="store_true", help="print one JSON line")
    adopt = words.add_parser("adopt", help="answer with these entries from now on")
    adopt.add_argument("what", metavar="TOPIC|ENTRY|all")
    adopt.add_argument("--by", required=True, metavar="NAME", help="who takes them on")
    knowledge_layers.arguments(words)
    fit = words.add_parser("fit", help="learn anew what the matcher's signals are worth, from the entries")
    fit.add_argument("--questions", metavar="FILE.jsonl", help="real questions with their topic")
    fit.add_argument(
        "--labels", metavar="FILE.jsonl", help="labels by id: of them confidence is learned, and no topic"
    )
    fit.add_argument("--write", action="store_true", help="store the new weights, for the next start")
    knowledge_curate.arguments(words)
    knowledge_table.arguments(words)
    missed = words.add_parser("unanswered", help="wordings that found no answer, those asked most first")
    missed.add_argument("--json", action="store_true", help="print one JSON line for each")
    missed.add_argument(
        "--most", type=int, default=unanswered.SHOWN, metavar="N", help="how many (default %(default)s)"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Check, measure, adopt, learn or list."""
    as_utf8()
    words = {
        "check": _check,
        "eval": _eval,
        "adopt": _adopt,
        "export": knowledge_layers.export,
        "import": knowledge_layers.take,
        "freeze": knowledge_layers.freeze,
        "fit": _fit,
        "unanswered": _unanswered,
        "near": knowledge_curate.doubles,
        "coverage": knowledge_curate.coverage,
        "compare": knowledge_curate.compare,
        "table": knowledge_table.table,
    }
    try:
        return words[args.word](args, settings)
    except KnowledgeError as error:
        print(f"xiaosi knowledge {args.word}: {error}", file=sys.stderr)
        return 1


def _check(args: argparse.Namespace, settings: Settings) -> int:
    with ExitStack() as stack:
        texts = _statutes(args.statutes, settings, stack)
        today = in_china(SystemClock().now()).date()
        found = review.check(Library.load(args.content), Hotlines.load(), LawChanges.load(), today, texts)
    for one in found.faults:
        print(one)
    if texts is None:
        print("no statutes are loaded (see laws import): no citation was verified")
    elif found.unverified:
        print(f"not verified, law not among the statutes: {'; '.join(found.unverified)}")
    print(f"{found.entries} entries, {found.guides} guides, {len(found.faults)} faults; "
          f"verified {found.verified} of {found.citations} citations")  # fmt: skip
    if args.json:
        print(json.dumps(_report(found), ensure_ascii=False))
    unproven = args.strict and found.verified < found.citations
    return 1 if found.faults or unproven else 0


def _report(found: review.Report) -> dict[str, Any]:
    return {
        "entries": found.entries,
        "guides": found.guides,
        "citations": found.citations,
        "verified": found.verified,
        "faults": len(found.faults),
        "by_check": dict(review.summary(found.faults)),
        "fault_lines": [str(one) for one in found.faults],
    }


def _statutes(path: Path | None, settings: Settings, stack: ExitStack) -> Statutes | None:
    if path is not None:
        if not path.exists():
            raise KnowledgeError(f"{path} is not there")
        return StatuteBook(read_statutes(path))
    if not has_store(settings):
        return None
    store = open_store(settings)
    stack.callback(store.close)
    _laws, articles = store.reader.now(statutes.count)
    return StoredStatutes(store.reader.open) if articles else None


def _eval(args: argparse.Namespace, settings: Settings) -> int:
    desk = open_desk(settings)
    labels, bad = _labels(args.labels) if args.labels else ({}, 0)
    rows = []
    with opened(args.file) as lines:
        for number, row, text in questions(lines):
            if row is None:
                bad += 1
                print(f"line {number}: {text}", file=sys.stderr)
            else:
                rows.append(evaluation.question(row, text, labels))
    found = evaluation.evaluate(desk.matcher, rows)
    if args.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        _table(found)
    return 1 if bad or not rows else 0


def _labels(name: str) -> tuple[dict[str, evaluation.Label], int]:
    """Labels by the id of their question; how many lines are none, each of which is told."""
    labels, bad = dict[str, evaluation.Label](), 0
    with opened(name) as lines:
        for number, row, _why in objects(lines):
            try:
                labels[str((row or {})["id"])] = evaluation.label(row or {})
            except (KeyError, TypeError):
                bad += 1
                print(f"{name}, line {number}: expected an object with id", file=sys.stderr)
    return labels, bad


def _table(found: evaluation.Evaluation) -> None:
    columns = "".join(f"{name:>7}" for name in ("found", "entry", "guide", "choose", "other"))
    print(f"{'topic':20} {'n':>4}{columns} {'on topic':>8}")
    for topic, tally in [*sorted(found.topics.items()), ("all", found.all)]:
        row = tally.as_json()
        rate = row["decisions"]
        entry, guide, choose = (
            rate.get("answer:entry", 0),
            rate.get("answer:guide", 0),
            rate.get("clarify", 0),
        )
        shown = [row["coverage"] or 0, entry, guide, choose, 1 - entry - guide - choose]
        on_topic = "" if row["on_topic"] is None else f"{row['on_topic']:.0%}"
        print(f"{topic:20} {tally.questions:4} " + " ".join(f"{v:6.0%}" for v in shown) + f" {on_topic:>8}")
    row = found.all.as_json()
    if row["labelled"]:
        precision = "no direct answer" if row["precision"] is None else f"{row['precision']:.0%}"
        print(f"of {row['labelled']} labelled: precision of direct answers {precision}, "
              f"right first {row['recall_at_1']:.0%}, among three {row['recall_at_3']:.0%}")  # fmt: skip
    if row["in_scope"]:
        direct, error = row["direct_share"], row["calibration_error"]
        print(f"of {row['in_scope']} that an office answers: helped {row['helped']:.0%}, directly answered "
              f"{direct:.0%}, needlessly to a person {row['needless_escalation'] or 0:.0%}; "
              f"error of confidence {'-' if error is None else f'{error:.3f}'}")  # fmt: skip
    print(f"milliseconds a question: {found.p50:.2f} in the middle, {found.p95:.2f} at the 95th of 100")


def _adopt(args: argparse.Namespace, settings: Settings) -> int:
    entries = service.named(Library.load(), args.what)
    if not entries:
        print(f"xiaosi knowledge adopt: {args.what!r} is no topic and no entry", file=sys.stderr)
        return 2
    store = open_store(settings)
    new = same = 0
    try:
        found = service.marks(entries)
        for start in range(0, len(found), service.MOST):
            done = store.writer.do_now(service.adopt, found[start : start + service.MOST], args.by)
            new, same = new + done.new, same + done.same
    except Refused as refusal:
        print(f"xiaosi knowledge adopt: {refusal.say}", file=sys.stderr)
        return 2
    finally:
        store.close()
    print(f"adopted {new}, already adopted {same}")
    return 0


def _unanswered(args: argparse.Namespace, settings: Settings) -> int:
    if not has_store(settings):
        print("xiaosi knowledge unanswered: there is no database yet", file=sys.stderr)
        return 1
    store = open_store(settings)
    try:
        rows = store.reader.now(unanswered.wordings, args.most)
        total = store.reader.now(unanswered.count)
    finally:
        store.close()
    for row in rows:
        days = {"first_day": row.first_day.isoformat(), "last_day": row.last_day.isoformat()}
        if args.json:
            print(json.dumps({**asdict(row), **days}, ensure_ascii=False))
        else:
            near = " ".join(row.near) or "-"
            print(f"{row.asked:5} {days['last_day']} {row.why:10} {row.words}  ({near})")
    if not args.json:
        print(f"{len(rows)} of {total} wordings; words that the shipped entries do not use are masked")
    return 0


def _fit(args: argparse.Namespace, _settings: Settings) -> int:
    before, library = weights.Weights.load(), Library.load()
    normal = Normal(Triage.load(Hotlines.load()).slips)
    lesson = fitting.Lesson(library, normal, replace(before, signals=weights.HAND))
    real, judged, bad = _lessons(args, library)
    if real and args.write:  # before all that rests on it
        lesson.topic_table(real).save()
        topic_model.load.cache_clear()
        print(f"written to {topic_model.FILE.name}")
    after = lesson.learned(judged)
    if judged:
        off = evaluation.calibration_error(lesson.confidence(after, judged).guesses)
        print(f"confidence, each topic judged by the others: off by {off} over {len(judged)} questions")
    for name, one in (("by hand", weights.BY_HAND), ("stored", before), ("learned", after)):
        known = lesson.report(one)
        print(
            f"{name:8} on {known.asked} wordings left out: right first {known.first:.1%}, among three"
            f" {known.three:.1%}"
        )
    if args.write:
        weights.FILE.write_text(json.dumps(after.as_json(), indent=1) + "\n", "utf-8")
        print(f"written to {weights.FILE.name}")
    return 1 if bad else 0


def _lessons(
    args: argparse.Namespace, library: Library
) -> tuple[list[fitting.Labelled], list[fitting.Judged], int]:
    """Questions with topics, those with labels, which the first leave out, and how many lines are bad."""
    real, judged = list[fitting.Labelled](), list[fitting.Judged]()
    labels, bad = _labels(args.labels) if args.labels else ({}, 0)
    if args.questions:
        with opened(args.questions) as lines:
            for _number, row, text in questions(lines):
                bad += row is None
                known = labels.get(str((row or {}).get("id")))
                if known is not None:
                    judged.append(fitting.judged(text, known, library))
                elif row is not None and row.get("topic"):
                    real.append(fitting.Labelled(text, str(row["topic"])))
    return real, judged, bad
