"""Run the sandbox as a process of its own: ``python -m admin.sandbox --webhook http://127.0.0.1:8080/wechat``."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace

from aiohttp import web

from admin.sandbox.account import Account, Credentials, Form, Level, draw_credentials
from admin.sandbox.pushing import WAIT
from admin.sandbox.sandbox import Sandbox


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal. The first line of the output is JSON: the address and both accounts."""
    args = _parser().parse_args(argv)
    drawn = draw_credentials(args.mode)
    credentials = Credentials(
        _given(drawn.oa, args, args.form), _given(drawn.mini, args, args.mini_form, "mini_")
    )
    return asyncio.run(_serve(args, credentials))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m admin.sandbox", description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1:0", help="address of the API; port 0 takes a free one")
    parser.add_argument("--webhook", required=True, help="the service's /wechat")
    parser.add_argument("--mini-webhook", default="", help="the service's /wechat/mini")
    parser.add_argument("--mode", choices=("plain", "compatible", "safe"), default="safe")
    parser.add_argument("--form", choices=("xml", "json"), default="xml")
    parser.add_argument("--mini-form", choices=("xml", "json"), default="json")
    parser.add_argument("--level", choices=("personal", "subscription", "service"), default="service")
    parser.add_argument("--wait", type=float, default=WAIT, help="seconds for each try (default: 5)")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two tries (default: 0)")
    for name in ("token", "aes-key", "app-id", "app-secret", "original-id"):
        parser.add_argument(f"--{name}", help="of the official account; drawn when not given")
        parser.add_argument(f"--mini-{name}", help="of the mini-program; drawn when not given")
    return parser


def _given(account: Account, args: argparse.Namespace, form: Form, prefix: str = "") -> Account:
    names = ("token", "aes_key", "app_id", "app_secret", "original_id")
    given = {name: getattr(args, prefix + name) for name in names}
    level: Level = "service" if prefix else args.level
    return replace(account, form=form, level=level, **{name: value for name, value in given.items() if value})


async def _serve(args: argparse.Namespace, credentials: Credentials) -> int:
    mini = args.mini_webhook or args.webhook.rstrip("/") + "/mini"
    sandbox = Sandbox(
        webhook_url=args.webhook,
        mini_url=mini,
        credentials=credentials,
        wait=args.wait,
        pause=args.pause,
    )
    runner = web.AppRunner(sandbox.api_app(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    host, _, port = args.listen.rpartition(":")
    await web.TCPSite(runner, host, int(port)).start()
    bound = runner.addresses[0]
    sandbox.api_base = f"http://{bound[0]}:{bound[1]}"
    told = {"address": sandbox.api_base, "oa": vars(credentials.oa), "mini": vars(credentials.mini)}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    await runner.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())
