"""The adapter and the stand-in platform, each with its own crypto and its own HTTP, understand one another."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from adapters.errors import NotDeliverable, PlatformRefused, Retryable, SendError, Unseen
from adapters.events import Approval, FileRef, FormField, InboundEvent
from adapters.feishu import Adapter, Config
from adapters.http import Http
from adapters.messages import Address, Attached, Button, Card, Choice, Fact, Option, Text
from adapters.sandbox.feishu_app import FeishuApp
from adapters.sandbox.feishu_people import FeishuPeople
from adapters.sandbox.loopback import Platforms, on_loopback
from adapters.sandbox.world import World
from tests.adapters.feishu.test_render import HOSTILE, hostile_card
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, Shelf

ZHANG = Address("feishu", FeishuApp().open_id("zhang.wei"))
CARD = Card(
    "reading.clear",
    "松涛教育 · 记下了",
    status="已记下，有错点改",
    facts=(Fact("客户", "松涛教育（何校长是他家联系人）"),),
    why="依据：“定了周四”",
    footer="回“改”也行",
    buttons=(Button("confirm", "确认", style="main"), Button("undo", "撤销")),
)


@pytest.fixture(params=["http", "ws"])
def people(request: pytest.FixtureRequest, now: Any) -> FeishuPeople:
    return FeishuPeople(World(now), [FeishuApp(mode=request.param)])


@pytest.fixture
async def platforms(people: FeishuPeople) -> AsyncIterator[Platforms]:
    async with on_loopback(people.world, [people]) as platforms:
        yield platforms


@pytest.fixture
async def adapter(
    people: FeishuPeople, platforms: Platforms, now: Any, http: Http, shelf: Shelf, aiohttp_server: Any
) -> AsyncIterator[Adapter]:
    given = people.settings("feishu")
    for several in ("encrypt_key", "verification_token"):
        given[several] = (given[several],)
    given["approval_codes"] = tuple(given["approval_codes"])
    config = Config(**given)
    assert list(config.faults()) == []
    adapter = Adapter(config, now, http, MemoryTokens(), MemoryLimits(now))
    await adapter.start(shelf)
    site = web.Application()
    site.add_routes(adapter.routes())
    server = await aiohttp_server(site)
    platforms.point("feishu", str(server.make_url("/callback/feishu/feishu")))
    yield adapter
    await adapter.stop()


def chat(people: FeishuPeople, user: str = "zhang.wei") -> list[Any]:
    return [item.shown for item in people.world.inbox(user)]


def heard(adapter: Adapter, shelf: Shelf) -> InboundEvent:
    event = adapter.parse(shelf.kept[-1].payload)
    assert isinstance(event, InboundEvent)
    return event


async def test_words_reach_the_shelf(people: FeishuPeople, adapter: Adapter, shelf: Shelf) -> None:
    id = await people.say("zhang.wei", "松涛何校长周四看演示 <b> ]]>")
    (kept,) = shelf.kept
    assert (kept.key, kept.kind, kept.conversation) == (id, "message", ZHANG.user)
    event = heard(adapter, shelf)
    assert (event.text, event.sender.user, event.chat) == ("松涛何校长周四看演示 <b> ]]>", ZHANG.user, "")


async def test_in_a_group_and_back(people: FeishuPeople, adapter: Adapter, shelf: Shelf) -> None:
    await people.say("zhang.wei", "/bind 松涛教育", chat="g1")
    event = heard(adapter, shelf)
    assert (event.text, event.chat[:3]) == ("/bind 松涛教育", "oc_")
    await adapter.send(Address("feishu", chat=event.chat), CARD, key="out_1")
    for member in ("zhang.wei", "wang.fang"):
        (shown,) = chat(people, member)
        assert shown.body.splitlines()[0] == "【松涛教育 · 记下了】"
    with pytest.raises(NotDeliverable):
        await adapter.send(Address("feishu", chat="oc_elsewhere"), CARD, key="out_2")


async def test_files_come_and_go(people: FeishuPeople, adapter: Adapter, shelf: Shelf) -> None:
    await people.send_file("zhang.wei", "报价单.pdf", b"%PDF-1.4 offer")
    assert await adapter.fetch(heard(adapter, shelf).files[0]) == ("报价单.pdf", b"%PDF-1.4 offer")
    await people.send_file("zhang.wei", "名片.jpg", b"\xff\xd8\xff a card")
    assert await adapter.fetch(heard(adapter, shelf).files[0]) == ("image", b"\xff\xd8\xff a card")
    with pytest.raises(SendError):
        await adapter.fetch(FileRef("om_1/file_v3_1?file"))
    offer = Text("k", "发不到这里", file=Attached("成本构成分解图.pdf", "0" * 64, b"%PDF-1.4 cost"))
    picture = Text("k", "热力图", file=Attached("热力图.png", "0" * 64, b"\x89PNG\r\n\x1a\n00"))
    for _ in range(2):
        await adapter.send(ZHANG, offer, key="out_1")
        await adapter.send(ZHANG, picture, key="out_2")
    assert [shown.body for shown in chat(people)] == ["[file] 成本构成分解图.pdf", "[image] 热力图.png"]


async def test_a_card_is_shown_tapped_and_becomes_another(
    people: FeishuPeople, platforms: Platforms, adapter: Adapter, shelf: Shelf
) -> None:
    sent = await adapter.send(ZHANG, CARD, key="out_1")
    assert sent.reference == sent.change_code
    (shown,) = chat(people)
    assert (shown.title, shown.status, shown.facts) == (
        "松涛教育 · 记下了", "已记下，有错点改", (("客户", "松涛教育（何校长是他家联系人）"),),
    )  # fmt: skip
    assert shown.note == "依据：“定了周四”\n回“改”也行"
    assert [(knob.id, knob.label) for knob in shown.buttons] == [("confirm", "确认"), ("undo", "撤销")]

    shelf.card = Card("reading.clear", CARD.title, "张伟 10:02 确认", CARD.facts, buttons=(Button("undo", "撤销"),))
    await platforms.tap("zhang.wei", 1, "confirm")
    tap = heard(adapter, shelf)
    assert (tap.kind, tap.button, tap.card, tap.reply_code) == ("tap", "confirm", "out_1", sent.change_code)
    (shown,) = chat(people)
    assert (shown.status, [knob.id for knob in shown.buttons]) == ("张伟 10:02 确认", ["undo"])

    for n, status in enumerate(("已恢复原样", "又改了一次")):
        done = Card("reading.undone", f"撤销了 {n}", status, tone="done")
        assert (await adapter.change(ZHANG, done, key="out_1", change_code=tap.reply_code)).change_uses is None
        (shown,) = chat(people)
        assert (shown.title, shown.status, shown.buttons) == (f"撤销了 {n}", status, ())
    assert people.server.messages.mentioned == []


async def test_a_choice_comes_back_with_the_tap(
    people: FeishuPeople, platforms: Platforms, adapter: Adapter, shelf: Shelf
) -> None:
    three = tuple(Option(word, label) for word, label in (("a", "演示"), ("b", "报价"), ("c", "合同")))
    for key, many, picked in (("out_1", False, ("b",)), ("out_2", True, ("a", "c")), ("out_3", False, ())):
        choice = Choice("哪件", three, many=many)
        await adapter.send(ZHANG, Card("k", "选一下", buttons=(Button("pick", "就这个"),), choice=choice), key=key)
        n = people.world.inbox("zhang.wei")[-1].n
        await platforms.tap("zhang.wei", n, "pick", picked)
        tap = heard(adapter, shelf)
        assert (tap.card, tap.selected) == (key, picked)


async def test_a_text_instead_of_a_card_is_a_toast(
    people: FeishuPeople, platforms: Platforms, adapter: Adapter, shelf: Shelf
) -> None:
    await adapter.send(ZHANG, CARD, key="out_1")
    shelf.card = Text("reading.spent", "已处理")
    await platforms.tap("zhang.wei", 1, "confirm")
    assert people.toasts == ["已处理"]


async def test_what_is_sent_again_is_shown_once(people: FeishuPeople, adapter: Adapter) -> None:
    sent = [await adapter.send(ZHANG, CARD, key="out_1") for _ in range(3)]
    assert len({one.reference for one in sent}) == 1
    await adapter.send(ZHANG, Text("t", "这句没记。"), key="out_2")
    await adapter.send(ZHANG, Text("t", "这句没记。"), key="out_3")
    assert len(chat(people)) == 3


@pytest.mark.parametrize("mode", ["cut", "half", "html", "5xx", "down", "moved"])
async def test_row_12_trouble_is_said_and_the_repeat_is_harmless(
    mode: str, people: FeishuPeople, adapter: Adapter
) -> None:
    await adapter.send(ZHANG, Text("t", "一"), key="out_0")
    people.world.faults.set("feishu", mode, 60)
    with pytest.raises(Retryable):
        await adapter.send(ZHANG, CARD, key="out_1")
    people.world.faults.set("feishu", "none", 0)
    await adapter.send(ZHANG, CARD, key="out_1")
    assert len(chat(people)) == 2


async def test_row_13_over_its_rate_the_platform_is_left_in_peace(
    people: FeishuPeople, adapter: Adapter, now: Any
) -> None:
    await adapter.send(ZHANG, Text("t", "一"), key="out_0")
    people.world.faults.set("feishu", "429", 60)
    before = len(people.server.calls)
    for n in range(5):
        with pytest.raises(Retryable) as busy:
            await adapter.send(ZHANG, CARD, key=f"out_{n}")
        assert busy.value.wait is not None
    assert len(people.server.calls) == before + 1
    people.world.faults.set("feishu", "none", 0)
    now.advance(seconds=3)
    await adapter.send(ZHANG, CARD, key="out_1")


async def test_row_14_void_tokens_are_renewed_without_a_word(people: FeishuPeople, adapter: Adapter, now: Any) -> None:
    for hours in range(3):
        people.world.faults.set("feishu", "token_expired", 1)
        await adapter.send(ZHANG, Text("t", f"第 {hours} 次"), key=f"out_{hours}")
        now.advance(hours=2)
    assert len(chat(people)) == 3


async def test_row_11_slow_answers_are_unseen_and_callbacks_are_quick(
    people: FeishuPeople, platforms: Platforms, adapter: Adapter, shelf: Shelf
) -> None:
    await adapter.send(ZHANG, CARD, key="out_1")
    people.world.faults.slowness = 6.0
    people.world.faults.set("feishu", "slow", 60)
    with pytest.raises(Unseen):
        await adapter.send(ZHANG, Text("t", "慢"), key="out_2")
    began = time.monotonic()
    await people.say("zhang.wei", "还在吗")
    assert time.monotonic() - began < 1.0
    people.world.faults.set("feishu", "none", 0)


async def test_pushed_again_until_it_is_kept(people: FeishuPeople, adapter: Adapter, shelf: Shelf) -> None:
    shelf.broken = True
    people.callbacks._pause = 0.1

    async def mend() -> None:
        shelf.broken = False

    keep = shelf.keep

    async def keep_third(received: Any) -> bool:
        keep_third.tries += 1  # type: ignore[attr-defined]
        if keep_third.tries == 3:  # type: ignore[attr-defined]
            await mend()
        return await keep(received)

    keep_third.tries = 0  # type: ignore[attr-defined]
    shelf.keep = keep_third  # type: ignore[method-assign]
    await people.say("zhang.wei", "松涛何校长周四看演示")
    assert len(shelf.kept) == 1


async def test_an_approval_is_heard_of_and_told(people: FeishuPeople, adapter: Adapter, shelf: Shelf, now: Any) -> None:
    await people.approve("zhang.wei", {"签约主体": "松涛教育科技有限公司", "合同金额": "217000"}, title="合同审批")
    event = heard(adapter, shelf)
    assert (event.kind, event.sender.user, event.data["state"]) == ("approval", ZHANG.user, "agreed")
    told = await adapter.approval(event.data["approval"])
    assert told == Approval(
        event.data["approval"], event.data["template"], "agreed", ZHANG.user, "合同审批",
        (FormField("widget1", "签约主体", "松涛教育科技有限公司"), FormField("widget2", "合同金额", "217000")),
        now.now(),
    )  # fmt: skip
    with pytest.raises(SendError):
        await adapter.approval("NONE-1")


async def test_who_enters_and_who_leaves(people: FeishuPeople, adapter: Adapter, shelf: Shelf) -> None:
    await people.enter("zhang.wei")
    event = heard(adapter, shelf)
    assert (event.kind, event.data, event.sender.user) == ("presence", {"event": "enter"}, ZHANG.user)
    await people.leave("zhang.wei")
    assert heard(adapter, shelf).data["gone"] is True
    assert await adapter.name_of(ZHANG.user) == "张伟"


async def test_strangers_are_not_deliverable(people: FeishuPeople, adapter: Adapter) -> None:
    with pytest.raises(NotDeliverable):
        await adapter.send(Address("feishu", "ou_" + "0" * 32), CARD, key="out_1")


async def test_a_card_of_a_fortnight_ago_is_changed_no_more(people: FeishuPeople, adapter: Adapter, now: Any) -> None:
    sent = await adapter.send(ZHANG, CARD, key="out_1")
    now.advance(days=15)
    with pytest.raises(PlatformRefused):
        await adapter.change(ZHANG, CARD, key="out_1", change_code=sent.change_code)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
async def test_row_33_the_platform_builds_it_and_nobody_is_called(
    name: str, people: FeishuPeople, adapter: Adapter
) -> None:
    await adapter.send(ZHANG, hostile_card(name), key="out_1")
    await adapter.send(ZHANG, Text("k", name), key="out_2")
    assert people.server.messages.mentioned == []
    for shown in chat(people):
        assert not [knob for knob in shown.buttons if knob.url]


async def test_nobody_is_flooded(people: FeishuPeople, adapter: Adapter) -> None:
    """The stand-in refuses a sixth message in a second; the adapter never lets it come to that."""
    for n in range(12):
        await adapter.send(ZHANG, Text("t", f"第 {n} 条"), key=f"out_{n}")
    assert len(chat(people)) == 12


async def test_the_doctor_is_told_the_bots_name(people: FeishuPeople, adapter: Adapter) -> None:
    way = "长连接" if people.app().mode == "ws" else "回调地址"
    assert await adapter.check() == f"飞书应答正常：机器人「跟进」，用{way}收消息"


NUMBERS = (
    ("13912345678", "139＊＊＊＊5678"), ("139 1234 5678", "139＊＊＊＊5678"), ("+86 13912345678", "139＊＊＊＊5678"),
    ("021-68881234", "021＊＊＊＊1234"), ("0571 8765432", "057＊＊＊＊5432"), ("400-820-1234", "40＊＊＊＊1234"),
    ("sun.lei@songtao.cn", "s＊＊＊（songtao）"), ("a@b.com.cn", "a＊＊＊（b）"),
)  # fmt: skip


@pytest.mark.parametrize(("whole", "starred"), NUMBERS)
async def test_numbers_that_a_content_check_stops_are_starred(
    whole: str, starred: str, people: FeishuPeople, adapter: Adapter
) -> None:
    """The card is there, its buttons work on, it says where the number is; a change of it and a text fare the same."""
    people.server.messages.strict = True
    card = replace(CARD, title=f"新线索 {whole}", facts=(Fact("电话", whole), Fact("金额", "¥217 万")), footer="")
    sent = await adapter.send(ZHANG, card, key="out_1")
    await adapter.send(ZHANG, card, key="out_1")
    await adapter.send(ZHANG, Text("k", f"请回电 {whole}。"), key="out_2")
    shown, said = chat(people)
    assert (shown.title, shown.facts) == (f"新线索 {starred}", (("电话", starred), ("金额", "¥217 万")))
    assert "在客户页看" in shown.note and "依据" in shown.note
    assert said.body.splitlines()[0] == f"请回电 {starred}。"
    await adapter.change(ZHANG, replace(card, status="张伟 10:02 确认"), key="out_1", change_code=sent.change_code)
    assert [(one.status, one.facts[0]) for one in chat(people)[:1]] == [("张伟 10:02 确认", ("电话", starred))]


async def test_where_nothing_is_stopped_numbers_are_whole(people: FeishuPeople, adapter: Adapter) -> None:
    for word in ("13912345678", "2026-03-10 10:00–16:00", "订单 20260310123456"):
        await adapter.send(ZHANG, Text("k", word), key=f"out_{len(word)}")
    assert [one.body for one in chat(people)] == ["13912345678", "2026-03-10 10:00–16:00", "订单 20260310123456"]


async def test_what_is_stopped_for_other_words_stays_refused(people: FeishuPeople, adapter: Adapter) -> None:
    people.server.messages.stopped = ("赌",)
    with pytest.raises(PlatformRefused) as no:
        await adapter.send(ZHANG, Text("k", "赌一把"), key="out_1")
    assert no.value.code == "content_stopped"
