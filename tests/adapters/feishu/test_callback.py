"""The callback address, through a real server: what is authentic is kept and answered, anything else is neither."""

from __future__ import annotations

import asyncio
import io
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from adapters.feishu import Adapter
from adapters.feishu.signature import sealed, signature
from adapters.messages import Button, Card, Text
from tests.adapters.feishu.twins import AT, KEY, PATH, TOKEN, config, event, message, posted, tap
from tests.adapters.wecom.twins import MemoryLimits, MemoryTokens, Shelf

NEW_KEY, NEW_TOKEN = "Enc-Key-new-0123456789abcdefgh", "VerifTok-new"


@pytest.fixture
def open_to(http: Any, now: Any, shelf: Shelf, aiohttp_client: Any) -> Any:
    """A client of an adapter with these settings."""

    async def opened(**changes: Any) -> TestClient:
        adapter = Adapter(config(**changes), now, http, MemoryTokens(), MemoryLimits(now))
        adapter._sink = shelf
        app = web.Application(client_max_size=10 * 1024 * 1024)
        app.add_routes(adapter.routes())
        return await aiohttp_client(app)

    return opened


@pytest.fixture
async def bot(open_to: Any) -> TestClient:
    return await open_to()


async def test_a_message_is_kept_and_answered(bot: TestClient, shelf: Shelf) -> None:
    body, head = posted(message({"text": "松涛何校长周四看演示"}))
    answer = await bot.post(PATH, data=body, headers=head)
    assert (answer.status, await answer.json()) == (200, {})
    (kept,) = shelf.kept
    assert (kept.account, kept.key, kept.kind) == ("lark", "om_1", "message")
    assert (kept.conversation, kept.sent_at) == ("ou_zhang", AT)


async def test_a_tap_is_answered_with_the_changed_card(bot: TestClient, shelf: Shelf) -> None:
    shelf.card = Card("reading.clear", "松涛教育", "张伟 10:02 确认", buttons=(Button("undo", "撤销"),), tone="done")
    body, head = posted(tap("confirm"))
    said = await (await bot.post(PATH, data=body, headers=head)).json()
    assert said["card"]["type"] == "raw"
    assert said["card"]["data"]["header"]["template"] == "grey"
    assert '"k": "out_1"' in json.dumps(said)
    shelf.card = Text("reading.spent", "这条 10:05 已由王芳改派给李娜。")
    body, head = posted(tap("confirm", id="evt-2"))
    said = await (await bot.post(PATH, data=body, headers=head)).json()
    assert said == {"toast": {"type": "info", "content": "这条 10：05 已由王芳改派给李娜。".replace("：", ":")}}


async def test_late_or_broken_a_tap_is_answered_all_the_same(bot: TestClient, shelf: Shelf) -> None:
    body, head = posted(tap("confirm"))
    assert await (await bot.post(PATH, data=body, headers=head)).json() == {}

    async def broken(*_: Any) -> None:
        raise RuntimeError("no")

    shelf.outcome = broken  # type: ignore[method-assign]
    body, head = posted(tap("confirm", id="evt-2"))
    assert await (await bot.post(PATH, data=body, headers=head)).json() == {}
    assert len(shelf.kept) == 2


async def test_what_cannot_be_kept_is_not_acknowledged(bot: TestClient, shelf: Shelf) -> None:
    shelf.broken = True
    body, head = posted(message({"text": "x"}))
    answer = await bot.post(PATH, data=body, headers=head)
    assert (answer.status, (await answer.json())["error"]["code"]) == (503, "not_kept")


async def test_row_24_in_the_window_once_and_after_it_refused(bot: TestClient, shelf: Shelf, now: Any) -> None:
    body, head = posted(message({"text": "x"}))
    for late in (0, 15, 7 * 3600):
        now.set(AT + timedelta(seconds=late))
        assert (await bot.post(PATH, data=body, headers=head)).status == 200
    for skew in (8 * 3600 + 1, -8 * 3600 - 1):
        now.set(AT + timedelta(seconds=skew))
        assert (await bot.post(PATH, data=body, headers=head)).status == 403
    assert len(shelf.kept) == 1
    assert shelf.codes == ["stale", "stale"]


async def test_old_and_new_key_are_good_during_a_change_over(open_to: Any, shelf: Shelf) -> None:
    bot = await open_to(encrypt_key=(NEW_KEY, KEY), verification_token=(NEW_TOKEN, TOKEN))
    for key, token, id in ((KEY, TOKEN, "1"), (NEW_KEY, NEW_TOKEN, "2"), (NEW_KEY, TOKEN, "3")):
        body, head = posted(event("x.y_v1", {}, id=id, token=token), key=key)
        assert (await bot.post(PATH, data=body, headers=head)).status == 200
        check = {"challenge": 'a"b', "token": token, "type": "url_verification"}
        asked = json.dumps({"encrypt": sealed(json.dumps(check).encode(), key)})
        assert await (await bot.post(PATH, data=asked)).json() == {"challenge": 'a"b'}
    assert [kept.key for kept in shelf.kept] == ["1", "2", "3"]
    body, head = posted(event("x.y_v1", {}, id="4"), key="a third one")
    assert (await bot.post(PATH, data=body, headers=head)).status == 403


