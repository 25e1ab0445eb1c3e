"""Replies as a phone gets them: whole, readable, at most 2048 bytes, with a link that opens."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.wechat.fitting import LIMIT, fit
from handlers.directory import stations
from handlers.directory.stations import StationCard
from tests.support.client import Client, platform
from tests.support.service import Service, serving

LINK = "https://example.test/m/1-abcdefghijklmnopqrstuv"
COUNT = 120


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A service of a county with so many stations that their list does not fit into one message."""
    many = [StationCard(f"s{n}", f"第{n}号司法所。", "某镇", "某路") for n in range(1, COUNT + 1)]
    async with serving(tmp_path_factory.mktemp("replies")) as running:
        running.store.writer.do_now(stations.load_county, many)
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(service: Service) -> AsyncIterator[Client]:
    async with platform(service.sandbox.credentials.oa, f"{service.base}/wechat") as client:
        yield client


async def page_at(service: Service, text: str, path: str) -> tuple[int, str]:
    """Open the page that a reply names. Args: path: what its path begins with."""
    found = re.search(rf"https://example\.test({path}\S+)", text)
    assert found
    async with aiohttp.ClientSession() as session, session.get(service.base + found.group(1)) as answer:
        return answer.status, await answer.text()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize(
    "words", ["]]>", "a]]>b]]>]]>c", "]]", "<![CDATA[x]]>", "</Content></xml>", "&amp;&lt;", "\\u0041"]
)
async def test_a_reply_with_marks_in_it_arrives_unchanged(client: Client, words: str, form: str) -> None:
    spoken = client.turned(form=form)
    voice = spoken.message(
        f"oMarks-{form}", "voice", MediaId="m", Format="amr", Recognition=f"{words}欠薪怎么办？"
    )

    reply = await spoken.push(voice)

    assert f"“{words}欠薪怎么办？”" in reply.text


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("form", ["xml", "json"])
async def test_a_long_reply_is_cut_after_a_sentence_and_names_a_page(
    service: Service, client: Client, form: str
) -> None:
    reply = await client.turned(form=form).says(f"oLong-{form}", "选司法所")

    shown, link = reply.text.rsplit("\n", 1)
    assert 1500 < len(reply.text.encode()) <= 2048
    assert shown.endswith("司法所。")
    assert link.startswith("全文请看：https://example.test/m/")
    status, page = await page_at(service, reply.text, "/m/")
    assert status == 200
    assert "第1号司法所。" in page


@pytest.mark.asyncio(loop_scope="module")
async def test_the_page_of_a_long_reply_shows_all_of_it(service: Service, client: Client) -> None:
    reply = await client.says("oWhole", "选司法所")

    _status, page = await page_at(service, reply.text, "/m/")

    assert f"第{COUNT}号司法所。" in page


@pytest.mark.asyncio(loop_scope="module")
async def test_a_long_reply_is_the_same_at_each_try(client: Client) -> None:
    message = client.message("oLongTries", "text", Content="选司法所")

    replies = [await client.push(message) for _try in range(3)]

    assert len({reply.text for reply in replies}) == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_names_its_page_and_the_page_opens(service: Service, client: Client) -> None:
    reply = await client.says("oPage", "老板欠工资怎么办？")

    status, page = await page_at(service, reply.text, "/a/")

    assert status == 200
    assert "劳动" in page


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "token", ["1-abc", "1", "-", "0x1-abc", "1-" + "a" * 22, "١-abc", "%00", "9" * 40 + "-a", "..%2F..%2Fetc"]
)
async def test_a_guessed_page_does_not_open(service: Service, client: Client, token: str) -> None:
    await client.says("oGuessed", "老板欠工资怎么办？")

    async with aiohttp.ClientSession() as session, session.get(f"{service.base}/m/{token}") as answer:
        page = await answer.text()

    assert answer.status in (400, 404)
    assert "工资" not in page


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    st.text(st.sampled_from("民法。！\n，字 a<>&]é\u0301👨‍👩‍👧🇨🇳\ufe0f"), min_size=300, max_size=1200),
    st.sampled_from(["", LINK, "https://example.test/a/" + "x" * 3000]),
)
@example("字" * 1000, LINK)
@example("<a href='https://e.org'>" + "字" * 1000 + "</a>", LINK)
def test_whatever_is_said_fits_and_begins_as_it_was_said(text: str, link: str) -> None:
    cut = fit(text, link)

    assert len(cut.encode()) <= LIMIT
    if cut != text:
        assert len(text.encode()) > LIMIT
        body = cut.rsplit("\n全文请看：", 1)[0] if cut.endswith(link) and link else cut.removesuffix("……")
        assert text.startswith(body)


def test_a_cut_stands_after_a_sentence_when_there_is_one_near() -> None:
    text = "这是一句完整的话。" * 120

    cut = fit(text, LINK)

    assert cut.endswith(f"话。\n全文请看：{LINK}")
    assert len(cut.encode()) > 1900


def test_a_link_in_the_text_is_not_cut_in_two() -> None:
    text = "字" * 640 + '<a href="https://example.test/a/labour">看这里</a>' + "字" * 300

    cut = fit(text, LINK)

    assert cut.count("<a ") == cut.count("</a>")


def test_a_text_that_fits_is_left_alone() -> None:
    text = "字" * 682 + "ab"

    assert len(text.encode()) == LIMIT
    assert fit(text, LINK) == text
