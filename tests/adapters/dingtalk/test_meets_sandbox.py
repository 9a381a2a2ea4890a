"""The adapter and the stand-in platform, each with its own crypto and its own HTTP, understand one another, over HTTP
and over the Stream; and what the platform may do to a bot, it does to ours: the fault matrix."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from aiohttp import web

from adapters.dingtalk import Adapter, Config
from adapters.errors import Misconfigured, NotDeliverable, Retryable, SendError
from adapters.events import InboundEvent
from adapters.http import Http
from adapters.messages import Address, Attached, Button, Card, Fact, Text
from adapters.sandbox.dingtalk_app import DingtalkApp
from adapters.sandbox.dingtalk_people import DingtalkPeople
from adapters.sandbox.loopback import on_loopback
from adapters.sandbox.world import CannotDo, World
from bot.clock import MovableClock
from tests.adapters.dingtalk.twins import MemoryLimits, MemoryTokens, Shelf
from tests.adapters.wecom.test_render import CLEAR

ZHANG = Address("dingtalk", "zhang.wei")
CARD = Card(
    "reading.clear",
    "松涛教育 · 记下了",
    status="已记下，有错点改",
    facts=(Fact("客户", "松涛教育（何校长是他家联系人）"),),
    buttons=(Button("confirm", "确认", style="main"), Button("undo", "撤销")),
)
APPROVED = {"客户名称": "华东医疗", "合同金额（元）": "2170000"}


@dataclass
class Scene:
    """A bot's account and the platform that it speaks to; ``shelf`` is where the bot keeps what it hears."""

    people: DingtalkPeople
    adapter: Adapter
    shelf: Shelf
    world: World
    config: Config

    def chat(self, user: str = "zhang.wei") -> list[Any]:
        return [item.shown for item in self.world.inbox(user)]

    async def tap(self, n: int, button: str) -> str:
        item = self.world.item("zhang.wei", n)
        assert item is not None
        knob = next(knob for knob in item.shown.buttons if knob.id == button)
        return await self.people.tap(item, knob, ())

    def heard(self, n: int = -1) -> InboundEvent:
        event = self.adapter.parse(self.shelf.kept[n].payload)
        assert isinstance(event, InboundEvent)
        return event

    async def up(self, times: int = 1) -> None:
        """Returns when the Stream was opened ``times`` times, and is."""
        async with asyncio.timeout(10):
            while self.adapter._stream.times < times or not self.people.server.gateway.lines:
                await asyncio.sleep(0.01)


Staged = Callable[..., Any]


@pytest.fixture
async def staged(now: MovableClock, http: Http, aiohttp_server: Any) -> AsyncIterator[Staged]:
    async with AsyncExitStack() as stack:

        async def stage(app: DingtalkApp | None = None, **changes: Any) -> Scene:
            world, shelf = World(now), Shelf()
            people = DingtalkPeople(world, [app or DingtalkApp()])
            await stack.enter_async_context(on_loopback(world, [people]))
            site = web.Application()
            config = Config(**{**people.settings("dingtalk"), **changes})
            assert list(config.faults()) == []
            routes: dict[tuple[str, str], Any] = {}

            async def hear(request: web.Request) -> web.StreamResponse:
                return await routes[request.method, request.path](request)

            site.router.add_route("*", "/callback/{rest:.*}", hear)
            server = await aiohttp_server(site)
            url = str(server.make_url("/callback/dingtalk/dingtalk"))
            people.point("dingtalk", url)
            adapter = Adapter(replace(config, callback_url=url), now, http, MemoryTokens(), MemoryLimits(now))
            routes.update({(one.method, one.path): one.handler for one in adapter.routes()})
            adapter._stream.first_pause, adapter._stream.ping = 0.05, 0.3
            await adapter.start(shelf)
            stack.push_async_callback(adapter.stop)
            return Scene(people, adapter, shelf, world, config)

        yield stage


@pytest.fixture(params=["http", "stream"])
async def scene(request: pytest.FixtureRequest, staged: Staged) -> Scene:
    """The same over both ways in."""
    scene: Scene = await staged(DingtalkApp(mode=request.param))
    if request.param == "stream":
        await scene.up()
    return scene


