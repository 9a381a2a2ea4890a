"""An approval was decided while the bot was not there, and longer than any platform repeats itself: behind the start it
is asked for, and counts once (CAP-3, SEC-5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from adapters.sandbox.wecom_people import WecomPeople
from adapters.sandbox.world import CannotDo
from bot import missed
from bot.cli.demo import PLATFORMS, running
from bot.clock import MovableClock
from bot.missed import Missed
from storage import marks
from tests.conversations.chat import TUESDAY, Chat

FORM = {
    "客户名称": "华东医疗器械有限公司", "合同金额": "2150000", "签约主体": "华东医疗器械有限公司",
    "付款方式": "首付 30%，验收 70%",
}  # fmt: skip
THURSDAY = TUESDAY + timedelta(days=2)


@asynccontextmanager
async def here(folder: Path, at: datetime, database: str, platform: str) -> AsyncIterator[Chat]:
    async with (
        running(folder, at, rate=0.0, database=database, platforms=[platform]) as demo,
        httpx.AsyncClient(base_url=demo.url, timeout=40, trust_env=False) as web,
    ):
        yield Chat(demo, web, platform)


async def unheard(chat: Chat, form: dict[str, str], state: str = "agreed") -> None:
    """The office decides, and nobody takes the platform's calls."""
    people: Any = chat.demo.platforms.standin()
    [account] = people.accounts
    known = people.server.app(account).callback_url
    people.point(account, "http://127.0.0.1:9/nobody")
    with pytest.raises(CannotDo):
        await people.approve("zhang.wei", form, state, "合同审批")
    people.point(account, known)


async def looked(chat: Chat) -> Missed:
    """As behind a start."""
    app = chat.demo.app
    again = Missed(app.house, app.adapters, app.sink)
    await again.look()
    await chat.demo.desk.quiet(20)
    return again


def waits(chat: Chat, seconds: float) -> None:
    """The clock runs on, and nothing that falls due is waited for."""
    cast(MovableClock, chat.demo.app.clock).advance(seconds=seconds)


async def noted(platform: str) -> bool:
    return await marks.get(f"approvals:heard:{platform}") is not None


@pytest.mark.parametrize("platform", list(PLATFORMS))
async def test_what_was_decided_meanwhile_is_asked_for_once(tmp_path: Path, sqlite_url: str, platform: str) -> None:
    async with here(tmp_path, TUESDAY, sqlite_url, platform) as chat:
        await chat.decides("zhang.wei", {**FORM, "合同金额": "9"}, "running")
        await looked(chat)
        assert await noted(platform)
        await unheard(chat, FORM)
        assert not await chat.heard_of("zhang.wei", "approval.done")
    async with here(tmp_path, THURSDAY, sqlite_url, platform) as chat:
        await looked(chat)
        [card] = await chat.heard_of("zhang.wei", "approval.done")
        assert card.line("金额") == "¥215 万（之前报价 ¥217 万，差 ¥2 万）"
        assert (await chat.opportunity("华东医械"))["amount"] == "2150000.00"
        await looked(chat)
        assert len(await chat.heard_of("zhang.wei", "approval.done")) == 1


async def test_a_line_that_was_long_down_is_as_good_as_a_start(chat: Chat) -> None:
    one = await looked(chat)
    await unheard(chat, FORM)
    await one.look()
    assert not await chat.heard_of("zhang.wei", "approval.done")
    waits(chat, missed.SILENCE.total_seconds() + 1)
    await one.look()
    await chat.demo.desk.quiet(20)
    assert len(await chat.heard_of("zhang.wei", "approval.done")) == 1


async def test_what_was_heard_of_is_not_done_again_and_what_is_not_ours_not_looked_into_again(chat: Chat) -> None:
    people = cast(WecomPeople, chat.demo.platforms.standin("wecom"))
    await looked(chat)
    await chat.decides("zhang.wei", FORM)
    await people.approve("zhang.wei", {"事由": "年假"}, "agreed", "请假")
    asked = people.server.calls.count
    await looked(chat)
    before = asked("oa/getapprovaldetail")
    await looked(chat)
    assert asked("oa/getapprovaldetail") == before + 1  # the contract's may have been taken back, the leave is none
    assert len(await chat.heard_of("zhang.wei", "approval.done")) == 1


async def test_taken_back_meanwhile(chat_on_both: Chat) -> None:
    chat = chat_on_both
    await looked(chat)
    await chat.decides("zhang.wei", FORM)
    await unheard(chat, FORM, "withdrawn")
    await looked(chat)
    assert len(await chat.heard_of("zhang.wei", "approval.withdrawn.after")) == 1


@pytest.mark.parametrize("modes", [["5xx"], ["none", "429"], ["none", "none", "down"], ["42001"], ["none", "half"]])
async def test_a_platform_that_does_not_answer_is_asked_later(chat: Chat, modes: list[str]) -> None:
    """The list, its next page or the form fails; nothing is given up, and nothing counts twice."""
    await looked(chat)
    for sum in ("2150000", "2160000"):
        await unheard(chat, {**FORM, "合同金额": sum})
    chat.demo.platforms.wecom.approvals.page = 1
    app = chat.demo.app
    again = Missed(app.house, app.adapters, app.sink)
    chat.demo.platforms.world.faults.plan("wecom", modes)
    for _ in range(3):
        await again.look()
        waits(chat, 61)
    await chat.demo.desk.quiet(20)
    assert len(await chat.heard_of("zhang.wei", "approval.done")) == 2


async def test_a_process_that_ends_in_the_middle_begins_again(chat: Chat) -> None:
    """What was kept is kept once, and the mark stands where it stood."""
    await looked(chat)
    for sum in ("2150000", "2160000"):
        await unheard(chat, {**FORM, "合同金额": sum})
    app, kept = chat.demo.app, []

    class Dies:
        async def keep(self, received: Any) -> bool:
            if kept:
                raise OSError("killed")
            kept.append(received)
            return await app.sink.keep(received)

    before = await marks.get("approvals:heard:wecom")
    waits(chat, 5)
    await Missed(app.house, app.adapters, cast(Any, Dies())).look()
    assert await marks.get("approvals:heard:wecom") == before
    await looked(chat)
    assert len(await chat.heard_of("zhang.wei", "approval.done")) == 2


async def test_an_account_that_may_not_ask_is_left_alone_for_an_hour(chat: Chat) -> None:
    people = cast(WecomPeople, chat.demo.platforms.standin("wecom"))
    await looked(chat)
    await unheard(chat, FORM)
    app = chat.demo.app
    again = Missed(app.house, app.adapters, app.sink)
    chat.demo.platforms.world.faults.set("wecom", "301055", 60)
    await again.look()
    waits(chat, 120)
    asked = len(people.server.calls)
    await again.look()
    assert len(people.server.calls) == asked
    waits(chat, 3600)
    await again.look()
    await chat.demo.desk.quiet(20)
    assert len(await chat.heard_of("zhang.wei", "approval.done")) == 1
