"""Beside a reply: drafts, ready words, other offices, notes, calls, how to reach somebody, passing on."""

import asyncio
import re

import pytest

from bot.clock import SetClock
from handlers.library import statutes
from knowledge.statutes import Article
from tests.console.desk import PASSWORD, Browser, Page, audited, browser, staffed
from tests.console.test_threads import WAGES, asked
from tests.journeys.test_handoff import later
from tests.support.service import Service


def suggested(page: Page) -> str:
    """The form's value of the first answer that is suggested."""
    return page.text.split('name="put" value="entry:')[1].split('"')[0]


def written(page: Page) -> str:
    """What stands in the reply."""
    return page.text.split('id="reply"')[1].split(">", 1)[1].split("</textarea>")[0].strip()


async def test_a_suggested_answer_goes_into_the_reply_behind_what_is_written(service: Service) -> None:
    staffed(service)
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        put = await at.presses(1, "put", put=f"entry:{suggested(page)}", reply="您好。")

    assert written(put).startswith("您好。\n")
    assert "依据：《" in written(put)
    assert service.rows("select count(*) from outbox where once like 'staff:%'") == [(0,)]


async def test_loaded_statutes_stand_beside_a_thread(service: Service) -> None:
    staffed(service)
    await asked(service)
    articles = [
        Article("中华人民共和国劳动法", "劳动法", "2018-12-29", "法律", n, "", text, "")
        for n, text in ((50, "工资应当按月支付给劳动者本人。"), (91, "单位拖欠工资的，由劳动部门责令支付。"))
    ]
    service.store.writer.do_now(statutes.load, tuple(statutes.row(one) for one in articles))

    async with browser(service) as at:
        await at.signs_in("t001")
        for _try in range(50):
            page = await at.opens("/admin/tasks/1")
            if "第 91 条" in page.text:
                break
            await asyncio.sleep(0.1)

    assert "上面的答案引了它" in page.text.split("第 50 条</b>")[1][:80]
    assert "单位拖欠工资的，由劳动部门责令支付。" in page.text


async def test_another_office_goes_into_the_reply_with_its_number_from_the_table(service: Service) -> None:
    staffed(service)
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        by_number = await at.presses(1, "put", put="body", body="tel:labour", reply="")
        by_rule = await at.presses(1, "put", put="body", body="rule:illness", reply="")
        none = await at.presses(1, "put", put="body", body="", reply="您好。")

    assert "人力资源社会保障部门" in written(by_number)
    assert "请到医院看" in written(by_rule)
    assert none.status == 409
    assert written(none) == "您好。"


async def test_a_draft_is_there_after_a_new_sign_in_and_gone_when_it_was_sent(service: Service) -> None:
    staffed(service)
    staffed(service, "t002", name="周海")
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        kept = await at.presses(1, "draft", reply="写到一半")
    async with browser(service) as at:
        await at.signs_in("t001")
        again = await at.opens("/admin/tasks/1")
        sent = await at.presses(1, "reply", reply="写完了。")
    async with browser(service) as at:
        await at.signs_in("t002")
        colleague = await at.opens("/admin/tasks/1")

    assert kept.status == 204
    assert written(again) == "写到一半"
    assert written(sent) == ""
    assert "写到一半" not in colleague.text
    assert service.rows("select count(*) from draft") == [(0,)]


async def test_a_reply_that_comes_when_the_session_is_over_is_kept_as_a_draft(
    timed: Service, clock: SetClock
) -> None:
    staffed(timed)
    staffed(timed, "t002", name="周海")
    await asked(timed)

    async with browser(timed) as at, browser(timed) as other:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        clock.move(minutes=40)
        await other.signs_in("t002")
        hidden = {name: page.value(name) for name in ("form", "once", "seen")}
        over = await at.sends("/admin/tasks/1/reply", **hidden, reply="带上欠条来。")
        stolen = await at.sends("/admin/tasks/1/reply", **(hidden | {"form": "x"}), reply="假的")
        back = await at.signs_in("t001", PASSWORD, "/admin/tasks/1")

    assert over.status == 401
    assert "您写的存下了" in over.text
    assert stolen.status == 403
    assert back.path == "/admin/tasks/1"
    assert written(back) == "带上欠条来。"
    assert timed.rows("select count(*) from staff_reply") == [(0,)]


