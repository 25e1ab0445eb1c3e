"""Every import contract holds, and fails when somebody breaks it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.tree import FLOORS, ROOT, project

LINT = "from importlinter.cli import lint_imports_command as command; command()"

# By contract: files and the line that is added to each (the file is made where it is missing).
PLANTS: dict[str, list[dict[str, str]]] = {
    "Floors": [
        {"handlers/facts.py": "import admin.cli"},
        {"bot/clock.py": "import handlers.facts"},
        {"bot/clock.py": "import knowledge"},
        {"knowledge/errors.py": "import bot.clock"},
    ],
    "Slices stand apart; all may look up the directory and state facts": [
        {"handlers/consult/__init__.py": "import handlers.feedback"},
        {"handlers/directory/__init__.py": "import handlers.feedback"},
        {"handlers/facts.py": "import handlers.directory"},
        {"handlers/unnamed/__init__.py": ""},
    ],
    "Rooms of a slice": [
        {
            "handlers/feedback/models.py": "import handlers.feedback.service",
            "handlers/feedback/service.py": "",
        },
        {"handlers/feedback/service.py": "import handlers.feedback.chat", "handlers/feedback/chat.py": ""},
        {"handlers/feedback/chat.py": "import handlers.feedback.api", "handlers/feedback/api.py": ""},
    ],
    "Storeys of the platform": [
        {"bot/errors.py": "import bot.db"},
        {"bot/work/unit.py": "import bot.wechat"},
        {"bot/web/__init__.py": "import bot.wechat"},
        {"bot/utils.py": ""},
    ],
    "Tables are private": [
        {"admin/cli.py": "import handlers.feedback.models", "handlers/feedback/models.py": ""}
    ],
    "The directory's tables are its own": [
        {
            "handlers/feedback/service.py": "import handlers.directory.models",
            "handlers/directory/models.py": "",
        }
    ],
}
FAULTS = [(name, plant) for name, plants in PLANTS.items() for plant in plants]


def _lint(root: Path) -> tuple[int, str]:
    command = [sys.executable, "-c", LINT, "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, copy / floor, ignore=shutil.ignore_patterns("__pycache__", "content"))
    return copy


def test_the_contracts_hold(tree: Path) -> None:
    code, said = _lint(tree)

    assert code == 0, said


def test_every_contract_has_a_planted_fault() -> None:
    named = [contract["name"] for contract in project()["tool"]["importlinter"]["contracts"]]

    assert sorted(named) == sorted(PLANTS)


@pytest.mark.parametrize(
    ("contract", "plant"), FAULTS, ids=[f"{n[:20]}-{i}" for i, (n, _) in enumerate(FAULTS)]
)
def test_a_planted_fault_breaks_its_contract(tree: Path, contract: str, plant: dict[str, str]) -> None:
    before = {path: (tree / path).read_text("utf-8") if (tree / path).exists() else None for path in plant}
    for path, line in plant.items():
        (tree / path).parent.mkdir(exist_ok=True)
        (tree / path).write_text(f"{before[path] or ''}\n{line}\n", "utf-8")

    code, said = _lint(tree)

    _restore(tree, before)
    assert code == 1, said
    assert f"{contract} BROKEN" in said, said
    assert all(_named(path, line) in said for path, line in plant.items() if line), said


def _named(path: str, line: str) -> str:
    importer = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"{importer} -> {line.removeprefix('import ')}"


def _restore(tree: Path, before: dict[str, str | None]) -> None:
    for path, text in before.items():
        if text is not None:
            (tree / path).write_text(text, "utf-8")
        elif path.endswith("__init__.py"):
            shutil.rmtree((tree / path).parent)
        else:
            (tree / path).unlink()
