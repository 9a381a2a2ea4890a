"""/import: a page takes the table, the card shows it, a tap brings it in; nobody else's."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from openpyxl import Workbook

from bot.cli.demo import running
from storage import sql
from tests.conversations.chat import TUESDAY, Chat, Seen

TABLE = """客户,负责人,联系人,电话
恒川物流有限公司,张伟,江雪,13912345678
启明制造有限公司,张伟,,
=cmd()有限公司,李娜,,
,张伟,,
云帆科技,孙丽,,
"""


async def page(chat: Chat, words: str = "/import 客户") -> str:
    asked = await chat.says("admin", words)
    return asked.urls["upload_table"]


async def sent(chat: Chat, url: str, body: bytes, name: str = "客户.csv") -> httpx.Response:
    answer = await chat.web.post(url, files={"file": (name, body)})
    await chat.demo.desk.quiet(20)
    return answer


async def shown(chat: Chat) -> Seen:
    return (await chat.heard_of("admin", "cmd.import.preview"))[-1]


async def test_a_table_is_shown_and_then_brought_in(chat: Chat) -> None:
    url = await page(chat)
    before = await chat.records("customer")
    answer = await sent(chat, url, TABLE.encode("gb18030"))
    assert answer.status_code == 200 and "可进 2，重复 1，有误 2" in answer.text
    card = await shown(chat)
    assert (card.title, card.line("第 5 行"), card.line("第 6 行")) == (
        "导入客户：可进 2 行", "缺客户名称", "没有叫“孙丽”的成员，写平台帐号",
    )  # fmt: skip
    assert await chat.records("customer") == before
    assert (await chat.web.get(url)).status_code == 404 == (await sent(chat, url, b"x")).status_code
    done = await chat.taps("admin", card, "execute")
    assert done.title == "导入好了：客户 2 行"
    new = {one["name"]: one for one in await chat.records("customer") if one not in before}
    people = {one["name"]: one["id"] for one in await chat.records("member")}
    assert new.keys() == {"恒川物流有限公司", "=cmd()有限公司"}
    assert (new["恒川物流有限公司"]["owner_id"], new["恒川物流有限公司"]["recorder_id"]) == (
        people["张伟"],
        people["管理员"],
    )
    assert (await chat.says("zhang.wei", "今天拜访了恒川物流的江雪")).line("客户").startswith("恒川物流")
    again = await page(chat)
    await sent(chat, again, TABLE.encode())
    assert (await shown(chat)).title == "导入客户：可进 0 行"


async def test_left_alone_nothing_comes_in(chat: Chat) -> None:
    await sent(chat, await page(chat), TABLE.encode())
    before = await chat.records("customer")
    await chat.taps("admin", await shown(chat), "not_now")
    assert await chat.records("customer") == before


async def test_after_three_days_it_is_handed_in_again(chat: Chat) -> None:
    await sent(chat, await page(chat), TABLE.encode())
    card = await shown(chat)
    await chat.until("2026-03-14 09:00")
    assert not list((chat.demo.app.house.data / "imports").iterdir())
    assert "再传一次：/import customers" in (await chat.taps("admin", card, "execute")).text


async def test_what_no_table_is(chat: Chat) -> None:
    url = await page(chat)
    assert (await chat.web.post(url)).status_code == 400
    for body, name, status in (
        (b"x", "a.pdf", 415),
        (b"PK\3\4", "a.xlsx", 422),
        (b"1,2\n", "a.csv", 422),
        (b"\xff\xfe", "a.csv", 422),
    ):
        answer = await sent(chat, url, body, name)
        assert answer.status_code == status, name
        assert str(chat.demo.app.house.data) not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert (await sent(chat, url, TABLE.encode(), "../../x.csv")).status_code == 200
    assert {one.suffix for one in (chat.demo.app.house.data / "imports").iterdir()} <= {".csv", ".xlsx", ".lines"}


async def test_only_an_admin_s_page_and_only_for_tables(chat: Chat) -> None:
    for who in ("zhang.wei", "wang.fang"):
        assert (await chat.says(who, "/import 客户")).kind == "cmd.noright"
    url = await page(chat)
    assert (await chat.web.get(url.replace("/import/", "/upload/"))).status_code == 404
    assert (await chat.web.get(f"{chat.demo.url}/import/guess")).status_code == 404
    upload = (await chat.says("zhang.wei", "我周五前给启明制造发报价单")).urls["add_evidence"]
    assert (await chat.web.get(upload.replace("/upload/", "/import/"))).status_code == 404
    await sql.run("UPDATE member SET roles = '[\"rep\"]' WHERE name = '管理员'")
    assert (await sent(chat, url, TABLE.encode())).status_code == 404


async def test_what_can_be_brought_in(chat: Chat) -> None:
    assert "能导：成员、客户、联系人" in (await chat.says("admin", "/import")).text
    assert "目标现在还没有地方记" in (await chat.says("admin", "/import targets")).text
    assert "upload_table" in (await chat.says("admin", "/import history")).urls


# -- sent in the chat itself ---------------------------------------------------------------------------------------


@pytest.fixture
async def there(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    """Where the chat carries files."""
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=["feishu"]) as demo,
        httpx.AsyncClient(base_url=demo.url, timeout=40, trust_env=False) as web,
    ):
        yield Chat(demo, web)


def workbook(*rows: tuple[str, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def test_a_table_in_the_chat_is_shown_and_brought_in_by_a_tap(there: Chat) -> None:
    before, proofs = await there.records("customer"), await there.records("evidence")
    [card] = await there.sends("admin", "客户.csv", TABLE.encode())
    assert (card.kind, card.title) == ("cmd.import.preview", "导入客户：可进 2 行")
    assert list(card.buttons.values()) == ["导入", "下载报告", "不了"]
    assert await there.records("customer") == before
    done = await there.taps("admin", card, "execute")
    assert done.title == "导入好了：客户 2 行"
    assert len(await there.records("customer")) == len(before) + 2
    assert await there.records("evidence") == proofs


async def test_a_typed_number_means_what_stands_beside_it(there: Chat) -> None:
    before = await there.records("customer")
    await there.sends("admin", "客户.csv", TABLE.encode())
    assert (await there.says("admin", "2")).kind == "reading.page"
    assert (await there.says("admin", "3")).kind == "cmd.left"
    await there.sends("admin", "客户.csv", TABLE.encode())
    assert (await there.says("admin", "1")).kind.startswith("cmd.import.")
    assert len(await there.records("customer")) == len(before) + 2


async def test_what_was_asked_for_is_what_the_table_is(there: Chat) -> None:
    sheet = workbook(("姓名", "公司", "电话"), ("江雪", "恒川物流", "13912345678"), ("赵工", "青禾", "139"))
    said = await there.says("admin", "/import 线索")
    assert said.text.startswith("线索的表格直接发给我，或传到这个页面") and "upload_table" in said.urls
    [card] = await there.sends("admin", "book1.xlsx", sheet)
    assert card.title.startswith("导入线索：可进")
    await there.taps("admin", card, "execute")
    assert [one["company"] for one in await there.records("lead")][:1] == ["恒川物流"]
    await there.says("admin", "/import 客户")
    [no] = await there.sends("admin", "b.csv", "天气,心情\n好,好\n".encode())
    assert no.kind == "cmd.import.unread" and "第一行不是列名" in no.text and "imports" not in no.text


async def test_a_table_of_several_kinds_is_asked_about(there: Chat) -> None:
    facts = "公司,事项,金额\n启明制造有限公司,回款,100\n".encode()
    [asked] = await there.sends("admin", "表.csv", facts)
    assert list(asked.buttons.values()) == ["财务", "合同", "交付", "服务"]
    card = await there.taps("admin", asked, "pick:1")
    assert card.title == "导入财务：可进 1 行"
    await there.taps("admin", card, "execute")
    assert [(one["kind"], one["amount"]) for one in await there.records("fact")] == [("finance", "100.00")]
    [named] = await there.sends("admin", "三月服务.csv", facts)
    assert named.title == "导入服务：可进 1 行"


async def test_other_files_and_other_people_s_go_their_way(there: Chat) -> None:
    for who, name, body in (
        ("zhang.wei", "客户.csv", TABLE.encode()),
        ("admin", "天气.csv", "天气,心情\n好,好\n".encode()),
        ("admin", "坏.xlsx", b"PK\3\4"),
    ):
        assert [one.kind for one in await there.sends(who, name, body) if one.kind.startswith("cmd.import")] == [], name
    assert not any((there.demo.app.house.data / "imports").glob("*"))


async def test_a_file_that_was_promised_is_that_file(there: Chat) -> None:
    await there.says("admin", "答应启明制造郑总明天发客户名单")
    [card] = await there.sends("admin", "客户名单.csv", TABLE.encode())
    assert not card.kind.startswith("cmd.import")
