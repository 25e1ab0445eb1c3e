"""Wordings of two entries that are nearly alike are found, the nearest first."""

from dataclasses import replace

from knowledge.doubles import doubles
from knowledge.library import Library


def with_wordings(library: Library, **wordings: tuple[str, ...]) -> Library:
    """The small pack with other wordings; the dot of an id is written as two underscores."""
    return Library.of(
        replace(entry, wordings=wordings.get(entry.id.replace(".", "__"), entry.wordings))
        for entry in library
    )


def test_two_entries_asked_alike_are_told_with_both_wordings(library: Library) -> None:
    asked = with_wordings(
        library,
        labour__wages=("工地上干完活老板不结账", "厂里不发薪水"),
        labour__site=("工地干完活老板不给结账",),
    )

    (found,) = doubles(asked)

    assert (found.entry.id, found.other.id) == ("labour.wages", "labour.site")
    assert found.wordings == (("工地上干完活老板不结账", "工地干完活老板不给结账", 0.7),)


def test_wordings_of_one_entry_may_be_alike(library: Library) -> None:
    asked = with_wordings(library, labour__wages=("工地上干完活老板不结账", "工地干完活老板不结账"))

    assert doubles(asked) == []


def test_the_measure_may_be_set(library: Library) -> None:
    asked = with_wordings(
        library, labour__wages=("厂里拖着薪水不发怎么讨",), labour__site=("包工头拖着薪水跑了",)
    )

    assert doubles(asked) == []
    assert [one.other.id for one in doubles(asked, 0.3)] == ["labour.site"]
