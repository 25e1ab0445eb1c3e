"""Ask a question on the command line: the very reply that the webhook gives."""

import argparse
import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from admin.desk import Reference
from admin.store import open_store
from bot.config import Settings
from bot.errors import SettingsError
from handlers.consult.service import Desk, consult
from handlers.library import layers
from knowledge.errors import KnowledgeError
from knowledge.matching import Matcher

HELP = "Ask a question; prints the reply as a resident gets it."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("text", nargs="*", help="the question")
    parser.add_argument(
        "--json", action="store_true", help="print decision, entry, citations and trace as JSON"
    )
    parser.add_argument(
        "--why", action="store_true", help="print what each step of the matcher saw and decided"
    )
    parser.add_argument(
        "--file",
        metavar="FILE.jsonl",
        help="one JSON object a line with question or text; - for standard input",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Answer one question, or each line of a file."""
    text = " ".join(args.text).strip()
    if bool(text) == bool(args.file):
        print("xiaosi ask: give either a question or --file FILE.jsonl", file=sys.stderr)
        return 2
    if args.file and not args.json:
        print("xiaosi ask: --file needs --json", file=sys.stderr)
        return 2
    as_utf8()
    try:
        desk = open_desk(settings)
    except KnowledgeError as error:
        print(f"xiaosi ask: {error}", file=sys.stderr)
        return 1
    if args.file:
        with opened(args.file) as lines:
            return _each(desk, lines)
    found = consult(desk, text)
    if args.why and not args.json:
        for step in found.decision.trace:
            print(f"{step.title}: {step.detail}")
        print()
    print(json.dumps(found.fields(), ensure_ascii=False) if args.json else found.reply)
    return 0


def open_desk(settings: Settings) -> Desk:
    """The desk that the service would answer from: in trial mode all entries, else the adopted ones."""
    reference = Reference(settings.store_dir)
    entries = reference.library if settings.trial else reference.library.only(frozenset())
    if has_store(settings):
        store = open_store(settings)
        try:
            entries = store.reader.now(partial(layers.in_force, trial=settings.trial), reference.library)
        finally:
            store.close()
    if not settings.trial and not len(entries):
        print("xiaosi: nothing is adopted yet, so no entry answers: see knowledge adopt", file=sys.stderr)
    matcher = Matcher(entries, reference.hotlines, reference.danger)
    return Desk(matcher, settings.link_base, trial=settings.trial)


def has_store(settings: Settings) -> bool:
    """Whether there is a database already; commands that only read do not make one."""
    path = settings.sqlite_path
    return path is None or path.exists()


def questions(lines: TextIO) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    """Line number, object and text of each line that is not empty; object None and a reason for a bad one."""
    for number, row, why in objects(lines):
        text = (row.get("question") or row.get("text")) if row is not None else None
        if isinstance(text, str) and text.strip():
            yield number, row, text
        else:
            yield number, None, why or "expected an object with question or text"


def objects(lines: TextIO) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    """Line number and object of each line that is not empty; None for what is none, with a reason."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            yield number, None, "not valid JSON"
            continue
        yield number, row if isinstance(row, dict) else None, ""


def opened(name: str) -> TextIO:
    """A file for reading, or standard input. Raises: SettingsError when it cannot be read."""
    if name == "-":
        return sys.stdin
    try:
        return Path(name).open(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise SettingsError(f"{name} cannot be read: {error.strerror}") from error


def as_utf8() -> None:
    """Chinese must come out whole, whatever the terminal believes."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure:
        reconfigure(encoding="utf-8")


def _each(desk: Desk, lines: TextIO) -> int:
    bad = False
    for number, row, text in questions(lines):
        if row is None:
            bad = True
            out: dict[str, Any] = {"id": None, "line": number, "error": text}
        else:
            out = consult(desk, text).fields(row.get("id"))
        print(json.dumps(out, ensure_ascii=False))
    return 1 if bad else 0
