"""The adapter and the stand-in platform, each with its own crypto and its own HTTP, understand one another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from adapters.errors import NotDeliverable, SendError, TokenRejected
from adapters.events import FileRef, InboundEvent
from adapters.http import Http
from adapters.messages import Address, Attached, Button, Card, Choice, Fact, Option, Text
from adapters.sandbox.loopback import Platforms, on_loopback
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.world import World
from adapters.wecom import Adapter, Config
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, Shelf, clock

ZHANG = Address("wecom", "zhang.wei")
CARD = Card(
    "reading.clear",
    "松涛教育 · 记下了",
    status="已记下，有错点改",
    facts=(Fact("客户", "松涛教育（何校长是他家联系人）"),),
    buttons=(Button("confirm", "确认", style="main"), Button("undo", "撤销")),
)


@pytest.fixture
def now() -> Any:
    return clock()


@pytest.fixture
async def platforms(now: Any) -> AsyncIterator[Platforms]:
    async with on_loopback(World(now)) as platforms:
        yield platforms


@pytest.fixture
async def adapter(platforms: Platforms, now: Any, http: Http, shelf: Shelf, aiohttp_server: Any) -> Adapter:
    app = WecomApp()
    config = Config(
        app.name, app.corp_id, app.agent_id, app.secret, app.token, app.aes_key, api_base=platforms.wecom_people.base
    )
    assert list(config.faults()) == []
    adapter = Adapter(config, now, http, MemoryTokens(), MemoryLimits(now))
    await adapter.start(shelf)
    site = web.Application()
    site.add_routes(adapter.routes())
    server = await aiohttp_server(site)
    platforms.point(app.name, str(server.make_url(f"/callback/wecom/{app.name}")))
    return adapter


def chat(platforms: Platforms, user: str = "zhang.wei") -> list[Any]:
    return [item.shown for item in platforms.world.inbox(user)]


async def test_words_reach_the_shelf(platforms: Platforms, adapter: Adapter, shelf: Shelf) -> None:
    msgid = await platforms.say("zhang.wei", "松涛何校长周四看演示 ]]> <b>")
    (kept,) = shelf.kept
    assert (kept.key, kept.kind, kept.conversation) == (msgid, "message", "zhang.wei")
    event = adapter.parse(kept.payload)
    assert isinstance(event, InboundEvent)
    assert (event.text, event.sender.user) == ("松涛何校长周四看演示 ]]> <b>", "zhang.wei")


async def test_a_picture_is_fetched(platforms: Platforms, adapter: Adapter, shelf: Shelf) -> None:
    await platforms.send_file("zhang.wei", "名片.jpg", b"\xff\xd8\xff a card")
    event = adapter.parse(shelf.kept[0].payload)
    assert isinstance(event, InboundEvent)
    assert await adapter.fetch(event.files[0]) == ("名片.jpg", b"\xff\xd8\xff a card")
    with pytest.raises(SendError):
        await adapter.fetch(FileRef("gone"))


async def test_a_picture_is_shown_as_one(platforms: Platforms, adapter: Adapter) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 16
    await adapter.send(
        ZHANG, Text("heat.week.picture", "热力图", file=Attached("热力图.png", "0" * 64, png)), key="out_1"
    )
    assert [shown.body for shown in chat(platforms)] == ["[image] 热力图.png"]
    other = Text("heat.week.picture", "热力图", file=Attached("热力图.png", "0" * 64, b"GIF89a" + b"0" * 16))
    await adapter.send(ZHANG, other, key="out_2")
    assert chat(platforms)[-1].body == "[file] 热力图.png"


async def test_a_file_is_uploaded_once_and_seen_once(platforms: Platforms, adapter: Adapter) -> None:
    file = Text("objection.file", "发不到这里", file=Attached("成本构成分解图.pdf", "0" * 64, b"%PDF-1.4 cost"))
    first = await adapter.send(ZHANG, file, key="out_1")
    again = await adapter.send(ZHANG, file, key="out_1")
    assert [shown.body for shown in chat(platforms)] == ["[file] 成本构成分解图.pdf"]
    assert again.reference in ("", first.reference)
    await adapter.send(ZHANG, Text("objection.file", "发不到这里", file=Attached("空.pdf", "0" * 64)), key="out_2")
    assert [shown.body for shown in chat(platforms)][1] == "发不到这里"


async def test_a_card_is_shown_tapped_and_becomes_another(platforms: Platforms, adapter: Adapter, shelf: Shelf) -> None:
    sent = await adapter.send(ZHANG, CARD, key="out_1")
    assert sent.reference
    assert sent.change_code
    (shown,) = chat(platforms)
    assert (shown.title, shown.status) == ("松涛教育 · 记下了", "已记下，有错点改")
    assert [knob.label for knob in shown.buttons] == ["确认", "撤销"]

    shelf.card = Card("reading.clear", CARD.title, "张伟 10:02 确认", CARD.facts, buttons=(Button("undo", "撤销"),))
    await platforms.tap("zhang.wei", 1, "confirm")
    tap = adapter.parse(shelf.kept[0].payload)
    assert isinstance(tap, InboundEvent)
    assert (tap.kind, tap.button, tap.card) == ("tap", "confirm", "out_1")
    (shown,) = chat(platforms)
    assert (shown.status, [knob.id for knob in shown.buttons]) == ("张伟 10:02 确认", ["undo"])

    done = Card("reading.undone", "撤销了", "已恢复原样", tone="done")
    await adapter.change(ZHANG, done, key="out_1", change_code=tap.reply_code)
    (shown,) = chat(platforms)
    assert (shown.title, shown.buttons, shown.spent) == ("撤销了", (), "已处理")
    assert platforms.wecom.messages.cut == []


async def test_a_choice_comes_back_with_the_tap(platforms: Platforms, adapter: Adapter, shelf: Shelf) -> None:
    three = tuple(Option(word, label) for word, label in (("a", "演示"), ("b", "报价"), ("c", "合同")))
    for key, many, picked in (("out_1", False, ("b",)), ("out_2", True, ("a", "c"))):
        choice = Choice("哪件", three, many=many)
        await adapter.send(ZHANG, Card("k", "选一下", buttons=(Button("pick", "就这个"),), choice=choice), key=key)
        n = platforms.world.inbox("zhang.wei")[-1].n
        await platforms.tap("zhang.wei", n, "pick", picked)
        tap = adapter.parse(shelf.kept[-1].payload)
        assert isinstance(tap, InboundEvent)
        assert (tap.card, tap.selected) == (key, picked)


async def test_what_is_sent_again_is_shown_once(platforms: Platforms, adapter: Adapter, now: Any) -> None:
    """Within the platform's own check, and for a card even days later."""
    for _ in range(3):
        await adapter.send(ZHANG, CARD, key="out_1")
        await adapter.send(ZHANG, Text("t", "这句没记。"), key="out_2")
    await adapter.send(ZHANG, Text("t", "这句没记。"), key="out_3")
    now.advance(hours=9)
    assert (await adapter.send(ZHANG, CARD, key="out_1")).data == {"repeat": True}
    assert len(chat(platforms)) == 3


