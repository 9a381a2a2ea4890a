"""G6: the account cannot speak, the admin hears why, and the same card says when it is back."""

from __future__ import annotations

import pytest

from storage import outbox
from tests.conversations.chat import Chat

SHUT = ["none", "60020", "none", "60020"]
"""The token is given, the rep's message refused, the admin's taken, and the rep's refused once more."""
SENTENCE = "华东医械王总说预算已批，我周五前把报价单发过去"


async def test_the_admin_hears_the_cause_and_the_mend_on_one_card(chat: Chat) -> None:
    chat.demo.platforms.world.faults.plan("wecom", SHUT)
    assert await chat.says_all("zhang.wei", SENTENCE) == []
    [alarm] = await chat.heard_of("admin", "bot.health")
    assert alarm.title == "企业微信发不出去，1 条在排"
    assert alarm.line("原因") == "可信 IP 没加本机 10.0.3.7"
    assert alarm.line("怎么办") == "后台 → 企业可信IP 加上，1 分钟生效"
    assert alarm.text.splitlines()[1] == "10:00 起 · 不会丢"
    assert alarm.buttons == {"retry": "再试"}


async def test_the_card_itself_says_that_it_is_back(chat: Chat) -> None:
    chat.demo.platforms.world.faults.plan("wecom", SHUT)
    await chat.says_all("zhang.wei", SENTENCE)
    [alarm] = await chat.heard_of("admin", "bot.health")
    await chat.until("2026-03-10 10:02")
    assert [seen.kind for seen in await chat.heard("zhang.wei")] == ["reading.clear"]
    now = await chat.look("admin", alarm)
    assert now.text.splitlines()[:2] == ["企业微信发不出去，1 条在排", "10:01 恢复，1 条已送"]
    assert now.buttons == {}
    assert len(await chat.heard_of("admin", "bot.health")) == 1


async def test_trying_again_sends_what_waits_at_once(chat: Chat) -> None:
    chat.demo.platforms.world.faults.plan("wecom", SHUT)
    await chat.says_all("zhang.wei", SENTENCE)
    [alarm] = await chat.heard_of("admin", "bot.health")
    card = await chat.taps("admin", alarm, "retry")
    assert [seen.kind for seen in await chat.heard("zhang.wei")] == ["reading.clear"]
    assert card.n == alarm.n
    assert card.text.splitlines()[1] == "10:00 恢复，1 条已送"


async def test_where_nothing_arrives_the_admin_reads_afterwards_what_it_was(chat: Chat) -> None:
    """The one account is down altogether: nobody can be told before it is back, and then it is one card."""
    await chat.fault("60020", 1500)
    await chat.says_all("zhang.wei", SENTENCE)
    await chat.says_all("li.na", "瑞禾医疗周主任说还在走流程")
    assert await chat.heard("admin") == []
    await chat.until("2026-03-10 10:40")
    [alarm] = await chat.heard_of("admin", "bot.health")
    assert alarm.title == "企业微信发不出去，1 条在排"
    assert "恢复，2 条已送" in alarm.text
    assert alarm.buttons == {}
    assert len(await chat.heard("zhang.wei")) == 1


@pytest.mark.parametrize(
    ("mode", "cause"), [("40001", "应用的 secret 不对"), ("40013", "企业 ID 不对"), ("down", "对方的服务器没应答")]
)
async def test_each_cause_has_its_words(chat: Chat, mode: str, cause: str) -> None:
    await chat.fault(mode, 600)
    await chat.says_all("zhang.wei", SENTENCE)
    await chat.until("2026-03-10 10:05")
    rows = [row for row in await outbox.of_event("") if row.kind == "bot.health"]
    assert [row.body["facts"][0]["value"] for row in rows] == [cause]


async def test_a_limit_of_the_platform_is_no_alarm(chat: Chat) -> None:
    await chat.fault("429", 600)
    await chat.says_all("zhang.wei", SENTENCE)
    await chat.until("2026-03-10 10:30")
    assert await chat.heard_of("admin", "bot.health") == []
    assert len(await chat.heard("zhang.wei")) == 1


async def test_one_cause_is_told_once_an_hour_and_also_at_night(chat: Chat) -> None:
    await chat.until("2026-03-10 21:00")
    faults = chat.demo.platforms.world.faults
    faults.plan("wecom", SHUT)
    await chat.says_all("zhang.wei", SENTENCE)
    assert len(await chat.heard_of("admin", "bot.health")) == 1
    await chat.until("2026-03-10 21:10")
    faults.plan("wecom", SHUT[1:])
    await chat.says_all("zhang.wei", "启明制造郑总要案例")
    await chat.until("2026-03-10 21:20")
    assert len(await chat.heard_of("admin", "bot.health")) == 1
    await chat.until("2026-03-10 22:30")
    faults.plan("wecom", SHUT[1:])
    await chat.says_all("zhang.wei", "启明制造郑总要报价")
    assert len(await chat.heard_of("admin", "bot.health")) == 2


@pytest.mark.parametrize("mode", ["down", "60020"])
async def test_after_hours_of_silence_the_admin_reads_one_card_of_it(chat: Chat, mode: str) -> None:
    await chat.fault(mode, 2 * 3600)
    await chat.says_all("zhang.wei", SENTENCE)
    await chat.says_all("li.na", "瑞禾医疗周主任说还在走流程")
    for hour in (11, 12):  # in each of them it tries again and again: one call of the clock for all takes long
        await chat.until(f"2026-03-10 {hour}:40")
    cards = await chat.heard_of("admin", "bot.health")
    assert len(cards) == 1, [card.text for card in cards]
    assert "恢复" in cards[0].text
