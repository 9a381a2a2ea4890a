"""The red bar over a customer whose service goes wrong, and what a tap on it does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from storage import audit
from storage.connect import transaction
from storage.records import Fact, made, new_id
from tests.bot.web.phone import Phone
from tests.bot.web.test_sidebar import customer, page_of
from tests.conversations.chat import Chat

KEY = re.compile(
    r'care"><input type="hidden" name="csrf" value="[0-9a-f]+"><input type="hidden" name="key" value="([0-9a-f]{32})"'
)


async def told(chat: Chat, name: str, *facts: tuple[str, dict[str, Any], str]) -> None:
    """What the service desk said of the customer, youngest first."""
    now, id = chat.demo.app.clock.now(), await customer(chat, name)
    found = [
        Fact(id=new_id("fct", now), kind="service", what=what, customer_id=id, at=now - timedelta(days=n), data=data,
             note=note, received_at=now)
        for n, (what, data, note) in enumerate(facts)
    ]  # fmt: skip
    async with transaction():
        await audit.apply([made(one) for one in found], actor="hook:desk", event="test", at=now)


BAD = (
    ("sla_missed", {"hours": 26}, "扫码枪<b>登录慢"),
    ("sla_missed", {}, "培训没排上"),
    ("sla_met", {}, "导出报错"),
    ("nps", {"nps": 24}, ""),
)


async def test_nothing_bad_no_bar(phone: Phone, chat: Chat) -> None:
    await told(chat, "华东医械", BAD[0], BAD[2])
    _, page = await page_of(phone, chat)
    assert "服务异常" not in page


async def test_the_bar_says_why_and_shows_the_tickets_as_text(phone: Phone, chat: Chat) -> None:
    await told(chat, "华东医械", *BAD)
    _, page = await page_of(phone, chat)
    assert page.index("服务异常") < page.index('<header class="face">')
    assert "NPS 24，低于 30 · 连续 2 次超时" in page
    assert "超时 26 小时" in page and ">按时<" in page and "扫码枪&lt;b&gt;登录慢" in page


async def test_one_tap_makes_one_task_that_is_waited_for(phone: Phone, chat: Chat) -> None:
    await told(chat, "华东医械", *BAD)
    id, page = await page_of(phone, chat)
    key = KEY.findall(page)[0]
    for _ in range(2):
        answer = await phone.posts(f"/sidebar/customer/{id}/care", {"key": key})
    assert "健康干预安排好了" in answer.text and "张伟在跟，" in answer.text and "18:00 前有回话" in answer.text
    assert 'action="/sidebar/customer/{id}/care"' not in answer.text
    again = await phone.posts(f"/sidebar/customer/{id}/care")
    assert again.status_code == 200
    [task] = [one for one in await chat.records("task") if one["what"].startswith("健康干预")]
    assert task["due"].startswith("2026-03-10T18:00:00") and task["state"] == "open"
    [card] = await chat.heard_of("zhang.wei", "task.made")
    assert "健康干预：联系华东医械" in card.text
    await chat.until("2026-03-10 18:05")
    assert await chat.heard_of("zhang.wei", "task.due")


async def test_it_is_undone_like_any_tap(phone: Phone, chat: Chat) -> None:
    await told(chat, "华东医械", *BAD)
    id, page = await page_of(phone, chat)
    key = KEY.findall(page)[0]
    await phone.posts(f"/sidebar/customer/{id}/care", {"key": key})
    answer = await phone.posts("/sidebar/undo", {"event": f"pag_{key}"})
    assert "撤掉了" in answer.text and "健康干预</button>" in answer.text
    assert not [one for one in await chat.records("task") if one["what"].startswith("健康干预")]


async def test_a_colleagues_customer_is_not_there(phone: Phone, chat: Chat) -> None:
    answer = await phone.posts(f"/sidebar/customer/{await customer(chat, '松涛教育')}/care", {"csrf": "x"})
    assert answer.status_code in (401, 403)
    await phone.opens()
    await page_of(phone, chat)
    answer = await phone.posts(f"/sidebar/customer/{await customer(chat, '松涛教育')}/care")
    assert answer.status_code == 404 and "我的客户" in answer.text
    assert not [one for one in await chat.records("task") if one["what"].startswith("健康干预")]
