"""Knowledge in the console: from a resident's question to the county's own text, and back to who was told."""

import asyncio
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from admin.app import DESK
from admin.learning import Learning
from bot.clock import SetClock
from bot.work.unit import Work
from handlers.consult import unanswered
from handlers.correspondence import service as letters
from handlers.facts import QuestionMissed
from handlers.library import recalls, told
from tests.console.desk import Browser, Page, audited, browser, staffed
from tests.journeys.test_consult import WAGES
from tests.journeys.test_handoff import at_home
from tests.support.service import Service, pack, serving

ENTRY = "labour.wages_owed"
BEGIN = "先用微信或书面催要"
NEW = "先打 {tel:labour} 投诉，不收钱。已经离开的，一年内去申请仲裁。"


async def ready(service: Service) -> None:
    """The texts of the pack are kept, as a few seconds after a start."""
    await Learning(service.store, pack().library, lambda: None).keep_texts()


async def reloaded(service: Service) -> None:
    """Every node sees a change within two seconds; here at once."""
    await asyncio.to_thread(service.app[DESK].rebuild)


def fields(page: Page) -> dict[str, list[str]]:
    """What the form of a draft would send as it stands."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", page.text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag and 'type="radio"' not in tag:
            found.setdefault(name[1], []).append(value[1] if value else "")
        elif name and "checked" in tag and value:
            found.setdefault(name[1], []).append(value[1])
    for name, value in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', page.text):
        found.setdefault(name, []).append(value)
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found.setdefault(name, []).append(chosen[1] if chosen else "")
    return found


async def saves(at: Browser, path: str, **changed: str | list[str]) -> Page:
    """Change fields of a draft and save it."""
    form = fields(await at.opens(path))
    for name, value in changed.items():
        form[name] = value if isinstance(value, list) else [value]
    pairs = [
        (name, value) for name, values in form.items() if name not in ("asked", "looked") for value in values
    ]
    async with at.session.post(at.base + path, data=pairs, headers={"Origin": at.base}) as answer:
        return Page(answer.status, await answer.text(), answer.url.path)


async def presses(at: Browser, path: str, what: str, **more: str) -> Page:
    """Press a button of a page that carries the form's token, and the serial where there is one."""
    page = await at.opens(path)
    hidden = {"serial": page.value("serial")} if 'name="serial"' in page.text else {}
    return await at.sends(f"{path}/{what}" if what else path, form=page.value("form"), **hidden, **more)


async def edited(service: Service, short: str = NEW, **more: str) -> str:
    """A draft of the entry with another short answer, by ``t001``. Returns: its address."""
    async with browser(service) as at:
        await at.signs_in("t001")
        page = await presses(at, f"/admin/knowledge/entries/{ENTRY}", "edit")
        await saves(at, page.path, short=short, reason="起算的日子写错了", **more)
        return page.path


def missed(service: Service, words: str) -> None:
    """A masked wording is collected, near to the entry on wages."""
    service.store.writer.do_now(
        unanswered.collect, QuestionMissed(unanswered.mark_of(words), words, (ENTRY,), "nothing")
    )


@pytest.fixture
async def staff(service: Service) -> Service:
    """Two who write and adopt, and a head."""
    staffed(service, "t001", name="陈敏", role="curator", station=None)
    staffed(service, "t002", name="周岚", role="curator", station=None)
    staffed(service, "t003", name="赵琴", role="head", station=None)
    await ready(service)
    return service


async def test_one_writes_another_adopts_and_residents_get_the_new_text(staff: Service) -> None:
    path = await edited(staff)

    async with browser(staff) as at:
        await at.signs_in("t001")
        own = await at.opens(path)
        refused = await presses(at, path, "adopt", looked="yes")
    async with browser(staff) as at:
        await at.signs_in("t002")
        draft = await at.opens(path)
        done = await presses(at, path, "adopt", looked="yes")
    await reloaded(staff)
    reply = await staff.phone().says(WAGES)

    assert "写的人不能自己审" in own.text
    assert "采用，马上用它回答" not in own.text
    assert "写的人不能自己审" in refused.text
    assert "<del>" in draft.text
    assert "<ins>" in draft.text
    assert done.path == f"/admin/knowledge/entries/{ENTRY}"
    assert "已经离开的，一年内去申请仲裁" in reply
    assert "本县写的" in done.text
    assert ("draft.adopt", "draft:1") in audited(staff)


