"""Tables as files: read back with another library than the one that wrote them."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from admin.console.sheets import XLSX, csv_file, xlsx_file
from bot.clock import in_china
from bot.work.unit import Work
from handlers.correspondence.models import Contact
from handlers.facts import StaffReplied
from handlers.handoff.models import Task
from tests.console.desk import audited, browser, staffed
from tests.console.test_registers import PHONE, told
from tests.console.test_threads import asked
from tests.support.servers import Postgres
from tests.support.service import Service, serving

HEADS = ("号", "时间", "几次", "多久", "话")
AT = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
SHOWN = in_china(AT).replace(tzinfo=None)
"""The same as a workbook has it, which knows no zones."""
FORMULAS = ("=1+1", "+86 138", "-1", "@SUM(A1)", '=HYPERLINK("http://x")')


def opened(body: bytes) -> Any:
    """The one sheet of a workbook."""
    return load_workbook(io.BytesIO(body)).active


async def made(*rows: tuple[Any, ...]) -> bytes:
    """A workbook of some rows."""
    answer = await xlsx_file("consult-202611", "解答法律咨询登记", HEADS, rows)
    assert isinstance(answer.body, bytes)
    return answer.body


async def test_numbers_are_numbers_dates_are_dates_and_headings_are_chinese() -> None:
    sheet = opened(await made(("R-0001", AT, 3, 1.5, "好"), ("R-0002", None, 0, 0.25, "")))

    assert sheet.title == "解答法律咨询登记"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [
        list(HEADS),
        ["R-0001", SHOWN, 3, 1.5, "好"],
        ["R-0002", None, 0, 0.25, None],
    ]
    assert [cell.data_type for cell in sheet[2]] == ["s", "d", "n", "n", "s"]
    assert sheet["B2"].is_date


@pytest.mark.parametrize("words", FORMULAS)
async def test_no_cell_is_a_formula(words: str) -> None:
    body = await made((words, None, 1, 1, words))
    cell = opened(body)["A2"]
    written = zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml")
    text = str(csv_file("x", HEADS, [(words, None, 1, 1, "")]).text)

    assert (cell.value, cell.data_type, bool(cell.quotePrefix)) == (words, "s", True)
    assert b"<f>" not in written
    assert text.splitlines()[1].lstrip('"').startswith("'")


async def test_an_empty_table_opens_too() -> None:
    sheet = opened(await made())

    assert [cell.value for cell in sheet[1]] == list(HEADS)
    assert sheet.max_row == 1


async def exported(service: Service) -> tuple[str, str, Any]:
    """A head exports the book of this month. Returns: type and name of the file, its sheet."""
    staffed(service, "boss", name="周岚", role="head")
    await asked(service)
    service.store.writer.do_now(_called)
    told(service, StaffReplied(1, 1, 1))
    async with browser(service) as at:
        await at.signs_in("boss")
        page = await at.opens("/admin/registers")
        fields = {name: page.value(name) for name in ("form", "book", "month", "place")}
        asks = await at.sends("/admin/registers/export", **fields, **{"as": "xlsx"})
        assert asks.value("as") == "xlsx", "the second check keeps which file was wanted"
        async with at.session.post(
            f"{at.base}/admin/registers/export",
            data={**fields, "as": "xlsx", "why": "月底报表"},
            headers={"Origin": at.base},
        ) as answer:
            return answer.content_type, answer.headers["Content-Disposition"], opened(await answer.read())


async def test_a_book_leaves_as_a_workbook_masked_and_written_down(timed: Service) -> None:
    kind, name, sheet = await exported(timed)

    assert (kind, name) == (XLSX, 'attachment; filename="consult-202611.xlsx"')
    first = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
    assert first["号"] == "R-0001"
    assert first["来的时间"] == SHOWN.replace(minute=0)
    assert first["电话"] == "138****5678"
    assert ("register_export", "register:consult-202611") in audited(timed)
    assert '"file":"xlsx"' in timed.rows("select after from audit where what = 'register_export'")[0][0]


@pytest.mark.servers
async def test_a_workbook_comes_from_postgresql_too(postgres_server: Postgres, tmp_path: Path) -> None:
    with postgres_server.database() as url:
        async with serving(tmp_path, database_url=url) as service:
            _kind, _name, sheet = await exported(service)

    assert sheet["A2"].value == "R-0001"
    assert isinstance(sheet["B2"].value, datetime)


def _called(work: Work) -> None:
    """The resident is called something that a spreadsheet would take for a formula."""
    work.db.add(
        Contact(
            resident_id=work.db.get_one(Task, 1).resident_id,
            name="=cmd|' /C calc'!A1",
            phone=PHONE,
            name_mark="a",
            phone_mark="b",
            tail_mark="c",
            at=work.now_ms,
        )
    )
