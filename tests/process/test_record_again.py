"""What was done and taken back is as it was, however it came; and the audit trail alone makes the record once more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adapters.messages import Card
from bot.errors import TryLater
from scheduler.engine import Engine
from scheduler.timetable import shipped
from storage import audit
from storage.connect import transaction
from storage.records import Record
from tests.commands.conftest import Desk, Heard, desk
from tests.fixtures.replaying import replayed, unlike

__all__ = ["desk"]

SAID = (
    "华东医械王总说预算已批，我周五前把报价单发过去", "华东医械合同进法务了", "今天拜访了启明制造的郑总，聊了方案",
    "启明制造定了周四下午两点看演示", "启明制造嫌价格太贵", "华东医械合同金额改成 200 万", "华东医械报价单发给王总了",
    "启明制造这单输了，选了别家", "华东医械合同昨天签回来了", "我下周三前把产品手册发给启明制造的郑总",
    "启明制造郑总说周四给我答复", "让李娜帮我把报价单发给华东医械的王总", "/stage 启明制造 价格谈判",
    "/stage 启明制造 初步接触", "不对，是下周四", "不是华东医械，是启明制造", "/note 启明制造 郑总要换车",
    "我周四到周五请假",
)  # fmt: skip
TAPPED = ("confirm", "lose", "win", "step_back", "still_talking", "undo", "restore", "later", "help", "pick:1", "")
ACT = st.tuples(st.sampled_from(SAID), st.sampled_from(TAPPED))


class Back(Exception):
    """The example is over: nothing of it stays."""


async def holds(desk: Desk, examples: int, acts: Any, check: Callable[[Any], Awaitable[None]], *sure: Any) -> None:
    """Asks ``check`` of so many examples, each beginning with the same company; ``sure`` are among them."""
    loop, start = asyncio.get_running_loop(), desk.clock.now()

    async def one(given_: Any) -> None:
        desk.clock.set(start)
        try:
            async with transaction():
                await check(given_)
                raise Back
        except Back:
            return

    @settings(max_examples=examples, deadline=None, derandomize=examples < 100, suppress_health_check=list(HealthCheck))
    @given(acts)
    def property_(given_: Any) -> None:
        asyncio.run_coroutine_threadsafe(one(given_), loop).result(120)

    for sure_one in sure:
        property_ = example(sure_one)(property_)
    await asyncio.to_thread(property_)


async def does(desk: Desk, said: str, button: str) -> None:
    """Says it and taps the button on the answer, where that has it."""
    desk.clock.advance(minutes=1)
    with suppress(TryLater):  # a correction with nothing to correct
        heard = await desk.says("zhang.wei", said)
        if isinstance(heard.push, Card) and button in heard.buttons:
            chosen = [one.id for one in heard.push.choice.options[-1:]] if heard.push.choice else []
            await desk.taps("zhang.wei", heard, button, *chosen)


def seen(record: dict[str, Record]) -> dict[str, Record]:
    """What counts: without what was undone."""
    return {id: one for id, one in record.items() if one.undone_at is None}


async def undone(desk: Desk) -> Heard | None:
    """撤销, and yes where it is asked; None where there is nothing to take back."""
    heard = await desk.says("zhang.wei", "撤销")
    if isinstance(heard.push, Card) and "undo_chain" in heard.buttons:
        heard = await desk.taps("zhang.wei", heard, "undo_chain")
    return heard if isinstance(heard.push, Card) and "restore" in heard.buttons else None


async def as_before_the_undone(now: dict[str, Record]) -> bool:
    """What the event changed that was taken back last is as it was before its first change."""
    entries = await audit.entries(limit=10_000)
    event = next(entry.event for entry in reversed(entries) if entry.kind.startswith("undo."))
    before = await replayed(until=next(entry.n for entry in entries if entry.event == event))
    touched = {entry.record for entry in entries if entry.event == event}
    return all(seen(now).get(id) == seen(before).get(id) for id in touched)


async def undo_twice(desk: Desk, examples: int) -> None:
    tried = 0

    async def check(acts: list[tuple[str, str]]) -> None:
        nonlocal tried
        for said, button in acts:
            await does(desk, said, button)
        before = await replayed()
        gone = await undone(desk)
        if gone is None:
            return
        tried += 1
        assert await as_before_the_undone(await replayed())
        back = await desk.taps("zhang.wei", gone, "restore")
        assert seen(await replayed()) == seen(before), back.text
        assert not await unlike()

    await holds(desk, examples, st.lists(ACT, min_size=1, max_size=3), check, [(SAID[0], ""), (SAID[6], "confirm")])
    assert tried > examples / 3


async def make_again(desk: Desk, examples: int) -> None:
    async def check(story: list[Any]) -> None:
        engine = Engine(desk.house, shipped(), owner="one")
        for act in story:
            if isinstance(act, int):
                await engine.step(desk.clock, desk.clock.now() + timedelta(hours=act))
            else:
                await does(desk, *act)
        assert not await unlike()

    acts = st.lists(ACT | st.integers(1, 40), min_size=2, max_size=7)
    await holds(desk, examples, acts, check, [(SAID[0], "confirm"), 30, (SAID[3], ""), 30])


async def test_undo_of_undo_is_identity_on_the_record(desk: Desk) -> None:
    await undo_twice(desk, 50)


async def test_the_audit_trail_alone_makes_the_record_once_more(desk: Desk) -> None:
    await make_again(desk, 20)


@pytest.mark.torture
async def test_both_in_many_more_ways(desk: Desk) -> None:
    await undo_twice(desk, 400)
    await make_again(desk, 150)
