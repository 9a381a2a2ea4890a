"""The callback address, through a real server: what is authentic is kept and answered, anything else is neither."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import xmltodict
from aiohttp import web
from aiohttp.test_utils import TestClient

from adapters.messages import Button, Card, Text
from adapters.wecom import Adapter
from adapters.wecom.signature import Lock
from tests.adapters.wecom.twins import APP, AT, MemoryLimits, MemoryTokens, Shelf, clock, config

PATH = "/callback/wecom/main"
LOCK = Lock(APP["token"], APP["encoding_aes_key"], APP["receive_id"])
STAMP = str(int(AT.timestamp()))


def xml(**fields: str) -> bytes:
    inside = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    return f"<xml>{inside}</xml>".encode()


def message(text: str = "松涛何校长周四看演示", id: str = "7300000000000000001") -> bytes:
    return xml(FromUserName="Zhang.Wei", CreateTime=STAMP, MsgType="text", Content=text, MsgId=id)


TAP = xml(
    FromUserName="zhang.wei",
    CreateTime=STAMP,
    MsgType="event",
    Event="template_card_event",
    EventKey="confirm",
    TaskId="out_1",
    ResponseCode="rc-1",
)


def signed(plain: bytes, *, lock: Lock = LOCK, stamp: str = STAMP, nonce: str = "n1") -> tuple[str, bytes]:
    """(path with its query, body) of a callback that carries ``plain``."""
    encrypt = lock.close(plain)
    query = {"msg_signature": lock.signature(stamp, nonce, encrypt), "timestamp": stamp, "nonce": nonce}
    body = f"<xml><ToUserName>x</ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    return f"{PATH}?{urlencode(query)}", body.encode()


@pytest.fixture
def now():
    return clock()


@pytest.fixture
async def bot(aiohttp_client: Any, http: Any, now: Any, shelf: Shelf) -> TestClient:
    adapter = Adapter(config(), now, http, MemoryTokens(), MemoryLimits(now))
    await adapter.start(shelf)
    app = web.Application()
    app.add_routes(adapter.routes())
    return await aiohttp_client(app)


async def test_a_message_is_kept_and_answered_empty(bot: TestClient, shelf: Shelf) -> None:
    path, body = signed(message())
    answer = await bot.post(path, data=body)
    assert (answer.status, await answer.read()) == (200, b"")
    (kept,) = shelf.kept
    assert (kept.account, kept.key, kept.kind) == ("main", "7300000000000000001", "message")
    assert (kept.conversation, kept.sent_at, kept.payload) == ("zhang.wei", AT, message())


async def test_the_address_check_is_answered_with_the_plain_text_alone(bot: TestClient) -> None:
    encrypt = LOCK.close(b"5927782489442352469")
    query = {"msg_signature": LOCK.signature(STAMP, "n", encrypt), "timestamp": STAMP, "nonce": "n"}
    answer = await bot.get(f"{PATH}?{urlencode({**query, 'echostr': encrypt})}")
    assert (answer.status, await answer.read()) == (200, b"5927782489442352469")


async def test_sent_again_in_the_window_it_is_kept_once_and_after_it_refused(
    bot: TestClient, shelf: Shelf, now: Any
) -> None:
    path, body = signed(message())
    for _ in range(3):
        assert (await bot.post(path, data=body)).status == 200
    assert len(shelf.kept) == 1
    now.set(AT + timedelta(seconds=601))
    answer = await bot.post(path, data=body)
    assert answer.status == 403
    assert (await answer.json())["error"]["code"] == "stale"
    now.set(AT - timedelta(seconds=601))
    assert (await bot.post(path, data=body)).status == 403
    assert len(shelf.kept) == 1
    assert shelf.codes == ["stale", "stale"]


def _changed(**changes: Any) -> Callable[[], tuple[str, bytes]]:
    def make() -> tuple[str, bytes]:
        path, body = signed(message())
        return changes.get("path", lambda p: p)(path), changes.get("body", lambda b: b)(body)

    return make


def _inside(plain: bytes, **how: Any) -> Callable[[], tuple[str, bytes]]:
    return lambda: signed(plain, **how)


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (99 + i, (b"&%c;" % (98 + i if i else 97)) * 10) for i in range(9))
    + b"]><xml><Encrypt>&k;</Encrypt></xml>"
)
XXE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>'
NOT_OURS = [
    ("forged signature", _changed(path=lambda p: p.replace("msg_signature=", "msg_signature=0")), 403),
    ("no signature", _changed(path=lambda p: p.replace("msg_signature=", "msg=")), 400),
    ("signature doubled", _changed(path=lambda p: p + "&msg_signature=1"), 400),
    ("timestamp doubled", _changed(path=lambda p: p + "&timestamp=1"), 400),
    ("nonce missing", _changed(path=lambda p: p.replace("nonce=", "once=")), 400),
    ("nonce of another script", _changed(path=lambda p: p.replace("nonce=n1", "nonce=%E4%BD%A0%ff")), 403),
    ("another corp", _inside(message(), lock=Lock(APP["token"], APP["encoding_aes_key"], "wwother")), 403),
    ("another app's token", _inside(message(), lock=Lock("other", APP["encoding_aes_key"], "ww")), 403),
    ("timestamp no number", _inside(message(), stamp="1e9"), 403),
    ("timestamp huge", _inside(message(), stamp="9" * 30), 403),
    ("timestamp of other digits", _inside(message(), stamp="１７９００００００５"), 403),
    ("empty body", _changed(body=lambda b: b""), 400),
    ("truncated", _changed(body=lambda b: b[:100]), 400),
    (
        "cipher cut",
        _changed(
            body=lambda b: (
                b.replace(b"]]></Encrypt>", b"").replace(b"</xml>", b"]]></Encrypt></xml>")[:-90]
                + b"]]></Encrypt></xml>"
            )
        ),
        403,
    ),
    ("JSON", _changed(body=lambda b: b'{"encrypt":"x"}'), 400),
    ("GBK", _changed(body=lambda b: "<xml><Encrypt>你好</Encrypt></xml>".encode("gbk")), 400),
    ("GBK, said so", _changed(body=lambda b: b'<?xml version="1.0" encoding="GBK"?>' + b), 200),
    ("UTF-16", _changed(body=lambda b: b.decode().encode("utf-16")), 200),
    ("NUL", _changed(body=lambda b: b.replace(b"<Encrypt>", b"\0<Encrypt>")), 400),
    ("lone surrogate", _changed(body=lambda b: b.replace(b"x</To", b"\xed\xa0\x80</To")), 400),
    ("odd base64", _changed(body=lambda b: b.replace(b"CDATA[", b"CDATA[=", 1)), 403),
    ("two roots", _changed(body=lambda b: b + b"<xml/>"), 400),
    ("billion laughs", _changed(body=lambda b: BOMB), 400),
    ("a file as entity", _changed(body=lambda b: XXE), 400),
    ("100,000 deep", _changed(body=lambda b: b"<a>" * 100_000), 400),
    ("many siblings", _changed(body=lambda b: b"<xml>" + b"<a/>" * 200_000 + b"</xml>"), 400),
    ("10 MB", _changed(body=lambda b: b"x" * (10 * 1024 * 1024)), 413),
]


@pytest.mark.parametrize(("make", "status"), [pytest.param(m, s, id=n) for n, m, s in NOT_OURS])
async def test_what_is_not_authentic_changes_nothing(
    bot: TestClient, shelf: Shelf, make: Callable[[], tuple[str, bytes]], status: int, caplog: Any
) -> None:
    path, body = make()
    begun = time.process_time()
    answer = await bot.post(path, data=io.BytesIO(body))
    assert time.process_time() - begun < 0.5  # the whole test process, so a loose bound; the bomb would take minutes
    assert answer.status == status
    if status != 200:
        error = (await answer.json())["error"]
        assert set(error) == {"code", "message", "hint"}
        assert error["hint"]
        assert shelf.kept == []
        assert shelf.codes == [error["code"]]
        assert "松涛" not in caplog.text


async def test_a_body_over_a_megabyte_is_refused_before_it_is_read_to_its_end(bot: TestClient, shelf: Shelf) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 64 * 1024 * 1024:
            sent += 65536
            yield b"x" * 65536
            await asyncio.sleep(0)

    path, _ = signed(message())
    try:
        answer = await bot.post(path, data=endless())
        assert answer.status == 413
    except OSError:  # the line may be cut while we still send: refused as well
        pass
    assert shelf.kept == []
    assert shelf.codes == ["too_large"]


async def test_a_packed_body_is_refused(bot: TestClient) -> None:
    path, body = signed(message())
    answer = await bot.post(path, data=body, headers={"Content-Encoding": "gzip"})
    assert answer.status == 400


async def test_the_callers_line_breaks_and_the_server_goes_on(bot: TestClient, shelf: Shelf) -> None:
    path, body = signed(message())
    reader, writer = await asyncio.open_connection(bot.host, bot.port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:50])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    reader, writer = await asyncio.open_connection(bot.host, bot.port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".encode())
    await writer.drain()
    assert b" 400 " in await reader.readline()
    writer.close()
    assert (await bot.post(path, data=body)).status == 200
    assert len(shelf.kept) == 1


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\xff\xfe",
        b"not xml",
        b"<xml>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>",
        b"<xml/>",
        b"<a>" * 30_000,
    ],
)
async def test_authentic_but_unreadable_is_kept_for_setting_aside(bot: TestClient, shelf: Shelf, plain: bytes) -> None:
    path, body = signed(plain)
    assert (await bot.post(path, data=body)).status == 200
    (kept,) = shelf.kept
    assert (kept.payload, len(kept.key), kept.conversation, kept.kind) == (plain, 40, "", "other")


async def test_a_message_that_quotes_a_message_id_does_not_get_it(bot: TestClient, shelf: Shelf) -> None:
    path, body = signed(message("<MsgId>1</MsgId>", id="2"))
    await bot.post(path, data=body)
    assert shelf.kept[0].key == "2"


async def test_not_kept_is_not_acknowledged(bot: TestClient, shelf: Shelf) -> None:
    shelf.broken = True
    path, body = signed(message())
    answer = await bot.post(path, data=body)
    assert answer.status == 503
    assert (await answer.json())["error"]["code"] == "not_kept"
    shelf.broken = False
    assert (await bot.post(path, data=body)).status == 200
    assert len(shelf.kept) == 1


async def test_before_the_start_nothing_is_acknowledged(aiohttp_client: Any, http: Any) -> None:
    adapter = Adapter(config(), clock(), http, MemoryTokens(), MemoryLimits(clock()))
    app = web.Application()
    app.add_routes(adapter.routes())
    bot = await aiohttp_client(app)
    path, body = signed(message())
    assert (await bot.post(path, data=body)).status == 503


async def test_a_tap_is_answered_with_the_card_it_has_become(bot: TestClient, shelf: Shelf) -> None:
    shelf.card = Card(
        "reading.clear", "松涛教育 · 记下了", status="张伟 10:02 确认 ]]>", buttons=(Button("undo", "撤销"),)
    )
    path, body = signed(TAP)
    answer = await bot.post(path, data=body)
    assert answer.status == 200
    sealed = xmltodict.parse(await answer.text())["xml"]
    signature = LOCK.signature(sealed["TimeStamp"], sealed["Nonce"], sealed["Encrypt"])
    assert sealed["MsgSignature"] == signature
    assert xmltodict.parse(LOCK.open(sealed["Encrypt"]))["xml"] == {
        "ToUserName": "zhang.wei",
        "FromUserName": APP["receive_id"],
        "CreateTime": STAMP,
        "MsgType": "update_template_card",
        "TemplateCard": {
            "CardType": "button_interaction",
            "MainTitle": {"Title": "松涛教育 · 记下了", "Desc": "张伟 10:02 确认 ]]＞"},
            "ButtonList": {"Text": "撤销", "Style": "2", "Key": "undo"},
            "TaskId": "out_1",
        },
    }


async def test_a_tap_whose_outcome_takes_long_or_fails_is_answered_empty(bot: TestClient, shelf: Shelf) -> None:
    path, body = signed(TAP)
    answer = await bot.post(path, data=body)
    assert (answer.status, await answer.read()) == (200, b"")

    async def fails(*_: Any) -> None:
        raise RuntimeError("the worker is gone")

    shelf.outcome = fails  # type: ignore[method-assign]
    answer = await bot.post(path, data=body)
    assert (answer.status, await answer.read()) == (200, b"")


async def test_a_tap_can_be_answered_with_words(bot: TestClient, shelf: Shelf) -> None:
    shelf.card = Text("late", "这条 10:05 已由王芳改派给李娜。")
    path, body = signed(TAP)
    sealed = xmltodict.parse(await (await bot.post(path, data=body)).text())["xml"]
    said = xmltodict.parse(LOCK.open(sealed["Encrypt"]))["xml"]
    assert (said["MsgType"], said["Content"]) == ("text", "这条 10:05 已由王芳改派给李娜。")


async def test_several_accounts_have_their_own_addresses_and_locks(aiohttp_client: Any, http: Any) -> None:
    shelves = {"main": Shelf(), "south": Shelf()}
    app, now = web.Application(), clock()
    for name, token in (("main", APP["token"]), ("south", "southToken")):
        adapter = Adapter(config(name=name, token=token), now, http, MemoryTokens(), MemoryLimits(now))
        await adapter.start(shelves[name])
        app.add_routes(adapter.routes())
    bot = await aiohttp_client(app)
    path, body = signed(message(), lock=Lock("southToken", APP["encoding_aes_key"], APP["receive_id"]))
    assert (await bot.post(path, data=body)).status == 403
    assert (await bot.post(path.replace("/main", "/south"), data=body)).status == 200
    assert [len(shelf.kept) for shelf in shelves.values()] == [0, 1]


async def test_a_body_that_trickles_is_given_up(bot: TestClient, shelf: Shelf, monkeypatch: Any) -> None:
    monkeypatch.setattr("adapters.callback.BODY_SECONDS", 0.05)
    path, body = signed(message())
    reader, writer = await asyncio.open_connection(bot.host, bot.port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n<".encode())
    assert b" 400 " in await reader.readline()
    writer.close()
    assert shelf.codes == ["bad_request"]
    assert (await bot.post(path, data=body)).status == 200