async def test_a_draft_says_first_who_got_the_old_text(staff: Service) -> None:
    for who in ("oTest-resident-1", "oTest-resident-2"):
        await staff.phone(who).says(WAGES)

    path = await edited(staff, grave="yes")
    async with browser(staff) as at:
        await at.signs_in("t002")
        page = await at.opens(path)

    assert "有 2 位收到过第 1 版，其中 2 位现在就能在微信里告诉" in page.text
    assert page.text.index("有 2 位收到过") < page.text.index("短答案") < page.text.index("能不能发布")


async def test_a_draft_with_a_promise_or_a_number_cannot_go_out(staff: Service) -> None:
    path = await edited(staff, "您一定能赢，打 13800001111 找王师傅。")

    async with browser(staff) as at:
        await at.signs_in("t002")
        page = await at.opens(path)
        refused = await presses(at, path, "adopt", looked="yes")

    assert "有打包票或者报价的话" in page.text
    assert "像是谁的号码，要删掉" in page.text
    assert "像是人名或者住址，请看一看" in page.text
    assert "还有没过的地方" in refused.text
    assert "一定能赢" not in await staff.phone().says(WAGES)


async def test_what_was_told_stands_with_the_message_and_says_no_words(staff: Service) -> None:
    await staff.phone().says(WAGES)
    await edited(staff)
    async with browser(staff) as at:
        await at.signs_in("t002")
        await presses(at, "/admin/knowledge/drafts/1", "adopt", looked="yes")
    await reloaded(staff)
    await staff.phone("oTest-resident-2").says(WAGES)

    ids = [row[0] for row in staff.rows("select id from inbox order by id")]
    answers = [staff.store.reader.now(told.of_message, one) for one in ids]

    assert [[(one.entry, one.number) for one in each] for each in answers] == [[(ENTRY, 1)], [(ENTRY, 2)]]
    assert staff.rows("select inbox_id, entry from told order by inbox_id") == [
        (ids[0], ENTRY),
        (ids[1], ENTRY),
    ]


async def test_a_frozen_entry_answers_nobody_and_says_why(staff: Service) -> None:
    async with browser(staff) as at:
        await at.signs_in("t001")
        path = f"/admin/knowledge/entries/{ENTRY}"
        nothing = await presses(at, path, "freeze", why="")
        page = await presses(at, path, "freeze", why="法条改了")
        await reloaded(staff)
        reply = await staff.phone().says(WAGES)
        answer = await at.opens(f"/a/{ENTRY}")
        lifted = await presses(at, path, "lift")

    assert "请写明为什么停用" in nothing.text
    assert "停用了，居民看到的是指引或者请找工作人员" in page.text
    assert "法条改了" in page.text
    assert pack().library.by_id[ENTRY].short[:30] not in reply
    assert answer.status == 404
    assert "停用了，居民" not in lifted.text


async def test_wordings_without_an_answer_come_in_groups_and_one_press_makes_a_draft(staff: Service) -> None:
    for each in ("老板不给□工资", "□老板不给工资", "会不会□唱戏"):
        missed(staff, each)

    async with browser(staff) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/knowledge/unanswered")
        words = re.findall(r'name="words" value="([^"]*)"', page.text)
        given = {"form": page.value("form"), "words": words[0], "topic": "labour", "where": "new"}
        draft = await at.sends("/admin/knowledge/unanswered", **given)
        after = await at.opens("/admin/knowledge/unanswered")

    assert sorted(words) == ["□老板不给工资", "会不会□唱戏", "老板不给□工资"]
    assert page.text.count('<section class="panel">') == 2
    assert draft.path == "/admin/knowledge/drafts/1"
    assert words[0] in draft.text
    assert f'value="{words[0]}"' not in after.text


