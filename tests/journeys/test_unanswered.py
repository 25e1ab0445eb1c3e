"""What found no answer is collected for those who write entries, without anything of a person in it."""

import json
from datetime import timedelta

import pytest

from admin.cli import main
from admin.housekeeping import KEPT_DAYS
from bot.clock import SetClock, millis
from handlers.consult import unanswered
from tests.journeys.test_consult import LENT, VAGUE, WAGES, choices
from tests.journeys.test_handoff import later
from tests.support.service import Phone, Service

ODD = "王芳住在柳河镇建设路12号，号码13800001111，她问乌龟会不会唱戏？"


def collected(service: Service) -> list[unanswered.Wording]:
    return list(service.store.reader.now(unanswered.wordings))


async def in_vain(phone: Phone, words: str) -> None:
    """Ask, and say that the answer did not help."""
    await phone.says(words)
    await phone.says("没解决")


async def test_a_wording_is_kept_without_names_numbers_and_places(timed: Service) -> None:
    await timed.phone().says(ODD)

    [kept] = collected(timed)

    assert "住在□" in kept.words
    assert not any(part in kept.words for part in ("王", "芳", "柳河", "建设", "12", "138"))
    assert kept.why == "nothing"
    assert kept.near


async def test_it_is_sealed_and_names_no_resident(timed: Service) -> None:
    await timed.phone().says(ODD)

    (row,) = timed.rows("select * from unanswered")

    assert "住在".encode() not in bytes(row.words)
    assert set(row._fields) == {"mark", "words", "near", "why", "asked", "first_day", "last_day"}


async def test_the_same_wording_of_others_is_counted(timed: Service, clock: SetClock) -> None:
    for number in range(2):
        await in_vain(timed.phone(f"oAsks-{number}"), LENT)
        await later(timed, clock, days=1)

    [kept] = collected(timed)

    assert kept.asked == 2
    assert kept.near == ("lending.not_repaid",)
    assert "三万" not in kept.words
    assert kept.last_day - kept.first_day == timedelta(days=1)


async def test_a_wording_of_strange_words_alone_is_not_kept(timed: Service) -> None:
    await timed.phone().says("王芳李明张伟？")

    assert collected(timed) == []


async def test_none_of_the_titles_and_not_solved_are_collected_with_what_was_shown(timed: Service) -> None:
    phone = timed.phone()
    shown = choices(await phone.says(VAGUE))
    await phone.says(str(len(shown)))

    [kept] = collected(timed)

    assert kept.why == "none"
    assert len(kept.near) == len(shown) - 1


async def test_an_answered_question_is_not_collected(timed: Service) -> None:
    await timed.phone().says("单位拖欠工资不给怎么办？")

    assert collected(timed) == []


async def test_a_wording_goes_when_nobody_asked_it_for_the_retention(timed: Service, clock: SetClock) -> None:
    await in_vain(timed.phone("oOld"), LENT)
    await later(timed, clock, days=KEPT_DAYS + 2)
    await in_vain(timed.phone("oNew"), WAGES)
    before = millis(clock.at) - KEPT_DAYS * 86_400_000

    gone = timed.store.writer.do_now(unanswered.expire, before, 200)

    assert gone == 1
    assert ["工资" in one.words for one in collected(timed)] == [True]


async def test_the_command_lists_what_is_asked_most(
    timed: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        await in_vain(timed.phone(f"oAsks-{number}"), LENT)
    await in_vain(timed.phone("oAsks-other"), WAGES)
    monkeypatch.setenv("XIAOSI_SECRET_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    monkeypatch.setenv("XIAOSI_WECHAT_TOKEN", "token")
    folder = str(timed.store.settings.data_dir)

    code = main(["knowledge", "unanswered", "--data", folder, "--json"])

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [row["asked"] for row in rows] == [2, 1]
    assert set(rows[0]) == {"words", "asked", "why", "near", "first_day", "last_day"}
