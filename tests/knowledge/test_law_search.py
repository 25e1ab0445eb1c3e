"""Finding articles: fields, files, and what is learned."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError
from knowledge.law_search import stored
from knowledge.law_search.asked import Question, asked, of_entry
from knowledge.law_search.corpus import in_order
from knowledge.law_search.ground import Ground
from knowledge.law_search.index import Index
from knowledge.law_search.kept import INDEX, WORDINGS, kept_ground, kept_index
from knowledge.law_search.lay import LayWords
from knowledge.law_search.learned import FILE, Learned
from knowledge.law_search.learning import Lesson, learned
from knowledge.law_search.measure import finding
from knowledge.law_search.postings import Field
from knowledge.law_search.search import StatuteSearch
from knowledge.law_search.terms import Terms, pairs
from knowledge.law_search.training import Training
from knowledge.library import Library
from knowledge.statutes import Article, read_statutes
from tests.knowledge.pack import write_pack

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
LEASE = "承租人应当按照约定的期限支付租金。"


def _article(number: int | str, text: str, law: str = "样例法", **more: str) -> Article:
    return replace(Article(law, law, "2020-01-01", "法律", number, "第一章 总则", text), **more)


SMALL = (
    _article(1, "夫妻离婚时共同财产由双方协议处理。"),
    _article(2, LEASE),
    _article(3, "旧的租金规定。", superseded_by="新法"),
    _article(10, "用人单位应当及时足额支付劳动报酬。", law="劳动样例法"),
    _article("2之一", "出租人应当返还押金。"),
)


def _ground(articles: Iterable[Article] = SMALL, entries: Iterable[Entry] = ()) -> Ground:
    terms = Terms()
    return Ground.of(Index.of(articles, terms), entries, terms)


def _found(search: StatuteSearch, text: str, k: int = 5) -> list[int | str]:
    return [hit.article.article for hit in search.find(text, k)]


def test_search_finds_the_article_that_says_it() -> None:
    hits = StatuteSearch(_ground()).find("租金按什么期限支付", 5)

    assert hits[0].article == SMALL[1]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_replaced_law_is_not_shown() -> None:
    assert 3 not in _found(StatuteSearch(_ground()), "旧的租金规定")


def test_what_holds_nothing_of_the_question_is_not_shown() -> None:
    search = StatuteSearch(_ground())

    assert [_found(search, text) for text in ("", "？？", "zzz", "鹧鸪")] == [[], [], [], []]


def test_no_more_are_shown_than_were_asked_for() -> None:
    assert len(_found(StatuteSearch(_ground()), "租金 押金 支付", 1)) == 1


def test_lay_words_bring_the_words_of_the_law() -> None:
    lay = LayWords({"房东": ("出租人", "房屋租赁"), "房": ("房屋",)})

    assert lay.of("房东不修出租人的灯") == ["房屋租赁"]
    assert lay.of("没有") == []


def test_the_table_of_lay_words_is_read_and_one_that_is_wrong_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("- 房东", "utf-8")

    assert "出租人" in LayWords.load().of("房东不退钱")
    with pytest.raises(KnowledgeError, match=r"wrong\.yaml"):
        LayWords.load(tmp_path / "wrong.yaml")


def test_neighbours_stand_beside_each_other() -> None:
    shuffled = [_article(key, "正文") for key in (10, "2之二", 2, "1#2", "2之一", 1, "十一", "全文")]

    ordered = [one.article for one in in_order(shuffled)]

    assert ordered == ["全文", 1, 2, "2之一", "2之二", 10, "十一", "1#2"]


def test_articles_come_back_from_the_index_as_they_were() -> None:
    corpus = Index.of(SMALL, Terms()).corpus

    places = [corpus.find(one.law, one.article) for one in SMALL]

    assert None not in places
    assert [corpus.article(place) for place in places if place is not None] == list(SMALL)
    assert corpus.find("样例法", 99) is None


def test_a_field_scores_by_rarity_frequency_and_length() -> None:
    texts = ["租金押金", "租金租金", "租金另有约定的从其约定", "工资"]

    field = Field.of([pairs(one) for one in texts], 1.2, 0.5)

    once, twice, long, none = field.look(pairs("租金"))
    assert twice > once > long > none == 0
    assert field.look(pairs("押金"))[0] > once
    assert field.closely(pairs("押金")).cover[0] == pytest.approx(1)
    assert not field.look(pairs("鹧鸪")).any()


def test_what_was_asked_of_an_article_leads_to_it() -> None:
    terms = Terms()
    question = Question("包租婆天天上门催我怎么办", (("样例法", "2"),))
    known = Learned.load()
    asked_before = replace(known, asked=asked([question], terms))

    found = _found(StatuteSearch(_ground(), asked_before), "包租婆又上门了")

    assert found[0] == 2


def test_a_law_named_long_and_short_is_one_law() -> None:
    terms = Terms()
    law = "中华人民共和国样例法"
    questions = [Question("包租婆催我", ((law, "2"),)), Question("二房东涨价", (("样例法", "2"),))]
    articles = [replace(one, law=law) if one.law == "样例法" else one for one in SMALL]
    known = replace(Learned.load(), asked=asked(questions, terms))

    search = StatuteSearch(_ground(articles), known)

    assert [_found(search, text)[:1] for text in ("包租婆又催", "二房东又涨价")] == [[2], [2]]


def test_entries_lend_their_wordings_to_the_articles_that_they_cite(tmp_path: Path) -> None:
    entry = next(one for one in Library.load(write_pack(tmp_path)).entries if one.citations)
    cited = entry.citations[0]
    articles = (*SMALL, _article(cited.article, "另有规定的除外。", law=cited.law))

    hits = StatuteSearch(_ground(articles, [entry])).find(entry.wordings[0], 1)

    assert {one.text for one in of_entry(entry)} == {*entry.wordings, entry.title}
    assert [hit.article.law for hit in hits] == [cited.law]


# Files.


def _kept(folder: Path, mark: str = "a", articles: Iterable[Article] = SMALL) -> StatuteSearch:
    terms = Terms()
    index = kept_index(folder, mark, lambda: articles, terms)
    return StatuteSearch(kept_ground(folder, mark, index, list, terms))


def _unread() -> Iterable[Article]:
    raise AssertionError("the statutes were read")


def test_the_second_time_the_statutes_are_not_read(tmp_path: Path) -> None:
    first = _kept(tmp_path)
    terms = Terms()

    index = kept_index(tmp_path, "a", _unread, terms)

    second = StatuteSearch(kept_ground(tmp_path, "a", index, list, terms))
    assert second.find("支付租金") == first.find("支付租金") != []


def test_other_statutes_make_another_index(tmp_path: Path) -> None:
    _kept(tmp_path)

    found = _kept(tmp_path, "b", [_article(7, "支付租金。")])

    assert _found(found, "支付租金") == [7]


def _cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _turned(body: bytes) -> bytes:
    return body[:-2000] + bytes([body[-2000] ^ 1]) + body[-1999:]


@pytest.mark.parametrize("name", [INDEX, WORDINGS])
@pytest.mark.parametrize(
    "spoil", [_cut, _turned, lambda _b: b"", lambda _b: b"[]\n", lambda _b: b"\xff" * 99]
)
def test_a_spoilt_file_is_made_anew(tmp_path: Path, name: str, spoil: object) -> None:
    first = _kept(tmp_path)
    file = tmp_path / name
    whole = file.read_bytes()
    file.unlink()
    file.write_bytes(spoil(whole))  # type: ignore[operator]

    second = _kept(tmp_path)

    assert second.find("支付租金") == first.find("支付租金") != []
    assert file.read_bytes() == whole


def test_where_nothing_can_be_written_the_index_is_made_each_time(tmp_path: Path) -> None:
    assert _found(_kept(tmp_path / "nowhere"), "支付租金")[0] == 2


def test_only_arrays_of_numbers_are_read(tmp_path: Path) -> None:
    file = tmp_path / "x.index"
    assert stored.keep(file, "m", {"x": np.arange(5, dtype=np.uint32)})
    _sum, head, body = file.read_bytes().split(b"\n", 2)
    rest = head.replace(b'"<u4"', b'"|O"  ') + b"\n" + body
    file.write_bytes(f"{zlib.crc32(rest):08x}\n".encode() + rest)

    assert stored.recall(file, "m") is None


# What is learned.


def test_the_shipped_ranking_is_small_and_holds_no_text() -> None:
    known = Learned.load()

    with np.load(FILE, allow_pickle=False) as file:
        texts = {name for name in file.files if file[name].dtype.kind in "US"}
    assert texts == {"laws", "articles"}
    assert FILE.stat().st_size < 400_000
    assert len(known.asked) > 500


def test_what_was_learned_is_read_as_it_was_written(tmp_path: Path) -> None:
    known = Learned.load()
    known.save(tmp_path / "a.npz")

    again = Learned.load(tmp_path / "a.npz")
    again.save(tmp_path / "b.npz")

    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert again.asked.keys() == known.asked.keys()


def test_a_file_that_holds_nothing_learned_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 no such thing")

    with pytest.raises(KnowledgeError, match=r"a\.npz"):
        Learned.load(tmp_path / "a.npz")


def _lessons(seed: int) -> list[Lesson]:
    """The right one of eight is that whose two signals agree, which no sum of them can say."""
    rng = np.random.default_rng(seed)
    lessons = []
    for _ in range(120):
        table = np.sign(rng.normal(size=(8, 2))).astype(np.float32)
        table[:, 1] = -table[:, 0]
        right = np.zeros(8, dtype=np.bool_)
        right[rng.integers(8)] = True
        table[right, 1] *= -1
        lessons.append(Lesson(table, right))
    return lessons


def test_nets_learn_how_signals_act_together_and_twice_the_same() -> None:
    nets = learned(_lessons(0), 2)
    again = learned(_lessons(0), 2)

    first = [int(nets.score(one.table).argmax()) == int(one.right.argmax()) for one in _lessons(1)]

    assert sum(first) > 110
    assert np.array_equal(nets.enter, again.enter)


def test_recall_counts_each_right_article_and_a_hit_one_of_them() -> None:
    found = finding([({"a", "b"}, ["x", "a"]), ({"c"}, list("defghijklmc"))])

    assert (found.asked, found.short, found.long, found.hit) == (2, 0.25, 0.75, 0.5)


@cache
def _whole_law() -> tuple[Article, ...]:
    path = SHARED / "statutes.jsonl.gz"
    return tuple(read_statutes(path)) if path.exists() else ()


@pytest.mark.faults
def test_learning_from_real_questions_ranks_those_left_out() -> None:
    """Few parts of the whole law and few questions, so that it takes seconds."""
    if not _whole_law():
        pytest.skip("shared data absent")
    rows = [json.loads(line) for line in (SHARED / "stard_dev.jsonl").read_text("utf-8").splitlines()]
    questions = [
        Question(row["question"], tuple((one["law"], str(one["article"])) for one in row["gold"]))
        for row in rows[:60]
    ]
    laws = {name for one in questions for name, _article in one.gold}
    ground = _ground([one for one in _whole_law() if one.law in laws])

    found = Training(ground, questions).cross()

    assert found.short > 0.6
    assert found.hit > 0.6