async def test_words_reach_the_shelf(scene: Scene) -> None:
    id = await scene.people.say("zhang.wei", "松涛何校长周四看演示 ]]> <b>")
    kept = scene.shelf.kept[0]
    assert (kept.key, kept.kind, kept.conversation) == (id, "message", "zhang.wei")
    heard = scene.heard()
    assert (heard.text, heard.sender.user, heard.data["name"]) == ("松涛何校长周四看演示 ]]> <b>", "zhang.wei", "张伟")
    await scene.people.say("li.na", "/help", chat="华东一组")
    assert (scene.heard().text, scene.heard().chat != "") == ("/help", True)
    await scene.people.speak("zhang.wei", "今天拜访了华星科技")
    assert scene.heard().text == "今天拜访了华星科技"


async def test_files_come_in_and_go_out(scene: Scene) -> None:
    await scene.people.send_file("zhang.wei", "合同.pdf", b"%PDF-1.7 x")
    assert await scene.adapter.fetch(scene.heard().files[0]) == ("合同.pdf", b"%PDF-1.7 x")
    await scene.people.send_file("zhang.wei", "名片.jpg", b"\xff\xd8\xff a card")
    assert (await scene.adapter.fetch(scene.heard().files[0]))[1] == b"\xff\xd8\xff a card"
    file = Attached("瑞禾报价.pdf", "0" * 64, b"%PDF-1.7")
    await scene.adapter.send(ZHANG, Text("t", "报价", file=file), key="psh_1")
    assert scene.chat()[0].body == "[file] 瑞禾报价.pdf"
    with pytest.raises(CannotDo):
        await scene.people.send_file("zhang.wei", "a.pdf", b"%PDF", chat="华东一组")


async def test_a_card_is_tapped_and_changes_in_its_place(scene: Scene) -> None:
    sent = await scene.adapter.send(ZHANG, CARD, key="psh_1")
    shown = scene.chat()[0]
    assert (shown.title, shown.facts) == ("松涛教育 · 记下了", (("客户", "松涛教育（何校长是他家联系人）"),))
    scene.shelf.card = replace(CARD, status="张伟 10:02 确认", buttons=CARD.buttons[1:])
    await scene.tap(1, "confirm")
    heard = scene.heard()
    assert (heard.kind, heard.button, heard.card, heard.sender.user) == ("tap", "confirm", "psh_1", "zhang.wei")
    assert (scene.chat()[0].status, [k.label for k in scene.chat()[0].buttons]) == ("张伟 10:02 确认", ["撤销"])
    await scene.adapter.change(ZHANG, CARD, key="psh_1", change_code=sent.change_code)
    assert scene.chat()[0].status == "已记下，有错点改"
    scene.shelf.card = None
    await scene.tap(1, "undo")
    await scene.tap(1, "undo")
    assert len({kept.key for kept in scene.shelf.kept}) == 3 and scene.chat()[0].status == "已记下，有错点改"


async def test_a_card_may_not_be_changed_while_its_tap_is_open(scene: Scene) -> None:
    await scene.adapter.send(ZHANG, CARD, key="psh_1")
    scene.people.server.cards.busy.add("psh_1")
    done = replace(CARD, status="张伟 10:02 确认")
    with pytest.raises(Retryable) as busy:
        await scene.adapter.change(ZHANG, done, key="psh_1", change_code="psh_1")
    assert busy.value.wait
    scene.people.server.cards.busy.clear()
    await scene.adapter.change(ZHANG, done, key="psh_1", change_code="psh_1")
    assert scene.chat()[0].status == "张伟 10:02 确认"


async def test_an_approval_is_told_and_read(scene: Scene) -> None:
    states = {"running": "running", "agreed": "agreed", "refused": "refused", "withdrawn": "withdrawn"}
    for theirs, ours in states.items():
        await scene.people.approve("zhang.wei", APPROVED, theirs, "合同审批")
        heard = scene.heard()
        assert (heard.kind, heard.data["state"], heard.data["template"]) == ("approval", ours, "PROC-SANDBOX")
        form = await scene.adapter.approval(heard.data["approval"])
        assert (form.state, form.applicant, form.title) == (ours, "zhang.wei", "合同审批")
        assert [(one.label, one.value) for one in form.form] == list(APPROVED.items())


