"""What every adapter keeps, whatever its platform: one test each, over every platform that the sandbox plays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters import asked
from adapters.base import Approver, ListsApprovals
from adapters.errors import BadPayload, NotDeliverable, Retryable, SendError
from adapters.events import Ignored, InboundEvent
from adapters.http import Http
from adapters.messages import Address, Attached, Text
from adapters.sandbox.world import CannotDo
from bot.web.pages import doors_of
from tests.adapters.sandbox.fake import START
from tests.adapters.scene import CARD, DONE, ROWS, Scene, staged

JPEG = b"\xff\xd8\xff\xe0 a card of somebody"


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    http = Http(seconds=4.0, connect_seconds=4.0)
    yield http
    await http.close()


@pytest.fixture(params=list(ROWS))
async def scene(
    request: pytest.FixtureRequest, tmp_path: Path, http: Http, aiohttp_server: Any
) -> AsyncIterator[Scene]:
    async with staged(ROWS[request.param], tmp_path, http, aiohttp_server) as one:
        yield one


async def test_it_says_who_it_is(scene: Scene) -> None:
    adapter = scene.adapter
    assert adapter.name in scene.people.accounts
    assert adapter.label and not adapter.label.isascii()
    assert all(
        route.path.removesuffix("/tap") == f"/callback/{scene.people.platform}/{adapter.name}"  # type: ignore[attr-defined]
        for route in adapter.routes()
    )
    assert adapter.label in await adapter.check()
    assert await adapter.name_of(scene.people.user_of("zhao.min")) in ("赵敏", "")
    assert list(doors_of({adapter.name: adapter})) == [adapter.name]
    door: Any = adapter
    assert door.login_url("https://bot.example/back", "abc123").startswith("http")
    assert all(one.startswith("https://") for one in door.frames)


async def test_words_are_kept_once_and_understood(scene: Scene) -> None:
    id = await scene.says("松涛何校长周四看演示 ]]> <b> \u202e")
    [kept] = scene.shelf.kept
    user = scene.people.user_of("zhang.wei")
    assert (kept.account, kept.key, kept.kind) == (scene.adapter.name, id, "message")
    assert (kept.conversation, kept.sent_at) == (user.casefold(), START)
    heard = scene.heard()
    assert (heard.key, heard.kind, heard.chat, heard.at) == (id, "message", "", START)
    assert (heard.sender.account, heard.sender.user.casefold()) == (scene.adapter.name, user.casefold())
    assert heard.text.startswith("松涛何校长周四看演示")


async def test_what_cannot_be_kept_is_not_acknowledged(scene: Scene) -> None:
    await scene.says("一")
    scene.shelf.broken = True
    with pytest.raises(CannotDo):
        await scene.people.say("zhang.wei", "二")
    scene.shelf.broken = False
    assert len(scene.shelf.kept) == 1


async def test_what_is_not_the_platforms_is_told_so(scene: Scene) -> None:
    for payload in (b"", b"\x00", b"\xff\xfe", b"nonsense", b"[]", b"<a>", b"{" * 50_000):
        with pytest.raises(BadPayload):
            scene.adapter.parse(payload)


async def test_a_picture_is_fetched(scene: Scene) -> None:
    await scene.says("先连上")
    await scene.people.send_file("zhang.wei", "名片.jpg", JPEG)
    [file] = scene.heard().files
    name, data = await scene.adapter.fetch(file)
    assert (file.kind, data, bool(name)) == ("image", JPEG, True)


async def test_files_arrive_where_the_adapter_says_so(scene: Scene) -> None:
    await scene.says("先连上")
    if not scene.adapter.files_by_chat:
        with pytest.raises(CannotDo):
            await scene.people.send_file("zhang.wei", "合同.pdf", b"%PDF-1.7")
        return
    await scene.people.send_file("zhang.wei", "合同.pdf", b"%PDF-1.7")
    assert await scene.adapter.fetch(scene.heard().files[0]) == ("合同.pdf", b"%PDF-1.7")


async def test_a_text_and_a_file_reach_their_member(scene: Scene) -> None:
    sent = await scene.adapter.send(scene.address(), Text("t", "明天回访 <b> @all [点](http://x.cn)"), key="psh_1")
    assert sent.reference and sent.change_code == ""
    file = Attached("报价单.pdf", "0" * 64, b"%PDF-1.7 of some length")
    await scene.adapter.send(scene.address(), Text("t", "报价单", file=file), key="psh_2")
    said, shown = scene.chat()
    assert "明天回访" in said.body and "@all" not in said.words() and "://x.cn" not in said.words()
    assert "报价单.pdf" in shown.words()


async def test_a_card_shows_all_that_it_is_given(scene: Scene) -> None:
    await scene.adapter.send(scene.address(), CARD, key="psh_1")
    [shown] = scene.chat()
    assert (shown.title, shown.status) == (CARD.title, CARD.status)
    assert shown.facts == tuple((fact.label, fact.value) for fact in CARD.facts)
    assert [(knob.id, knob.label) for knob in shown.buttons] == [("confirm", "确认"), ("undo", "撤销")]
    assert "今晚发他" in shown.words()


async def test_a_tap_is_understood_and_changes_the_card_in_its_place(scene: Scene) -> None:
    await scene.says("先连上")
    sent = await scene.adapter.send(scene.address(), CARD, key="psh_1")
    assert sent.reference
    scene.shelf.card = DONE
    id = await scene.platforms.tap("zhang.wei", 1, "confirm")
    heard = scene.heard()
    assert (scene.shelf.kept[-1].key, heard.key) == (id, id)
    assert (heard.kind, heard.button, heard.card) == ("tap", "confirm", "psh_1")
    assert (scene.shelf.kept[-1].kind, heard.sender.user.casefold()) == ("tap", scene.shelf.kept[-1].conversation)
    [shown] = scene.chat()
    assert (shown.status, [knob.id for knob in shown.buttons]) == (DONE.status, ["undo"])
    scene.shelf.card = None
    await scene.platforms.tap("zhang.wei", 1, "undo")
    await scene.adapter.change(scene.address(), CARD, key="psh_1", change_code=scene.heard().reply_code)
    assert [shown.status for shown in scene.chat()] == [CARD.status]
    assert len({kept.key for kept in scene.shelf.kept}) == 3


async def test_a_card_without_a_code_is_not_changed(scene: Scene) -> None:
    with pytest.raises(NotDeliverable):
        await scene.adapter.change(scene.address(), CARD, key="psh_1", change_code="")


async def test_nobody_else_can_be_reached(scene: Scene) -> None:
    for user in ("nobody.here", "", "@all", "zhang.wei|li.na", "zhang.wei,li.na"):
        with pytest.raises(NotDeliverable):
            await scene.adapter.send(Address(scene.adapter.name, user), Text("t", "你好"), key=f"psh_{len(user)}")
    assert scene.chat() == scene.chat("li.na") == []


async def test_the_same_key_is_seen_once_where_the_answer_was_not(scene: Scene) -> None:
    """At most one repeat of a text; a card is the same card."""
    await scene.adapter.send(scene.address(), Text("t", "之前"), key="psh_0")
    for n, push in enumerate((CARD, Text("t", "一句")), 1):
        scene.fault("cut")
        with pytest.raises(Retryable):
            await scene.adapter.send(scene.address(), push, key=f"psh_{n}")
        scene.fault("none")
        scene.clock.advance(seconds=90)
        await scene.adapter.send(scene.address(), push, key=f"psh_{n}")
    shown = [one.title or one.body for one in scene.chat()]
    assert shown[:2] == ["之前", CARD.title] and shown[2:] in (["一句"], ["一句", "一句"])


@pytest.mark.parametrize("mode", ["429", "5xx", "down", "html", "half", "moved"])
async def test_what_is_refused_for_a_while_is_said_later(scene: Scene, mode: str) -> None:
    await scene.adapter.send(scene.address(), Text("t", "之前"), key="psh_0")
    scene.fault(mode)
    for _ in range(2):
        with pytest.raises(Retryable):
            await scene.adapter.send(scene.address(), Text("t", "一句"), key="psh_1")
        scene.clock.advance(seconds=30)
    scene.fault("none")
    scene.clock.advance(seconds=301)
    await scene.adapter.send(scene.address(), Text("t", "一句"), key="psh_1")
    assert [one.body for one in scene.chat()] == ["之前", "一句"]


async def test_a_dead_token_is_renewed_by_one_for_all(scene: Scene) -> None:
    await scene.adapter.send(scene.address(), Text("t", "之前"), key="psh_0")
    scene.fault("token_expired", 1)
    people = ("zhang.wei", "li.na", "chen.jie", "wang.fang")
    sendings = [scene.adapter.send(scene.address(user), Text("t", "一句"), key=f"psh_{user}") for user in people]
    assert len(await asyncio.gather(*sendings)) == len(people)
    assert [len(scene.chat(user)) for user in people] == [2, 1, 1, 1]


async def test_a_form_that_was_decided_is_told_and_read(scene: Scene) -> None:
    await scene.says("先连上")
    assert isinstance(scene.adapter, Approver)
    await scene.people.approve("zhang.wei", {"客户名称": "华东医疗", "金额": "2170000"}, "agreed", "合同审批")
    event = scene.heard()
    assert (event.kind, event.data["state"]) == ("approval", "agreed")
    form = await scene.adapter.approval(event.data["approval"])
    assert (form.id, form.state) == (event.data["approval"], "agreed")
    assert form.template == event.data["template"] != ""
    assert form.applicant.casefold() == scene.people.user_of("zhang.wei").casefold()
    assert ("客户名称", "华东医疗") in [(field.label, field.value) for field in form.form]
    with pytest.raises(SendError):
        await scene.adapter.approval("no-such-form")


async def test_forms_are_listed_by_when_they_were_handed_in(scene: Scene) -> None:
    """Page by page and further back than one list goes; what is made of one is the event that would have come."""
    await scene.says("先连上")
    adapter: Any = scene.adapter
    assert isinstance(adapter, ListsApprovals)
    server: Any = scene.people.server  # type: ignore[attr-defined]
    next(one for name in ("approvals", "forms", "desk") if (one := getattr(server, name, None))).page = 1
    began, told = START - timedelta(days=1), []
    for n in range(4):
        await scene.people.approve("zhang.wei", {"客户名称": "华东医疗", "次": str(n)}, "agreed", "合同审批")
        told.append((scene.heard().data["approval"], scene.heard().data["template"]))
        scene.clock.advance(days=14)
    until, titles = scene.clock.now(), ["合同审批", "没有这张表"]
    found = await adapter.handed_in(began, until, [], titles)
    assert [id for id, _ in found] == [id for id, _ in told]
    assert {template for _, template in found} <= {told[0][1], ""}
    late = await adapter.handed_in(START + timedelta(days=20), until, [], titles)
    assert [id for id, _ in late] == [id for id, _ in told[2:]]
    form = await adapter.approval(found[0][0])
    kept = asked.received(adapter.name, form.id, told[0][1], form.state, form.at, until)
    event, heard = adapter.parse(kept.payload), scene.heard()
    assert isinstance(event, InboundEvent)
    for name in ("template", "state"):
        assert (event.kind, event.data[name]) == (heard.kind, heard.data[name])
    assert event.key == kept.key != asked.received(adapter.name, form.id, "", "withdrawn", form.at, until).key


@pytest.mark.parametrize("body", [b'{"asked":', b'{"asked":1}', b'{"asked":"a","template":"","state":"","at":1e99}'])
async def test_what_is_no_asked_form_is_told_so(scene: Scene, body: bytes) -> None:
    with pytest.raises(BadPayload):
        scene.adapter.parse(body)


async def test_after_the_end_nothing_is_taken(scene: Scene) -> None:
    await scene.says("一")
    await scene.adapter.stop()
    with pytest.raises(CannotDo):
        await scene.people.say("zhang.wei", "二")
    assert [isinstance(scene.adapter.parse(kept.payload), Ignored) for kept in scene.shelf.kept] == [False]
