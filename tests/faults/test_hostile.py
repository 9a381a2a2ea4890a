"""Rows 25, 26 and 27: envelopes that are none, entities that reach out, depth, and thousands that never speak."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack, closing
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from adapters.sandbox.wecom_callbacks import sealed, text_message
from storage import audit, sql
from tests.conversations.chat import Chat
from tests.faults.load import Post, letter
from tests.fixtures.effort import least_cpu, within

WORDS = "今天拜访了华东医械的王总"
CPU_MOST = 0.05
"""Seconds of CPU that something unauthentic may cost, the test's own share included."""


async def answered(post: Post, query: Mapping[str, Any], body: bytes) -> httpx.Response:
    async with httpx.AsyncClient(timeout=10, trust_env=False) as web:
        return await web.post(post.url, params=query, content=body)


def good(post: Post, plain: bytes | None = None) -> tuple[dict[str, str], bytes]:
    """A callback as the platform sends it."""
    now = post.now()
    return sealed(post.app, plain or text_message(post.app, "zhang.wei", WORDS, 7, now), now)


async def state() -> tuple[int, int]:
    """How many events and how many audit entries there are."""
    n, _ = await audit.head()
    return int(await sql.value("SELECT COUNT(*) FROM message")), n


OUTSIDE = [
    b"", b"<", b"<xml>", b"<xml></xml>", b"{}", b'{"encrypt": "x"}', b"\x00" * 40,
    "<xml><Encrypt>王</Encrypt></xml>".encode("gbk"), b"<xml><Encrypt></Encrypt></xml>",
    b"<xml><Encrypt>====</Encrypt></xml>", b"<xml><Encrypt>\xed\xa0\x80</Encrypt></xml>",
    b"<xml><Encrypt>QUJD</Encrypt><Encrypt>QUJD</Encrypt></xml>", b"\xff\xfe<\x00x\x00m\x00l\x00>\x00",
]  # fmt: skip


async def test_row_25_an_envelope_that_is_none_is_refused_and_never_a_500(chat: Chat, post: Post) -> None:
    query, _ = good(post)
    before = await state()
    for body in OUTSIDE:
        assert (await answered(post, query, body)).status_code in (400, 403), body
    assert await state() == before


LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(8))
    + b"]><xml><Encrypt>&i;</Encrypt><Content>&i;</Content><MsgType>text</MsgType></xml>"
)


def reaching_out(where: str) -> bytes:
    return (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{where}">]><xml><Encrypt>&e;</Encrypt><FromUserName>zhang.wei</FromUserName>'
        "<MsgType>text</MsgType><Content>&e;</Content><MsgId>77</MsgId></xml>"
    ).encode()


async def test_row_26_bombs_and_entities_cost_nothing_and_reach_nothing(chat: Chat, post: Post, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("顶级机密", "utf-8")
    async with AsyncExitStack() as stack:
        knocked = asyncio.Event()

        async def knock(*_: object) -> None:
            knocked.set()

        server = await stack.enter_async_context(await asyncio.start_server(knock, "127.0.0.1", 0))
        port = server.sockets[0].getsockname()[1]
        evil = [LAUGHS, reaching_out(secret.as_uri()), reaching_out(f"http://127.0.0.1:{port}/x")]
        before = await state()
        for body in evil:
            query, _ = good(post)
            spent, said = await least_cpu(partial(answered, post, query, body), CPU_MOST)
            assert said.status_code in (400, 403)
            assert within(spent, CPU_MOST)
        assert await state() == before
        for plain in evil:
            spent, said = await least_cpu(partial(answered, post, *good(post, plain)), CPU_MOST * 2)
            assert said.status_code == 200
            assert within(spent, CPU_MOST * 2)
        assert await chat.demo.desk.quiet(20)
        assert not knocked.is_set()
    messages = await chat.records("message")
    assert [message["state"] for message in messages] == ["set_aside"] * 3
    assert "机密" not in json.dumps(messages, ensure_ascii=False)


async def test_row_27_deep_and_long_is_refused_cheaply(chat: Chat, post: Post) -> None:
    query, _ = good(post)
    before = await state()
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    for body, status in ((deep, {400}), (b"[" * 100_000, {400}), (b"<xml>" + b"x" * 2_000_000, {413})):
        spent, said = await least_cpu(partial(answered, post, query, body), CPU_MOST)
        assert said.status_code in status
        assert within(spent, CPU_MOST)
    assert await state() == before
    assert (await answered(post, *good(post, deep))).status_code == 200
    assert await chat.demo.desk.quiet(20)
    assert [message["state"] for message in await chat.records("message")] == ["set_aside"]


async def idle(post: Post, count: int) -> None:
    """So many connections say half a head and then nothing; real traffic is served all the same."""
    place = urlsplit(post.url)
    writers = []
    for start in range(0, count, 100):
        width = min(100, count - start)
        opened = await asyncio.gather(*(asyncio.open_connection(place.hostname, place.port) for _ in range(width)))
        writers += [writer for _, writer in opened]
    for writer in writers:
        writer.write(b"POST /callback/wecom/wecom HTTP/1.1\r\nHost: x\r\nX-")
    try:
        took = []
        for n in range(20):
            began = monotonic()
            assert await post.once(letter(post.app, "zhang.wei", f"记一下 {n}", 500 + n, post.now())) == 200
            took.append(monotonic() - began)
        assert sorted(took)[len(took) // 2] < 1, "half of the acknowledgements waited for the idle lines"
    finally:
        for writer in writers:
            with closing(writer):
                pass


@pytest.mark.torture
async def test_row_27_five_thousand_that_never_speak(chat: Chat, post: Post) -> None:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000) if hard > 0 else 20_000, hard))
    await idle(post, 5000)
    assert (await chat.web.get("/healthz")).status_code == 200