async def test_lines_put_aside_go_out_with_the_next_one_as_one_message(service: Service) -> None:
    staffed(service)
    phone = await asked(service)
    with service.store.engine.begin() as connection:
        connection.exec_driver_sql("update resident set said_left = 1")

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        await at.presses(1, "aside", reply="先把欠条拍照。")
        aside = await at.presses(1, "aside", reply="聊天记录别删。")
        await at.presses(1, "reply", reply="明天上午来所里。")
    pushed = await phone.waits_for_push(1)

    assert "微信还能发 1 条" in page.text
    assert "会和下面的合成 1 条发" in aside.text
    assert pushed == ["陈敏（柳河司法所）回您：\n先把欠条拍照。\n聊天记录别删。\n明天上午来所里。"]


async def test_when_nothing_may_be_sent_the_reply_asks_for_a_call(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    await asked(timed)
    await later(timed, clock, hours=49)

    async with browser(timed) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        kept = await at.presses(1, "reply", reply="明天上午来所里。")
        calls = await at.opens("/admin/calls")
        missed = await at.presses(1, "called", result="missed")
        await at.presses(1, "contact", name="王女士", phone="13812345678")
        known = await at.opens("/admin/tasks/1")
        await at.presses(1, "called", result="reached")
        done = await at.opens("/admin/calls")

    assert "不能在微信里发了。" in page.text
    assert "也放进了要打的电话" in kept.text
    assert "没有电话号码。" in kept.text
    assert "R-0001" in calls.text
    assert "打过 1 次没人接" in missed.text
    assert "138····5678" in known.text
    assert "13812345678" not in known.text
    assert "没有要打的电话" in done.text
    assert {("call_missed", "task:1"), ("called", "task:1")} <= set(audited(timed))


async def test_a_call_is_finished_from_the_list_in_one_press(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    staffed(timed, "t002", station=None, name="审计", role="auditor")
    await asked(timed)
    await later(timed, clock, hours=49)

    async with browser(timed) as at, browser(timed) as reader:
        await at.signs_in("t001")
        await reader.signs_in("t002")
        await at.presses(1, "reply", reply="明天上午来所里。")
        listed, read = await at.opens("/admin/calls"), await reader.opens("/admin/calls")
        sent = {"form": listed.value("form"), "from": listed.value("from")}
        missed = await at.sends("/admin/tasks/1/called", result="missed", **sent)
        done = await at.sends("/admin/tasks/1/called", result="reached", **sent)

    assert 'aria-label="打通了 R-0001"' in listed.text
    assert "R-0001" in read.text
    assert "打通了" not in read.text
    assert (missed.path, done.path) == ("/admin/calls", "/admin/calls")
    assert "R-0001" in missed.text
    assert "没有要打的电话" in done.text
    assert {("call_missed", "task:1"), ("called", "task:1")} <= set(audited(timed))


async def test_a_number_is_shown_whole_only_with_a_reason_that_is_kept(service: Service) -> None:
    staffed(service)
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        await at.presses(1, "contact", name="王女士", phone="13812345678")
        asking = await at.presses(1, "phone")
        shown = await at.sends(
            "/admin/tasks/1/phone", form=asking.value("form"), why="回电话", proof=PASSWORD
        )

    assert "13812345678" not in asking.text
    assert "13812345678" in shown.text
    assert ("reveal", "task:1") in audited(service)


async def test_a_note_is_for_colleagues_only(service: Service) -> None:
    staffed(service)
    staffed(service, "t002", name="周海")
    phone = await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        await at.presses(1, "note", reply="问过监察大队，下午回话。")
    async with browser(service) as at:
        await at.signs_in("t002")
        page = await at.opens("/admin/tasks/1")

    assert "问过监察大队，下午回话。" in page.text
    assert phone.pushed() == []
    assert "监察大队" not in str(service.rows("select * from task_note"))


async def test_a_task_is_offered_and_taken_back(service: Service) -> None:
    staffed(service)
    second = staffed(service, "t002", name="周海")
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        await at.presses(1, "take")
        bare = await at.presses(1, "offer", to=f"colleague:{second}", why="")
        offered = await at.presses(1, "offer", to=f"colleague:{second}", why="他管工资")
        back = await at.presses(1, "withdraw", offer=offered.value("offer"))

    assert bare.status == 422
    assert "转给了周海，对方收下以前还归您" in offered.text
    assert "转给谁" in back.text
    assert service.rows("select state from offer") == [("withdrawn",)]


async def test_two_clerks_take_one_task_and_one_of_them_reads_who_has_it(service: Service) -> None:
    staffed(service)
    staffed(service, "t002", name="周海")
    await asked(service)

    async with browser(service) as first, browser(service) as second:
        await first.signs_in("t001")
        await second.signs_in("t002")
        page = await second.opens("/admin/tasks/1")
        await first.presses(1, "take")
        late = await second.sends("/admin/tasks/1/take", form=page.value("form"))

    assert late.status == 409
    assert "陈敏在办这一件" in late.text


async def test_ready_words_are_written_once_and_used_by_one_press(service: Service) -> None:
    staffed(service)
    staffed(service, "t002", station="shiqiao", name="赵琴")
    staffed(service, "boss", station=None, name="何晴", role="county_admin")
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("boss")
        page = await at.opens("/admin/words")
        await at.sends("/admin/words", form=page.value("form"), title="上班时间", text="周一到周五上班。")
    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/words")
        await at.sends("/admin/words", form=page.value("form"), title="带什么", text="带身份证和欠条。")
        thread = await at.opens("/admin/tasks/1")
        put = await at.presses(1, "put", put="words:2", reply="")
        of_all = await at.sends("/admin/words/1", form=page.value("form"), title="改", text="改")
        changed = await at.sends(
            "/admin/words/2", form=page.value("form"), title="带什么", text="带身份证、欠条、记工本。"
        )
    async with browser(service) as at:
        await at.signs_in("t002")
        elsewhere = await at.opens("/admin/words")
        theirs = await at.sends("/admin/words/2/drop", form=elsewhere.value("form"))

    assert "陈敏负责" in page.text or "陈敏负责" in changed.text
    assert "上班时间" in thread.text
    assert written(put) == "带身份证和欠条。"
    assert of_all.status == 404
    assert "记工本" in changed.text
    assert "带什么" not in elsewhere.text
    assert "上班时间" in elsewhere.text
    assert theirs.status == 404
    assert "欠条" not in str(service.rows("select * from canned_reply"))


async def test_staff_read_why_the_bot_answered_so(service: Service) -> None:
    staffed(service)
    staffed(service, "t002", station="shiqiao", name="赵琴")
    await asked(service)
    (message,) = service.rows("select min(id) from inbox")

    async with browser(service) as at:
        await at.signs_in("t001")
        thread = await at.opens("/admin/tasks/1")
        why = await at.opens(f"/admin/tasks/1/why/{message[0]}")
        odd = [(await at.opens(f"/admin/tasks/1/why/{n}")).status for n in ("0", "99", "x")]
    async with browser(service) as at:
        await at.signs_in("t002")
        elsewhere = await at.opens(f"/admin/tasks/1/why/{message[0]}")

    assert f'href="/admin/tasks/1/why/{message[0]}"' in thread.text
    assert WAGES in why.text
    assert "直接回答" in why.text
    assert "依据" in why.text
    assert odd == [404, 404, 404]
    assert elsewhere.status == 404


@pytest.mark.parametrize("what", ["draft", "put", "aside", "note", "call", "contact", "phone", "offer"])
async def test_another_stations_thread_takes_no_form(service: Service, what: str) -> None:
    staffed(service)
    staffed(service, "t002", station="shiqiao", name="赵琴")
    await asked(service)

    async with browser(service) as at:
        page = await at.signs_in("t002")
        answer = await at.sends(f"/admin/tasks/1/{what}", form=page.value("form"), reply="x", why="x")

    assert answer.status == 404


async def _weight(at: Browser, path: str) -> int:
    """Bytes of a page with its style sheets and scripts, as they go over the wire."""
    headers = {"Accept-Encoding": "gzip"}
    total, paths = 0, [path]
    for one in paths:
        async with at.session.get(at.base + one, headers=headers, auto_decompress=False) as answer:
            body = await answer.read()
            assert answer.status == 200
            total += len(body)
        if one == path:
            paths += re.findall(r'(?:href|src)="(/static/[^"]+)"', body.decode())
    return total


async def test_the_first_page_is_light(service: Service) -> None:
    staffed(service)
    for number in range(4):
        await asked(service, f"oTest-{number}")

    async with browser(service) as at:
        await at.signs_in("t001")
        weights = [await _weight(at, path) for path in ("/admin", "/admin/tasks/1")]
    async with browser(service) as at:
        weights.append(await _weight(at, "/admin/signin"))

    assert max(weights) < 150_000
