"""What no linter looks for: names, where settings are read, what slices may know, where Chinese stands."""

import ast
import re

import pytest
import yaml

from tests.shape.tree import FLOORS, HAN, ROOT, nodes, parsed, shipped, sources, where

DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "base",
    "misc",
    "data",
    "info",
    "process",
}
READS_ENVIRONMENT = {"bot/config.py", "admin/cli.py"}
SPEAKS_TO_A_TERMINAL = "admin/commands/"
CHANNEL = re.compile(r"openid|\bxml|msg_?id", re.IGNORECASE)
UNITS = "之条天日元个人年岁页字万小分秒次公米平款"
HOTLINES = "knowledge/content/hotlines.yaml"


def test_no_file_is_a_drawer() -> None:
    paths = [path.relative_to(ROOT) for path in sources(*FLOORS, "tests")]

    drawers = [str(path) for path in paths if DRAWERS & {path.stem, *path.parent.parts}]

    assert drawers == []


def test_no_function_says_only_that_it_handles_or_processes() -> None:
    vague = [
        f"{where(path, node)} {node.name}"
        for path in sources(*FLOORS)
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and re.match(r"_?(handle|process)(_|$)", node.name)
    ]

    assert vague == []


def test_slices_know_nothing_of_the_channel() -> None:
    files = [path for path in (ROOT / "handlers").rglob("*") if path.suffix in {".py", ".html", ".yaml"}]

    found = [str(p.relative_to(ROOT)) for p in files if CHANNEL.search(p.read_text("utf-8"))]

    assert files
    assert found == []


def test_the_environment_is_read_in_one_place() -> None:
    reads = {
        str(path.relative_to(ROOT))
        for path, node in nodes(*FLOORS)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "environb", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }

    assert reads <= READS_ENVIRONMENT


def test_imports_are_absolute() -> None:
    relative = [where(p, n) for p, n in nodes(*FLOORS, "tests") if isinstance(n, ast.ImportFrom) and n.level]

    assert relative == []


def test_no_chinese_stands_inside_an_f_string() -> None:
    """Nothing could extract such a sentence for another language."""
    found = [
        where(path, node)
        for path, node in nodes(*FLOORS)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.Constant) and HAN.search(str(part.value))
    ]

    assert found == []


def test_only_the_command_line_prints() -> None:
    prints = [
        where(path, node)
        for path, node in nodes(*FLOORS)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
        and not str(path.relative_to(ROOT)).startswith(SPEAKS_TO_A_TERMINAL)
    ]

    assert prints == []


def _numbers() -> list[str]:
    rows = yaml.safe_load((ROOT / HOTLINES).read_text("utf-8"))
    return sorted({row["number"] for row in rows})


def test_hotlines_stand_in_one_table() -> None:
    """A number of five digits anywhere; one of three where Chinese is said around it."""
    long = re.compile(rf"(?<!\d)(?:{'|'.join(n for n in _numbers() if len(n) > 3)})(?!\d)")
    few = "|".join(n for n in _numbers() if len(n) <= 3)
    short = re.compile(rf"(?<![\d.第])(?<!article: )(?:{few})(?![\d.%％]|\s*[{UNITS}])")

    found = []
    for path in shipped():
        name = str(path.relative_to(ROOT))
        if name == HOTLINES or name.startswith(("tests/", "requirements")):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if long.search(line) or (HAN.search(line) and short.search(line)):
                found.append(f"{name}:{number}")

    assert found == []


@pytest.mark.parametrize("sentence", ["请拨打110报警", "call 12348"])
def test_a_planted_number_would_be_seen(sentence: str) -> None:
    assert any(re.search(rf"(?<!\d){number}(?!\d)", sentence) for number in _numbers())