async def test_groups_are_spoken_to_in_plain_words(scene: Scene) -> None:
    await scene.people.say("li.na", "在吗", chat="华东一组")
    chat = scene.heard().chat
    await scene.adapter.send(Address("dingtalk", chat=chat), CLEAR, key="psh_1")
    assert [item.chat for item in scene.world.inbox("li.na")] == ["华东一组"]
    assert scene.chat("li.na")[0].body.startswith("【松涛教育 · 记下了】")
    await scene.adapter.send(Address("dingtalk", chat="webhook"), CLEAR, key="psh_2")
    assert scene.world.inbox("zhang.wei")[-1].chat == "webhook"
    with pytest.raises(NotDeliverable):
        await scene.adapter.send(Address("dingtalk", chat="cid-nowhere"), CLEAR, key="psh_3")


async def test_without_a_template_each_button_is_a_page_that_asks_once_more(staged: Staged) -> None:
    scene: Scene = await staged(card_template_id="")
    sent = await scene.adapter.send(ZHANG, CLEAR, key="psh_1")
    shown = scene.chat()[0]
    assert (shown.title, shown.status, sent.change_code) == ("松涛教育 · 记下了", "已记下，有错点改", "")
    assert dict(shown.facts)["承诺"] == "我方发方案，周二 3月10日 晚上"
    assert [knob.label for knob in shown.buttons] == ["确认", "改", "撤销", "补材料"]
    assert shown.body.endswith("1 确认  2 改  3 撤销  4 补材料  （回数字或字都行）")
    assert scene.people.server.messages.marked == []
    async with httpx.AsyncClient(trust_env=False) as phone:
        url = shown.buttons[0].url
        page = await phone.get(url)
        assert (page.status_code, "要「确认」吗？" in page.text) == (200, True)
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert scene.shelf.kept == [], "opening it changes nothing"
        once = {"once": re.findall(r'name="once" value="(\w+)"', page.text)[0]}
        for _ in range(2):
            assert "收到了" in (await phone.post(url, data=once)).text
        again = await phone.get(url)
        await phone.post(url, data={"once": re.findall(r'name="once" value="(\w+)"', again.text)[0]})
    tap = scene.heard(0)
    assert (tap.kind, tap.button, tap.card, tap.sender.user) == ("tap", "confirm", "psh_1", "zhang.wei")
    keys = [scene.heard(n).key for n in range(len(scene.shelf.kept))]
    assert len(set(keys)) == 2, "one showing of the page is one tap, another is another"


@pytest.mark.parametrize(
    "forged", [{"button": "undo"}, {"user": "li.na"}, {"card": "psh_2"}, {"label": "撤销"}, {"sign": ""}]
)
async def test_an_address_that_we_did_not_make_does_nothing(staged: Staged, forged: dict[str, str]) -> None:
    scene: Scene = await staged(card_template_id="")
    await scene.adapter.send(ZHANG, CLEAR, key="psh_1")
    url = httpx.URL(scene.chat()[0].buttons[0].url).copy_merge_params(forged)
    async with httpx.AsyncClient(trust_env=False) as phone:
        assert (await phone.get(url)).status_code == 404
        assert (await phone.post(url, data={"once": "0" * 32})).status_code == 404
        assert (await phone.post(httpx.URL(scene.chat()[0].buttons[0].url), data={})).status_code == 404
    assert scene.shelf.kept == []


async def test_strangers_and_wrong_settings_are_told_apart(staged: Staged) -> None:
    scene: Scene = await staged()
    for push in (CARD, Text("t", "你好")):
        with pytest.raises(NotDeliverable):
            await scene.adapter.send(Address("dingtalk", "nobody"), push, key=f"psh_{push.kind}")
    for changes in ({"card_template_id": "gone.schema"}, {"robot_code": "another"}, {"client_secret": "wrong"}):
        other: Scene = await staged(**changes)
        with pytest.raises(Misconfigured):
            await other.adapter.send(ZHANG, CARD, key="psh_1")


