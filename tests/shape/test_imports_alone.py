"""Every module can be the first one that is imported: no hidden cycle, no order that must be known."""

import json
import subprocess
import sys

import pytest

from tests.shape.tree import FLOORS, ROOT, sources

# Run by Alembic inside a migration, never imported.
OUTSIDE = "admin.migrations."

# A child that imports other people's packages once, then forks for each module of ours: as clean as a
# fresh interpreter for our own imports, and a hundred times quicker.
PROBE = """
import importlib, json, os, sys, traceback
modules, others, floors = json.loads(sys.stdin.read())
for name in others:
    try:
        importlib.import_module(name)
    except ImportError:
        pass
assert not [name for name in sys.modules if name.split(".")[0] in floors]
for name in modules:
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            importlib.import_module(name)
        except BaseException:
            print("cannot import " + name + " alone:\\n" + traceback.format_exc(), flush=True)
            os._exit(1)
        os._exit(0)
    os.waitpid(child, 0)
"""


def _modules() -> list[str]:
    names = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sources(*FLOORS))
    return [name.removesuffix(".__init__") for name in names if not name.startswith(OUTSIDE)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
def test_every_module_imports_alone() -> None:
    heavy = ["aiohttp", "aiohttp.web", "sqlalchemy", "sqlalchemy.orm", "alembic", "pydantic", "cryptography"]
    heavy += [
        "jinja2",
        "redis.asyncio",
        "yaml",
        "wechatpy.crypto",
        "prometheus_client",
        "rapidfuzz",
        "asyncio",
    ]

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROBE],
        input=json.dumps([_modules(), heavy, FLOORS]),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
