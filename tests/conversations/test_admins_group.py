"""``[chats] admins``: what goes wrong with the bot itself is said in the admins' group, too, and nobody's words are."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from adapters.errors import Misconfigured
from bot.cli.demo import running
from bot.listening import PATIENCE, Listening
from bot.mailbox_alarm import MailboxAlarm
from storage import audit, members, sql
from storage.connect import transaction
from storage.records import changed
from tests.conversations.chat import TUESDAY, Chat
from tests.conversations.test_alarm import SENTENCE, SHUT
from tests.conversations.test_hooks import LEAD, pushes
from tests.conversations.test_listening import Line

GROUP = "oc_admins"


@pytest.fixture
async def chat(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=["wecom", "feishu"]) as demo,
        httpx.AsyncClient(base_url=demo.url, timeout=40, trust_env=False) as web,
    ):
        demo.app.house.admins_chat = f"feishu:{GROUP}"
        yield Chat(demo, web, "wecom")


async def said() -> list[tuple[str, str]]:
    """(kind, words) of what was said in the group, oldest first."""
    found = await sql.fetch(f"SELECT kind, body FROM outbox WHERE address = 'feishu:#{GROUP}' ORDER BY seq")
    return [(kind, json.loads(body)["text"]) for kind, body in found]


async def test_an_account_that_cannot_speak_and_that_it_is_back(chat: Chat) -> None:
    chat.demo.platforms.world.faults.plan("wecom", SHUT)
    await chat.says_all("zhang.wei", SENTENCE)
    await chat.until("2026-03-10 10:02")
    assert await said() == [
        ("bot.health", "【企业微信发不出去，1 条在排】\n10:00 起 · 不会丢"),
        ("bot.health", "【企业微信发不出去，1 条在排】\n10:01 恢复，1 条已送"),
    ]
    assert len(await chat.heard_of("admin", "bot.health")) == 1


async def test_where_the_group_s_own_account_is_silent_nothing_is_piled_up_for_it(chat: Chat) -> None:
    chat.demo.app.house.admins_chat = "wecom:ops"
    chat.demo.platforms.world.faults.plan("wecom", SHUT)
    await chat.says_all("zhang.wei", SENTENCE)
    await chat.until("2026-03-10 10:02")
    assert await sql.value("SELECT COUNT(*) FROM outbox WHERE address = 'wecom:#ops'") == 0


async def test_lines_and_mailboxes(chat: Chat) -> None:
    app, line = chat.demo.app, Line()
    ears = Listening(app.house, {"wecom": line})  # type: ignore[dict-item]
    for line.hears in (False, True):
        for _ in range(PATIENCE):
            await ears.look()
    mails = MailboxAlarm(app.house)
    await mails.told("info", Misconfigured("no", hint="密码换了"))
    await mails.told("info", None)
    kinds = [(kind, text.splitlines()[0]) for kind, text in await said()]
    assert [kind for kind, _ in kinds] == ["bot.deaf", "bot.deaf.back", "bot.mailbox", "bot.mailbox.back"]
    assert kinds[0][1] == "【企业微信听不到消息了】" and kinds[2][1] == "【邮箱 info 读不了】"


async def test_a_lead_for_nobody_is_a_number_there(chat: Chat) -> None:
    await pushes(chat, LEAD)
    await pushes(chat, {"kind": "lead", "name": "赵工", "phone": "13800138000"})
    assert await said() == [("lead.unowned.group", "没人跟的线索 1 条。看和分，私聊我：/leads")]
    [told] = await chat.heard_of("admin", "lead.unowned")
    assert "恒川物流" in told.text


async def test_a_record_that_was_rewritten(chat: Chat) -> None:
    await chat.says_all("zhang.wei", SENTENCE)
    await sql.run("UPDATE audit SET actor = 'somebody' WHERE n = 3")
    await chat.until("2026-03-10 18:46")
    assert ("seal.broken", "【封账对不上：第 3 条】\n管理员已收到 · 之前的都完好") in await said()


async def test_an_admin_on_leave_is_not_on_duty_where_another_is(chat: Chat) -> None:
    admin, other = await members.by_identity("wecom", "admin"), await members.by_identity("wecom", "wang.fang")
    assert admin is not None and other is not None
    away = changed(admin, "member.leave", leave_from=date(2026, 3, 9), leave_until=date(2026, 3, 12))
    async with transaction():
        await audit.apply(
            [away, changed(other, "member.roles", roles=("manager", "admin"))], actor="system", event="test",
            at=chat.demo.app.clock.now(),
        )  # fmt: skip
    await pushes(chat, LEAD)
    assert len(await chat.heard_of("wang.fang", "lead.unowned")) == 1
    assert await chat.heard_of("admin", "lead.unowned") == []
