"""/import: a page takes the table, the card shows it, a tap brings it in; nobody else's."""

from __future__ import annotations

import httpx

from storage import sql
from tests.conversations.chat import Chat, Seen

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
    assert {one.suffix for one in (chat.demo.app.house.data / "imports").iterdir()} <= {".csv", ".xlsx"}


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
