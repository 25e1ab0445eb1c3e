"""The sandbox as a process of its own, and the fence between it and the real service."""

import ast
import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from admin.sandbox.account import draw_account
from tests.sandbox.conftest import WANG
from tests.sandbox.webhook import Echo

ROOT = Path(__file__).resolve().parents[2]


async def test_it_runs_as_a_process_and_tells_its_address(webhook: str, echo: Echo) -> None:
    account = draw_account("oa")
    echo.account = account
    given = ["--token", account.token, "--aes-key", account.aes_key, "--app-id", account.app_id]
    command = [sys.executable, "-m", "admin.sandbox", "--listen", "127.0.0.1:0", "--webhook", webhook, *given]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        told = json.loads(await process.stdout.readline())
        async with (
            aiohttp.ClientSession(told["address"], headers={"X-Sandbox-Control": "1"}) as session,
            session.post("/sandbox/control/push", json={"openid": WANG, "text": "您好"}) as response,
        ):
            delivery = await response.json()
    finally:
        process.terminate()
        code = await process.wait()

    assert told["oa"]["app_id"] == account.app_id
    assert delivery["text"] == "您说：您好"
    assert code == 0


def imports_outside_the_trial(source: str) -> list[int]:
    """Lines that load the sandbox anywhere but below an ``if`` on trial or in a function named for it."""
    return list(_outside(ast.parse(source), False))


def _outside(node: ast.AST, in_trial: bool) -> Iterator[int]:
    if isinstance(node, ast.ImportFrom) and str(node.module).startswith("admin.sandbox") and not in_trial:
        yield node.lineno
    if isinstance(node, ast.Import) and not in_trial:
        yield from (node.lineno for name in node.names if name.name.startswith("admin.sandbox"))
    if isinstance(node, ast.If):
        asked = ast.unparse(node.test)
        trial = in_trial or asked == "TYPE_CHECKING"  # nothing is loaded by that
        trial = trial or ("trial" in asked and not isinstance(node.test, ast.UnaryOp))
        for statement in node.body:
            yield from _outside(statement, trial)
        for statement in node.orelse:
            yield from _outside(statement, in_trial)
        return
    for child in ast.iter_child_nodes(node):
        named = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and "trial" in node.name
        yield from _outside(child, in_trial or named)


def test_only_the_trial_loads_the_sandbox() -> None:
    sources = [
        path
        for floor in ("admin", "bot", "handlers", "knowledge")
        for path in (ROOT / floor).rglob("*.py")
        if ROOT / "admin" / "sandbox" not in path.parents
    ]

    found = {str(path): imports_outside_the_trial(path.read_text("utf-8")) for path in sources}

    assert len(sources) > 10
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from admin.sandbox.sandbox import Sandbox", [1]),
        ("import admin.sandbox.api", [1]),
        ("def build(s):\n    from admin.sandbox.sandbox import Sandbox", [2]),
        ("if s.trial:\n    from admin.sandbox.sandbox import Sandbox", []),
        ("if not s.trial:\n    from admin.sandbox.sandbox import Sandbox", [2]),
        ("if s.trial:\n    pass\nelse:\n    from admin.sandbox.sandbox import Sandbox", [4]),
        ("def trial_parts(s):\n    from admin.sandbox.sandbox import Sandbox", []),
        ("if TYPE_CHECKING:\n    from admin.sandbox.sandbox import Sandbox", []),
    ],
)
def test_the_fence_is_seen_to_hold(source: str, lines: list[int]) -> None:
    assert imports_outside_the_trial(source) == lines


def test_the_sandbox_takes_nothing_from_the_service_that_speaks_with_the_platform() -> None:
    taken = set()
    for path in (ROOT / "admin" / "sandbox").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                whole = [f"bot.{name.name}" for name in node.names] if node.module == "bot" else []
                taken.update(whole or [str(node.module)])
            elif isinstance(node, ast.Import):
                taken.update(name.name for name in node.names)

    own = {name for name in taken if name.split(".")[0] in ("bot", "handlers", "knowledge", "wechatpy")}
    assert own == {"bot.clock", "bot.config", "bot.web.templating", "bot.words"}
