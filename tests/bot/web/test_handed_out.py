"""What an admin takes away: the report of a table, the archive of an export; nobody else's, and only as files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator

import pytest
from openpyxl import load_workbook

from storage import sql
from tests.bot.web.phone import Phone
from tests.conversations.chat import Chat, Seen

TABLE = """客户,负责人,联系人,电话
恒川物流有限公司,张伟,江雪,13912345678
启明制造有限公司,张伟,,
=cmd()有限公司,李娜,,
,张伟,=HYPERLINK("http://evil"),
<img src=x onerror=alert(1)>,孙丽,,
"""


@pytest.fixture
async def admin(chat: Chat) -> AsyncIterator[Phone]:
    async with Phone(chat.demo, "admin") as one:
        yield one


async def preview(chat: Chat) -> Seen:
    url = (await chat.says("admin", "/import 客户")).urls["upload_table"]
    await chat.web.post(url, files={"file": ("表.csv", TABLE.encode())})
    await chat.demo.desk.quiet(20)
    return (await chat.heard_of("admin", "cmd.import.preview"))[-1]


def page_of(card: Seen, chat: Chat) -> str:
    [url] = card.urls.values()
    assert url.startswith(chat.demo.url)
    return url.removeprefix(chat.demo.url)


async def test_the_report_before_and_after(chat: Chat, admin: Phone) -> None:
    card = await preview(chat)
    before = await admin.opens(page_of(card, chat))
    assert before.status_code == 200 and "可进 2 行，重复 1，有误 2。还没导" in before.text
    assert "第 5 行" in before.text and "缺客户名称" in before.text and "没有叫“孙丽”的成员" in before.text
    assert "<img src=x" not in before.text
    done = await chat.taps("admin", card, "execute")
    after = page_of(done, chat)
    assert after != page_of(card, chat)
    assert "已导入 2 行，重复 1，跳过有误 2" in (await admin.opens(after)).text


async def test_the_files_hold_every_line_and_no_formula(chat: Chat, admin: Phone) -> None:
    done = await chat.taps("admin", await preview(chat), "execute")
    path = page_of(done, chat)
    sheet = await admin.opens(f"{path}.xlsx")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="import-customers.xlsx"'
    assert sheet.headers["X-Content-Type-Options"] == "nosniff" and sheet.headers["Cache-Control"] == "no-store"
    lines = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows())
    assert [cell.value for cell in lines[0]] == ["行", "结果", "原因", "客户", "负责人", "联系人", "电话"]
    assert [line[1].value for line in lines[1:]] == ["已导入", "重复", "已导入", "有误", "有误"]
    assert {cell.data_type for line in lines for cell in line if cell.value is not None} == {"s"}
    assert lines[3][3].value == "'=cmd()有限公司" and lines[4][5].value.startswith("'=HYPERLINK")
    plain = await admin.opens(f"{path}.csv")
    assert plain.content.startswith(b"\xef\xbb\xbf") and plain.headers["Content-Type"].startswith("text/csv")
    found = list(csv.reader(io.StringIO(plain.content.decode("utf-8-sig"), newline="")))
    assert found[3][3] == "'=cmd()有限公司" and found[5][2] == "没有叫“孙丽”的成员，写平台帐号"


async def test_a_report_is_a_table_and_mended_it_comes_in(chat: Chat, admin: Phone) -> None:
    done = await chat.taps("admin", await preview(chat), "execute")
    report = (await admin.opens(f"{page_of(done, chat)}.csv")).content.decode("utf-8-sig")
    mended = report.replace("孙丽", "李娜").replace("<img src=x onerror=alert(1)>", "云帆科技")
    url = (await chat.says("admin", "/import 客户")).urls["upload_table"]
    await chat.web.post(url, files={"file": ("改好.csv", mended.encode())})
    await chat.demo.desk.quiet(20)
    card = (await chat.heard_of("admin", "cmd.import.preview"))[-1]
    assert card.title == "导入客户：可进 1 行" and "重复 3，有误 1" in card.text
    await chat.taps("admin", card, "execute")
    names = [one["name"] for one in await chat.records("customer")]
    assert names.count("=cmd()有限公司") == 1 and "云帆科技" in names


async def test_nobody_else_opens_it(chat: Chat, admin: Phone, phone: Phone) -> None:
    card = await preview(chat)
    path = page_of(card, chat)
    assert (await chat.web.get(chat.demo.url + path)).status_code == 401
    for end in ("", ".xlsx", ".csv"):
        refused = await phone.opens(path + end)
        assert refused.status_code == 404 and "江雪" not in refused.text and "恒川" not in refused.text
    assert (await admin.opens("/sidebar/import/20260310-100000-0123456789abcdef")).status_code == 404
    assert (await admin.opens("/sidebar/import/-")).status_code == 404
    assert (await admin.opens(path)).status_code == 200
    await sql.run("UPDATE member SET roles = '[\"rep\"]' WHERE name = '管理员'")
    assert (await admin.gets(path)).status_code == 401


async def test_after_three_days_there_is_no_report(chat: Chat, admin: Phone) -> None:
    path = page_of(await preview(chat), chat)
    await chat.until("2026-03-14 09:00")
    assert (await admin.opens(path)).status_code == 404


async def test_an_export_is_taken_from_its_page(chat: Chat, admin: Phone, phone: Phone) -> None:
    said = await chat.says("admin", "/export customers")
    assert said.text.startswith("6 家，xlsx，加密，24 小时内可下。已留痕。") and "data/exports" not in said.text
    [path] = re.findall(rf"{chat.demo.url}(/sidebar/export/[a-z0-9.-]+)", str(said))
    word = re.search(r"密码：(\S+)", said.text)
    assert word is not None
    page = await admin.opens(path)
    assert page.status_code == 200, page.text
    assert word[1] not in page.text and "下载" in page.text
    file = await admin.opens(f"{path}/file")
    assert file.content.startswith(b"PK") and file.headers["Content-Disposition"].startswith("attachment; filename=")
    for one in (path, f"{path}/file"):
        assert (await phone.opens(one)).status_code == 404
        assert (await chat.web.get(chat.demo.url + one)).status_code == 401
    for name in ("customers-20260310-100000-01234567.zip", "..%2f..%2fgenjin.db", "x"):
        assert (await admin.opens(f"/sidebar/export/{name}/file")).status_code == 404
    await chat.until("2026-03-11 10:30")
    assert (await admin.opens(f"{path}/file")).status_code == 404
