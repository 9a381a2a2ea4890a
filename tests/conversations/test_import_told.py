"""What addresses outside hear of an import: the leads of a short table that get an owner, and nothing of old books."""

from __future__ import annotations

from bot.exchange import bring
from storage import sql
from tests.conversations.chat import Chat, Seen
from tests.conversations.test_webhooks import Crm, crm, hears

__all__ = ["crm"]
LEADS = """公司,姓名,电话,负责人
恒川物流,江雪,13912345678,张伟
青禾农业,赵工,13912345679,
云帆科技,钱经理,13912345680,李娜
"""
DEALS = "客户,商机,阶段,状态\n恒川物流有限公司,一期,价格谈判,赢单\n启明制造有限公司,备件,方案演示,\n"
LONG = "公司,姓名,电话,负责人\n" + "".join(f"旧账{n},某人,138{n:08d},张伟\n" for n in range(bring.TOLD_MOST + 1))


async def brought(chat: Chat, words: str, table: str) -> Seen:
    url = (await chat.says("admin", words)).urls["upload_table"]
    await chat.web.post(url, files={"file": ("表.csv", table.encode())})
    await chat.demo.desk.quiet(20)
    return await chat.taps("admin", (await chat.heard_of("admin", "cmd.import.preview"))[-1], "execute")


async def test_leads_that_get_an_owner_are_told_once(chat_on_both: Chat, crm: Crm) -> None:
    chat = chat_on_both
    await hears(chat, crm)
    done = await brought(chat, "/import 线索", LEADS)
    assert done.title == "导入好了：线索 3 行" and "没有逐条通知" not in done.text
    told = {one["data"]["company"]: one["data"] for one in crm.told("lead.assigned")}
    people = {one["id"]: one["name"] for one in await chat.records("member")}
    assert {name: people[one["owner_id"]] for name, one in told.items()} == {"恒川物流": "张伟", "云帆科技": "李娜"}
    again = await brought(chat, "/import 线索", LEADS)
    assert again.title == "导入好了：线索 0 行"
    assert len(crm.heard) == 2


async def test_an_old_book_floods_nobody(chat: Chat, crm: Crm) -> None:
    await hears(chat, crm)
    done = await brought(chat, "/import 线索", LONG)
    assert done.title == "导入好了：线索 201 行" and "超过 200 行，没有逐条通知接入的系统。" in done.text
    assert crm.heard == [] and await sql.value("SELECT COUNT(*) FROM delivery") == 0


async def test_where_nobody_listens_nothing_is_said_of_it(chat: Chat) -> None:
    assert "没有逐条通知" not in (await brought(chat, "/import 线索", LONG)).text


async def test_history_and_deals_of_old_books_are_told_of_never(chat: Chat, crm: Crm) -> None:
    await hears(chat, crm)
    await brought(chat, "/import 客户", "客户,负责人\n恒川物流有限公司,张伟\n")
    await brought(
        chat,
        "/import 商机",
        "客户,商机,阶段,状态\n恒川物流有限公司,一期,价格谈判,赢单\n启明制造有限公司,备件,方案演示,\n",
    )
    await brought(chat, "/import 历史", "客户,谁,时间,方式,内容\n恒川物流有限公司,张伟,2026-01-05,电话,聊了预算\n")
    assert len(await chat.records("opportunity")) > 6
    assert crm.heard == []
