"""Which entries are near: exactly over all of them, and in two steps for thousands."""

import numpy as np
import pytest

from admin.bench.many import many_entries
from knowledge.index import Base, GridIndex, Near
from knowledge.staged import StagedIndex

WORDINGS = [
    ["老板拖欠工资不给", "干了三个月没拿到工钱", "厂里发不出薪水", "讨要血汗钱去哪"],
    ["楼上漏水泡了我家", "天花板滴水没人管", "楼上卫生间渗水"],
    ["工伤认定去哪申请", "上班砸伤脚算工伤吗"],
]
TEXTS = ["劳动监察投诉 欠薪", "拍照录像 物业 邻居", "人社局 三十天"]


@pytest.fixture(scope="module")
def base() -> Base:
    return Base(WORDINGS, TEXTS)


def _best(near: Near | None) -> int:
    assert near is not None
    return max(near.closest, key=lambda one: one.mean).entry


@pytest.mark.parametrize("kind", [GridIndex, StagedIndex])
@pytest.mark.parametrize(
    ("question", "right"),
    [("工厂拖欠工资", 0), ("楼上卫生间漏水", 1), ("砸伤了脚认定工伤", 2), ("工商认定", 2)],
)
def test_the_nearest_entry_is_found_also_through_a_wrong_character(
    base: Base, kind: type[GridIndex | StagedIndex], question: str, right: int
) -> None:
    assert _best(kind(base).near(base.vocabulary.query(question), limit=2)) == right


@pytest.mark.parametrize("kind", [GridIndex, StagedIndex])
def test_a_question_of_strangers_only_finds_nothing(base: Base, kind: type[GridIndex | StagedIndex]) -> None:
    assert kind(base).near(base.vocabulary.query("月球白菜"), limit=2) is None


@pytest.mark.parametrize("kind", [GridIndex, StagedIndex])
def test_an_empty_base_finds_nothing(kind: type[GridIndex | StagedIndex]) -> None:
    empty = Base([], [])

    assert kind(empty).near(empty.vocabulary.query("拖欠工资"), limit=3) is None


def test_a_wording_asked_as_it_stands_is_as_near_as_can_be(base: Base) -> None:
    near = GridIndex(base).near(base.vocabulary.query("楼上漏水泡了我家"), limit=1)

    assert near is not None
    assert near.closest[0].best == pytest.approx(1.0)
    assert near.closest[0].rows[0] == 0


def test_what_is_beside_the_matter_in_a_long_story_costs_no_more_than_in_a_shorter_one(base: Base) -> None:
    index = GridIndex(base)
    beside = "".join(chr(0x5000 + 3 * number) for number in range(300))
    short, long = (
        index.near(base.vocabulary.query("楼上漏水泡了我家" + beside[:size]), limit=1) for size in (60, 300)
    )

    assert short is not None
    assert long is not None
    assert long.closest[0].best == pytest.approx(short.closest[0].best)
    assert long.closest[0].best < 1.0


def test_no_figure_of_a_long_wording_exceeds_one() -> None:
    story = "".join(chr(0x4E00 + 7 * n) for n in range(150))
    base = Base([[story], ["楼上漏水"], ["拖欠工资"]], [story, "", ""])

    near = GridIndex(base).near(base.vocabulary.query(story), limit=1)

    assert near is not None
    assert (near.closest[0].best, near.closest[0].text) == (1.0, 1.0)


def test_both_indexes_give_the_same_figures_for_what_both_look_at() -> None:
    library, asked = many_entries(300, 60)
    groups = [list(entry.wordings) for entry in library.entries]
    base = Base(groups, [entry.short for entry in library.entries])
    grid, staged = GridIndex(base), StagedIndex(base)
    shared = alike = 0
    for question in asked:
        query = base.vocabulary.query(question.text.replace("，", ""))
        exact, rough = grid.near(query, limit=12), staged.near(query, limit=12)
        assert exact is not None
        assert rough is not None
        figures = {one.entry: (one.mean, one.best, one.text) for one in exact.closest}
        for one in rough.closest:
            if one.entry in figures:
                shared += 1
                alike += np.allclose((one.mean, one.best, one.text), figures[one.entry])

    assert shared >= len(asked), "the right entry is among both"
    assert alike == shared
