"""What the base holds beside what is asked, and entries that are too much alike."""

import pytest

from admin import cli
from bot.clock import SetClock, millis
from handlers.consult import unanswered
from handlers.facts import QuestionMissed
from handlers.registers import coverage
from tests.console.desk import browser, staffed
from tests.support.service import Service, pack


def missed(service: Service, words: str, near: tuple[str, ...], times: int = 1) -> None:
    """A masked wording is asked in vain so many times."""
    for _ in range(times):
        service.store.writer.do_now(
            unanswered.collect, QuestionMissed(unanswered.mark_of(words), words, near, "nothing")
        )


def covered(service: Service, clock: SetClock) -> dict[str, coverage.Covered]:
    """All rows by topic."""
    found = service.store.reader.now(coverage.covered, pack().library, millis(clock.at))
    return {row.topic: row for row in found}


async def test_topics_stand_where_most_is_asked_in_vain(timed: Service, clock: SetClock) -> None:
    missed(timed, "养老院退钱", ("elder_support.care_home", "labour.quit"), 3)
    missed(timed, "拖着薪水", ("labour.wages_owed",), 2)
    missed(timed, "不知道问什么", ())
    phone = timed.phone()
    for _n in range(6):
        await phone.says("单位拖欠工资不给怎么办？")

    found = covered(timed, clock)

    assert list(found)[:2] == ["elder_support", "labour"]
    assert list(found)[-1] == ""
    assert (found["labour"].asked, found["labour"].missed, found[""].missed) == (6, 2, 1)
    assert found["labour"].wordings > found["labour"].entries > 10


async def test_what_few_asked_is_not_told(timed: Service, clock: SetClock) -> None:
    await timed.phone().says("单位拖欠工资不给怎么办？")

    found = covered(timed, clock)

    assert found["labour"].asked is None
    assert found["family"].asked == 0


async def test_the_page_shows_both_lists(service: Service) -> None:
    staffed(service, "t001", name="陈敏", role="curator", station=None)
    missed(service, "养老院退钱", ("elder_support.care_home",), 3)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/knowledge/coverage")
        again = await at.opens("/admin/knowledge/coverage")

    assert page.status == 200
    assert page.text.index("/admin/knowledge?topic=elder_support") < page.text.index("topic=labour")
    assert "看不出哪一类" in page.text
    assert 'aria-current="page">够不够' in page.text
    assert again.text.count("/admin/knowledge/entries/") == page.text.count("/admin/knowledge/entries/") > 2


async def test_both_lists_are_on_the_command_line_too(
    timed: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    missed(timed, "养老院退钱", ("elder_support.care_home",), 3)
    monkeypatch.setenv("XIAOSI_SECRET_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    monkeypatch.setenv("XIAOSI_WECHAT_TOKEN", "token")
    folder = str(timed.store.settings.data_dir)

    codes = [
        cli.main(["knowledge", "--data", folder, "near", "--most", "2"]),
        cli.main(["knowledge", "--data", folder, "coverage"]),
    ]

    printed = capsys.readouterr().out
    assert codes == [0, 0]
    assert "pairs of entries have wordings with 0.50 of their pairs in common" in printed
    assert next(line.split() for line in printed.splitlines() if line.startswith("elder_support "))[-1] == "3"
