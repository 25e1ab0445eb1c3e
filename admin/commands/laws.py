"""Load statutes, search in them, and learn how to search."""

import argparse
import json
import sys
from pathlib import Path

from admin.commands import laws_learning
from admin.commands.ask import as_utf8, has_store, opened, questions
from admin.law_index import law_ground, statute_search
from admin.store import Store, open_store
from bot.config import Settings
from handlers.library import statutes
from knowledge.errors import KnowledgeError
from knowledge.law_search.search import StatuteSearch
from knowledge.statutes import read_statutes

HELP = (
    "Load statutes into the database (import), search in them (search), measure the search on questions whose"
    " articles are known (eval), learn its ranking from such questions (fit)."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    words = parser.add_subparsers(dest="word", required=True, metavar="import|search|eval|fit")
    load = words.add_parser("import", help="load .jsonl, .jsonl.gz, .docx or a folder of Markdown or .docx")
    load.add_argument("path", type=Path, metavar="PATH")
    find = words.add_parser("search", help="the articles nearest to a question")
    find.add_argument("text", nargs="*")
    find.add_argument("--json", action="store_true")
    find.add_argument("-k", type=int, default=10, metavar="N", help="how many articles (default 10)")
    find.add_argument("--file", metavar="FILE.jsonl", help="one JSON object a line with question or text")
    laws_learning.arguments(words)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Import, search, measure or learn."""
    as_utf8()
    if args.word == "import":
        return _import(args.path, settings)
    words = {"search": _search, "eval": laws_learning.measure, "fit": laws_learning.fit}
    try:
        return words[args.word](args, settings)
    except KnowledgeError as error:
        print(f"xiaosi laws {args.word}: {error}", file=sys.stderr)
        return 1


def _import(path: Path, settings: Settings) -> int:
    if not path.exists():
        print(f"xiaosi laws import: {path} is not there", file=sys.stderr)
        return 2
    store = open_store(settings)
    try:
        return _load(store, path)
    except KnowledgeError as error:
        print(
            f"xiaosi laws import: {error}; what was read before it is loaded, so mend it and go on",
            file=sys.stderr,
        )
        return 1
    finally:
        store.close()


def _load(store: Store, path: Path) -> int:
    """Write what is new or changed; a second run writes nothing, a broken one goes on where it stopped."""
    there = store.reader.now(statutes.held)
    written, dropped, newest = 0, 0, dict[str, str]()
    for group in statutes.batches(read_statutes(path), there):
        written += store.writer.do_now(statutes.load, group)
        for one in group:
            newest[one.article.law] = max(one.article.version, newest.get(one.article.law, ""))
        if written % 10_000 < len(group):
            print(f"{written} articles written", file=sys.stderr)
    for law, version in newest.items():
        while count := store.writer.do_now(statutes.drop_older, law, version):
            dropped += count
    laws, articles = store.reader.now(statutes.count)
    print(
        f"{written} articles written, {dropped} of older versions removed; "
        f"now loaded: {laws} laws, {articles} articles"
    )
    law_ground(store)
    return 0 if articles else 1


def _search(args: argparse.Namespace, settings: Settings) -> int:
    text = " ".join(args.text).strip()
    if bool(text) == bool(args.file) or args.k < 1 or (args.file and not args.json):
        print(
            "xiaosi laws search: give either a text, or --json --file FILE.jsonl; -k is 1 or more",
            file=sys.stderr,
        )
        return 2
    if not has_store(settings):
        print("xiaosi laws search: no statutes are loaded; see laws import", file=sys.stderr)
        return 1
    store = open_store(settings)
    try:
        search = statute_search(store)
    finally:
        store.close()
    if search is None:
        print("xiaosi laws search: no statutes are loaded; see laws import", file=sys.stderr)
        return 1
    if not args.file:
        _show(search, None, text, args)
        return 0
    bad = False
    with opened(args.file) as lines:
        for number, row, words in questions(lines):
            if row is None:
                bad = True
                print(json.dumps({"id": None, "line": number, "error": words}, ensure_ascii=False))
            else:
                _show(search, row.get("id"), words, args)
    return 1 if bad else 0


def _show(search: StatuteSearch, line_id: object, text: str, args: argparse.Namespace) -> None:
    hits = search.find(text, args.k)
    if args.json:
        found = [{"law": h.article.law, "article": h.article.article, "score": h.score} for h in hits]
        print(json.dumps({"id": line_id, "hits": found}, ensure_ascii=False))
        return
    for hit in hits:
        print(f"{hit.score:8.2f}  {hit.article.short} {hit.article.article}  {hit.article.text[:60]}")
