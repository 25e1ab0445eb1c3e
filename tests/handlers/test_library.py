"""Adopting entries and loading statutes, on a real database."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from admin.cli import main
from admin.store import Store, open_store
from bot.config import Settings, read_settings
from bot.work.revisions import revisions
from handlers.library import service, statutes
from handlers.library.service import NobodyNamed
from handlers.library.standing import standings
from handlers.library.statutes import StoredStatutes
from knowledge.library import Library
from knowledge.statutes import Article
from tests.knowledge.pack import write_pack
from tests.support.servers import Postgres

PLAIN = {"XIAOSI_WECHAT_TOKEN": "a-token", "XIAOSI_LISTEN": "127.0.0.1:8080"}


@pytest.fixture
def settings(tmp_path: Path, template_db: Path) -> Settings:
    """Settings of the real service with a migrated database."""
    (tmp_path / "xiaosi.db").write_bytes(template_db.read_bytes())
    return read_settings(PLAIN, data_dir=tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An open store."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The small pack."""
    return Library.load(write_pack(tmp_path_factory.mktemp("pack")))


def _article(number: int, text: str = "正文", version: str = "2020-01-01") -> Article:
    return Article("中华人民共和国样例法", "样例法", version, "法律", number, "第一章", text)


def _load(store: Store, *articles: Article) -> int:
    there = store.reader.now(statutes.held)
    return sum(store.writer.do_now(statutes.load, group) for group in statutes.batches(articles, there))


def test_nothing_is_adopted_at_first(store: Store, library: Library) -> None:
    assert len(store.reader.now(service.adopted, library)) == 0


def test_what_is_adopted_answers_and_the_rest_does_not(store: Store, library: Library) -> None:
    done = store.writer.do_now(service.adopt, service.marks(service.named(library, "labour")), "周岚")

    assert (done.new, done.same) == (3, 0)
    assert set(store.reader.now(service.adopted, library).by_id) == {
        "labour.wages",
        "labour.site",
        "guide.labour",
    }
    assert store.reader.now(revisions)[service.REVISION] == 1


def test_adopting_twice_changes_nothing(store: Store, library: Library) -> None:
    marks = service.marks(service.named(library, "labour.wages"))
    store.writer.do_now(service.adopt, marks, "周岚")

    again = store.writer.do_now(service.adopt, marks, "周海")

    assert (again.new, again.same) == (0, 1)
    assert store.reader.now(revisions)[service.REVISION] == 1


def test_an_entry_whose_text_changed_must_be_adopted_again(store: Store, library: Library) -> None:
    store.writer.do_now(service.adopt, service.marks(service.named(library, "all")), "周岚")
    wages = replace(library.by_id["labour.wages"], short="新的话。")
    upgraded = Library({**library.by_id, wages.id: wages})

    states = store.reader.now(partial(standings, trial=False), dict(service.marks(tuple(upgraded))))
    assert [one.entry for one in states.values() if one.state == "changed"] == ["labour.wages"]
    assert "labour.wages" not in store.reader.now(service.adopted, upgraded).by_id

    store.writer.do_now(service.adopt, service.marks([wages]), "周岚")

    assert "labour.wages" in store.reader.now(service.adopted, upgraded).by_id


def test_nobody_adopts_without_a_name(store: Store, library: Library) -> None:
    with pytest.raises(NobodyNamed):
        store.writer.do_now(service.adopt, service.marks(service.named(library, "all")), "  ")

    assert len(store.reader.now(service.adopted, library)) == 0


def test_the_name_of_the_person_is_sealed_at_rest(store: Store, library: Library, settings: Settings) -> None:
    store.writer.do_now(service.adopt, service.marks(service.named(library, "all")), "周岚周岚")

    store.close()

    files = [path for path in settings.store_dir.iterdir() if path.name.startswith("xiaosi.db")]
    assert files
    assert all("周岚".encode() not in path.read_bytes() for path in files)


def test_a_word_means_an_entry_a_topic_or_all(library: Library) -> None:
    assert [e.id for e in service.named(library, "neighbour")] == ["neighbour.leak"]
    assert [e.id for e in service.named(library, "labour.site")] == ["labour.site"]
    assert len(service.named(library, "all")) == 4
    assert service.named(library, "weather") == ()


def test_statutes_are_loaded_once_and_found_by_either_name(store: Store) -> None:
    first = _load(store, _article(1), _article(2, "另一条"))

    again = _load(store, _article(1), _article(2, "另一条"))

    found = StoredStatutes(store.reader.open)
    assert (first, again) == (2, 0)
    assert found.find("样例法", 2) == found.find("中华人民共和国样例法", "2") == _article(2, "另一条")
    assert found.find("样例法", 3) is None
    assert found.knows("样例法")
    assert not found.knows("别的法")


def test_a_newer_text_takes_the_place_of_the_older_one(store: Store) -> None:
    _load(store, _article(1), _article(2))

    _load(store, _article(1, "新文本", "2025-01-01"))
    dropped = store.writer.do_now(statutes.drop_older, "中华人民共和国样例法", "2025-01-01")

    assert dropped == 1
    assert store.reader.now(statutes.count) == (1, 1)
    assert StoredStatutes(store.reader.open).find("样例法", 1) == _article(1, "新文本", "2025-01-01")


