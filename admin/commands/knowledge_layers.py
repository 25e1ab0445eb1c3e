"""The words of `knowledge` that take entries out and in: export, import, freeze."""

import argparse
import sys
from pathlib import Path

from admin.audit.record import note
from admin.commands.ask import has_store
from admin.store import Store, open_store
from bot.config import Settings
from bot.errors import Refused
from bot.work.unit import Work
from handlers.handoff import staff
from handlers.library import drafts, freezing, service, versions
from handlers.library.service import digest
from knowledge.entry import Entry
from knowledge.library import Library
from knowledge.reading import read_topic
from knowledge.writing import by_file


def arguments(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the words to those of `knowledge`."""
    export = words.add_parser(
        "export", help="write the entries as content files, the county's texts included"
    )
    export.add_argument("folder", type=Path, metavar="DIR", help="an empty or new folder")
    export.add_argument("what", nargs="?", default="all", metavar="TOPIC|ENTRY|all")
    export.add_argument("--county", action="store_true", help="only texts that the county wrote itself")
    take = words.add_parser("import", help="make drafts of the entries in content files that differ")
    take.add_argument("path", type=Path, metavar="FILE|DIR")
    take.add_argument("--by", required=True, metavar="LOGIN", help="who wrote them; somebody else adopts")
    freeze = words.add_parser("freeze", help="take entries out of automatic use at once")
    freeze.add_argument("what", metavar="TOPIC|ENTRY|all")
    freeze.add_argument("--by", required=True, metavar="NAME", help="who decides it")
    freeze.add_argument("--why", required=True, metavar="TEXT", help="the reason, kept and shown to staff")


def export(args: argparse.Namespace, settings: Settings) -> int:
    """Write content files."""
    folder: Path = args.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        print(f"xiaosi knowledge export: {folder} is not empty", file=sys.stderr)
        return 2
    library, own = Library.load(), frozenset[str]()
    if has_store(settings):
        store = open_store(settings)
        try:
            library = store.reader.now(versions.layered, library)
            own = frozenset(store.reader.now(versions.overridden))
        finally:
            store.close()
    entries = [one for one in service.named(library, args.what) if not args.county or one.id in own]
    if not entries:
        print(f"xiaosi knowledge export: nothing to write for {args.what!r}", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    files = by_file(entries)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    print(f"{len(entries)} entries in {len(files)} files in {folder}")
    return 0


def take(args: argparse.Namespace, settings: Settings) -> int:
    """Make drafts of what differs."""
    path: Path = args.path
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    entries = [entry for file in files for entry in read_topic(file)]
    store = open_store(settings)
    try:
        author = _author(store, args.by)
        if author is None:
            print(f"xiaosi knowledge import: nobody here is called {args.by!r}", file=sys.stderr)
            return 2
        library = store.reader.now(versions.layered, Library.load())
        changed = [one for one in entries if _differs(library.get(one.id), one)]
        made = [_made(store, library, author, one) for one in changed]
    finally:
        store.close()
    print(f"{len(made)} drafts, {len(entries) - len(made)} as they are already; somebody else adopts them")
    return 0


def freeze(args: argparse.Namespace, settings: Settings) -> int:
    """Freeze entries."""
    store = open_store(settings)
    try:
        library = store.reader.now(versions.layered, Library.load())
        entries = tuple(one.id for one in service.named(library, args.what))
        if not entries:
            print(f"xiaosi knowledge freeze: {args.what!r} is no topic and no entry", file=sys.stderr)
            return 2
        done = 0
        for start in range(0, len(entries), service.MOST):
            part = entries[start : start + service.MOST]
            done += store.writer.do_now(_freeze, args.by, part, args.why)
    except Refused as refusal:
        print(f"xiaosi knowledge freeze: {refusal.say}", file=sys.stderr)
        return 2
    finally:
        store.close()
    print(f"frozen {done}, frozen before {len(entries) - done}")
    return 0


def _author(store: Store, login: str) -> int | None:
    everybody = store.reader.now(staff.everybody)
    return next((who.id for who, active in everybody if active and who.login == login), None)


def _differs(held: Entry | None, entry: Entry) -> bool:
    return held != entry


def _made(store: Store, library: Library, author: int, entry: Entry) -> int:
    """The draft of one entry; over one that is being written it is a new saving."""
    held, body = library.get(entry.id), drafts.body_of(entry)
    base = digest(held) if held is not None else ""
    made: int = store.writer.do_now(drafts.begin, author, entry.id, body, base)
    line = store.reader.now(drafts.one, made)
    assert line is not None
    if line.content != entry:
        store.writer.do_now(drafts.save, author, made, line.serial, body, line.why, line.grave)
    return made


def _freeze(work: Work, by: str, entries: tuple[str, ...], why: str) -> int:
    done = freezing.freeze(work, None, by, entries, why)
    note(work, None, "entry.freeze", "knowledge", after={"entries": done}, reason=why)
    return done
