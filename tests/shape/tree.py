"""The source tree as the shape tests look at it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("admin", "handlers", "bot", "knowledge")
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
DOCUMENTS = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md", "THREAT_MODEL.md")


def sources(*folders: str) -> list[Path]:
    """The Python files below these folders of the checkout, in order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def documents() -> list[Path]:
    """The pages for people who read about the project."""
    return [ROOT / name for name in DOCUMENTS] + sorted((ROOT / "docs").rglob("*.md"))


def shipped() -> list[Path]:
    """Every text file that the project ships: sources, pages, templates, content, scripts."""
    kinds = {".py", ".md", ".yaml", ".toml", ".html", ".css", ".js", ".lock", ".ini", ".sql"}
    found = [p for f in (*FLOORS, "tests", "docs") for p in (ROOT / f).rglob("*") if p.suffix in kinds]
    top = [p for p in ROOT.iterdir() if p.suffix in kinds]
    return sorted({*found, *top, ROOT / "xiaosi", ROOT / ".ci" / "run"})


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a source."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def nodes(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    """Every syntax node below these folders, with its file."""
    for path in sources(*folders):
        for node in ast.walk(parsed(path)):
            yield path, node


def where(path: Path, node: ast.AST) -> str:
    """`folder/file.py:line` for a message."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


@cache
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading of a page, as cells without backticks."""
    text = (ROOT / page).read_text("utf-8")
    assert f"\n## {heading}\n" in text, f"{page} has no heading {heading!r}"
    part = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]
