"""One person with an account on each of two platforms: the same cards, waits and memory; spoken to where he spoke last,
and elsewhere where that cannot be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.demo import running
from tests.conversations.chat import TUESDAY, Chat, Seen
from tests.fixtures.web import web_at

FIRST, SECOND = "wecom", "dingtalk"
SENTENCE = "华东医械王总说预算已批，我周五前把报价单发过去"


@pytest.fixture
async def both(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Chat]:
    """Everybody has an account on both."""
    async with (
        running(tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=[FIRST, SECOND]) as demo,
        web_at(demo.url) as web,
    ):
        yield Chat(demo, web)


def platform(chat: Chat, who: str, seen: Seen) -> str:
    item = chat.demo.platforms.world.item(who, seen.n)
    assert item is not None
    return item.platform


async def test_said_here_confirmed_there_undone_here(both: Chat) -> None:
    card = await both.says("zhang.wei", SENTENCE, on=FIRST)
    assert platform(both, "zhang.wei", card) == FIRST
    done = await both.says("zhang.wei", "确认", on=SECOND)
    assert platform(both, "zhang.wei", done) == SECOND
    assert {one["confirmed"] for one in await both.records("activity")} == {True}
    spent = await both.taps("zhang.wei", card, "confirm")
    assert "张伟 10:00 确认" in spent.text
    await both.says("zhang.wei", "撤销", on=FIRST)
    assert not await both.records("commitment")


async def test_the_customer_just_spoken_of_is_meant_on_the_other(both: Chat) -> None:
    await both.says("zhang.wei", "今天和启明制造的郑总聊了，他问实施周期", on=FIRST)
    card = await both.says("zhang.wei", "预算批了", on=SECOND)
    assert card.line("客户") == "启明制造（接你 10:00 那句）"


async def test_a_question_asked_here_is_answered_there(both: Chat) -> None:
    asked = await both.says("zhang.wei", "/note", on=FIRST)
    assert asked.text
    await both.says("zhang.wei", SENTENCE, on=FIRST)
    edited = await both.says("zhang.wei", "改", on=SECOND)
    assert platform(both, "zhang.wei", edited) == SECOND
    corrected = await both.says("zhang.wei", "不是华东医械，是启明制造", on=FIRST)
    assert corrected.line("客户").startswith("华东医械 → 启明制造")


@pytest.mark.parametrize("last", [FIRST, SECOND])
async def test_the_reminder_comes_where_he_spoke_last(both: Chat, last: str) -> None:
    other = SECOND if last == FIRST else FIRST
    await both.says("zhang.wei", SENTENCE, on=other)
    await both.says("zhang.wei", "/today", on=last)
    await both.until("2026-03-12 17:45")
    [ahead] = await both.heard_of("zhang.wei", "promise.ahead")
    assert platform(both, "zhang.wei", ahead) == last
    late = await both.taps("zhang.wei", ahead, "done")
    assert late.n == ahead.n or late.text


async def test_or_where_he_wants_it(both: Chat) -> None:
    await both.says("admin", "/member prefer 张伟 钉钉", on=FIRST)
    await both.says("zhang.wei", SENTENCE, on=FIRST)
    await both.until("2026-03-12 17:45")
    [ahead] = await both.heard_of("zhang.wei", "promise.ahead")
    assert platform(both, "zhang.wei", ahead) == SECOND


async def test_who_cannot_be_reached_there_is_told_here(tmp_path: Path, sqlite_url: str) -> None:
    """The account that he prefers is known to the platform no more."""
    async with (
        running(
            tmp_path, TUESDAY, rate=0.0, database=sqlite_url, platforms=[FIRST, SECOND], homes={"zhang.wei": SECOND}
        ) as demo,
        web_at(demo.url) as web,
    ):
        chat = Chat(demo, web)
        await chat.says("admin", "/member link 张伟 wecom gone.user", on=FIRST)
        await chat.says("admin", "/member prefer 张伟 wecom", on=FIRST)
        await chat.says("zhang.wei", SENTENCE, on=SECOND)
        await chat.until("2026-03-12 17:45")
        [ahead] = await chat.heard_of("zhang.wei", "promise.ahead")
        assert platform(chat, "zhang.wei", ahead) == SECOND
        assert "发不出 0" in (await chat.says("admin", "/health", on=FIRST)).text


async def test_a_group_of_one_platform_and_a_card_on_it(both: Chat) -> None:
    """Bound on the platform that hears groups; what is said there is the customer's, the card private."""
    bound = await both.says_all("zhang.wei", "/bind 华东医械", on=SECOND, chat="华东医械项目群")
    assert "本群绑到华东医械" in bound[-1].text
    seen = await both.says_all("zhang.wei", "王总说预算已批，我周五前把报价单发过去", on=SECOND, chat="华东医械项目群")
    card = next(one for one in seen if one.title)
    assert card.line("客户") == "华东医械（本群绑的客户）"
    assert any(one.text == "华东医械记下了，细节私聊发你。" for one in seen)
    assert (await both.says_all("li.na", "中午吃什么", on=SECOND, chat="华东医械项目群")) == []
