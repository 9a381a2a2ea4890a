"""The control surface, called as an outside test bench calls it."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp import AiohttpClient

from adapters.sandbox.control import Control
from adapters.sandbox.loopback import Platforms
from adapters.sandbox.turns import Turns
from adapters.sandbox.world import Knob, Shown, World
from bot.clock import MovableClock
from tests.adapters.sandbox.fake import START, FakeBot, FakeDesk

Client = TestClient[Any, Any]
FILE = {"name": "报价单.pdf", "content_base64": "QQ=="}


@pytest.fixture
def desk(clock: MovableClock) -> FakeDesk:
    return FakeDesk(clock)


@pytest.fixture
async def client(aiohttp_client: AiohttpClient, platforms: Platforms, desk: FakeDesk) -> Client:
    app = web.Application()
    app.add_routes(Control(Turns(desk, platforms)).routes())
    return await aiohttp_client(app)


async def posted(client: Client, path: str, body: Any, **more: Any) -> tuple[int, dict[str, Any]]:
    async with client.post(f"/sandbox/api/{path}", json=body, **more) as answer:
        return answer.status, await answer.json()


async def test_say_answers_with_the_platforms_id(client: Client, bot: FakeBot) -> None:
    status, said = await posted(client, "say", {"platform": "wecom", "as": "zhang.wei", "text": "你好", "chat": None})
    assert (status, said) == (200, {"event_id": bot.heard[0]["MsgId"]})


async def test_a_stranger_may_speak(client: Client, bot: FakeBot) -> None:
    assert (await posted(client, "say", {"platform": "wecom", "as": "who.ever", "text": "你好"}))[0] == 200
    async with client.get("/sandbox/api/inbox", params={"as": "who.ever"}) as answer:
        assert await answer.json() == {"items": []}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("say", {"as": "zhang.wei", "text": "", "file": FILE}, 400, "unsupported_by_platform"),
        ("say", {"as": "zhang.wei", "text": "你好", "chat": "g1"}, 400, "unsupported_by_platform"),
        ("say", {"as": "zhang.wei", "text": "你好", "platform": "telex"}, 400, "unknown_platform"),
        ("say", {"as": "zhang.wei", "text": "  "}, 400, "bad_request"),
        ("say", {"text": "你好"}, 400, "bad_request"),
        ("say", [], 400, "bad_json"),
        ("tap", {"as": "zhang.wei", "n": 9, "button": "x"}, 404, "no_such_item"),
        ("tap", {"as": "zhang.wei", "n": "1", "button": "x"}, 400, "bad_request"),
        ("clock", {}, 400, "bad_request"),
        ("clock", {"now": "2026-03-11T10:00:00"}, 400, "bad_request"),
        ("clock", {"now": "9999-01-01T00:00:00+08:00"}, 400, "bad_request"),
        ("clock", {"advance_seconds": -1}, 400, "bad_request"),
        ("fault", {"platform": "wecom", "mode": "fire", "for": 1}, 400, "bad_request"),
        ("fault", {"platform": "wecom", "mode": "429", "for": "1"}, 400, "bad_request"),
    ],
)  # fmt: skip
async def test_what_cannot_be_done(client: Client, bot: FakeBot, path: str, body: Any, status: int, code: str) -> None:
    got, answer = await posted(client, path, body)
    assert (got, answer["error"]["code"]) == (status, code)
    assert answer["error"]["hint"]
    assert bot.heard == []


async def test_the_inbox_tells_a_card_whole(client: Client, world: World, desk: FakeDesk) -> None:
    desk.kinds["m1"] = "reading.clear"
    shown = Shown(
        title="华东医械 · 记下了",
        status="已记下，有错点改",
        facts=(("承诺", "发报价单"),),
        buttons=(Knob("confirm", "确认"), Knob("add_evidence", "补材料", "http://127.0.0.1:1/upload/x")),
        options=(("a", "甲"),),
    )
    world.put("zhang.wei", "wecom", "wecom", "m1", shown)
    world.put("zhang.wei", "wecom", "wecom", "m2", Shown(body="收到"))
    async with client.get("/sandbox/api/inbox", params={"as": "zhang.wei"}) as answer:
        first, second = (await answer.json())["items"]
    assert first == {
        "n": 1, "at": START.isoformat(), "to": "zhang.wei", "platform": "wecom", "kind": "reading.clear",
        "title": "华东医械 · 记下了", "text": "华东医械 · 记下了\n已记下，有错点改\n承诺｜发报价单",
        "buttons": [{"id": "confirm", "label": "确认", "url": None},
                    {"id": "add_evidence", "label": "补材料", "url": "http://127.0.0.1:1/upload/x"}],
        "options": [{"id": "a", "label": "甲"}], "many": False,
    }  # fmt: skip
    assert (second["title"], second["text"], second["buttons"]) == ("", "收到", [])
    async with client.get("/sandbox/api/inbox", params={"as": "zhang.wei", "after": "1"}) as answer:
        assert [item["n"] for item in (await answer.json())["items"]] == [2]
    async with client.get("/sandbox/api/inbox", params={"as": "no.body"}) as answer:
        assert answer.status == 404


async def test_a_tap_reaches_the_bot(client: Client, bot: FakeBot, world: World) -> None:
    world.put(
        "zhang.wei", "wecom", "wecom", "m1", Shown(buttons=(Knob("confirm", "确认"),), form="button_interaction"), "t1"
    )
    status, answer = await posted(client, "tap", {"as": "zhang.wei", "n": 1, "button": "confirm"})
    assert (status, len(answer["event_id"])) == (200, 40)
    assert (bot.heard[0]["EventKey"], bot.heard[0]["TaskId"]) == ("confirm", "t1")


async def test_the_clock_steps(client: Client, desk: FakeDesk) -> None:
    _, after = await posted(client, "clock", {"advance_seconds": 259200})
    assert after == {"now": "2026-03-13T10:00:00+08:00"}
    _, after = await posted(client, "clock", {"now": "2026-03-14T00:00:00Z"})
    assert after == {"now": "2026-03-14T08:00:00+08:00"}
    assert len(desk.steps) == 2


async def test_a_fault_lasts_by_the_sandbox_clock(client: Client, world: World, clock: MovableClock) -> None:
    status, answer = await posted(client, "fault", {"platform": "wecom", "mode": "down", "for": 30})
    assert (status, answer["until"]) == (200, "2026-03-10T10:00:30+08:00")
    assert world.faults.on("wecom") is not None
    clock.advance(seconds=30)
    assert world.faults.on("wecom") is None


async def test_records(client: Client, desk: FakeDesk) -> None:
    desk.rows["customer"] = [{"id": "cus_1", "name": "华东医疗器械有限公司"}]
    async with client.get("/sandbox/api/records", params={"kind": "customer"}) as answer:
        assert await answer.json() == {"items": desk.rows["customer"]}
    async with client.get("/sandbox/api/records", params={"kind": "spoon"}) as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (404, "unknown_kind")


@pytest.mark.parametrize("head", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_sites_page_may_do_nothing(client: Client, bot: FakeBot, head: dict[str, str]) -> None:
    status, answer = await posted(client, "say", {"as": "zhang.wei", "text": "你好"}, headers=head)
    assert (status, answer["error"]["code"]) == (403, "foreign_page")
    assert bot.heard == []