async def test_a_wording_can_be_added_to_the_draft_that_a_colleague_is_writing(staff: Service) -> None:
    path = await edited(staff)
    missed(staff, "老板不给□工资")

    async with browser(staff) as at:
        await at.signs_in("t002")
        page = await at.opens("/admin/knowledge/unanswered")
        words = re.findall(r'name="words" value="([^"]*)"', page.text)
        given = {"form": page.value("form"), "words": words[0], "topic": "", "where": ENTRY}
        draft = await at.sends("/admin/knowledge/unanswered", **given)

    assert draft.path == path
    assert words[0] in draft.text
    assert "已经离开的，一年内去申请仲裁" in draft.text


async def test_a_law_that_changed_lists_its_entries_and_freezes_them_in_one_step(staff: Service) -> None:
    async with browser(staff) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/knowledge/laws")
        listed = re.findall(r'name="entry" value="([^"]*)"', page.text)
        pairs = [("form", page.value("form")), ("why", "治安管理处罚法改了")]
        pairs += [("entry", one) for one in listed[:3]]
        headers = {"Origin": at.base}
        async with at.session.post(at.base + "/admin/knowledge/laws", data=pairs, headers=headers) as answer:
            after = await answer.text()

    assert len(listed) >= 3
    frozen = {row[0] for row in staff.rows("select entry from entry_freeze where lifted_at is null")}
    assert frozen == set(listed[:3])
    assert after.count(">停用<") >= len(frozen)


async def test_all_entries_of_a_change_are_frozen_by_one_press(staff: Service) -> None:
    async with browser(staff) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/knowledge/laws")
        sections = re.findall(r'name="all" value="([^"]*)">(\d+) 条全部停用', page.text)
        key, count = max(sections, key=lambda one: int(one[1]))
        await at.sends("/admin/knowledge/laws", form=page.value("form"), all=key, why="要核对")

    assert int(count) > 3
    assert staff.rows("select count(*) from entry_freeze where lifted_at is null") == [(int(count),)]


