"""The spool: messages survive the database, a full disk, a crash in the middle of a line."""

import asyncio
import errno
from pathlib import Path

import pytest

from bot.crypto import Vault, install
from bot.errors import StoreAway
from bot.wechat.inbox import Letter, Notice
from bot.wechat.spool import Line, Spool, SpoolFull, gather


@pytest.fixture(autouse=True)
def _vault() -> None:
    install(Vault(b"s" * 32).with_index(b"i" * 32))


def letter(mark: str) -> Letter:
    return Letter(mark, "who", "oa", "gh_1", b"\x00openid", "text", b"\xffbody", 17, "said")


class Shelf:
    """Takes lines, unless it is away or the line is bad."""

    def __init__(self, *, away_after: int = 99, bad: str = "") -> None:
        self.lines: list[Line] = []
        self._away_after, self._bad = away_after, bad

    async def store(self, line: Line) -> None:
        if line.letter.mark == self._bad:
            raise KeyError("bad")
        if len(self.lines) >= self._away_after:
            raise StoreAway
        self.lines.append(line)


async def test_lines_come_back_in_order_and_whole(tmp_path: Path) -> None:
    spool, shelf = Spool(tmp_path), Shelf()
    notice = Notice("urgent:x", b"r", b"o", "x")
    await spool.put(letter("a"))
    await spool.put(letter("b"), notice)

    count = await spool.replay(shelf.store)

    assert count == 2
    assert shelf.lines == [Line(letter("a"), None), Line(letter("b"), notice)]
    assert len(spool) == 0


async def test_the_same_key_waits_once(tmp_path: Path) -> None:
    spool, shelf = Spool(tmp_path), Shelf()
    for _twice in range(2):
        await spool.put(letter("a"))

    assert await spool.replay(shelf.store) == 1


async def test_a_restart_finds_what_waited(tmp_path: Path) -> None:
    await Spool(tmp_path).put(letter("a"))

    again = Spool(tmp_path)

    assert again.holds("a")
    assert await again.replay(Shelf().store) == 1


async def test_while_the_database_is_still_away_nothing_is_forgotten(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for mark in "abc":
        await spool.put(letter(mark))
    await spool.replay(Shelf(away_after=1).store)

    shelf = Shelf()
    await spool.replay(shelf.store)

    assert [line.letter.mark for line in shelf.lines] == ["a", "b", "c"]


async def test_a_bad_line_is_set_aside_and_the_others_go_on(tmp_path: Path) -> None:
    spool, shelf = Spool(tmp_path), Shelf(bad="b")
    for mark in "abc":
        await spool.put(letter(mark))

    await spool.replay(shelf.store)

    assert [line.letter.mark for line in shelf.lines] == ["a", "c"]
    assert (tmp_path / "refused.spool").exists()


async def test_a_line_cut_off_by_a_crash_does_not_hide_the_others(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    await spool.put(letter("a"))
    with (tmp_path / "current.spool").open("ab") as file:
        file.write(b"AQIDBAUG")

    again, shelf = Spool(tmp_path), Shelf()

    assert await again.replay(shelf.store) == 1


async def test_on_a_full_disk_lines_are_written_over_the_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    await spool.put(letter("a"))

    def full(_data: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(spool, "_write", full)

    await spool.put(letter("b"))
    await spool.replay(Shelf(away_after=0).store)  # the database is as full as the disk
    await spool.put(letter("c"))

    again, shelf = Spool(tmp_path), Shelf()
    await again.replay(shelf.store)
    assert [line.letter.mark for line in shelf.lines] == ["a", "b", "c"]
    assert (tmp_path / "reserve").exists()


async def test_without_any_room_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    (tmp_path / "reserve").unlink()

    def full(_data: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(spool, "_write", full)

    with pytest.raises(SpoolFull, match="ENOSPC"):
        await spool.put(letter("a"))
    assert not spool.holds("a")


async def test_nobody_can_read_it_on_disk(tmp_path: Path) -> None:
    await Spool(tmp_path).put(letter("a"))

    assert b"openid" not in (tmp_path / "current.spool").read_bytes()


async def test_a_message_finds_room_while_a_replay_waits_for_the_database(tmp_path: Path) -> None:
    spool, hangs, back = Spool(tmp_path), asyncio.Event(), asyncio.Event()
    await spool.put(letter("a"))

    async def hang(_line: Line) -> None:
        hangs.set()
        await back.wait()

    replay = asyncio.create_task(spool.replay(hang))
    await hangs.wait()
    async with asyncio.timeout(1):
        await spool.put(letter("b"))
    back.set()

    assert await replay == 1
    assert spool.holds("b")
    assert not spool.holds("a")


async def test_a_line_after_one_that_a_crash_cut_off_is_whole(tmp_path: Path) -> None:
    await Spool(tmp_path).put(letter("a"))
    with (tmp_path / "current.spool").open("ab") as file:
        file.write(b"AQIDBAUG")

    await Spool(tmp_path).put(letter("b"))
    again, shelf = Spool(tmp_path), Shelf()
    await again.replay(shelf.store)

    assert [line.letter.mark for line in shelf.lines] == ["a", "b"]
    assert (tmp_path / "refused.spool").read_bytes() == b"AQIDBAUG\n"


async def test_it_knows_whose_messages_wait(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    await spool.put(letter("a"))

    assert spool.holds_of("who")
    await spool.replay(Shelf().store)
    assert not spool.holds_of("who")


async def test_what_a_worker_left_is_taken_over_by_who_starts_next(tmp_path: Path) -> None:
    await Spool(tmp_path / "02").put(letter("of worker 2"))
    await Spool(tmp_path).put(letter("mine"))

    moved = gather(tmp_path, tmp_path)

    spool, shelf = Spool(tmp_path), Shelf()
    await spool.replay(shelf.store)
    assert moved == 1
    assert {line.letter.mark for line in shelf.lines} == {"of worker 2", "mine"}
