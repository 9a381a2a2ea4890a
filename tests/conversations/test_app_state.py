"""The platform switches the bot's own app off for disuse: the admins hear of it while it can still be helped."""

from __future__ import annotations

import pytest

from adapters.sandbox.wecom_callbacks import sealed
from tests.conversations.chat import Chat
from tests.faults.attacks import knocks, the_app

HEAD = "<ToUserName>ww</ToUserName><FromUserName>sys</FromUserName><CreateTime>1773108000</CreateTime>"


async def happens(chat: Chat, event: str, more: str = "") -> None:
    plain = f"<xml>{HEAD}<MsgType>event</MsgType><Event>{event}</Event><AgentID>1000002</AgentID>{more}</xml>"
    query, body = sealed(the_app(chat), plain.encode(), chat.demo.app.clock.now())
    for _ in range(2):
        assert (await knocks(chat, query, body)).status_code == 200
    assert await chat.demo.desk.quiet(20)


@pytest.mark.parametrize(
    ("event", "more", "said"),
    [
        ("inactive_alert", "<EffectTime>1773194400</EffectTime>", ("要停用这个应用", "3月11日 10:00 起", "继续使用")),
        ("close_inactive_agent", "", ("停用了这个应用", "太久没人用", "恢复使用")),
        ("reopen_inactive_agent", "", ("恢复使用了", "又能收发了")),
        ("INACTIVE_ALERT", "<EffectTime>soon</EffectTime>", ("要停用这个应用", "太久没人用")),
    ],
)
async def test_the_admins_hear_it_once(chat: Chat, event: str, more: str, said: tuple[str, ...]) -> None:
    await happens(chat, event, more)
    [card] = await chat.heard("admin")
    assert card.kind.startswith("bot.app.")
    for words in said:
        assert words in card.text
    for other in ("zhang.wei", "wang.fang"):
        assert await chat.heard(other) == []


async def test_at_night_too(chat: Chat) -> None:
    await chat.until("2026-03-10 22:30")
    await happens(chat, "close_inactive_agent")
    assert len(await chat.heard("admin")) == 1