async def test_a_page_is_opened_by_its_member(staged: Staged) -> None:
    scene: Scene = await staged()
    server, [app] = scene.people.server, scene.people.server.apps
    for way in ("page", "login"):
        code = server.pages.code_for(app, "zhang.wei", way)
        assert await scene.adapter.whose(code) == "zhang.wei"
        with pytest.raises(SendError):
            await scene.adapter.whose(code)
    keys = await scene.adapter.page_keys("https://bot.example/sidebar")
    assert (keys["corpId"], keys["agentId"]) == (app.corp_id, app.agent_id)
    assert await scene.adapter.name_of("zhao.min") == "赵敏"
    assert await scene.adapter.check() == f"钉钉应答正常：应用 {app.client_id}，HTTP 回调，卡片模板可用"


async def test_the_doctor_tries_the_card_template_and_nobody_sees_it(staged: Staged) -> None:
    scene: Scene = await staged()
    await scene.adapter.check()
    assert not scene.chat()
    scene = await staged(card_template_id="gone.schema")
    with pytest.raises(Misconfigured) as gone:
        await scene.adapter.check()
    assert gone.value.hint == "核对 card_template_id，模板要已发布"


# the fault matrix


async def test_a_dead_token_is_renewed_without_a_word(staged: Staged, now: MovableClock) -> None:
    scene: Scene = await staged()
    for hours in range(3):
        await scene.adapter.send(ZHANG, Text("t", f"第 {hours} 次"), key=f"a{hours}")
        now.advance(hours=2)
    scene.world.faults.set("dingtalk", "token_expired", 60)
    await asyncio.gather(*(scene.adapter.send(ZHANG, Text("t", "还"), key=f"b{n}") for n in range(20)))
    assert len(scene.chat()) == 23
    assert scene.people.server.calls.count("oauth2/accessToken") == 4


@pytest.mark.parametrize("mode", ["429", "5xx", "down", "half", "cut", "html", "moved", "slow"])
async def test_what_goes_wrong_for_a_while_arrives_later_and_once(staged: Staged, now: MovableClock, mode: str) -> None:
    """In the matrix's own words: 429, 5xx, slow, and a line that ends before or behind the deed."""
    scene: Scene = await staged()
    http = scene.adapter._client._http
    await scene.adapter.send(ZHANG, Text("t", "之前"), key="before")
    for n, push in enumerate((Text("t", "一句"), CARD)):
        scene.world.faults.set("dingtalk", mode, 600)
        http._seconds = 0.4 if mode == "slow" else 4.0
        for _ in range(3):
            with pytest.raises(Retryable):
                await scene.adapter.send(ZHANG, push, key=f"psh_{n}")
            now.advance(seconds=20)
        scene.world.faults.set("dingtalk", "none", 0)
        http._seconds = 4.0
        now.advance(seconds=301)
        await scene.adapter.send(ZHANG, push, key=f"psh_{n}")
    titles = [shown.title or shown.body for shown in scene.chat()]
    twice = {"cut": 1, "slow": 1}.get(mode, 0)  # the text's one repeat; a card's repeat is the same card
    assert titles == ["之前", "一句", *["一句"] * twice, "松涛教育 · 记下了"]


async def test_the_rate_of_the_platform_is_never_met(staged: Staged, now: MovableClock) -> None:
    scene: Scene = await staged()
    left, rounds = list(range(90)), 0
    while left:
        said = await asyncio.gather(
            *(scene.adapter.send(ZHANG, Text("t", f"{n}"), key=f"k{n}") for n in left), return_exceptions=True
        )
        left = [n for n, one in zip(left, said, strict=True) if isinstance(one, Retryable)]
        now.advance(seconds=1)
        await asyncio.sleep(1)  # the stand-in counts by the machine's clock
        rounds += 1
    assert rounds == 3 and scene.people.server.calls.count("robot/oToMessages/batchSend") == 90


