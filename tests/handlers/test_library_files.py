"""Taking entries out as files and in as drafts, and freezing them, from the command line."""

import base64
from pathlib import Path

import pytest

from admin.cli import main
from admin.store import Store, open_store
from bot.config import Settings, read_settings
from handlers.handoff import staff
from handlers.library import drafts, freezing, versions
from knowledge.library import CONTENT, Library
from knowledge.reading import read_topic

SECRET = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def data(tmp_path: Path, template_db: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the real service, as the command line finds it."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "xiaosi.db").write_bytes(template_db.read_bytes())
    monkeypatch.setenv("XIAOSI_WECHAT_TOKEN", "a-token")
    monkeypatch.setenv("XIAOSI_SECRET_KEY", SECRET)
    return folder


def opened(data: Path) -> Store:
    settings: Settings = read_settings(
        {"XIAOSI_WECHAT_TOKEN": "a-token", "XIAOSI_SECRET_KEY": SECRET}, data_dir=data
    )
    return open_store(settings)


def said(data: Path, *words: str) -> int:
    return main(["knowledge", *words, "--data", str(data)])


def test_what_is_exported_and_loaded_is_what_was_there(data: Path, tmp_path: Path) -> None:
    assert said(data, "export", str(tmp_path / "out")) == 0

    assert list(Library.load(tmp_path / "out")) == list(Library.load())


def test_a_folder_with_something_in_it_is_left_alone(data: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")

    assert said(data, "export", str(tmp_path / "out")) == 2

    assert [one.name for one in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_what_differs_becomes_a_draft_that_somebody_else_adopts(data: Path, tmp_path: Path) -> None:
    store = opened(data)
    store.writer.do_now(staff.add, "anna", "安娜", "hash", None, "curator")
    store.close()
    text = (CONTENT / "labour.yaml").read_text("utf-8")
    changed = tmp_path / "labour.yaml"
    changed.write_text(
        text.replace("title: 单位、老板欠工资不给，怎么要？", "title: 欠我的工资怎么要？", 1), "utf-8"
    )

    assert said(data, "import", str(changed), "--by", "anna") == 0
    assert said(data, "import", str(changed), "--by", "nobody") == 2

    store = opened(data)
    [draft] = store.reader.now(drafts.writing)
    store.close()
    assert (draft.entry, draft.content.title) == ("labour.wages_owed", "欠我的工资怎么要？")
    assert not draft.is_new
    assert draft.content == read_topic(changed)[0]


def test_a_topic_is_frozen_with_a_reason(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(data, "freeze", "labour", "--by", "周岚", "--why", "法条改了") == 0
    assert said(data, "freeze", "nothing", "--by", "周岚", "--why", "法条改了") == 2

    store = opened(data)
    frozen = store.reader.now(freezing.frozen)
    store.close()
    assert set(frozen) == {one.id for one in Library.load() if one.topic == "labour"}
    assert {one.why for one in frozen.values()} == {"法条改了"}
    assert f"frozen {len(frozen)}, frozen before 0" in capsys.readouterr().out


def test_only_the_countys_own_texts_are_exported_on_request(data: Path, tmp_path: Path) -> None:
    store = opened(data)
    for login in ("anna", "bert"):
        store.writer.do_now(staff.add, login, login, "hash", None, "curator")
    entry = Library.load().by_id["labour.wages_owed"]
    made = store.writer.do_now(drafts.begin, 1, entry.id, drafts.body_of(entry), "x")
    store.writer.do_now(drafts.adopt, 2, "bert", made, 1, versions.text_of(entry), "x")
    store.close()

    assert said(data, "export", str(tmp_path / "out"), "--county") == 0

    assert [one.name for one in (tmp_path / "out").iterdir()] == ["labour.yaml"]
    assert read_topic(tmp_path / "out" / "labour.yaml") == (entry,)
