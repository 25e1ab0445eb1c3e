"""The pack as it was read last: the same, or read anew."""

import pickle
from pathlib import Path

import pytest

from knowledge import kept, library
from knowledge.errors import ReadingError
from knowledge.library import Library
from tests.knowledge.pack import LEAK, WAGES, matcher_of, write_pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    return write_pack(folder)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


def _unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on no file of content is read."""

    def read(path: Path) -> None:
        raise AssertionError(path)

    monkeypatch.setattr(library, "read_topic", read)


def test_the_second_time_nothing_is_read_and_all_is_the_same(
    pack: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, first = Library.load(pack), Library.load(pack, cache)
    _unread(monkeypatch)

    second = Library.load(pack, cache)

    assert list(plain) == list(first) == list(second)
    assert [entry.place for entry in plain] == [entry.place for entry in second]
    question = "包工头欠我工钱不给怎么办？"
    one, other = (matcher_of(found).decide(question) for found in (second, plain))
    assert one._replace(trace=tuple(one.trace)) == other._replace(trace=tuple(other.trace))


def test_a_changed_file_is_read_again(pack: Path, cache: Path) -> None:
    Library.load(pack, cache)
    write_pack(pack, neighbour=LEAK.replace("楼上漏水", "楼上渗水"))

    found = Library.load(pack, cache)

    assert "楼上渗水" in found.by_id["neighbour.leak"].title


def test_a_fault_is_told_although_an_earlier_state_was_kept(pack: Path, cache: Path) -> None:
    Library.load(pack, cache)
    write_pack(pack, labour=WAGES.replace("risk: mid", "risk: none"))

    with pytest.raises(ReadingError, match="risk"):
        Library.load(pack, cache)


class _Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return (print, ("run",))


@pytest.mark.parametrize("body", [b"", b"garbage", pickle.dumps(((_Bomb(),), {})), pickle.dumps(None)])
def test_a_file_that_is_wrong_is_passed_over_and_runs_nothing(
    pack: Path, cache: Path, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Library.load(pack, cache)
    file = cache / kept.FILE
    file.write_bytes(file.read_bytes().partition(b"\n")[0] + b"\n" + body)

    assert list(Library.load(pack, cache)) == list(first)
    assert capsys.readouterr().out == ""


def test_without_a_place_to_keep_it_the_pack_is_read_all_the_same(pack: Path, tmp_path: Path) -> None:
    assert len(Library.load(pack, tmp_path / "nowhere")) == len(Library.load(pack))


def test_a_part_of_the_pack_knows_the_words_too(pack: Path, cache: Path) -> None:
    whole = Library.load(pack, cache)

    assert whole.only({"labour.wages"}).words == whole.words != {}