async def test_without_an_encrypt_key_the_token_is_the_proof(open_to: Any, shelf: Shelf) -> None:
    bot = await open_to(encrypt_key=())
    for token, status in ((TOKEN, 200), ("another", 403), ("", 403)):
        answer = await bot.post(PATH, data=json.dumps(event("x.y_v1", {}, id=token or "none", token=token)))
        assert answer.status == status
    assert len(shelf.kept) == 1


async def test_without_a_token_there_is_no_address(open_to: Any) -> None:
    bot = await open_to(verification_token=())
    assert (await bot.post(PATH, data=b"{}")).status == 404


DEEP = b'{"encrypt":' + b"[" * 100_000


def _signed(body: bytes, **changes: str) -> tuple[bytes, dict[str, str]]:
    head = {
        "X-Lark-Request-Timestamp": "1795310000",
        "X-Lark-Request-Nonce": "n",
        "X-Lark-Signature": signature("1795310000", "n", KEY, body),
    }
    return body, {**head, **changes}


def _inside(plain: bytes) -> tuple[bytes, dict[str, str]]:
    return _signed(json.dumps({"encrypt": sealed(plain, KEY)}).encode())


HOSTILE = {
    "empty": (b"", {}),
    "nothing sealed": (b"{}", {}),
    "a list": (b"[1]", {}),
    "deep": (DEEP, {}),
    "deep and signed": _signed(DEEP),
    "not UTF-8": (b'{"encrypt":"\xff"}', {}),
    "no token inside": _inside(b'{"a":1}'),
    "XML": (b"<xml><Encrypt>x</Encrypt></xml>", {}),
    "no base64": _signed(b'{"encrypt":"####"}'),
    "a number sealed": _signed(b'{"encrypt":7}'),
    "a time that is none": _signed(b"{}", **{"X-Lark-Request-Timestamp": "soon"}),
    "a signature of another": _signed(b"{}", **{"X-Lark-Signature": "0" * 64}),
    "a signature that is no ASCII": _signed(b"{}", **{"X-Lark-Signature": "é"}),
    "packed": (b"{}", {"Content-Encoding": "gzip"}),
    "another's check": (
        json.dumps({"encrypt": sealed(b'{"type":"url_verification","challenge":"x"}', KEY)}).encode(),
        {},
    ),
    "an event without a signature": (posted(message({"text": "x"}))[0], {}),
}


@pytest.mark.parametrize("case", HOSTILE.values(), ids=HOSTILE)
async def test_rows_23_25_27_what_is_not_authentic_is_refused(case: Any, bot: TestClient, shelf: Shelf) -> None:
    body, head = case
    began = time.process_time()
    answer = await bot.post(PATH, data=body, headers=head)
    assert 400 <= answer.status < 500
    assert "challenge" not in await answer.text()
    assert time.process_time() - began < 0.5
    assert shelf.kept == []
    assert len(shelf.codes) == 1


async def test_a_doubled_header_is_refused(bot: TestClient, shelf: Shelf) -> None:
    body, head = posted(message({"text": "x"}))
    doubled = [*head.items(), ("X-Lark-Signature", "0" * 64)]
    assert (await bot.post(PATH, data=body, headers=doubled)).status == 400
    assert shelf.kept == []


async def test_row_27_a_body_over_a_megabyte_is_not_read(bot: TestClient, shelf: Shelf) -> None:
    assert (await bot.post(PATH, data=io.BytesIO(b"x" * (2 * 1024 * 1024)))).status == 413
    assert shelf.kept == []


async def test_row_27_a_body_that_does_not_come_is_not_waited_for(bot: TestClient, shelf: Shelf) -> None:
    server = bot.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{".encode())
    await writer.drain()
    began = time.monotonic()
    body, head = posted(message({"text": "x"}))
    assert (await bot.post(PATH, data=body, headers=head)).status == 200  # others are served meanwhile
    answer = await asyncio.wait_for(reader.readline(), 10)
    assert answer.startswith(b"HTTP/1.1 400")
    assert time.monotonic() - began < 8
    writer.close()
    assert len(shelf.kept) == 1


async def test_authentic_and_odd_it_is_kept_and_set_aside(bot: TestClient, shelf: Shelf, sender: Adapter) -> None:
    """What the platform signed is acknowledged, whatever is in it; the worker says that it cannot be read."""
    odd = [event("im.message.receive_v1", {"message": 7}, id="1"), {"schema": "2.0", "header": {"token": TOKEN}}]
    sealed_up = [b'{"a":' * 50_000 + b"1", '{"type":"合同"}'.encode("gbk"), b'{"a":' + b"9" * 10_000 + b"}", b"[]"]
    for n, (body, head) in enumerate([*map(posted, odd), *map(_inside, sealed_up)], 1):
        assert (await bot.post(PATH, data=body, headers=head)).status == 200
        assert len(shelf.kept) == n
