"""The words of `knowledge` for whoever writes entries: near, coverage, compare."""

import argparse
import sys
from pathlib import Path

from admin.commands.ask import has_store, objects, opened, questions
from admin.store import open_store
from bot.clock import SystemClock, millis
from bot.config import Settings
from handlers.registers import coverage as coverages
from handlers.registers.figures import SMALL
from knowledge import comparison, evaluation
from knowledge import doubles as near
from knowledge.danger import Danger
from knowledge.errors import KnowledgeError
from knowledge.hotlines import Hotlines
from knowledge.library import CONTENT, Library
from knowledge.matching import Matcher


def arguments(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the words to those of `knowledge`."""
    doubles = words.add_parser("near", help="entries with wordings that are nearly the same")
    doubles.add_argument(
        "--least", type=float, default=near.LEAST, metavar="SHARE", help="of common pairs (%(default)s)"
    )
    doubles.add_argument("--most", type=int, default=50, metavar="N", help="pairs of entries (%(default)s)")
    words.add_parser("coverage", help="entries by topic beside what residents ask, and ask in vain")
    compare = words.add_parser(
        "compare", help="questions that two versions of the entries decide differently"
    )
    compare.add_argument("before", type=Path, metavar="DIR", help="content files of the one, as of `export`")
    compare.add_argument("after", type=Path, nargs="?", default=CONTENT, metavar="DIR", help="of the other")
    compare.add_argument("--file", required=True, metavar="FILE.jsonl", help="questions")
    compare.add_argument("--labels", metavar="LABELS.jsonl", help="what a reader says of them, as for eval")
    compare.add_argument("--most", type=int, default=100, metavar="N", help="shown at most (%(default)s)")


def doubles(args: argparse.Namespace, _settings: Settings) -> int:
    """Print pairs of entries with the wordings that are alike."""
    found = near.doubles(Library.load(), args.least)
    for one in found[: args.most]:
        print(f"{one.entry.id} / {one.other.id}  ({one.entry.title} / {one.other.title})")
        for own, other, share in one.wordings[:3]:
            print(f"  {share:.2f}  {own} / {other}")
    print(f"{len(found)} pairs of entries have wordings with {args.least:.2f} of their pairs in common")
    return 0


def coverage(_args: argparse.Namespace, settings: Settings) -> int:
    """Print the topics, where most is asked in vain first."""
    if not has_store(settings):
        print("xiaosi knowledge coverage: there is no database yet", file=sys.stderr)
        return 1
    store = open_store(settings)
    try:
        rows = store.reader.now(coverages.covered, Library.load(), millis(SystemClock().now()))
    finally:
        store.close()
    print(f"{'topic':22}{'entries':>8}{'wordings':>9}{'asked':>7}{'in vain':>8}")
    for row in rows:
        asked = f"<{SMALL}" if row.asked is None else row.asked
        print(f"{row.topic or '-':22}{row.entries:>8}{row.wordings:>9}{asked:>7}{row.missed:>8}")
    print(
        f"asked: messages of the last {coverages.DAYS} days; in vain: wordings without an answer, while kept"
    )
    return 0


def compare(args: argparse.Namespace, _settings: Settings) -> int:
    """Print the questions whose decision changed, the worst first."""
    labels = {}
    if args.labels:
        with opened(args.labels) as lines:
            labels = {str(row["id"]): evaluation.label(row) for _n, row, _why in objects(lines) if row}
    with opened(args.file) as lines:
        asked = [evaluation.question(row, text, labels) for _n, row, text in questions(lines) if row]
    found, count = comparison.compared(_matcher(args.before), _matcher(args.after), asked)
    for one in found[: args.most]:
        mark = "+" if one.gain > 0 else "-" if one.gain < 0 else " "
        print(f"{mark} {' '.join(one.text.split())[:60]}\n    {one.before}\n    {one.after}")
    counts = comparison.summary(found)
    print(
        f"{len(found)} of {count} decided differently: {counts['better']} better, {counts['worse']} worse, "
        f"{counts['other']} as good or without a label"
    )
    return 0 if count else 1


def _matcher(folder: Path) -> Matcher:
    if not folder.is_dir():
        raise KnowledgeError(f"{folder} is no folder")
    hotlines = Hotlines.load()
    return Matcher(Library.load(folder), hotlines, Danger.load(hotlines))
