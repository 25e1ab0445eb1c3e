"""Every module can be the first one that is imported: no hidden cycle, no order that must be known."""

import ast
import json
import subprocess
import sys

import pytest

from tests.shape.tree import FLOORS, ROOT, nodes, sources

# Run by Alembic inside a migration, never imported.
OUTSIDE = "admin.migrations."

# A child that imports other people's packages once, then forks for each module of ours: as clean as a
# fresh interpreter for our own imports, and a hundred times quicker.
PROBE = """
import gc, importlib, json, os, sys, traceback
modules, others, floors = json.loads(sys.stdin.read())
for name in others:
    try:
        importlib.import_module(name)
    except Exception:
        pass  # another system's, or one that is not installed
gc.disable()
gc.freeze()
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


def _others() -> list[str]:
    """What our modules import from elsewhere."""
    found: set[str] = set()
    for _path, node in nodes(*FLOORS):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return sorted(name for name in found if name.split(".")[0] not in FLOORS)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
def test_every_module_imports_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROBE],
        input=json.dumps([_modules(), _others(), FLOORS]),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