def test_of_two_texts_in_one_file_the_newer_wins_in_either_order(store: Store) -> None:
    old, new = _article(1, "旧文本", "2020-01-01"), _article(1, "新文本", "2025-01-01")

    written = [_load(store, old, new, old), _load(store, new, old)]

    assert written == [1, 0]
    assert StoredStatutes(store.reader.open).find("样例法", 1) == new


def test_an_older_text_never_takes_the_place_of_a_newer_one(store: Store) -> None:
    _load(store, _article(1, "新文本", "2025-01-01"))

    assert _load(store, _article(1, "旧文本", "2020-01-01")) == 0


@pytest.mark.servers
def test_adopting_and_loading_go_the_same_way_on_postgresql(
    tmp_path: Path, postgres_server: Postgres, library: Library
) -> None:
    with postgres_server.migrated() as url:
        names = PLAIN | {
            "XIAOSI_DATABASE_URL": url,
            "XIAOSI_SECRET_KEY": base64.b64encode(bytes(32)).decode(),
        }
        store = open_store(read_settings(names, data_dir=tmp_path))
        try:
            marks = service.marks(service.named(library, "all"))
            done = [store.writer.do_now(service.adopt, marks, "周岚") for _time in range(2)]
            loaded = [_load(store, _article(1), _article(2)), _load(store, _article(1, "改了"), _article(2))]
            dropped = store.writer.do_now(statutes.drop_older, "中华人民共和国样例法", "2025-01-01")
            answering = store.reader.now(service.adopted, library).by_id
        finally:
            store.close()

    assert [(one.new, one.same) for one in done] == [(4, 0), (0, 4)]
    assert set(answering) == set(library.by_id)
    assert (loaded, dropped) == ([2, 1], 2)


def test_no_act_writes_more_than_its_share(store: Store) -> None:
    there = store.reader.now(statutes.held)

    sizes = [len(group) for group in statutes.batches((_article(n) for n in range(1, 451)), there)]

    assert sizes == [200, 200, 50]


def test_the_commands_work_before_the_first_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XIAOSI_WECHAT_TOKEN", "a-token")
    data = ["--data", str(tmp_path / "new")]
    laws = tmp_path / "laws.jsonl"
    laws.write_text(
        json.dumps({"law": "样例法", "version": "2020-01-01", "article": 1, "text": "租金按约定支付"}) + "\n",
        "utf-8",
    )

    assert main(["ask", *data, "--json", "老板不发工资咋办"]) == 0
    assert json.loads(capsys.readouterr().out)["entry"] is None
    assert main(["knowledge", *data, "adopt", "labour", "--by", "周岚"]) == 0
    assert main(["knowledge", *data, "adopt", "weather", "--by", "周岚"]) == 2
    assert main(["laws", *data, "import", str(laws)]) == 0
    assert main(["laws", *data, "import", str(laws)]) == 0
    assert "0 articles written" in capsys.readouterr().out
    assert main(["laws", *data, "search", "--json", "-k", "1", "租金什么时候支付"]) == 0
    assert json.loads(capsys.readouterr().out)["hits"][0] | {"score": 0} == {
        "law": "样例法",
        "article": 1,
        "score": 0,
    }
    assert main(["ask", *data, "--json", "老板不发工资咋办"]) == 0
    assert str(json.loads(capsys.readouterr().out)["entry"]).split(".")[-2] in ("labour", "guide")


def test_check_ends_with_a_json_line_and_fails_on_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = write_pack(tmp_path)
    data = ["--data", str(tmp_path / "data")]

    assert main(["knowledge", *data, "check", "--json", "--content", str(sound)]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (
        report["entries"],
        report["guides"],
        report["citations"],
        report["verified"],
        report["faults"],
    ) == (
        3,
        1,
        7,
        0,
        0,
    )
    assert main(["knowledge", *data, "check", "--strict", "--content", str(sound)]) == 1

    text = (sound / "labour.yaml").read_text("utf-8")
    (sound / "labour.yaml").write_text(text.replace("一年内。", "一定能赢。", 1), "utf-8")

    assert main(["knowledge", *data, "check", "--content", str(sound)]) == 1
    assert "promises" in capsys.readouterr().out


def test_eval_counts_decisions_by_topic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "q.jsonl"
    rows = [
        {"question": "楼上漏水泡了我家，找谁赔？", "topic": "neighbour", "entries": ["neighbour.leak"]},
        {"question": "月球上种白菜要什么执照", "topic": "other", "entries": ["none.such"]},
    ]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")

    assert main(["knowledge", "--data", str(tmp_path), "eval", "--json", str(file)]) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["questions"] == found["labelled"] == 2
    assert found["recall_at_3"] == 0.5
    assert set(found["topics"]) == {"neighbour", "other"}
    assert found["ms_p95"] >= found["ms_p50"] > 0
