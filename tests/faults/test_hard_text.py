"""Row 28: texts that are long, deep or strange are answered, hold nobody up, and no amount arises that nobody said."""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from time import monotonic, process_time, thread_time

import pytest

from adapters.sandbox.wecom_callbacks import sealed
from bot import collector
from tests.conversations.chat import Chat
from tests.faults.attacks import knocks, plain_of, the_app
from tests.fixtures.effort import within

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
    "talk without a full stop": NAMED + "王总说下周三签合同，预算批了，" * 1_250,
    "money": NAMED + "预算200万" * 3_000,
}
MOST_SECONDS = 1.0
"""Of CPU to an answer, the stand-in platform and the database's threads included: what a busy machine does not make
longer."""
MOST_HELD = 0.05
"""Of CPU that the loop's own thread spends before anybody else has a turn: what is read elsewhere does not count."""
MOST_STILL = 10.0
"""Seconds by the clock that the loop stands still: wide, because the machine may be busy."""


@dataclass
class Ticks:
    worst: float = 0.0
    held: float = 0.0


@asynccontextmanager
async def ticking() -> AsyncIterator[Ticks]:
    """How long the loop let nobody else on, at the worst: by the clock, and by what its thread did meanwhile."""
    found = Ticks()

    async def tick() -> None:
        last, done = monotonic(), thread_time()
        while True:
            await asyncio.sleep(0.002)
            now, spent = monotonic(), thread_time()
            found.worst, last = max(found.worst, now - last), now
            found.held, done = max(found.held, spent - done), spent

    task = asyncio.create_task(tick())
    await asyncio.sleep(0)
    try:
        yield found
    finally:
        await asyncio.sleep(0.005)
        task.cancel()


@pytest.fixture
def settled() -> Iterator[None]:
    """Memory as ``genjin serve`` settles it: or the collector would look through all that the tests have loaded."""
    before = gc.get_threshold()
    collector.settle()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@dataclass(frozen=True)
class Cost:
    """Seconds that an answer cost: of CPU, by the clock, and the loop as :class:`Ticks` has it."""

    spent: float
    took: float
    ticks: Ticks

    @property
    def fits(self) -> bool:
        return within(self.spent, MOST_SECONDS) and self.ticks.held < MOST_HELD and self.ticks.worst < MOST_STILL

    def __str__(self) -> str:
        held, still = self.ticks.held * 1000, self.ticks.worst * 1000
        return (
            f"{self.spent * 1000:.0f} ms of CPU in {self.took * 1000:.0f} ms, loop {held:.0f} ms, still {still:.0f} ms"
        )


async def cost_of(chat: Chat, text: str, n: int) -> Cost:
    """Of the answer to the text, which must come."""
    await chat.until(f"2026-03-10 10:{n // 3:02}:{n % 3 * 20:02}")  # so far apart they are no flood
    before = max((seen.n for seen in await chat.heard("zhang.wei")), default=0)
    began, spent = monotonic(), process_time()
    async with ticking() as ticks:
        query, body = sealed(the_app(chat), plain_of(chat, text, n), chat.demo.app.clock.now())
        assert (await knocks(chat, query, body)).status_code == 200
        assert await chat.demo.desk.quiet(60)
    cost = Cost(process_time() - spent, monotonic() - began, ticks)
    assert await chat.heard("zhang.wei", before), f"no answer to {text[:40]}"
    return cost


async def test_row_28_hard_texts_are_answered_and_hold_nobody_up(chat: Chat, settled: None) -> None:
    """What costs too much has two more tries: a busy machine is dear by chance, a bad pattern every time."""
    failed, n = [], 0
    for name, text in HARD.items():
        for _ in range(3):
            n += 1
            cost = await cost_of(chat, text, n)
            if cost.fits:
                break
        else:
            failed.append(f"{name}: {cost}")
        print(f"{name}: {cost}")  # noqa: T201 (the figures of the reliability table)
    assert not failed, failed
    amounts = [Decimal(deal["amount"]) for deal in await chat.records("opportunity") if deal["amount"]]
    assert amounts
    assert max(amounts) < 10**12, "an amount that nobody said"


async def test_row_28_two_thousand_promises_are_asked_for_in_parts(chat: Chat) -> None:
    things = ("报价单", "方案", "样品清单", "授权书", "测试报告", "技术参数")
    many = "".join(f"{m}月{d}日我发{thing}给你，" for m in range(4, 10) for d in range(1, 29) for thing in things)
    [card] = await chat.says_all("zhang.wei", NAMED + many)
    assert re.fullmatch(r"这段里有 1,\d{3} 件事，一次记不下，分成几段发，我一段段读。", card.text)
    assert not [one for one in await chat.records("activity") if "授权书" in one["text"]]
    said = "\n".join(f"王总 09:{n:02}\n好\n张伟 09:{n:02}\n我周五前把第{n}版方案发你" for n in range(60))
    [card] = await chat.says_all("zhang.wei", said)
    assert card.kind != "reading.cannot.many", "a long day of chat is no flood"


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
