"""The documents say what the code does, and nothing that it does not."""

import re

import pytest

from admin.cli import COMMANDS
from bot.config import ENVIRONMENT
from tests.shape.tree import FLOORS, ROOT, documents, shipped, sources, table

PAGES = [("README.md", "Commands", "Settings"), ("README.zh-CN.md", "命令", "设置")]
# Of the machines on which people happen to work: none of it belongs in a project that anybody may clone.
ELSEWHERE = re.compile(
    r"(?<!\w)/work/|/root/|/home/|/\.library/|shared/\w+\.(?:md|yaml)|\bpart [1-5]\b|\bissue #?\d"
    r"|\bhelper session|TODO|FIXME|pypi\.org|files\.pythonhosted|mirrors?\.\w+\.\w+|registry\.npmjs",
)
WORDS = sorted({row[0] for heading in (
    "People and places", "A message on its way", "Changing things", "Conversations", "Knowledge"
) for row in table("docs/words.md", heading)})  # fmt: skip


def _code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize(("page", "_", "heading"), PAGES)
def test_the_settings_table_is_the_settings(page: str, _: str, heading: str) -> None:
    named = [_code(row[0])[0] for row in table(page, heading)]

    assert named == list(ENVIRONMENT)


@pytest.mark.parametrize(("page", "heading", "_"), PAGES)
def test_the_command_table_is_the_command_line(page: str, heading: str, _: str) -> None:
    named = [word for row in table(page, heading) for word in _code(row[0])]

    assert named == list(COMMANDS)


def test_every_setting_has_a_meaning_and_a_default() -> None:
    rows = [row for page, _, heading in PAGES for row in table(page, heading)]

    assert [row for row in rows if len(row) != 3 or not all(row)] == []


def test_both_readmes_give_the_same_defaults_in_code() -> None:
    english, chinese = ([sorted(_code(row[2])) for row in table(page, heading)] for page, _, heading in PAGES)

    assert english == chinese


def test_the_readmes_show_the_folders_that_there_are() -> None:
    for page, _, _ in PAGES:
        text = (ROOT / page).read_text("utf-8")
        for folder in (*FLOORS, "tests", "docs"):
            assert f"\n{folder}/ " in text, f"{page} does not show {folder}/"


def test_links_between_the_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in documents()
        for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not link.startswith(("http://", "https://")) and not (page.parent / link).exists()
    ]

    assert broken == []


def test_paths_named_in_the_pages_exist() -> None:
    named = re.compile(r"`((?:admin|bot|handlers|knowledge|tests|docs)/[\w./-]*)`")

    missing = [
        f"{page.relative_to(ROOT)}: {path}"
        for page in documents()
        for path in named.findall(page.read_text("utf-8"))
        if not (ROOT / path).exists()
    ]

    assert missing == []


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_glossary_is_a_word_of_the_code(word: str) -> None:
    spelled = re.compile(rf"(?<![a-z]){word}(?:e?s)?(?![a-z])", re.IGNORECASE)

    assert any(spelled.search(path.read_text("utf-8")) for path in sources(*FLOORS))


def test_the_glossary_has_each_word_once() -> None:
    text = (ROOT / "docs" / "words.md").read_text("utf-8")
    words = re.findall(r"^\| ([a-z]+) \|", text, re.MULTILINE)

    assert sorted(words) == WORDS


def test_decisions_are_numbered_without_gaps_and_have_three_parts() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        assert re.match(rf"# {int(page.name[:4])}\. \S", text), page.name
        assert all(f"\n## {part}\n" in text for part in ("Context", "Decision", "Consequences")), page.name


def test_the_changelog_has_a_place_for_the_next_change() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert headings[0] == "Unreleased"


def test_tests_named_in_the_threat_model_exist() -> None:
    text = (ROOT / "THREAT_MODEL.md").read_text("utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", text))

    assert named
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []


def test_nothing_shipped_speaks_of_one_workplace_or_is_left_to_do() -> None:
    here = ROOT / "tests" / "shape" / "test_documents.py"

    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in shipped()
        if path != here and path.suffix != ".lock"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (match := ELSEWHERE.search(line))
    ]

    assert found == []
