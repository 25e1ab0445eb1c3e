"""The disk is full: first the spool takes what the database cannot, then the resident is told."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from admin.sandbox.sandbox import Sandbox
from tests.faults.conftest import Length
from tests.faults.settling import audited, spooled
from tests.support.disk import Disk, LimitedFiles, small_disk
from tests.support.node import Node, Place, fixed_texts, running
from tests.support.storm import Spoken, Storm, to

pytestmark = [pytest.mark.faults, pytest.mark.alone]


@pytest.fixture(params=["mounted", "limited"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A disk that fills up, in both ways of making one; without the right to mount, twice the second."""
    if request.param == "limited":
        yield LimitedFiles()
        return
    with small_disk(tmp_path / "cell") as made:
        yield made


async def test_a_full_disk_costs_no_message_and_says_so_when_nothing_takes_it(
    disk: Disk, tmp_path: Path, sandbox: Sandbox, length: Length
) -> None:
    place = Place(tmp_path / "cell", sandbox.credentials, sandbox.api_base)
    place.prepare()
    node = Node(place)
    cries: list[Spoken] = []
    told, waited = 0, 0
    async with Storm(sandbox, to(node.pushers()), rate=25) as storm, running(node):
        for _cycle in range(max(1, length.each // 2)):
            async with storm.blowing():
                await asyncio.sleep(1)
                waited += await _spooling(disk, node)
                cries += await storm.cries(1)
                told += await _refusing(disk, node, storm)
                cries += await storm.cries(1)
                disk.clear(node)
                await asyncio.sleep(2)
        await asyncio.sleep(6)  # tasks of danger that nothing took are tried again every five seconds
        found = await audited(place, storm, node, full=True)

    slowest = max(cry.tries[-1].seconds for cry in cries)
    refused = sorted(one.tries[-1].seconds for one in storm.spoken if one.text == fixed_texts()["not_stored"])
    print(f"\n{disk.how}: {waited} waited, {told} refused after {refused[len(refused) // 2]:.2f} s")
    print(f"danger {slowest:.2f} s; {found}")
    assert waited > 0
    assert told > 0
    assert all(one.answered for one in storm.spoken)
    assert all("12356" in cry.text for cry in cries)
    assert slowest < 2.0
    assert "12348" in fixed_texts()["not_stored"]
    assert found.clean, str(found)
    assert _sound(place.folder / "xiaosi.db")


async def _spooling(disk: Disk, node: Node) -> int:
    """Fill the disk until the spool has taken messages. Returns: how many."""
    reserve = node.place.folder / "spool" / "reserve"
    await _again(lambda: disk.fill(node), lambda: not reserve.exists(), 3)
    await asyncio.sleep(3)  # the reserve was given up, or the limit leaves room: the spool has some now
    return await spooled(node)


async def _refusing(disk: Disk, node: Node, storm: Storm) -> int:
    """Leave no room at all until residents are told so. Returns: how many were."""
    text = fixed_texts()["not_stored"]
    before = sum(one.text == text for one in storm.spoken)
    await _again(lambda: disk.shut(node), lambda: _told(storm, text) > before + 5, 20)
    return _told(storm, text) - before


def _told(storm: Storm, text: str) -> int:
    return sum(one.text == text for one in storm.spoken)


async def _again(act: Callable[[], None], enough: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not enough():
        act()
        await asyncio.sleep(0.1)


def _sound(path: Path) -> bool:
    with sqlite3.connect(path) as db:
        whole = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        strays = db.execute("PRAGMA foreign_key_check").fetchall()
    db.close()
    return whole and not strays
