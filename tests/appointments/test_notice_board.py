"""The public board of a station: duties, flow, people and whereabouts today, as the bot would tell them."""

from bot.clock import SetClock
from handlers.appointments import affected, service
from handlers.appointments.slots import Slot
from handlers.handoff import absence, staff
from tests.appointments.program import Trial
from tests.handlers.office import at, ms


async def page(trial: Trial, path: str = "/board/liuhe") -> tuple[int, str]:
    """A page as anybody gets it."""
    async with trial.session.get(trial.service.base + path) as answer:
        return answer.status, await answer.text()


def away(trial: Trial, login: str, since: str, until: str | None) -> None:
    """Somebody is away."""
    who = trial.service.store.reader.now(staff.by_login, login).id
    trial.service.store.writer.do_now(absence.away, who, who, ms(since), ms(until) if until else None)


async def test_a_board_tells_duties_flow_people_and_whereabouts(trial: Trial, clock: SetClock) -> None:
    clock.at = at("2026-11-24 10:00")

    status, text = await page(trial)

    assert status == 200
    for said in (
        "柳河司法所公开栏",
        "现在在上班，到 12:00。",
        "0379-0000 0002",
        "职责：能办什么",
        "<b>人民调解</b>：到司法所办，一次约 60 分钟",
        "流程：怎么办",
        "人民调解带什么",
        "去向：今天谁在",
        '<b>chenmin</b> <span class="meta">工作人员</span><br>现在在所里',
        '<b>fangze</b> <span class="meta">律师</span><br>9:00-11:30 柳河值班律师，一楼东头',
        "12月4日不办公",
        "示例县",
    ):
        assert said in text, said


async def test_who_is_away_is_told_with_when_they_are_back_and_not_why(trial: Trial, clock: SetClock) -> None:
    clock.at = at("2026-11-24 10:00")
    away(trial, "chenmin", "2026-11-24 09:00", "2026-11-25 14:00")
    away(trial, "fangze", "2026-11-24 09:00", None)

    _status, text = await page(trial)

    assert '<b>chenmin</b> <span class="meta">工作人员</span><br>不在，明天（周三）14:00 回来' in text
    assert '<b>fangze</b> <span class="meta">律师</span><br>不在，回来的时间没有定' in text


async def test_a_lawyer_of_two_stations_is_told_at_the_other(trial: Trial, clock: SetClock) -> None:
    clock.at = at("2026-11-25 15:00")

    _status, text = await page(trial)

    assert "14:30-17:00 在城东司法所：城东值班律师，一楼 101" in text


async def test_on_a_holiday_nobody_is_said_to_be_there(trial: Trial, clock: SetClock) -> None:
    clock.at = at("2027-01-01 10:00")

    _status, text = await page(trial)

    assert "今年的放假安排还没录入" in text
    assert "现在不上班" in text
    assert "现在在所里" not in text


async def test_a_sudden_closing_stands_on_the_board_at_once(trial: Trial, clock: SetClock) -> None:
    clock.at = at("2026-11-24 10:00")
    clerk = trial.service.store.reader.now(staff.by_login, "chenmin").id
    await page(trial)
    trial.service.store.writer.do_now(
        affected.close,
        clerk,
        ms("2026-11-24 09:30"),
        ms("2026-11-24 12:00"),
        "停电",
        station_id="liuhe",
    )

    _status, text = await page(trial)

    assert "今天 9:30 到 12:00 临时不办公。" in text
    assert "现在在所里" not in text


async def test_what_comes_to_the_villages_stands_with_its_next_time(trial: Trial, clock: SetClock) -> None:
    clock.at = at("2026-12-03 08:00")

    _status, text = await page(trial)

    assert "<b>法律服务车</b>：今天 9:00-11:00，李家庄村 村委会门口（就是今天）" in text
    assert "<b>村（社区）法律顾问</b>：12月9日（周三）9:00-11:30，柳河村 村委会" in text


async def test_a_board_names_nobody_who_comes(trial: Trial, clock: SetClock) -> None:
    clock.at = at("2026-11-23 10:00")
    do = trial.service.store.writer.do_now
    held = do(service.hold, None, Slot("home", "liuhe-home", "", ms("2026-11-26 14:00")), by=1)
    person = service.Person("刘翠花", "13900005678", other=True)
    do(service.book, None, held.appointment_id, person, address="柳河村三组 12 号")
    clock.at = at("2026-11-26 14:30")

    _status, text = await page(trial)

    assert "14:00-17:30 上门办事" in text
    for secret in ("刘翠花", "13900005678", "三组"):
        assert secret not in text


async def test_a_page_works_without_script_and_larger_letters_stay(trial: Trial) -> None:
    async with trial.session.get(trial.service.base + "/board/liuhe?big=1") as answer:
        text, headers = await answer.text(), answer.headers

    assert "<script" not in text
    assert "script-src" not in headers["Content-Security-Policy"]
    assert 'class="care"' in text
    assert "big=1" in headers["Set-Cookie"]


async def test_all_boards_are_listed_and_found_from_a_wrong_address(trial: Trial) -> None:
    listed, wrong = await page(trial, "/board"), await page(trial, "/board/nowhere")

    assert (listed[0], wrong[0]) == (200, 404)
    for _status, text in (listed, wrong):
        assert all(f'href="/board/{one}"' in text for one in ("chengdong", "liuhe", "shiqiao"))
