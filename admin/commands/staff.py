"""Staff accounts: add, reset, leave, list."""

import argparse
import getpass
import sys

from admin.console import factor, people
from admin.console.passwords import generated, hashed, too_weak
from admin.slices import listeners
from admin.store import Store, open_store
from bot.config import Settings
from bot.errors import Refused
from handlers.handoff import staff

HELP = (
    "Staff accounts: add, reset (a new password; --totp for a lost phone), leave (no sign-in any more), list."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    words = parser.add_subparsers(dest="word", required=True, metavar="add|reset|leave|list")
    add = words.add_parser("add", help="a new account; its password is made and printed once")
    add.add_argument("login", metavar="LOGIN", help="work number: small letters, digits, . _ -")
    add.add_argument("--name", required=True, help="name as residents and colleagues read it")
    add.add_argument("--station", metavar="ID", help="station id of county.yaml; without it the whole county")
    add.add_argument("--role", choices=staff.ROLES, default="clerk")
    reset = words.add_parser("reset", help="a new password; ends all sessions and lifts a lock")
    reset.add_argument("login", metavar="LOGIN")
    reset.add_argument(
        "--totp",
        action="store_true",
        help="clear the second factor and keep the password; a role that needs one sets it up at sign-in",
    )
    for one in (add, reset):
        one.add_argument("--type", action="store_true", help="type the password instead of having it made")
    words.add_parser("leave", help="the account ends").add_argument("login", metavar="LOGIN")
    words.add_parser("list", help="all accounts")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Change accounts. Returns: 0, 1 when refused, 2 for a bad password."""
    password = ""
    if args.word == "add" or (args.word == "reset" and not args.totp):
        password = _typed(args.login) if args.type else generated()
        if not password:
            return 2
    store = open_store(settings, listeners=listeners())
    try:
        return _do(store, args, password)
    except Refused as refusal:
        print(f"xiaosi staff {args.word}: {refusal.say}", file=sys.stderr)
        return 1
    finally:
        store.close()


def _do(store: Store, args: argparse.Namespace, password: str) -> int:
    if args.word == "list":
        factors = store.reader.now(factor.with_factor)
        for one, active in store.reader.now(staff.everybody):
            where = one.station_id or "whole county"
            second = "  second factor" if one.id in factors else ""
            print(f"{one.login}  {one.name}  {one.role}  {where}{second}{'' if active else '  left'}")
        return 0
    if args.word == "leave":
        store.writer.do_now(people.leave, args.login)
        print(f"{args.login} has left: sessions and second factor ended, what they held goes on without them")
        return 0
    if args.word == "reset" and args.totp:
        store.writer.do_now(people.reset_factor, args.login)
        print(f"{args.login}: second factor cleared, sessions ended; the password is as it was")
        return 0
    secret = hashed(password)
    if args.word == "add":
        store.writer.do_now(people.add, args.login, args.name, secret, args.station, args.role)
    else:
        store.writer.do_now(people.reset, args.login, secret)
    print(f"{args.login}: " + ("password set" if args.type else f"password {password} (shown only now)"))
    return 0


def _typed(login: str) -> str:
    first = getpass.getpass("Password: ")
    wrong = too_weak(login, first)
    if not wrong and getpass.getpass("Again: ") != first:
        wrong = "the two are not the same"
    if wrong:
        print(f"xiaosi staff: {wrong}", file=sys.stderr)
        return ""
    return first