async def test_a_clerk_reads_and_does_not_change(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens(f"/admin/knowledge/entries/{ENTRY}")
        form = page.value("form") if 'name="form"' in page.text else ""
        tried = [
            await at.sends(f"/admin/knowledge/entries/{ENTRY}/{what}", form=form or "x", why="x")
            for what in ("edit", "freeze", "adopt")
        ]

    assert page.status == 200
    assert "改这一条" not in page.text
    assert {one.status for one in tried} <= {403, 404}


async def test_a_shipped_entry_can_be_adopted_on_its_page(tmp_path: Path, template_db: Path) -> None:
    async with serving(tmp_path / "data", template=template_db, adopted=False) as service:
        staffed(service, "t002", name="周岚", role="curator", station=None)
        async with browser(service) as at:
            await at.signs_in("t002")
            path = f"/admin/knowledge/entries/{ENTRY}"
            before = await at.opens(path)
            after = await presses(at, path, "adopt", seen=before.value("seen"))
        await reloaded(service)
        reply = await service.phone().says(WAGES)

    assert "还没采用，不会回答居民" in before.text
    assert "还没采用" not in after.text
    assert "依据" in reply


# -- recall ---------------------------------------------------------------------------------------


async def prepared(at: Browser, service: Service) -> Page:
    """A recall of the first version, ready for the second press."""
    path = f"/admin/knowledge/entries/{ENTRY}/recall"
    page = await at.opens(path)
    edition = re.search(r'name="edition"[^>]*value="([^"]*)" checked', page.text)
    assert edition
    words = page.text.split('name="text"')[1].split(">", 1)[1].split("</textarea>")[0]
    return await at.sends(path, form=page.value("form"), edition=edition[1], text=words, why="起算日错了")


async def replaced(service: Service) -> None:
    """The first version is replaced by a new one."""
    path = await edited(service, grave="yes")
    async with browser(service) as at:
        await at.signs_in("t002")
        await presses(at, path, "adopt", looked="yes")
    await reloaded(service)


async def test_everyone_who_got_the_wrong_text_is_told_once(staff: Service) -> None:
    phones = [staff.phone(f"oTest-resident-{n}") for n in range(3)]
    for phone in phones:
        await phone.says(WAGES)
        await phone.says(WAGES)
    await replaced(staff)
    await staff.phone("oTest-resident-9").says(WAGES)

    async with browser(staff) as at:
        await at.signs_in("t003")
        preview = await prepared(at, staff)
        quiet = [phone.pushed() for phone in phones]
        await presses(at, preview.path, "start")
        again = await presses(at, preview.path, "start")
        learning = Learning(staff.store, pack().library, lambda: None)
        for _n in range(3):
            await learning.recall()
        page = await at.opens(preview.path)

    receivers = staff.rows("select count(*), count(distinct resident_id) from recall_receiver")
    queued = staff.rows("select count(*) from outbox where once like 'recall:%'")
    assert "会发给 3 位，每人一次，发了收不回" in preview.text
    assert quiet == [[], [], []]
    assert "已经办过了" in again.text
    assert receivers == [(3, 3)]
    assert queued == [(3,)]
    assert page.text.count("打过电话了") == 0
    assert ("recall.start", "recall:1") in audited(staff)


async def test_the_text_arrives_by_day_and_waits_at_night(timed: Service, clock: SetClock) -> None:
    staffed(timed, "t001", name="陈敏", role="curator", station=None)
    staffed(timed, "t002", name="周岚", role="curator", station=None)
    staffed(timed, "t003", name="赵琴", role="head", station=None)
    await ready(timed)
    phone = timed.phone()
    await phone.says(WAGES)
    await replaced(timed)
    async with browser(timed) as at:
        await at.signs_in("t003")
        preview = await prepared(at, timed)
        clock.move(hours=12)
        await at.signs_in("t003")
        late = await at.opens(preview.path)
        timed.store.writer.do_now(recalls.start, 3, 1, "")
        await Learning(timed.store, pack().library, lambda: None).recall()

    due = timed.rows("select due_at, created_at from outbox where once like 'recall:%'")
    assert late.status == 200
    assert [(row[0] - row[1]) // 3_600_000 for row in due] == [10]
    assert phone.pushed() == []


async def test_a_wrong_text_that_still_answers_is_not_recalled(staff: Service) -> None:
    await staff.phone().says(WAGES)

    async with browser(staff) as at:
        await at.signs_in("t003")
        page = await at.opens(f"/admin/knowledge/entries/{ENTRY}/recall")
        await presses(at, f"/admin/knowledge/entries/{ENTRY}", "freeze", why="错了")
        await reloaded(staff)
        preview = await prepared(at, staff)
        await presses(at, f"/admin/knowledge/entries/{ENTRY}", "lift")
        await reloaded(staff)
        refused = await presses(at, preview.path, "start")

    assert "没有旧的版本" in page.text
    assert "错的这一版还在自动回答" in refused.text


async def test_who_left_stands_on_the_call_list_until_somebody_called(staff: Service) -> None:
    phone = staff.phone()
    await phone.says(WAGES)
    await replaced(staff)
    staff.store.writer.do_now(_left)

    async with browser(staff) as at:
        await at.signs_in("t003")
        preview = await prepared(at, staff)
        await presses(at, preview.path, "start")
        await Learning(staff.store, pack().library, lambda: None).recall()
        page = await at.opens(preview.path)
        called = await presses(at, preview.path, "called", resident=page.value("resident"))

    assert "1 位取消了关注，要打电话" in preview.text
    assert "打过电话了</button>" in page.text
    assert "打过电话了</button>" not in called.text
    assert phone.pushed() == []


async def test_the_call_list_shows_the_phone_masked_and_whole_for_a_reason(staff: Service) -> None:
    """Of a resident whose thread one may open; of others nothing."""
    for who in ("oTest-resident-1", "oTest-resident-2"):
        await staff.phone(who).says(WAGES)
    await staff.phone("oTest-resident-1").says("人工")
    (known,) = staff.rows("select resident_id from task")[0]
    (other,) = staff.rows("select max(id) from resident")[0]
    for resident, number in ((known, "13812345678"), (other, "13912345678")):
        staff.store.writer.do_now(letters.keep_contact, resident, "张三", number)
    await replaced(staff)
    staff.store.writer.do_now(_left)

    async with browser(staff) as at:
        await at.signs_in("t003")
        preview = await prepared(at, staff)
        await presses(at, preview.path, "start")
        await Learning(staff.store, pack().library, lambda: None).recall()
        page = await at.opens(preview.path)
        asked = await presses(at, preview.path, "phone", resident=str(known))
        seen = await presses(at, preview.path, "phone", resident=str(known), why="要打过去更正")
        others = await presses(at, preview.path, "phone", resident=str(other), why="好奇")
        again = await at.opens(preview.path)

    assert "138····5678" in page.text
    assert "139" not in page.text
    assert page.text.count("看号码") == 2, "once as words, once for who listens"
    assert "为什么要这样做" in asked.text
    assert "13812345678" in seen.text
    assert others.status == 404
    for one in (page, asked, others, again):
        assert "13812345678" not in one.text
    assert [row for row in audited(staff) if row[0] == "reveal"] == [("reveal", "task:1")]


def _left(work: Work) -> None:
    work.db.execute(text("update resident set left_at = :now"), {"now": work.now_ms})


# -- a reply becomes a draft ------------------------------------------------------------------------

REPLY = "带上欠条，明天上午来所里找王师傅，电话 13800001111。"


async def replied(service: Service) -> None:
    """A clerk answers a resident who named a person."""
    phone = service.phone()
    await phone.says("我叫李翠花，老板欠我工资不给怎么办？")
    at_home(service, "liuhe")
    await phone.says("人工")
    async with browser(service) as at:
        await at.signs_in("t009")
        await at.presses(1, "reply", reply=REPLY)


async def test_a_reply_becomes_a_draft_without_its_persons(staff: Service) -> None:
    staffed(staff, "t009", name="周海")
    await replied(staff)

    async with browser(staff) as at:
        await at.signs_in("t009")
        link = re.search(
            r'href="(/admin/tasks/1/learn[^"]*)">记成条目', (await at.opens("/admin/tasks/1")).text
        )
        assert link
        page = await at.opens(link[1])
        form = fields(page)
        given = {"form": page.value("form"), "reply": page.value("reply"), "where": "", "topic": "labour"}
        given |= {"title": "老板欠工资怎么要？", "wording": "老板欠我工资不给怎么办"}
        number = await at.sends("/admin/tasks/1/learn", **given, short="打 13800001111")
        name = await at.sends("/admin/tasks/1/learn", **given, short="带上欠条来所里找王师傅。")
        made = await at.sends("/admin/tasks/1/learn", **given, short="带上欠条来司法所。", looked="yes")

    assert form["short"] == ["带上欠条，明天上午来所里找□，电话 □。"]
    assert not any("翠花" in one or "138" in one for one in form["wording"])
    assert "像是有谁的号码" in number.text
    assert "像人名、住址：王师傅" in name.text
    assert "存成草稿了" in made.text
    assert staff.rows("select count(*) from entry_draft") == [(1,)]
    async with browser(staff) as at:
        await at.signs_in("t001")
        draft = await at.opens("/admin/knowledge/drafts/1")
    assert "老板欠工资怎么要？" in draft.text
    assert "带上欠条来司法所。" in draft.text
    assert "这是新的一条" in draft.text


async def test_a_reply_of_another_station_cannot_be_read_by_this_way(staff: Service) -> None:
    staffed(staff, "t009", name="周海")
    staffed(staff, "t010", name="赵琴", station="shiqiao")
    await replied(staff)

    async with browser(staff) as at:
        await at.signs_in("t010")
        page = await at.opens("/admin/tasks/1/learn")

    assert page.status == 404
    assert "欠条" not in page.text


async def test_what_becomes_of_an_entry_is_written_as_a_draft_of_it(staff: Service) -> None:
    staffed(staff, "t009", name="周海")
    await replied(staff)
    await edited(staff)

    async with browser(staff) as at:
        await at.signs_in("t003")
        page = await at.opens("/admin/tasks/1/learn")
        given = {"form": page.value("form"), "reply": page.value("reply"), "where": ENTRY, "title": ""}
        draft = await at.sends(
            "/admin/tasks/1/learn",
            **given,
            short="带上欠条来司法所。",
            wording="欠条在手里咋要钱",
            looked="yes",
        )

    assert draft.path == "/admin/knowledge/drafts/1"
    assert "已经离开的，一年内去申请仲裁。\n带上欠条来司法所。" in draft.text
    assert "欠条在手里咋要钱" in draft.text


# -- the pack changes -------------------------------------------------------------------------------


def _by_hand(work: Work, sql: str) -> None:
    work.db.execute(text(sql))


async def test_a_pack_that_changed_under_the_countys_text_is_shown_and_kept_out(staff: Service) -> None:
    await replaced(staff)
    staff.store.writer.do_now(_by_hand, "update entry_override set base = 'the pack before'")

    async with browser(staff) as at:
        await at.signs_in("t002")
        path = f"/admin/knowledge/entries/{ENTRY}"
        listed = await at.opens("/admin/knowledge")
        page = await at.opens(path)
        kept = await presses(at, path, "keep")
        await presses(at, path, "shipped")
    await reloaded(staff)
    reply = await staff.phone().says(WAGES)

    assert "和新发来的不一样" in listed.text
    assert "程序更新换了原文，本县有自己的写法" in page.text
    assert "从本县的改成新的，会变什么" in page.text
    assert "<ins>" in page.text
    assert "程序更新换了原文" not in kept.text
    assert "已经离开的，一年内去申请仲裁" not in reply
    assert "依据" in reply


async def test_a_shipped_text_that_changed_answers_after_it_is_adopted_again(staff: Service) -> None:
    staff.store.writer.do_now(_by_hand, f"update adoption set digest = 'before' where entry = '{ENTRY}'")
    await reloaded(staff)
    before = await staff.phone().says(WAGES)

    async with browser(staff) as at:
        await at.signs_in("t002")
        path = f"/admin/knowledge/entries/{ENTRY}"
        page = await at.opens(path)
        await at.sends(f"{path}/adopt", form=page.value("form"), seen=page.value("seen"))
    await reloaded(staff)
    after = await staff.phone("oTest-resident-2").says(WAGES)

    assert "新版没采用" in page.text
    assert BEGIN not in before
    assert BEGIN in after


async def test_an_answer_in_the_middle_of_a_journey_is_recorded_too(staff: Service) -> None:
    phone = staff.phone()
    await phone.says("选司法所")
    await phone.says(WAGES)

    assert staff.rows("select entry from told") == [(ENTRY,)]


async def test_why_this_answer_names_the_version_that_was_told(staff: Service) -> None:
    staffed(staff, "t009", name="周海")
    phone = staff.phone()
    await phone.says(WAGES)
    at_home(staff, "liuhe")
    await phone.says("人工")

    async with browser(staff) as at:
        await at.signs_in("t009")
        page = await at.opens("/admin/tasks/1/why/1")

    assert f"{ENTRY} 第 1 版" in page.text
