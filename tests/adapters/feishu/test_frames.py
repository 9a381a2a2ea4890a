"""The long connection's frames, beside those made by the official SDK; and a line through a real websocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from adapters.errors import BadPayload, Misconfigured
from adapters.events import Ignored
from adapters.feishu import Adapter
from adapters.feishu.frames import CONTROL, DATA, Frame, decoded, encoded
from adapters.feishu.line import Parts, Terms
from adapters.feishu.parse import parse
from adapters.feishu.plaintext import peek
from adapters.messages import Button, Card
from adapters.sandbox.feishu_app import FeishuApp
from adapters.sandbox.feishu_line import Frame as Played
from adapters.sandbox.feishu_line import Lines
from tests.adapters.feishu.twins import VECTORS, config, event, message, tap
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, Shelf

FRAMES = {case["id"]: case for case in VECTORS if case["kind"] == "ws_frame"}
EACH = [(id, bytes.fromhex(one)) for id, case in FRAMES.items() for one in case["frames_hex"]]


@pytest.mark.parametrize("wire", [wire for _, wire in EACH], ids=[f"{id}-{n}" for n, (id, _) in enumerate(EACH)])
def test_both_ends_read_and_write_what_the_sdk_does(wire: bytes) -> None:
    ours, theirs = decoded(wire), Played.of(wire)
    assert (ours.seq, ours.log, ours.service, ours.method) == theirs.numbers
    assert (ours.headers, ours.payload) == (theirs.headers, theirs.payload)
    assert encoded(ours) == theirs.wire() == wire


def test_ping_and_pong() -> None:
    (ping,) = FRAMES["ws-ping"]["frames_hex"]
    assert encoded(Frame(CONTROL, {"type": "ping"}, service=33554678)).hex() == ping
    pong = decoded(bytes.fromhex(FRAMES["ws-pong-config"]["frames_hex"][0]))
    assert json.loads(pong.payload) == FRAMES["ws-pong-config"]["expect"]["payload_json"]
    assert Terms().changed(json.loads(pong.payload)) == Terms(3, 2, 1)
    assert Terms().changed({"PingInterval": "x", "ReconnectNonce": True}) == Terms()


@pytest.mark.parametrize("case", ["ws-text-event", "ws-card-callback", "ws-two-part-event", "ws-unknown-event"])
def test_an_event_is_whole_once_all_of_it_is_there(case: str) -> None:
    parts = Parts()
    found = [parts.whole(decoded(bytes.fromhex(one))) for one in FRAMES[case]["frames_hex"]]
    assert found[:-1] == [None] * (len(found) - 1)
    assert found[-1] is not None
    expect = FRAMES[case]["expect"]
    if "event_id" in expect:
        assert json.loads(found[-1])["header"]["event_id"] == expect["event_id"]
    if expect.get("deliver_to_business") is False:
        assert isinstance(parse(found[-1], "lark"), Ignored)


def test_parts_come_in_any_order_and_twice() -> None:
    first, second = (decoded(bytes.fromhex(one)) for one in FRAMES["ws-two-part-event"]["frames_hex"])
    parts = Parts()
    assert parts.whole(second) is None
    assert parts.whole(second) is None
    assert parts.whole(first) == first.payload + second.payload


@pytest.mark.parametrize("headers", [{"sum": "2", "seq": "2"}, {"sum": "x"}, {"sum": "65", "seq": "1"}, {"sum": "-1"}])
def test_parts_that_cannot_be_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadPayload):
        Parts().whole(Frame(DATA, {"message_id": "m", **headers}, b"x"))


@pytest.mark.parametrize(
    "wire", [b"", b"\x08", b"\xff" * 12, b"\x42\xff\xff\x03x", b"\x20\x01\x2a\x02\x0a", b"\x20\x01\x0b"]
)
def test_bytes_that_are_no_frame_are_refused(wire: bytes) -> None:
    with pytest.raises(BadPayload):
        decoded(wire)


def test_fields_of_tomorrow_are_passed_over() -> None:
    wire = (
        encoded(Frame(DATA, {"type": "event"}, b"{}")) + b"\x7d\x00\x00\x00\x00" + b"\x79" + b"\x00" * 8 + b"\x7a\x01x"
    )
    assert decoded(wire) == Frame(DATA, {"type": "event"}, b"{}")


# through a real websocket

APP = FeishuApp(mode="ws")


@pytest.fixture
def mode() -> list[str]:
    return ["none"]


@pytest.fixture
def lines(mode: list[str]) -> Lines:
    return Lines(lambda: [APP], lambda: mode[0])


@pytest.fixture
async def connected(lines: Lines, http: Any, now: Any, shelf: Shelf, aiohttp_server: Any) -> AsyncIterator[Adapter]:
    site = web.Application()
    site.add_routes(lines.routes())
    server = await aiohttp_server(site)
    account = config(
        app_id=APP.app_id, app_secret=APP.secret, mode="ws", verification_token=(), api_base=str(server.make_url("/"))
    )
    adapter = Adapter(account, now, http, MemoryTokens(), MemoryLimits(now))
    await adapter.start(shelf)
    yield adapter
    await adapter.stop()
    await lines.stop()


def wire(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()


async def test_what_comes_over_the_line_is_kept_then_acknowledged(
    connected: Adapter, lines: Lines, shelf: Shelf
) -> None:
    assert connected.routes() == []
    assert await lines.wait_up(APP)
    said = wire(message({"text": "松涛何校长周四看演示"}))
    assert await lines.push(APP, said) == {}
    assert await lines.push(APP, said) == {}
    assert await lines.push(APP, wire(event("some.unknown_v9", {}))) == {}
    assert [kept.key for kept in shelf.kept] == ["om_1", "evt-1"]
    assert shelf.kept[0].payload == said


async def test_a_tap_over_the_line_is_answered_with_its_card(connected: Adapter, lines: Lines, shelf: Shelf) -> None:
    await lines.wait_up(APP)
    shelf.card = Card("reading.clear", "松涛教育", "张伟 10:02 确认", buttons=(Button("undo", "撤销"),))
    answer = await lines.push(APP, wire(tap("confirm")))
    assert answer is not None
    assert answer["card"]["data"]["header"]["title"]["content"] == "松涛教育"


async def test_what_cannot_be_stored_is_not_acknowledged(connected: Adapter, lines: Lines, shelf: Shelf) -> None:
    await lines.wait_up(APP)
    shelf.broken = True
    said = wire(message({"text": "x"}))
    assert await lines.push(APP, said) is None
    shelf.broken = False
    assert await lines.push(APP, said) == {}
    assert len(shelf.kept) == 1


async def test_long_events_come_in_parts(connected: Adapter, lines: Lines, shelf: Shelf) -> None:
    await lines.wait_up(APP)
    lines.part_most = 100
    assert await lines.push(APP, wire(message({"text": "长" * 300}))) == {}
    assert len(shelf.kept) == 1
    assert await lines.push(APP, b"", "card") == {}  # the old form of cards: nothing of ours
    assert len(shelf.kept) == 1


async def test_events_do_not_wait_for_one_another(connected: Adapter, lines: Lines, shelf: Shelf) -> None:
    await lines.wait_up(APP)
    slow, kept = asyncio.Event(), shelf.keep

    async def keep(received: Any) -> bool:
        if received.key == "om_slow":
            await slow.wait()
        return await kept(received)

    shelf.keep = keep  # type: ignore[method-assign]
    first = asyncio.create_task(lines.push(APP, wire(message({"text": "x"}, id="om_slow"))))
    await asyncio.sleep(0.05)
    assert await lines.push(APP, wire(message({"text": "y"}, id="om_2"))) == {}
    slow.set()
    assert await first == {}


async def test_a_line_that_ends_is_opened_again(connected: Adapter, lines: Lines, shelf: Shelf) -> None:
    await lines.wait_up(APP)
    await lines.drop(APP)
    assert await lines.wait_up(APP)
    assert lines.opened == 2
    assert await lines.push(APP, wire(message({"text": "x"}))) == {}


async def test_a_half_open_line_is_noticed_and_opened_again(connected: Adapter, lines: Lines, shelf: Shelf) -> None:
    """Nobody hangs up, nothing comes: after the ping's interval and some grace the line is taken for dead."""
    await lines.wait_up(APP)
    lines.terms["PingInterval"] = 1
    await lines.drop(APP)
    await lines.wait_up(APP)
    lines.terms = {**lines.terms, "PingInterval": 0.1}  # type: ignore[dict-item]
    await asyncio.sleep(1.2)  # a ping, whose pong brings the new interval
    opened = lines.opened
    lines.mute = True
    for _ in range(400):
        if lines.opened > opened:
            break
        await asyncio.sleep(0.02)
    lines.mute = False
    assert lines.opened > opened
    assert await lines.push(APP, wire(message({"text": "x"}))) == {}


