"""The smart robot's edge: the vectors in both directions, what is refused, what is said to whom, and no other host."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.errors import BadPayload, NotDeliverable, PlatformRefused, Retryable
from adapters.events import FileRef, Ignored, InboundEvent
from adapters.http import Http
from adapters.messages import Address, Attached, Button, Card, Text
from adapters.sandbox.seal import Seal
from adapters.wecom import Adapter, robot_parse
from adapters.wecom.robot import sealed
from adapters.wecom.robot_say import plain_markdown, said
from adapters.wecom.signature import Lock
from tests.adapters.wecom.twins import AT, VECTORS, MemoryLimits, MemoryTokens, Platform, Shelf, clock, config

BOT = VECTORS["configs"]["bot"]
CASES = {case["id"]: case for case in VECTORS["smart_robot"]}
LOCK = Lock(BOT["token"], BOT["encoding_aes_key"], "")
PATH = "/callback/wecom/main/robot"
STAMP = str(int(AT.timestamp()))
ZHANG = Address("main", "zhangsan")
CARD = Card("reading.clear", "松涛教育 · 记下了", buttons=(Button("confirm", "确认"),))


def robotic(**changes: Any) -> Any:
    given = {"robot_mode": "http", "robot_token": BOT["token"], "robot_aes_key": BOT["encoding_aes_key"]}
    return config(**{**given, **changes})


def parsed(message: dict[str, Any], name: str = "") -> InboundEvent | Ignored:
    return robot_parse.parse(robot_parse.enveloped(json.dumps(message).encode(), AT), "main", name)


def message(**more: Any) -> dict[str, Any]:
    base = {"msgid": "m1", "chattype": "single", "from": {"userid": "zhangsan"}, "msgtype": "text",
            "text": {"content": "华东医疗 预算批了"}}  # fmt: skip
    return {**base, **more}


# -- what comes in -------------------------------------------------------------------------------------------------


def test_a_group_message_is_read_without_the_mention_and_its_quote_is_data() -> None:
    event = parsed(json.loads(CASES["bot-text-group"]["expect"]["plaintext"]))
    assert isinstance(event, InboundEvent)
    assert (event.chat, event.text, event.quote) == ("wrTESTGROUP", "华东医疗 报价 12.5 万 下周三签", "上次的报价")
    assert (event.key, event.sender.user, event.kind) == ("CAIQtest0001", "zhangsan", "message")


@pytest.mark.parametrize(
    ("text", "name", "read"),
    [
        ("@跟进 预算批了", "跟进", "预算批了"),
        ("预算批了 @跟进", "跟进", "预算批了"),
        ("@跟进\u2005预算批了", "", "预算批了"),
        ("@跟进 @李四 预算批了", "跟进", "@李四 预算批了"),
        ("@跟进 /bind 松涛教育", "", "/bind 松涛教育"),
        ("预算批了", "", "预算批了"),
    ],
)
def test_the_mention_is_taken_out_in_groups_alone(text: str, name: str, read: str) -> None:
    there = parsed(message(chatid="c", chattype="group", text={"content": text}), name)
    alone = parsed(message(text={"content": text}), name)
    assert isinstance(there, InboundEvent) and isinstance(alone, InboundEvent)
    assert (there.text, alone.text) == (read, text)


def test_each_form_of_message() -> None:
    voice = parsed(message(msgtype="voice", voice={"content": "预算批了"}))
    items = [
        {"msgtype": "text", "text": {"content": "看图"}},
        {"msgtype": "image", "image": {"url": "https://x/1"}},
    ]
    mixed = parsed(message(msgtype="mixed", mixed={"msg_item": items}))
    file = parsed(message(msgtype="file", file={"url": "https://x/2", "aeskey": "K"}))
    odd = parsed(message(msgtype="hologram"))
    assert isinstance(voice, InboundEvent) and voice.text == "预算批了"
    assert isinstance(mixed, InboundEvent) and (mixed.text, [f.kind for f in mixed.files]) == ("看图", ["image"])
    assert isinstance(file, InboundEvent) and file.files == (FileRef("https://x/2\nK", "", "file"),)
    assert isinstance(odd, InboundEvent) and odd.unreadable == "other"


def test_taps_and_openings() -> None:
    tap = parsed(json.loads(CASES["bot-card-event"]["expect"]["plaintext"]))
    assert isinstance(tap, InboundEvent)
    assert (tap.kind, tap.button, tap.card, tap.selected) == ("tap", "stage_confirm", "gj-task-0009", ("opt_quote",))
    enter = parsed(json.loads(CASES["bot-enter-chat"]["expect"]["plaintext"]))
    assert isinstance(enter, InboundEvent) and (enter.kind, enter.data) == ("presence", {"event": "enter"})
    assert parsed(message(msgtype="event", event={"eventtype": "feedback_event"})) == Ignored("robot_feedback_event")


@pytest.mark.parametrize("plain", [b"", b"[1]", b"{", b"\xff", b'{"robot":1}', b'{"robot":1,"at":"x","body":{}}',
                                   b'{"robot":1,"at":1790000000,"body":{"msgtype":"text"}}'])  # fmt: skip
def test_what_is_not_the_platforms_is_set_aside(plain: bytes) -> None:
    with pytest.raises(BadPayload):
        robot_parse.parse(plain, "main")
    assert robot_parse.peek(plain).key


def test_odd_types_inside_never_raise_anything_else() -> None:
    for value in (None, 1, [], {}, [[]], "x", True):
        for name in ("text", "mixed", "file", "event", "quote", "chatid", "msgtype"):
            robot_parse.peek(json.dumps(message(**{name: value})).encode())
            assert parsed(message(**{name: value}))


def test_our_answer_is_the_vectors() -> None:
    case = CASES["bot-answer-stream"]
    expected = json.loads(case["response_body"])
    at = datetime.fromtimestamp(expected["timestamp"], UTC)
    found = sealed(json.loads(case["plaintext"]), LOCK, at, expected["nonce"], case["random16"].encode())
    assert found == expected


@pytest.mark.parametrize("id", [id for id, case in CASES.items() if "expect" in case and "plaintext" in case["expect"]])
def test_the_stand_ins_seal_is_the_vectors(id: str) -> None:
    case, seal = CASES[id], Seal(BOT["token"], BOT["encoding_aes_key"], "")
    query, encrypt = case["query"], json.loads(case["body"])["encrypt"]
    assert seal.close(case["expect"]["plaintext"].encode(), case["random16"].encode()) == encrypt
    assert seal.sign(query["timestamp"], query["nonce"], encrypt) == query["msg_signature"]


# -- the address ---------------------------------------------------------------------------------------------------


def signed(plain: bytes, *, lock: Lock = LOCK, stamp: str = STAMP) -> tuple[str, bytes]:
    encrypt = lock.close(plain)
    query = {"msg_signature": lock.signature(stamp, "n1", encrypt), "timestamp": stamp, "nonce": "n1"}
    return f"{PATH}?{urlencode(query)}", json.dumps({"encrypt": encrypt}).encode()


class Robots:
    """An adapter behind a server, and the platform that it calls."""

    def __init__(self, adapter: Adapter, web_: Any, platform: Platform, base: str) -> None:
        self.adapter, self.web, self.platform, self.base = adapter, web_, platform, base

    async def hears(self, plain: bytes | dict[str, Any], **more: Any) -> Any:
        url, body = signed(plain if isinstance(plain, bytes) else json.dumps(plain).encode(), **more)
        return await self.web.post(url, data=body)

    def way(self, code: str = "C1") -> str:
        return f"{self.base}cgi-bin/aibot/response?response_code={code}"


@pytest.fixture
async def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def robots(http: Http, shelf: Shelf, aiohttp_client: Any) -> AsyncIterator[Robots]:
    platform, now = Platform(), clock()
    async with TestServer(platform.app()) as server:
        base = str(server.make_url("/"))
        adapter = Adapter(robotic(api_base=base), now, http, MemoryTokens(), MemoryLimits(now))
        await adapter.start(shelf)
        site = web.Application()
        site.add_routes(adapter.routes())
        yield Robots(adapter, await aiohttp_client(site), platform, base)
        await adapter.stop()


async def test_kept_then_answered_and_once(robots: Robots, shelf: Shelf) -> None:
    for _ in range(3):
        answer = await robots.hears(message())
        assert (answer.status, await answer.read()) == (200, b"")
    [kept] = shelf.kept
    assert (kept.key, kept.kind, kept.conversation) == ("m1", "message", "zhangsan")
    event = robots.adapter.parse(kept.payload)
    assert isinstance(event, InboundEvent)
    assert (event.text, event.at) == ("华东医疗 预算批了", AT)


async def test_anything_that_is_not_authentic_is_refused_and_nothing_kept(robots: Robots, shelf: Shelf) -> None:
    """FAULTS 23, 24, 25"""
    other_token, other_corp = Lock("otherToken", BOT["encoding_aes_key"], ""), Lock(BOT["token"], LOCK.aes_key, "ww1")
    assert (await robots.hears(message(), lock=other_token)).status == 403
    assert (await robots.hears(message(), lock=other_corp)).status == 403
    assert (await robots.hears(message(), stamp=str(int(STAMP) - 601))).status == 403
    url, body = signed(b"{}")
    for broken in (b"", b"[]", b"{}", b'{"encrypt": 1}', b"<xml/>", b"\xff\xfe", b"[" * 100_000, b'{"encrypt": ""}'):
        began = time.process_time()
        assert (await robots.web.post(url, data=broken)).status in (400, 403)
        assert time.process_time() - began < 0.5
    assert (await robots.web.post(url, data=io.BytesIO(b"x" * 2_000_000))).status == 413
    assert (await robots.web.post(PATH, data=body)).status == 400
    assert not shelf.kept
    assert len(shelf.codes) == 13


async def test_the_old_token_and_key_are_taken_while_they_are_changed(
    robots: Robots, shelf: Shelf, http: Http, aiohttp_client: Any
) -> None:
    now, new = clock(), Lock("newToken2026", "Q" * 42 + "0", "")
    changing = robotic(
        robot_token=new.token, robot_aes_key=new.aes_key, robot_old_token=BOT["token"],
        robot_old_aes_key=BOT["encoding_aes_key"],
    )  # fmt: skip
    assert not list(changing.faults())
    adapter, site = Adapter(changing, now, http, MemoryTokens(), MemoryLimits(now)), web.Application()
    await adapter.start(shelf)
    site.add_routes(adapter.routes())
    robots.web = await aiohttp_client(site)
    assert (await robots.hears(message(msgid="old"))).status == 200
    assert (await robots.hears(message(msgid="new"), lock=new)).status == 200
    assert (await robots.hears(message(msgid="other"), lock=Lock("thirdToken", new.aes_key, ""))).status == 403
    assert [one.key for one in shelf.kept] == ["old", "new"]


async def test_authentic_and_odd_is_taken_and_set_aside(robots: Robots, shelf: Shelf) -> None:
    for n, odd in enumerate((b"no json", b"[1, 2]", b'{"a": "\\ud800"}', b"\x00", b"{" * 50_000)):
        assert (await robots.hears(odd)).status == 200
        assert len(shelf.kept) == n + 1
        with pytest.raises(BadPayload):
            robots.adapter.parse(shelf.kept[-1].payload)


async def test_the_console_s_check_of_the_address(robots: Robots) -> None:
    encrypt = LOCK.close(b"1616140317555161061")
    query = {"msg_signature": LOCK.signature(STAMP, "n", encrypt), "timestamp": STAMP, "nonce": "n", "echostr": encrypt}
    answer = await robots.web.get(f"{PATH}?{urlencode(query)}")
    assert (answer.status, await answer.text()) == (200, "1616140317555161061")


async def test_not_kept_is_not_answered_with_200(robots: Robots, shelf: Shelf) -> None:
    shelf.broken = True
    assert (await robots.hears(message())).status == 503


async def test_a_tap_is_answered_with_the_changed_card(robots: Robots, shelf: Shelf) -> None:
    shelf.card = CARD
    answer = await robots.hears(json.loads(CASES["bot-card-event"]["expect"]["plaintext"]))
    envelope = await answer.json()
    body = json.loads(LOCK.open(envelope["encrypt"]))
    assert body["response_type"] == "update_template_card"
    assert (body["userids"], body["template_card"]["task_id"]) == (["zhangsan"], "gj-task-0009")
    assert (
        LOCK.signature(str(envelope["timestamp"]), envelope["nonce"], envelope["encrypt"]) == envelope["msgsignature"]
    )


# -- what goes out -------------------------------------------------------------------------------------------------


async def test_the_first_answer_goes_back_by_the_address_and_the_next_by_the_app(robots: Robots) -> None:
    await robots.hears(message(response_url=robots.way()))
    await robots.adapter.send(ZHANG, CARD, key="k1")
    assert robots.platform.calls["aibot/response"] == 1
    body = json.loads(robots.platform.bodies[-1])
    assert (body["msgtype"], body["template_card"]["task_id"]) == ("template_card", "k1")
    await robots.adapter.send(ZHANG, Text("t", "还有一件"), key="k2")
    assert robots.platform.calls["message/send"] == 1


async def test_an_address_elsewhere_is_never_called(robots: Robots) -> None:
    """FAULTS 42: also where the platform itself seems to say so."""
    for url in ("http://169.254.169.254/latest", "https://evil.example/cgi-bin/aibot/response", "file:///etc/passwd"):
        await robots.hears(message(msgid=url, response_url=url))
        await robots.adapter.send(ZHANG, Text("t", "x"), key=f"k{len(url)}")
    assert robots.platform.calls["message/send"] == 3


async def test_an_answer_that_may_have_arrived_is_not_said_twice(robots: Robots) -> None:
    await robots.hears(message(response_url=robots.way()))
    robots.platform.say["aibot/response"] = lambda _: web.Response(status=502)
    with pytest.raises(Retryable):
        await robots.adapter.send(ZHANG, CARD, key="k1")
    robots.platform.say["aibot/response"] = lambda _: {"errcode": 60140, "errmsg": "used"}
    again = await robots.adapter.send(ZHANG, CARD, key="k1")
    assert again.data == {"repeat": True}
    assert robots.platform.calls["message/send"] == 0


async def test_what_never_left_is_said_by_another_way_once_the_address_has_run_out(robots: Robots) -> None:
    await robots.hears(message(response_url=robots.way()))
    robots.platform.say["aibot/response"] = lambda _: web.Response(status=502)
    with pytest.raises(Retryable):
        await robots.adapter.send(ZHANG, CARD, key="k1")
    robots.adapter._clock.advance(minutes=61)  # type: ignore[attr-defined]
    await robots.adapter.send(ZHANG, CARD, key="k1")
    assert robots.platform.calls["message/send"] == 1


async def test_a_refusal_of_one_address_says_nothing_of_the_next(robots: Robots) -> None:
    await robots.hears(message(response_url=robots.way("C1")))
    robots.platform.say["aibot/response"] = lambda _: {"errcode": 60140, "errmsg": "used"}
    robots.platform.say["message/send"] = lambda _: {"errcode": 45009, "errmsg": "busy"}
    with pytest.raises(Retryable):
        await robots.adapter.send(ZHANG, CARD, key="k1")
    await robots.hears(message(msgid="m2", response_url=robots.way("C2")))
    robots.platform.say["aibot/response"] = lambda _: {"errcode": 0, "errmsg": "ok"}
    sent = await robots.adapter.send(ZHANG, CARD, key="k1")
    assert sent.data == {}
    assert robots.platform.queries[-1] == {"response_code": "C2"}


async def test_an_address_that_is_used_up_gives_way_to_the_app(robots: Robots) -> None:
    await robots.hears(message(response_url=robots.way()))
    robots.platform.say["aibot/response"] = lambda _: {"errcode": 60140, "errmsg": "used"}
    await robots.adapter.send(ZHANG, CARD, key="k1")
    assert robots.platform.calls["message/send"] == 1


async def test_after_an_hour_the_app_speaks(robots: Robots) -> None:
    await robots.hears(message(response_url=robots.way()))
    robots.adapter._clock.advance(minutes=61)  # type: ignore[attr-defined]
    await robots.adapter.send(ZHANG, CARD, key="k1")
    assert (robots.platform.calls["aibot/response"], robots.platform.calls["message/send"]) == (0, 1)


async def test_a_group_gets_markdown_by_its_own_way(robots: Robots) -> None:
    await robots.hears(message(chatid="wrG", chattype="group", response_url=robots.way()))
    await robots.adapter.send(Address("main", chat="wrG"), CARD, key="k1")
    assert json.loads(robots.platform.bodies[-1])["msgtype"] == "markdown"
    await robots.adapter.send(ZHANG, CARD, key="k2")  # the private card is the app's
    assert robots.platform.calls["message/send"] == 1
    robots.platform.say["appchat/send"] = lambda _: {"errcode": 86003, "errmsg": "no such chat"}
    with pytest.raises(NotDeliverable):
        await robots.adapter.send(Address("main", chat="wrG"), Text("t", "x"), key="k3")


async def test_a_file_goes_by_the_app(robots: Robots) -> None:
    await robots.hears(message(response_url=robots.way()))
    robots.platform.say["media/upload"] = lambda _: {"errcode": 0, "media_id": "m"}
    await robots.adapter.send(ZHANG, Text("f", "x", file=Attached("a.pdf", "0" * 64, b"%PDF-1.4 x")), key="k1")
    assert (robots.platform.calls["aibot/response"], robots.platform.calls["message/send"]) == (0, 1)


async def test_files_are_fetched_from_the_platforms_hosts_alone(robots: Robots) -> None:
    """FAULTS 42"""
    first = VECTORS["media"][0]

    robots.platform.say["media/1"] = lambda _: web.Response(
        body=base64.b64decode(first["cipher_b64"]),
        headers={"Content-Disposition": 'attachment; filename="../../a.png"'},
    )
    name, data = await robots.adapter.fetch(FileRef(f"{robots.base}cgi-bin/media/1\n{first['key']}"))
    assert (name, data) == ("a.png", base64.b64decode(first["plain_b64"]))
    with pytest.raises(PlatformRefused):
        await robots.adapter.fetch(FileRef(f"{robots.base}cgi-bin/media/1\n{VECTORS['media'][1]['key']}"))
    for url in ("http://127.0.0.1:1/x", "https://evil.example/x", "http://a.qq.com/x", "https://qq.com.evil.example/x",
                "https://a.qq.com:8443/x", "file:///etc/passwd", "https://a.qq.com@evil.example/x"):  # fmt: skip
        with pytest.raises(PlatformRefused, match="no host"):
            await robots.adapter.fetch(FileRef(f"{url}\nkey"))


def test_words_stay_words_in_markdown() -> None:
    """FAULTS 33"""
    evil = '[点此](http://evil.example) <@all> @all **粗** `x` <font color="info">\n# 标题\n- 一\n1. 二\n> 引'
    body = said(Text("t", evil), "k", cards=False)["markdown"]["content"]
    assert not set("[]*`<>@_~|") & set(body)
    assert "http://" not in body
    assert not any(line.lstrip().startswith(("#", "- ", "1.")) for line in body.splitlines())
    assert plain_markdown("2026-03-10 10:00") == "2026-03-10 10:00"


def test_a_text_of_any_length_fits() -> None:
    assert len(said(Text("t", "长" * 30_000), "k", cards=False)["markdown"]["content"].encode()) <= 20_480


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"robot_token": "", "robot_aes_key": "x"}, ["robot_token", "robot_aes_key"]),
        ({"robot_mode": "ws"}, ["robot_id"]),
        ({"robot_mode": "ws", "robot_id": "b", "robot_secret": "s", "ws_base": "http://x"}, ["ws_base"]),
    ],
)
def test_the_configuration(changes: dict[str, Any], faults: list[str]) -> None:
    assert [key for key, _ in robotic(**changes).faults()] == faults
    assert BOT["token"] not in repr(robotic())
