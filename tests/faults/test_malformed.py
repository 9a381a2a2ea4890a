"""Rows 25, 26 and 27: what is authentic but broken is set aside, what is a bomb is refused cheaply, and who holds a
line open holds nobody else up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from time import monotonic

import pytest
from yarl import URL

from adapters.sandbox.wecom_callbacks import sealed
from tests.conversations.chat import Chat
from tests.faults.attacks import MOST_SENT, knocks, measured, plain_of, pours, standing, the_app
from tests.fixtures.effort import least_cpu

HEAD = b"<FromUserName>zhang.wei</FromUserName><CreateTime>1773108000</CreateTime><MsgType>text</MsgType>"
LAUGHS = b"<!DOCTYPE x [<!ENTITY a0 'ha'>%s]><xml>&a30;</xml>" % b"".join(
    b"<!ENTITY a%d '&a%d;&a%d;&a%d;'>" % (n, n - 1, n - 1, n - 1) for n in range(1, 31)
)
FILE_ENTITY = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml>' + HEAD + b"<Content>&a;</Content></xml>"
INSIDE = {
    "empty": b"",
    "not XML": b"hello",
    "JSON": b'{"FromUserName": "zhang.wei", "MsgType": "text"}',
    "truncated": b"<xml><FromUserName>zhang.wei</FromUserName>",
    "another root": b"<html><body/></html>",
    "nothing inside": b"<xml/>",
    "no time": b"<xml><FromUserName>zhang.wei</FromUserName><MsgType>text</MsgType></xml>",
    "time of letters": b"<xml><FromUserName>zhang.wei</FromUserName><CreateTime>now</CreateTime></xml>",
    "time beyond all": b"<xml>" + HEAD.replace(b"1773108000", b"9" * 30) + b"</xml>",
    "GBK": b"<xml>" + HEAD + "<Content>预算批了</Content></xml>".encode("gbk"),
    "NUL": b"<xml>" + HEAD + b"<Content>a\0b</Content></xml>",
    "lone surrogate": b"<xml>" + HEAD + b"<Content>\xed\xa0\x80</Content></xml>",
    "UTF-16": ("<xml>" + HEAD.decode() + "</xml>").encode("utf-16"),
    "billion laughs": LAUGHS,
    "a file as entity": FILE_ENTITY,
    "an address as entity": FILE_ENTITY.replace(b"file:///etc/passwd", b"http://127.0.0.1:1/x"),
    "a DTD elsewhere": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml>' + HEAD + b"</xml>",
    "100,000 deep": b"<a>" * 100_000,
    "as many siblings": b"<xml>" + HEAD + b"<a/>" * 100_000 + b"</xml>",
}
"""Bytes, the buffers of both ends included; the bot itself counts to 1 MB."""
CPU_MOST = 0.25
"""Seconds of the whole test process, the client's side and the storing included; the goal for the bot alone is 50 ms,
and a bomb that goes off takes minutes."""


async def test_row_25_authentic_but_broken_is_set_aside_and_counted(chat: Chat) -> None:
    """Each is answered 200, so that the platform does not send it again, and stands for an admin to look at."""
    before = await standing(chat)
    for n, (name, plain) in enumerate(INSIDE.items(), 1):
        query, body = sealed(the_app(chat), plain, chat.demo.app.clock.now())
        spent, answer = await least_cpu(partial(knocks, chat, query, body), CPU_MOST)
        assert spent < CPU_MOST, name
        assert answer.status_code == 200, name
        assert await chat.demo.desk.quiet(20)
        assert await measured(chat, "genjin_inbox_rows", state="set_aside") == n, name
    after = await standing(chat)
    changed = {kind for kind in before if before[kind] != after[kind]}
    assert changed <= {"message", "inbox"}
    assert (await chat.web.get("/healthz")).status_code == 200
    assert (await chat.says("zhang.wei", "今天拜访了华东医械的王总，聊了聊方案")).text


OUTSIDE: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "billion laughs": (lambda _: LAUGHS, 400),
    "a file as entity": (lambda _: FILE_ENTITY, 400),
    "an entity before the cipher": (lambda body: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + body, 400),
    "100,000 deep": (lambda _: b"<a>" * 100_000, 400),
    "100,000 deep, closed": (lambda _: b"<a>" * 100_000 + b"</a>" * 100_000, 400),
    "JSON 100,000 deep": (lambda _: b"[" * 100_000, 400),
    "two megabytes": (lambda body: body + b" " * (2 * 1024 * 1024), 413),
    "two megabytes of brackets": (lambda _: b"<" * (2 * 1024 * 1024), 413),
    "empty": (lambda _: b"", 400),
}


async def test_rows_26_27_bombs_are_refused_before_the_signature_and_cheaply(chat: Chat) -> None:
    query, body = sealed(the_app(chat), plain_of(chat, "华东医械预算批了"), chat.demo.app.clock.now())
    before = await standing(chat)
    for name, (change, status) in OUTSIDE.items():
        sent = change(body)
        spent, answer = await least_cpu(partial(knocks, chat, query, sent), CPU_MOST)
        assert spent < CPU_MOST, name
        assert answer.status_code == status, name
    assert await standing(chat) == before


async def test_row_27_a_body_in_pieces_without_end_is_refused_early(chat: Chat) -> None:
    """No length is told: it is counted as it comes, and the answer does not wait for an end."""
    query, _ = sealed(the_app(chat), plain_of(chat, "x"), chat.demo.app.clock.now())
    before = await standing(chat)
    line, sent = await pours(URL(the_app(chat).callback_url).with_query(query))
    assert b" 413 " in line or not line, "a line that is reset may take the answer with it"
    assert sent < MOST_SENT, "it was read on and on"
    assert await standing(chat) == before


SLOW = 90
IN_BODY = "?msg_signature=a&timestamp=1&nonce=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n<"


async def test_row_27_slow_and_idle_lines_hold_nobody_up(chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    """90 lines: a third say nothing, a third stop in the headers, a third in the body."""
    place = URL(the_app(chat).callback_url)
    starts = (
        b"",
        f"POST {place.path} HTTP/1.1\r\nHost: x\r\nX-Slow: ".encode(),
        f"POST {place.path}{IN_BODY}".encode(),
    )
    lines = [await asyncio.open_connection(place.host, place.port) for _ in range(SLOW)]
    try:
        for n, (_, writer) in enumerate(lines):
            writer.write(starts[n % len(starts)])
        await asyncio.gather(*(writer.drain() for _, writer in lines))
        query, body = sealed(the_app(chat), plain_of(chat, "华东医械的王总说预算批了"), chat.demo.app.clock.now())
        took = []
        for _ in range(5):
            began = monotonic()
            assert (await knocks(chat, query, body)).status_code == 200
            took.append(monotonic() - began)
        assert min(took) < 1.0
        assert await chat.demo.desk.quiet(20)
        assert len(await chat.heard("zhang.wei")) == 1
    finally:
        for _, writer in lines:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for _, writer in lines), return_exceptions=True)
    assert (await chat.web.get("/healthz")).status_code == 200
    assert "request.failed" not in capsys.readouterr().out, "who hangs up is no fault of ours"
