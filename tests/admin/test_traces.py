"""What a resident says leaves no trace outside the sealed columns: not in the file, not in the log."""

import logging
from pathlib import Path

import pytest

from admin.logs import QuietFormatter
from bot.errors import StoreAway
from bot.wechat import inbox
from tests.support.service import serving

WHO = "oMarked-person-77"
NAME, PHONE, STORY = "欧阳记号", "13912345678", "我叫欧阳记号电话13912345678老板拖欠工资怎么办？"


async def test_neither_database_nor_log_shows_a_person(
    tmp_path: Path, template_db: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async with serving(tmp_path, template=template_db) as service:
        phone = service.phone(WHO)
        for words in (STORY, "选司法所", "1", "是", "评价", "2", STORY, "我不想活了，" + STORY):
            await phone.says(words)

    lines = "\n".join(QuietFormatter().format(record) for record in caplog.records)
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not [mark for mark in (WHO, NAME, PHONE) if mark in lines]
    assert not [mark for mark in (WHO, NAME, PHONE) if mark.encode() in files]


async def test_a_broken_turn_is_logged_without_its_words_and_answered(
    tmp_path: Path, template_db: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handlers.consult.chat import Counsel

    def broken(_self: Counsel, said: object, **_other: object) -> None:
        raise KeyError(STORY)

    monkeypatch.setattr(Counsel, "ask", broken)

    async with serving(tmp_path, template=template_db) as service:
        reply = await service.phone(WHO).says(STORY)

    lines = "\n".join(QuietFormatter().format(record) for record in caplog.records)
    assert "没处理好" in reply
    assert "KeyError" in lines
    assert NAME not in lines


async def test_a_message_that_only_the_spool_took_is_sealed_there(
    tmp_path: Path, template_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise StoreAway

    async with serving(tmp_path, template=template_db) as service:
        with monkeypatch.context() as patch:
            patch.setattr(inbox, "store", away)
            interim = await service.phone(WHO).says(STORY)
        spooled = (tmp_path / "spool" / "current.spool").read_bytes()
        pushed = await service.phone(WHO).waits_for_push()

    assert interim
    assert NAME.encode() not in spooled
    assert "工资" in pushed[0]
