"""Voices turned into text by the operator's own service: shown back, answered after a yes, danger at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from admin.sandbox import media
from bot.work.alarms import open_alarms
from handlers.handoff import service as handoff
from tests.console.desk import browser, staffed
from tests.media.sending import rows, settled, voice
from tests.support import servers
from tests.support.service import Phone, Service, serving

WAGES = "老板拖欠工资怎么办"


@dataclass
class Ear:
    """A speech-to-text service: what it was sent, and what it answers."""

    answers: list[web.Response | str] = field(default_factory=list)
    got: list[tuple[str, bytes]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.got.append((request.headers["Content-Type"], await request.read()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.json_response({"text": answer}) if isinstance(answer, str) else answer


@asynccontextmanager
async def hearing(
    folder: Path, template: Path | None, *answers: web.Response | str, **settings: str
) -> AsyncIterator[tuple[Service, Ear]]:
    """A service whose voices are sent to a speech-to-text service with these answers."""
    ear = Ear(list(answers))
    app = web.Application()
    app.router.add_post("/asr", ear.hear)
    async with TestServer(app) as server:
        url = str(server.make_url("/asr"))
        async with serving(folder, template=template, asr_url=url, **settings) as service:  # type: ignore[arg-type]
            yield service, ear


def alarms(service: Service) -> list[str]:
    return [kind for kind, _subject, _detail, _count in service.store.reader.now(open_alarms)]


async def heard(service: Service, *states: str) -> None:
    end = asyncio.get_running_loop().time() + 60
    while {row[0] for row in service.rows("select hearing from media")} - set(states):
        assert asyncio.get_running_loop().time() < end, service.rows("select hearing from media")
        await asyncio.sleep(0.05)


async def asked_back(service: Service) -> Phone:
    """A phone that sent a voice and was asked whether it was understood."""
    phone = service.phone()
    await voice(phone)
    await phone.waits_for_push(1)
    return phone


@pytest.mark.parametrize("yes", ["1", "对", "是的"])
async def test_what_was_understood_is_shown_back_and_answered_after_a_yes(
    tmp_path: Path, template_db: Path, yes: str
) -> None:
    async with hearing(tmp_path, template_db, WAGES) as (service, ear):
        phone = service.phone()

        told = await voice(phone)
        asked = await phone.waits_for_push(1)
        answer = await phone.says(yes)

    assert "正在听" in told
    assert ear.got == [("audio/amr", media.SILENCE)]
    assert asked == ["我听到的是：“老板拖欠工资怎么办”\n对吗？\n1 对\n2 不对"]
    assert "劳动" in answer


@pytest.mark.servers
async def test_the_same_on_postgres(tmp_path: Path, postgres_server: servers.Postgres) -> None:
    with postgres_server.migrated() as url:
        async with hearing(tmp_path, None, WAGES, database_url=url) as (service, _ear):
            phone = service.phone()
            await voice(phone)
            asked = await phone.waits_for_push(1)
            answer = await phone.says("1")

    assert "老板拖欠工资怎么办" in asked[0]
    assert "劳动" in answer


async def test_a_no_asks_for_a_sentence(tmp_path: Path, template_db: Path) -> None:
    async with hearing(tmp_path, template_db, "老板拖鞋工资") as (service, _ear):
        phone = await asked_back(service)

        answer = await phone.says("不对")

    assert "没听准" in answer
    assert "1 请工作人员听" in answer


async def test_a_spoken_service_word_does_what_the_word_does(tmp_path: Path, template_db: Path) -> None:
    async with hearing(tmp_path, template_db, "转人工。") as (service, _ear):
        phone = await asked_back(service)

        answer = await phone.says("1")

    assert "您的号是" in answer


async def test_spoken_danger_gets_the_safety_text_and_a_task_before_any_yes(
    tmp_path: Path, template_db: Path
) -> None:
    async with hearing(tmp_path, template_db, "我不想活了") as (service, _ear):
        phone = service.phone()
        await voice(phone)

        pushed = await phone.waits_for_push(1)

        assert service.store.reader.now(handoff.open_count) == (1, 1)
        assert "danger" in alarms(service)
        assert len(pushed) == 1
        assert "对吗" not in pushed[0]
        assert "120" in pushed[0] or "110" in pushed[0]


async def test_in_the_middle_of_a_journey_what_was_heard_takes_no_numbers(
    tmp_path: Path, template_db: Path
) -> None:
    async with hearing(tmp_path, template_db, "城东") as (service, _ear):
        phone = service.phone()
        question = await phone.says("选司法所")

        beside = await voice(phone)
        pushed = await phone.waits_for_push(1)
        chosen = await phone.says("1")

    options = question.split("\n", 1)[1]
    assert beside.endswith(options)
    assert pushed[0].startswith("我听到的是：“城东”")
    assert "对吗" not in pushed[0]
    assert pushed[0].endswith(options)
    assert "城东司法所" in chosen


async def test_while_a_person_holds_the_thread_the_words_go_to_the_thread_alone(
    tmp_path: Path, template_db: Path
) -> None:
    async with hearing(tmp_path, template_db, "我在门口等") as (service, _ear):
        staffed(service)
        phone = service.phone()
        await phone.says("人工")
        async with browser(service) as at:
            await at.signs_in("t001")
            await at.presses(1, "reply", reply="您在哪？")
            await phone.waits_for_push(1)
            await phone.says("在路上")  # the receipt of this hour

            told = await voice(phone)
            await heard(service, "heard")
            page = await at.opens("/admin/tasks/1")
            await asyncio.sleep(0.3)

        assert told == ""
        assert len(phone.pushed()) == 1
        assert "听出来的话：我在门口等" in page.text


@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        (web.Response(status=400), 1),
        (web.Response(text="<html>"), 1),
        (web.json_response({"words": "x"}), 1),
        (web.Response(body=b" " * 70_000), 1),
    ],
    ids=["status", "no JSON", "no text", "too large"],
)
async def test_a_fault_of_the_service_is_an_alarm_and_the_resident_is_asked_for_a_sentence(
    tmp_path: Path, template_db: Path, answer: web.Response, tries: int
) -> None:
    async with hearing(tmp_path, template_db, answer) as (service, ear):
        phone = service.phone()
        await voice(phone)

        pushed = await phone.waits_for_push(1)

        assert len(ear.got) == tries
        assert alarms(service) == ["asr"]
        assert pushed == [
            "这段语音我没听出来，留下了。请打一句话说说是什么事，或者再说一遍。\n1 请工作人员听"
        ]
        assert rows(service) == [("kept", "fetched")]


async def test_a_service_that_is_busy_is_asked_again(tmp_path: Path, template_db: Path) -> None:
    async with hearing(tmp_path, template_db, web.Response(status=503), WAGES) as (service, ear):
        phone = service.phone()
        await voice(phone)

        pushed = await phone.waits_for_push(1)

        assert len(ear.got) == 2
        assert "老板拖欠工资怎么办" in pushed[0]
        assert alarms(service) == []


async def test_words_that_the_platform_recognised_are_not_asked_for_again(
    tmp_path: Path, template_db: Path
) -> None:
    async with hearing(tmp_path, template_db, "别的") as (service, ear):
        phone = service.phone()

        answer = await voice(phone, recognition="老板拖欠工资怎么办？")
        await settled(service, "kept")
        await asyncio.sleep(1.2)

        assert answer.startswith("我听到的是：“老板拖欠工资怎么办？”\n")
        assert "劳动" in answer
        assert ear.got == []


async def test_a_recognised_word_acts_as_if_it_were_typed(service: Service) -> None:
    phone = service.phone()
    await phone.says("选司法所")

    answer = await voice(phone, recognition="第一个")
    cancelled = await voice(phone, recognition="取消。")

    assert answer.startswith("我听到的是：“第一个”\n")
    assert "城东司法所" in answer
    assert "不办了" in cancelled
