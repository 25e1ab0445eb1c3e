"""Doctor: what is misconfigured or broken, and how to mend it."""

import argparse
import importlib.util
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from admin import schema
from admin.alerts import set_up
from admin.audit import chain
from admin.store import Store, open_store
from bot.clock import millis
from bot.config import Account, Settings
from bot.errors import SettingsError
from bot.wechat import media_acts
from bot.work.alarms import open_alarms
from handlers.alerts import binding
from handlers.appointments import attendance
from handlers.directory import holidays
from handlers.handoff import service as handoff
from handlers.library import layers
from knowledge.danger import Danger
from knowledge.hotlines import Hotlines
from knowledge.library import Library

HELP = "What is misconfigured or broken, and how to mend it. Exit 1 when something needs a person."
_LOW_DISK = 500 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """One line: whether it is good, what was looked at, and what to do."""

    good: bool
    about: str
    say: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--live`` also calls the platform."""
    parser.add_argument(
        "--live", action="store_true", help="also ask the platform for a token and its rights"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the settings and all findings."""
    for name, value in settings.shown:
        print(f"{name} = {value}")
    print()
    found = list(_look(settings))
    if args.live:
        found += _live(settings)
    for one in found:
        print(f"{'ok  ' if one.good else 'MEND'} {one.about}: {one.say}")
    return 0 if all(one.good for one in found) else 1


def _look(settings: Settings) -> Iterator[Finding]:
    yield from _accounts(settings)
    yield _disk(settings)
    try:
        store = open_store(settings)
    except SettingsError as error:
        yield Finding(False, "database", str(error))
        return
    try:
        yield Finding(True, "database", f"migration {store.reader.now(schema.current)}")
        yield from _knowledge(store)
        good, say = store.reader.now(holidays.state, store.clock.now())
        yield Finding(good, "holidays", say)
        yield posts_with_people(store)
        yield from _files(store)
        yield the_record(store)
        yield from _alerts(store)
        yield from _waiting(store)
    finally:
        store.close()


def _accounts(settings: Settings) -> Iterator[Finding]:
    if settings.trial:
        yield Finding(
            True, "mode", "trial: the sandbox plays WeChat; set XIAOSI_WECHAT_TOKEN for the real service"
        )
        return
    for account in (settings.wechat, settings.mini):
        if account.token:
            yield _account(account)
    secure = settings.public_url.startswith("https://")
    yield Finding(
        secure,
        "links",
        settings.public_url
        if secure
        else "set XIAOSI_PUBLIC_URL to the https address that residents can open",
    )


def _account(account: Account) -> Finding:
    if account.mode != "safe":
        return Finding(
            False, f"door {account.door}", f"mode {account.mode}: choose safe mode and set the AES key"
        )
    if not account.can_call:
        say = "nothing can be pushed: set APP_ID and APP_SECRET, or late answers wait for the next word"
        return Finding(False, f"door {account.door}", say)
    return Finding(True, f"door {account.door}", "safe mode, credentials set")


def _disk(settings: Settings) -> Finding:
    settings.store_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.store_dir).free
    return Finding(
        free > _LOW_DISK,
        "disk",
        f"{free // 1024 // 1024} MB free in {settings.store_dir}"
        + ("" if free > _LOW_DISK else ": make room"),
    )


def _knowledge(store: Store) -> Iterator[Finding]:
    hotlines = Hotlines.load()
    Danger.load(hotlines)
    yield Finding(True, "hotlines and safety texts", "as pinned")
    pack = Library.load()
    used = store.reader.now(partial(layers.in_force, trial=store.settings.trial), pack)
    say = f"{len(used.entries)} of {len(pack.entries)} entries and {len(used.guides)} guides may answer"
    if not len(used):
        say += "; adopt some: knowledge adopt TOPIC --by NAME"
    yield Finding(bool(len(used)), "knowledge", say)