async def test_a_clock_that_is_off_is_refused_and_said(staged: Staged, now: MovableClock) -> None:
    scene: Scene = await staged()
    ahead = MovableClock(now.now())
    ahead.advance(hours=3)
    scene.adapter._clock = ahead
    with pytest.raises(CannotDo):
        await scene.people.say("zhang.wei", "你好")
    assert scene.shelf.codes == ["stale"] and scene.shelf.kept == []
    await scene.people.approve("zhang.wei", APPROVED)
    ahead.advance(hours=6)
    with pytest.raises(CannotDo):
        await scene.people.approve("zhang.wei", APPROVED)


async def test_what_comes_twice_or_in_another_order_is_kept_once(scene: Scene, now: MovableClock) -> None:
    pushes, [app] = scene.people.pushes, scene.people.server.apps
    old = int(now.now().timestamp() * 1000)
    said = {"msgtype": "text", "senderStaffId": "zhang.wei", "conversationType": "1", "robotCode": app.client_id}
    second = {**said, "msgId": "2", "createAt": old + 5000, "text": {"content": "二"}}
    first = {**said, "msgId": "1", "createAt": old, "text": {"content": "一"}}
    for body in (second, first, second, first):
        assert (await pushes.message(app, body)).ok
    assert [kept.key for kept in scene.shelf.kept] == ["2", "1"]
    early, late = (kept.sent_at for kept in reversed(scene.shelf.kept))
    assert early is not None and late is not None and early < late
    event = {"processInstanceId": "pi", "type": "finish", "result": "agree", "staffId": "zhang.wei", "finishTime": old}
    for _ in range(3):
        assert (await pushes.event(app, "bpms_instance_change", "ev-9", event)).ok
    assert len(scene.shelf.kept) == 3


async def test_a_secret_is_changed_without_a_word_lost(staged: Staged, now: MovableClock) -> None:
    """The bot knows both; the platform changes over at its own time."""
    fresh = {"client_secret": "fresh-secret", "token": "freshToken", "aes_key": "b" * 42 + "A"}
    app = DingtalkApp()
    old = {f"old_{name}": getattr(app, name) for name in fresh}
    scene: Scene = await staged(app, **fresh, **old)
    for platform_app in (None, replace(app, **fresh)):
        if platform_app is not None:
            scene.people.server.apps = [replace(platform_app, callback_url=scene.people.server.apps[0].callback_url)]
            scene.world.faults.set("dingtalk", "token_expired", 1)
        before = len(scene.shelf.kept)
        await scene.people.say("zhang.wei", "你好")
        await scene.people.approve("zhang.wei", APPROVED)
        await scene.adapter.send(ZHANG, Text("t", "在"), key=f"k{before}")
        assert len(scene.shelf.kept) == before + 2


# the Stream's own faults


@pytest.fixture
async def line(staged: Staged) -> Scene:
    scene: Scene = await staged(DingtalkApp(mode="stream"))
    await scene.up()
    return scene


async def test_a_ticket_is_good_once_and_the_open_call_is_the_official_one(line: Scene) -> None:
    [asked] = line.people.server.gateway.opened
    assert set(asked) == {"clientId", "clientSecret", "ua", "localIp", "subscriptions"}
    assert [one["topic"] for one in asked["subscriptions"]] == [
        "*", "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback",
    ]  # fmt: skip


async def test_every_frame_is_answered(line: Scene) -> None:
    gateway = line.people.server.gateway
    [there] = gateway.lines
    pong = await gateway.push(there, "SYSTEM", "ping", {"opaque": "op-1"})
    assert pong is not None and (pong["code"], pong["message"], pong["data"]) == (200, "OK", '{"opaque": "op-1"}')
    alive = await gateway.push(there, "SYSTEM", "KEEPALIVE", "{}")
    assert alive is not None and alive["data"] == "{}"
    strange = await gateway.push(there, "CALLBACK", "/v1.0/unknown/topic", {"a": 1})
    assert strange is not None and strange["code"] == 404
    await there.socket.send_str("no frame at all")
    await there.socket.send_str("[" * 100_000)
    odd = await gateway.push(there, "EVENT", "*", "no json", eventType="x", eventId="e")
    assert odd is not None and '"SUCCESS"' in odd["data"]
    assert line.shelf.kept[-1].payload == b"no json" and gateway.strange == []
    await line.people.say("zhang.wei", "还在")
    assert line.adapter._stream.times == 1