@pytest.mark.parametrize("trouble", ["5xx", "429", "1000040350", "7"])
async def test_an_endpoint_in_trouble_is_asked_again(
    trouble: str, mode: list[str], connected: Adapter, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.feishu.line._TOO_MANY", 0.2)
    await lines.wait_up(APP)
    mode[0] = trouble
    await lines.drop(APP)
    await asyncio.sleep(0.5)
    assert not lines.up(APP)
    mode[0] = "none"
    assert await lines.wait_up(APP)


async def test_wrong_credentials_are_told_to_the_doctor(lines: Lines, http: Any, now: Any, aiohttp_server: Any) -> None:
    site = web.Application()
    site.add_routes(lines.routes())
    site.add_routes([web.post("/open-apis/{rest:.*}", _good), web.get("/open-apis/{rest:.*}", _good)])
    server = await aiohttp_server(site)
    for secret, fine in ((APP.secret, True), ("another", False)):
        account = config(app_id=APP.app_id, app_secret=secret, mode="ws", api_base=str(server.make_url("/")))
        adapter = Adapter(account, now, http, MemoryTokens(), MemoryLimits(now))
        if fine:
            assert await adapter.check() == "飞书应答正常：机器人「跟进」，用长连接收消息"
            continue
        with pytest.raises(Misconfigured) as no:
            await adapter.check()
        assert "app_id" in no.value.hint


async def _good(_: web.Request) -> web.Response:
    bot = {"app_name": "跟进", "open_id": "ou_bot"}
    return web.json_response({"code": 0, "tenant_access_token": "t-1", "expire": 7200, "bot": bot})


def test_the_key_of_a_message_is_the_same_by_either_way() -> None:
    assert peek(wire(message({"text": "x"}))).key == "om_1"
