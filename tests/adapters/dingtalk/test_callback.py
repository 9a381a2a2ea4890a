"""The callback address, through a real server: what is authentic is kept and answered, anything else is neither."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from adapters.dingtalk import Adapter
from adapters.dingtalk.signature import Lock
from adapters.events import Ignored, InboundEvent
from adapters.messages import Button, Card, Text
from tests.adapters.dingtalk.twins import (
    AT,
    EVENTS,
    LOCK,
    NOW_MS,
    PATH,
    Shelf,
    event,
    message,
    robot,
    tap,
)

APPROVED = {
    "EventType": "bpms_instance_change", "eventId": "ev-1", "processInstanceId": "pi-1", "processCode": "PROC-1",
    "type": "finish", "result": "agree", "staffId": "zhang.wei", "title": "合同审批", "finishTime": NOW_MS,
}  # fmt: skip
CARD = Card("reading.clear", "松涛教育 · 记下了", status="张伟 10:02 确认", buttons=(Button("undo", "撤销"),))


async def listening(adapter: Adapter, shelf: Shelf, aiohttp_client: Any) -> TestClient:
    await adapter.start(shelf)
    app = web.Application()
    app.add_routes(adapter.routes())
    return await aiohttp_client(app)


@pytest.fixture
async def bot(sender: Adapter, shelf: Shelf, aiohttp_client: Any) -> TestClient:
    return await listening(sender, shelf, aiohttp_client)


async def test_a_message_is_kept_and_answered(bot: TestClient, shelf: Shelf, sender: Adapter) -> None:
    answer = await bot.post(PATH, **robot(message()))
    assert (answer.status, await answer.read()) == (200, b"")
    (kept,) = shelf.kept
    assert (kept.account, kept.key, kept.kind) == ("ding", "msg-1", "message")
    assert (kept.conversation, kept.sent_at) == ("zhang.wei", AT)
    said = sender.parse(kept.payload)
    assert isinstance(said, InboundEvent)
    assert (said.text, said.chat, said.sender.user) == ("松涛何校长周四看演示", "", "Zhang.Wei")


async def test_in_a_group_the_words_are_those_behind_the_mention(
    bot: TestClient, shelf: Shelf, sender: Adapter
) -> None:
    await bot.post(PATH, **robot(message(" /help ", conversationType="2", conversationId="cidG==", isInAtList=True)))
    said = sender.parse(shelf.kept[0].payload)
    assert isinstance(said, InboundEvent) and (said.text, said.chat) == ("/help", "cidG==")


async def test_an_event_is_kept_and_answered_with_the_sealed_word(
    bot: TestClient, shelf: Shelf, sender: Adapter, now: Any
) -> None:
    answer = await bot.post(PATH, **event(APPROVED))
    said = await answer.json()
    assert LOCK.open(said["encrypt"]) == b"success"
    assert said["msg_signature"] == LOCK.signature(said["timeStamp"], said["nonce"], said["encrypt"])
    approved = sender.parse(shelf.kept[0].payload)
    assert isinstance(approved, InboundEvent)
    assert (approved.kind, approved.sender.user, shelf.kept[0].key) == ("approval", "zhang.wei", "ev-1")
    assert approved.data == {"approval": "pi-1", "template": "PROC-1", "state": "agreed", "title": "合同审批"}


async def test_the_consoles_check_is_answered_and_not_kept(bot: TestClient, shelf: Shelf) -> None:
    answer = await bot.post(PATH, **event({"EventType": "check_url"}))
    assert LOCK.open((await answer.json())["encrypt"]) == b"success"
    assert shelf.kept == []


async def test_an_event_without_an_id_is_told_from_the_next_step(bot: TestClient, shelf: Shelf) -> None:
    old = {name: value for name, value in APPROVED.items() if name != "eventId"}
    for body, nonce in ((old, "a"), (old, "b"), ({**old, "type": "start", "result": ""}, "c")):
        await bot.post(PATH, **event(body, nonce=nonce))
    assert [one.key for one in shelf.kept] == [
        f"bpms_instance_change+pi-1++finish+agree+{NOW_MS}", f"bpms_instance_change+pi-1++start++{NOW_MS}",
    ]  # fmt: skip


async def test_a_tap_is_answered_with_the_changed_card(bot: TestClient, shelf: Shelf, sender: Adapter) -> None:
    shelf.card = CARD
    answer = await (await bot.post(PATH, **tap())).json()
    filled = answer["cardData"]["cardParamMap"]
    assert answer["cardUpdateOptions"] == {"updateCardDataByKey": True}
    assert (filled["status"], filled["button1"], filled["button1_id"], filled["button2"]) == (
        "张伟 10:02 确认", "撤销", "undo", "",
    )  # fmt: skip
    assert all(isinstance(value, str) for value in filled.values())
    heard = sender.parse(shelf.kept[0].payload)
    assert isinstance(heard, InboundEvent)
    assert (heard.button, heard.card, heard.sender.user, heard.at) == ("confirm", "psh_1", "zhang.wei", AT)


async def test_a_slow_tap_and_a_broken_outcome_are_answered_all_the_same(
    bot: TestClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await (await bot.post(PATH, **tap())).json() == {}

    async def broken(*_: Any) -> None:
        raise RuntimeError("worker gone")

    monkeypatch.setattr(shelf, "outcome", broken)
    answer = await bot.post(PATH, **tap(stamp=str(NOW_MS + 5)))
    assert (answer.status, await answer.json()) == (200, {})
    assert len(shelf.kept) == 2


async def test_a_text_in_a_cards_place_leaves_its_words(bot: TestClient, shelf: Shelf) -> None:
    shelf.card = Text("t", "已并入下一张")
    filled = (await (await bot.post(PATH, **tap())).json())["cardData"]["cardParamMap"]
    assert (filled["status"], filled["button1"]) == ("已并入下一张", "")
    assert "title" not in filled and "facts" not in filled


async def test_sent_again_in_the_window_it_is_kept_once_and_after_it_refused(
    bot: TestClient, shelf: Shelf, now: Any
) -> None:
    three = [robot(message()), event(APPROVED), tap()]
    for sent in [*three, *three, robot(message(), stamp=str(NOW_MS + 7)), event(APPROVED, nonce="other")]:
        assert (await bot.post(PATH, **sent)).status == 200
    assert len(shelf.kept) == 3
    for seconds, sent in zip((3601, 28_801, 301), three, strict=True):
        for moved in (seconds, -seconds):
            now.set(AT + timedelta(seconds=moved))
            answer = await bot.post(PATH, **sent)
            assert (answer.status, (await answer.json())["error"]["code"]) == (403, "stale")
    assert len(shelf.kept) == 3


async def test_two_taps_on_one_button_are_two(bot: TestClient, shelf: Shelf) -> None:
    for stamp in (NOW_MS, NOW_MS, NOW_MS + 1500):
        await bot.post(PATH, **tap(stamp=str(stamp)))
    assert len(shelf.kept) == 2


NESTED = b"[" * 200_000
OTHER = Lock("other", EVENTS["aes_key"], (EVENTS["owner_key"],))
STRANGER = Lock(EVENTS["token"], EVENTS["aes_key"], ("another-app",))


def without(sent: dict[str, Any], place: str, name: str) -> dict[str, Any]:
    return {**sent, place: {key: value for key, value in sent[place].items() if key != name}}


NOT_OURS: list[tuple[str, dict[str, Any], int]] = [
    ("nothing at all", {"data": b""}, 403),
    ("no sign", without(robot(message()), "headers", "sign"), 403),
    ("no timestamp", without(robot(message()), "headers", "timestamp"), 403),
    ("another secret", robot(message(), secret="another"), 403),
    ("sign of another script", {**robot(message()), "headers": {"timestamp": str(NOW_MS), "sign": "ä"}}, 403),
    ("timestamp in seconds", robot(message(), stamp="1795310000"), 403),
    ("timestamp of other digits", robot(message(), stamp="１７９５３１００００００００"), 403),
    ("another robot", robot(message(robotCode="dingother")), 403),
    ("tap without signature", {"data": tap()["data"]}, 403),
    ("tap of another secret", tap(secret="x"), 403),
    ("tap that is no JSON", {**tap(), "data": b"{"}, 400),
    ("event of another token", event(APPROVED, lock=OTHER), 403),
    ("event for another app", event(APPROVED, lock=STRANGER), 403),
    ("event doubled", {**event(APPROVED), "params": [*event(APPROVED)["params"].items(), ("nonce", "2")]}, 400),
    ("event without nonce", without(event(APPROVED), "params", "nonce"), 400),
    ("event in XML", {**event(APPROVED), "data": b"<xml><Encrypt>1</Encrypt></xml>"}, 400),
    ("event cut", {**event(APPROVED), "data": event(APPROVED)["data"][:60]}, 400),
    ("event deep", {**event(APPROVED), "data": NESTED}, 400),
    ("event in GBK", {**event(APPROVED), "data": '{"encrypt": "合同"}'.encode("gbk")}, 400),
    ("event without cipher", {**event(APPROVED), "data": b"{}"}, 403),
]


@pytest.mark.parametrize(("sent", "status"), [one[1:] for one in NOT_OURS], ids=[one[0] for one in NOT_OURS])
async def test_what_is_not_authentic_is_refused(
    bot: TestClient, shelf: Shelf, sent: dict[str, Any], status: int
) -> None:
    answer = await bot.post(PATH, **sent)
    error = (await answer.json())["error"]
    assert answer.status == status and error["code"] and error["hint"]
    assert shelf.kept == [] and len(shelf.codes) == 1


SIGNED_OVER = [b"", b"{", b"[]", NESTED, "{\"a\": \"合\"}".encode("gbk"), b"\x00\xff", b'{"msgtype": "text"}',
               b'{"msgtype": "text", "msgId": {"a": 1}, "createAt": "x"}', b'{"createAt": ' + b"9" * 20_000 + b"}",
               json.dumps(message("\ud800 \x00", senderStaffId=["a"])).encode()]  # fmt: skip


@pytest.mark.parametrize("body", SIGNED_OVER, ids=range(len(SIGNED_OVER)))
async def test_what_is_authentic_and_makes_no_sense_is_kept_for_the_worker_to_set_aside(
    bot: TestClient, shelf: Shelf, sender: Adapter, body: bytes
) -> None:
    assert (await bot.post(PATH, **robot(body))).status == 200
    (kept,) = shelf.kept
    assert kept.payload == body and kept.key
    try:
        assert isinstance(sender.parse(kept.payload), Ignored)
    except Exception as error:
        assert getattr(error, "code", "") == "bad_payload"


async def test_events_inside_that_make_no_sense_are_kept_too(bot: TestClient, shelf: Shelf, sender: Adapter) -> None:
    for n, inside in enumerate((b"", b"no json", b'{"EventType": ["x"]}', b'{"EventType": "user_leave_org"}')):
        answer = await bot.post(PATH, **event(inside, nonce=f"n{n}"))
        assert answer.status == 200 and len(shelf.kept) == n + 1


async def test_a_large_body_is_refused_before_it_is_read(bot: TestClient, shelf: Shelf) -> None:
    headers = robot(b"")["headers"]
    answer = await bot.post(PATH, data=io.BytesIO(b"x" * (1024 * 1024 + 1)), headers=headers)
    assert (answer.status, (await answer.json())["error"]["code"]) == (413, "too_large")

    async def pieces() -> Any:
        for _ in range(20):
            yield b"x" * 100_000

    assert (await bot.post(PATH, data=pieces(), headers=headers)).status == 413
    assert shelf.kept == []


async def test_a_deep_body_costs_little_before_its_signature(bot: TestClient) -> None:
    began = time.process_time()
    for _ in range(5):
        await bot.post(PATH, data=io.BytesIO(b"[" * 1_000_000))
    assert (time.process_time() - began) / 5 < 0.05


async def test_what_cannot_be_stored_is_not_acknowledged(bot: TestClient, shelf: Shelf) -> None:
    shelf.broken = True
    for sent in (robot(message()), event(APPROVED), tap()):
        assert (await bot.post(PATH, **sent)).status == 503


async def test_one_message_from_everywhere_at_once_is_kept_once(bot: TestClient, shelf: Shelf) -> None:
    posts = [bot.post(PATH, **robot(message(), stamp=str(NOW_MS + n))) for n in range(32)]
    assert {answer.status for answer in await asyncio.gather(*posts)} == {200}
    assert len(shelf.kept) == 1


async def test_old_and_new_secrets_stand_side_by_side_while_they_are_changed(
    made: Callable[..., Adapter], shelf: Shelf, aiohttp_client: Any
) -> None:
    new = Lock("newToken", "b" * 42 + "A", LOCK.owners)
    adapter = made(
        client_secret="brand-new", old_client_secret="app-secret-demo-0123456789", card_secret="",
        token=new.token, aes_key=new.aes_key, old_token=EVENTS["token"], old_aes_key=EVENTS["aes_key"],
    )  # fmt: skip
    bot = await listening(adapter, shelf, aiohttp_client)
    for n, sent in enumerate([robot(message(id="a")), robot(message(id="b"), secret="brand-new")]):
        assert (await bot.post(PATH, **sent)).status == 200, n
    for lock, id in ((LOCK, "old"), (new, "new")):
        answer = await (await bot.post(PATH, **event({**APPROVED, "eventId": id}, lock=lock))).json()
        assert lock.open(answer["encrypt"]) == b"success"
    for n, secret in enumerate(adapter._config.card_secrets):
        assert (await bot.post(PATH, **tap(secret=secret, stamp=str(NOW_MS + n)))).status == 200
    assert (await bot.post(PATH, **robot(message(id="c"), secret="older still"))).status == 403
    assert len(shelf.kept) == 6
    changed = made(client_secret="brand-new", token=new.token, aes_key=new.aes_key)
    later = await listening(changed, Shelf(), aiohttp_client)
    for sent in (robot(message()), event(APPROVED)):
        assert (await later.post(PATH, **sent)).status == 403


async def test_before_the_start_and_after_the_end_nothing_is_taken(
    sender: Adapter, shelf: Shelf, aiohttp_client: Any
) -> None:
    app = web.Application()
    app.add_routes(sender.routes())
    bot = await aiohttp_client(app)
    assert (await bot.post(PATH, **robot(message()))).status == 503
    await sender.start(shelf)
    assert (await bot.post(PATH, **robot(message()))).status == 200
    await sender.stop()
    assert (await bot.post(PATH, **robot(message(id="2")))).status == 503
