"""Row 28: texts that are long, deep or strange are answered, hold nobody up, and no amount arises that nobody said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from time import monotonic

import pytest

from adapters.sandbox.wecom_callbacks import sealed
from tests.conversations.chat import Chat
from tests.faults.attacks import knocks, plain_of, the_app

NAMED = "华东医械的王总说预算批了，"
HARD = {
    "20,000 characters": (NAMED + "我们又聊了聊方案的细节，他还没有定下来。" * 1100)[:20_000],
    "20,000 without an end": NAMED + "啊" * 19_900,
    "20,000 of commas": NAMED + "，" * 19_900,
    "20,000 of blanks": NAMED + " " * 19_900 + "。",
    "20,000 of line breaks": NAMED + "\n" * 19_900 + "。",
    "20,000 latin letters": NAMED + "a" * 19_900,
    "20,000 at signs and dots": NAMED + "a@a." * 4_900,
    "10,000 digits": NAMED + "1" * 10_000,
    "10,000 digits in full width": NAMED + "１" * 10_000,
    "10,000 digits of Chinese": NAMED + "三百万零五千" * 1_600,
    "digits and commas": NAMED + "1," * 5_000,
    "digits and points": NAMED + "1." * 5_000 + "万",
    "nested brackets": NAMED + "（" * 5_000 + "）" * 5_000,
    "brackets that never close": NAMED + "([{【《" * 3_000,
    "quotes": NAMED + "“" * 5_000 + "”" * 5_000,
    "many 年月日": NAMED + "2026年3月12日" * 1_500,
    "年月日 alone": NAMED + "年月日" * 6_000,
    "days of the week": NAMED + "下下下周" * 4_000,
    "many names": "华东医械启明制造松涛教育" * 1_500,
    "many turns": "\n".join(f"王总 09:{n % 60:02}\n预算批了，我周四发你" for n in range(900)),
    "many phones": NAMED + "13912345678" * 1_500,
    "verbs": NAMED + "我明天给你发报价单" * 2_000,
    "money": NAMED + "预算200万" * 3_000,
}
MOST_SECONDS = 45.0
"""To an answer: wide, because the machine may be busy; what runs away takes minutes. The goal is 1 s."""
MOST_HELD = 30.0
"""Seconds that the event loop stands still, as wide; the goal is 50 ms."""


@dataclass
class Ticks:
    worst: float = 0.0


@asynccontextmanager
async def ticking() -> AsyncIterator[Ticks]:
    """How long the loop let nobody else on, at the worst."""
    found = Ticks()

    async def tick() -> None:
        last = monotonic()
        while True:
            await asyncio.sleep(0.002)
            now = monotonic()
            found.worst, last = max(found.worst, now - last), now

    task = asyncio.create_task(tick())
    await asyncio.sleep(0)
    try:
        yield found
    finally:
        await asyncio.sleep(0.005)
        task.cancel()


async def test_row_28_hard_texts_are_answered_and_hold_nobody_up(chat: Chat) -> None:
    failed, table = [], []
    for n, (name, text) in enumerate(HARD.items(), 1):
        before = max((seen.n for seen in await chat.heard("zhang.wei")), default=0)
        began = monotonic()
        async with ticking() as ticks:
            query, body = sealed(the_app(chat), plain_of(chat, text, n), chat.demo.app.clock.now())
            assert (await knocks(chat, query, body)).status_code == 200
            assert await chat.demo.desk.quiet(60)
        took = monotonic() - began
        table.append(f"{name}: {took * 1000:.0f} ms, loop held {ticks.worst * 1000:.0f} ms")
        if not await chat.heard("zhang.wei", before):
            failed.append(f"{name}: no answer")
        if took > MOST_SECONDS or ticks.worst > MOST_HELD:
            failed.append(table[-1])
    print("\n".join(table))  # noqa: T201 (the figures of the reliability table)
    assert not failed, failed
    amounts = [Decimal(deal["amount"]) for deal in await chat.records("opportunity") if deal["amount"]]
    assert amounts
    assert max(amounts) < 10**12, "an amount that nobody said"


@pytest.mark.parametrize(
    "said",
    [
        "华东医械预算２００万",
        "华东\u200b医械预算2\u200b00万",
        "\ufeff华东医械预算200万\u200d",
        "华东医械预算\u202e200万\u202c",
        "华东医械预算\u2066200\u2069万",
    ],
)
async def test_row_28_marks_that_nobody_sees_change_no_amount(chat: Chat, said: str) -> None:
    """Zero-width and direction marks, full-width digits: 200万, or no amount at all, never another one."""
    card = await chat.says("zhang.wei", said)
    assert not set(card.text + card.title) & set("\u200b\u200d\u202e\u202c\u2066\u2069\ufeff")
    amount = Decimal((await chat.opportunity("华东医械"))["amount"])
    assert amount in (2_000_000, 2_170_000), "neither what was said nor what stood there"