def _files(store: Store) -> Iterator[Finding]:
    counts, newest = store.reader.now(media_acts.counts), store.reader.now(media_acts.newest)
    missing = [one for one in newest if not store.uploads.has(one)]
    folder = store.settings.uploads_dir
    kept = f"{counts.get('kept', 0)} files kept in {folder}"
    if missing:
        yield Finding(
            False,
            "uploads",
            f"{kept}, but {len(missing)} of the newest {len(newest)} are not there: all machines need one "
            "folder (XIAOSI_UPLOADS_DIR), and a restore needs the uploads too",
        )
    else:
        yield Finding(
            True, "uploads", f"{kept}, {counts.get('lost', 0)} lost, {counts.get('refused', 0)} refused"
        )
    able = importlib.util.find_spec("av") is not None
    say = "heard in the browser" if able else "staff save them: the optional package av is not installed"
    yield Finding(True, "voices", say)


def posts_with_people(store: Store) -> Finding:
    """Whether each post of the county's file has somebody who can receive."""
    good, say = store.reader.now(attendance.state, millis(store.clock.now()))
    return Finding(good, "appointments", say)


def the_record(store: Store) -> Finding:
    """Whether the record of looks and changes is whole."""
    found = store.reader.now(chain.verify)
    seen = f"{found.rows} rows" + (f" to {found.hash[:12]}" if found.hash else "")
    if not found.broken:
        return Finding(True, "record", f"{seen}, each fits the one before")
    say = f"{found.broken}; {seen} fit. Keep this database as it is and compare it with the last backups"
    return Finding(False, "record", say)


def _alerts(store: Store) -> Iterator[Finding]:
    """How staff are told, a line for each channel; none of them must be set up."""
    settings = store.settings
    up = set_up(settings, wechat=settings.wechat.can_call)
    bound, phones = store.reader.now(binding.counts)
    yield Finding(True, "alerts browser", "told in open consoles")
    quiet = "not used in trial mode" if settings.trial else ""
    robot = "set up" if "robot" in up else quiet or "not set up: XIAOSI_WECOM_ROBOT_URL"
    yield Finding(True, "alerts robot", f"{robot}; each channel is tried at /admin/alerts")
    yield Finding(True, "alerts wechat", f"{bound} of the staff have bound their WeChat")
    sms = "set up" if "sms" in up else quiet or "not set up: XIAOSI_SMS_URL"
    yield Finding(True, "alerts sms", f"{sms}; {phones} of the staff have given a phone")


def _waiting(store: Store) -> Iterator[Finding]:
    everything, urgent = store.reader.now(handoff.open_count)
    yield Finding(not urgent, "tasks", f"{everything} open, {urgent} of them urgent")
    alarms = store.reader.now(open_alarms)
    for kind, subject, detail, count in alarms:
        yield Finding(False, f"alarm {kind} {subject}".strip(), f"{detail} (x{count})")
    if not alarms:
        yield Finding(True, "alarms", "none open")
    spool = store.settings.store_dir / "spool"
    if any(file.stem != "refused" for file in spool.rglob("*.spool")):
        yield Finding(False, "spool", "messages wait for the database; they are stored when it is back")


def _live(settings: Settings) -> list[Finding]:
    """Ask the platform: does the secret give a token, from this address?"""
    import asyncio

    store = open_store(settings)
    try:
        return asyncio.run(_ask_platform(settings, store))
    finally:
        store.close()


async def _ask_platform(settings: Settings, store: Store) -> list[Finding]:
    from bot.wechat.gateway import HttpGateway
    from bot.wechat.outcome import Sent

    gateway = HttpGateway(store.writer, store.clock, "doctor")
    found = []
    try:
        for account in (settings.wechat, settings.mini):
            if not (account.token and account.can_call):
                continue
            outcome = await gateway.call(account, "GET", "/cgi-bin/getcallbackip", repeatable=True)
            about = f"platform {account.door}"
            if isinstance(outcome, Sent):
                found.append(Finding(True, about, "token fetched, the platform answers"))
            else:
                found.append(Finding(False, about, f"the platform says: {outcome.told}"))
    finally:
        await gateway.close()
    return found or [Finding(False, "platform", "no account with APP_ID and APP_SECRET to try")]
