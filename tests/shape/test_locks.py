"""The locks name packages and hashes, no machine; they agree with pyproject.toml and the script."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.shape.tree import ROOT, project

LOCKS = ("requirements.lock", "requirements-test.lock")
PINNED = re.compile(r"([a-z0-9-]+)==(\S+)( ; .+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def _pins(lock: str) -> dict[str, str]:
    found = (PINNED.fullmatch(line) for line in (ROOT / lock).read_text("utf-8").splitlines())
    return {match[1]: match[2] for match in found if match}


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!\[; ]", text)[0].lower().replace("_", "-") for text in requirements}


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "xiaosi"))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_versions_and_hashes_and_nothing_else(lock: str) -> None:
    lines = (ROOT / lock).read_text("utf-8").splitlines()

    assert [line for line in lines if not (PINNED.fullmatch(line) or HASH.fullmatch(line))] == []


def test_the_lock_has_every_dependency() -> None:
    extras = project()["project"]["optional-dependencies"]
    needed = project()["project"]["dependencies"]
    needed = [*needed, *(one for name in ("build", "fast", "pg", "sound") for one in extras[name])]

    assert _names(needed) <= _pins("requirements.lock").keys()
    assert _names(extras["test"]) <= _pins("requirements-test.lock").keys()


def test_tests_run_on_the_versions_that_are_served() -> None:
    pins, test_pins = _pins("requirements.lock"), _pins("requirements-test.lock")

    assert {name: test_pins.get(name) for name in pins} == pins


def test_the_script_knows_what_is_optional(script: dict[str, Any]) -> None:
    groups = {name: set(packages) for name, packages, _ in script["EXTRAS"]}
    extras = project()["project"]["optional-dependencies"]

    assert _names(extras["fast"]) == groups["fast"]
    assert _names(extras["pg"]) == {"psycopg"} <= groups["pg"]
    assert _names(extras["sound"]) == groups["sound"]
    assert groups["servers"] | groups["browser"] - {"greenlet"} <= _names(extras["test"])
    assert set().union(*groups.values()) <= _pins("requirements-test.lock").keys()


def test_the_script_reads_the_whole_lock(script: dict[str, Any]) -> None:
    for lock in LOCKS:
        text = (ROOT / lock).read_text("utf-8")

        blocks = script["packages"](text)

        assert "".join(blocks.values()) == text
        assert blocks.keys() == _pins(lock).keys()


def test_the_oldest_python_is_the_same_everywhere(script: dict[str, Any]) -> None:
    major, minor = script["OLDEST"]

    assert project()["project"]["requires-python"] == f">={major}.{minor}"


def test_no_lock_that_names_hosts_is_kept() -> None:
    assert not [name for name in ("uv.lock", "pylock.toml", "poetry.lock") if Path(ROOT / name).exists()]
