"""A full day puts off what weighs less, and does not fill the next one with it (VOICE.md §5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.messages import Text
from bot.letter import Letter
from bot.outbox.service import put
from storage import members, outbox
from storage.connect import transaction
from tests.conversations.chat import ZONE, Chat


async def test_what_a_full_day_puts_off_does_not_fill_the_next_and_expires_at_last(chat: Chat) -> None:
    house, now = chat.demo.app.house, datetime(2026, 3, 10, 15, 0, tzinfo=ZONE)
    owner = next(one for one in await members.with_role("rep") if one.name == "张伟")
    live = await house.live(owner)
    async with transaction():
        for n in range(30):
            letter = Letter(Text(kind="stage.stall", text=f"第 {n} 件"), to=owner.id, once=f"{n}", answer=False)
            await put(letter, now, live)
    rows = await outbox.of_member(owner.id, now - timedelta(days=1))
    days = [row.due_at.astimezone(ZONE).date().day for row in rows]
    assert days == [10] * 4 + [11] * 4 + [12] * 4 + [13] * 4


async def test_a_picture_is_put_off_with_its_card(chat: Chat) -> None:
    await chat.until("2026-03-13 10:00")
    await chat.until("2026-03-16 09:05")
    house, now = chat.demo.app.house, datetime(2026, 3, 16, 9, 5, tzinfo=ZONE)
    boss = next(one for one in await members.with_role("manager") if one.name == "王芳")
    live = await house.live(boss)
    async with transaction():
        for n in range(8):
            letter = Letter(Text(kind="rule.push", text=f"第 {n} 件"), to=boss.id, once=f"{n}", answer=False)
            await put(letter, now, live)
    await chat.until("2026-03-16 20:00")
    assert not await chat.heard_of("wang.fang", "heat.week.picture")
    await chat.until("2026-03-19 12:00")
    [card] = await chat.heard_of("wang.fang", "heat.week")
    [picture] = await chat.heard_of("wang.fang", "heat.week.picture")
    assert picture.n == card.n - 1


async def test_a_managers_morning_list_stands_though_her_day_was_full_before_it(chat: Chat) -> None:
    await chat.says("zhang.wei", "我周五前把报价单发给华东医械的王总")
    await chat.until("2026-03-14 10:00")
    house, now = chat.demo.app.house, datetime(2026, 3, 14, 10, 0, tzinfo=ZONE)
    boss = next(one for one in await members.with_role("manager") if one.name == "王芳")
    live = await house.live(boss)
    async with transaction():
        for n in range(8):
            letter = Letter(Text(kind="rule.push", text=f"第 {n} 件"), to=boss.id, once=f"{n}", answer=False)
            await put(letter, now, live)
    await chat.until("2026-03-16 18:45")
    assert len(await chat.heard_of("wang.fang", "rule.push")) == 2
    assert len(await chat.heard_of("wang.fang", "risk.list")) == 1
