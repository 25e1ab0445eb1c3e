"""The public page of an answer."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from handlers.consult.api import POLICY, routes
from handlers.consult.periods import period_words
from handlers.consult.service import Desk
from knowledge.library import Library
from knowledge.statutes import Article, StatuteBook
from tests.knowledge.pack import matcher_of, write_pack

Client = TestClient[web.Request, web.Application]
STATUTES = StatuteBook(
    [
        Article(
            "中华人民共和国劳动法",
            "劳动法",
            "2018-12-29",
            "法律",
            50,
            "",
            "工资应当按月支付。\n<b>不得</b>拖欠。",
        ),
        Article("中华人民共和国劳动合同法", "劳动合同法", "2030-01-01", "法律", 30, "", "另一个文本。"),
    ]
)

SHOWN = (
    "单位不发工资，怎么要？",
    "样例县",
    "存证据",
    "身份证",
    "1 年内",
    "从离开那天算起",
    "有欠条",
    "示例内容",
    "2026-11-20 核对",
    'href="tel:12333"',
    'href="/a/labour.site"',
)


@pytest.fixture
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A browser without script."""
    library = Library.load(write_pack(tmp_path_factory.mktemp("pack")))
    desk = Desk(matcher_of(library), "https://example.gov.cn", trial=True, statutes=STATUTES, county="样例县")
    app = web.Application()
    app.add_routes(routes(lambda _request: desk))
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_page_shows_the_whole_answer(client: Client) -> None:
    response = await client.get("/a/labour.wages")
    text = await response.text()

    assert response.status == 200
    assert response.headers["Content-Security-Policy"] == POLICY
    for part in SHOWN:
        assert part in text
    assert "{tel" not in text
    assert not re.search(r"<script|style=|onclick=", text)


async def test_the_text_of_an_article_is_shown_in_the_cited_version_only(client: Client) -> None:
    text = await (await client.get("/a/labour.wages")).text()

    assert "工资应当按月支付。" in text
    assert "&lt;b&gt;不得&lt;/b&gt;" in text
    assert "另一个文本。" not in text
    assert "《劳动合同法》第 30 条（2012-12-28 文本）" in text


async def test_a_guide_has_a_page_too(client: Client) -> None:
    text = await (await client.get("/a/guide.labour")).text()

    assert "有哪几条路" in text
    assert "存好考勤" in text


@pytest.mark.parametrize("entry", ["labour.gone", "..%2f..%2fetc", "%3Cscript%3E", "x" * 500])
async def test_an_unknown_page_helps_and_echoes_nothing(client: Client, entry: str) -> None:
    response = await client.get(f"/a/{entry}")
    text = await response.text()

    assert response.status == 404
    assert "这一页没有了" in text
    assert "12348" in text
    assert "<script" not in text
    assert response.headers["Content-Security-Policy"] == POLICY


async def test_an_entry_that_is_not_adopted_has_no_page() -> None:
    desk = replace(Desk(matcher_of(Library.of([])), ""), trial=False)
    app = web.Application()
    app.add_routes(routes(lambda _request: desk))

    async with TestClient(TestServer(app)) as client:
        response = await client.get("/a/labour.wages_owed")

    assert response.status == 404


async def test_larger_letters_are_remembered(client: Client) -> None:
    assert 'class="care"' not in await (await client.get("/a/labour.wages")).text()

    assert 'class="care"' in await (await client.get("/a/labour.wages?big=1")).text()
    assert 'class="care"' in await (await client.get("/a/labour.site")).text()
    assert 'class="care"' not in await (await client.get("/a/labour.site?big=0")).text()


@pytest.mark.parametrize(
    ("period", "words"), [("30d", "30 天内"), ("1y", "1 年内"), ("24h", "24 小时内"), ("none", "没有期限")]
)
def test_limits_are_said_in_words(period: str, words: str) -> None:
    assert period_words(period) == words