async def test_an_answer_cut_off_is_unseen_and_the_repeat_harmless(platforms: Platforms, adapter: Adapter) -> None:
    await adapter.send(ZHANG, Text("t", "一"), key="out_0")
    platforms.world.faults.set("wecom", "cut", 60)
    with pytest.raises(SendError):
        await adapter.send(ZHANG, CARD, key="out_1")
    platforms.world.faults.set("wecom", "none", 0)
    await adapter.send(ZHANG, CARD, key="out_1")
    assert len(chat(platforms)) == 2


async def test_a_token_of_two_hours_is_renewed_without_a_word(platforms: Platforms, adapter: Adapter, now: Any) -> None:
    for hours in range(4):
        await adapter.send(ZHANG, Text("t", f"第 {hours} 次"), key=f"out_{hours}")
        now.advance(hours=2)
    assert len(chat(platforms)) == 4


async def test_strangers_are_not_deliverable(platforms: Platforms, adapter: Adapter) -> None:
    with pytest.raises(NotDeliverable):
        await adapter.send(Address("wecom", "nobody.here"), CARD, key="out_1")


async def test_the_doctor_is_told_the_apps_name(platforms: Platforms, adapter: Adapter, http: Http, now: Any) -> None:
    assert await adapter.check() == "企业微信应答正常：应用「跟进」"


async def test_nobody_is_flooded_past_what_is_shown(platforms: Platforms, adapter: Adapter, now: Any) -> None:
    shown = 0
    for n in range(40):
        try:
            await adapter.send(ZHANG, Text("t", f"第 {n} 条"), key=f"out_{n}")
            shown += 1
        except TokenRejected:
            raise
        except SendError:
            now.advance(seconds=timedelta(seconds=2).total_seconds())
    assert platforms.world.dropped == []
    assert len(chat(platforms)) == shown