async def test_what_could_not_be_kept_is_not_acknowledged(line: Scene) -> None:
    gateway, [app] = line.people.server.gateway, line.people.server.apps
    line.shelf.broken = True
    event = {"processInstanceId": "pi", "type": "start", "staffId": "z", "createTime": 1795310000000}
    [there] = gateway.lines
    later = await gateway.push(there, "EVENT", "*", event, eventType="bpms_instance_change", eventId="ev-1")
    assert later is not None and '"LATER"' in later["data"]
    said = asyncio.create_task(line.people.pushes.message(app, {"msgtype": "text", "msgId": "m"}))
    await asyncio.sleep(0.2)
    assert not said.done()
    line.shelf.broken = False
    assert (await said).ok  # it would never come again, so it was tried again
    again = await gateway.push(there, "EVENT", "*", event, eventType="bpms_instance_change", eventId="ev-1")
    assert again is not None and '"SUCCESS"' in again["data"]
    assert [kept.key for kept in line.shelf.kept] == ["m", "ev-1"]


async def test_asked_to_leave_it_comes_back_at_once_with_a_new_ticket(line: Scene) -> None:
    gateway = line.people.server.gateway
    await gateway.ask_to_leave(gateway.lines[0])
    await line.up(2)
    assert len(gateway.opened) == 2
    await line.people.say("zhang.wei", "又在")
    assert line.heard().text == "又在"


async def test_a_line_that_ends_is_opened_again(line: Scene) -> None:
    gateway = line.people.server.gateway
    for times in (2, 3):
        await gateway.lines[0].socket.close()
        await line.up(times)
    await line.people.say("zhang.wei", "还在")


async def test_a_line_that_is_only_half_there_is_given_up(line: Scene) -> None:
    """It stays open and nothing answers, as behind a router that forgot it: no close ever comes."""
    gateway = line.people.server.gateway
    gateway.lines[0].dead = True
    await line.up(2)
    await line.people.say("zhang.wei", "还在")
    assert line.heard().text == "还在"


async def test_while_the_platform_is_away_the_pauses_grow(line: Scene) -> None:
    line.world.faults.set("dingtalk", "down", 600)
    before = len(line.people.server.calls)
    await line.people.server.gateway.lines[0].socket.close()
    await asyncio.sleep(1.2)
    tries = line.people.server.calls[before:].count("gateway/connections/open")
    assert 2 <= tries <= 6  # 0.05, 0.1, 0.2, 0.4 … with their jitter
    line.world.faults.set("dingtalk", "none", 0)
    await line.up(2)


async def test_what_was_missed_meanwhile_is_asked_for(line: Scene, now: MovableClock) -> None:
    line.world.faults.set("dingtalk", "down", 3600)
    await line.people.server.gateway.lines[0].socket.close()
    await asyncio.sleep(0.1)
    with pytest.raises(CannotDo):
        await line.people.approve("zhang.wei", APPROVED)
    now.advance(minutes=5)
    line.world.faults.set("dingtalk", "none", 0)
    await line.up(2)
    await asyncio.sleep(0.2)
    heard = line.heard()
    assert (heard.kind, heard.data["state"], line.people.server.desk.missed) == ("approval", "agreed", [])
    assert (await line.adapter.approval(heard.data["approval"])).applicant == "zhang.wei"


async def test_a_wrong_secret_is_asked_for_ever_more_rarely(staged: Staged) -> None:
    scene: Scene = await staged(DingtalkApp(mode="stream"), client_secret="wrong")
    await asyncio.sleep(0.8)
    assert 2 <= scene.people.server.calls.count("gateway/connections/open") <= 6
    assert scene.people.server.gateway.lines == []


async def test_the_end_leaves_no_line_behind(line: Scene) -> None:
    await line.adapter.stop()
    await asyncio.sleep(0.1)
    assert line.people.server.gateway.lines == []
    with pytest.raises(CannotDo):
        await line.people.say("zhang.wei", "还在吗")
