"""What a stranger sends to the callback address, and what it must leave as it was: rows, figures and the log."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import httpx
import structlog
from yarl import URL

from adapters.sandbox.seal import Seal
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_callbacks import text_message
from bot import logs
from storage import audit, inbox
from tests.conversations.chat import Chat

Query = Mapping[str, str] | list[tuple[str, str]]
KINDS = ("message", "activity", "customer", "opportunity", "commitment", "evidence", "contact", "member")


def the_app(chat: Chat) -> WecomApp:
    return chat.demo.platforms.wecom.apps[0]


def plain_of(chat: Chat, text: str, n: int = 1, user: str = "zhang.wei") -> bytes:
    return text_message(the_app(chat), user, text, 7_400_000_000_000_000_000 + n, chat.demo.app.clock.now())


def another(chat: Chat, **fields: str) -> Seal:
    """The app's own seal with a part of another's."""
    return replace(the_app(chat).seal, **fields)


async def knocks(chat: Chat, query: Query, body: bytes, **head: str) -> httpx.Response:
    """What the callback address of the whole bot answers."""
    return await chat.web.post(the_app(chat).callback_url, params=query, content=body, headers=head)


async def standing(chat: Chat) -> dict[str, object]:
    """All that a callback could have changed: each kind's records, the inbox and the head of the audit trail."""
    assert await chat.demo.desk.quiet(20)
    records = {kind: await chat.records(kind, undone=True) for kind in KINDS}
    return {**records, "inbox": await inbox.counts(), "audit": await audit.head()}


async def measured(chat: Chat, name: str, **labels: str) -> float:
    """The value of a line of ``/metrics``; 0 where there is none yet."""
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    for line in (await chat.web.get("/metrics")).text.splitlines():
        if line.startswith(f"{name}{{") and all(part in line for part in wanted):
            return float(line.rsplit(" ", 1)[1])
    return 0.0


class Log(io.StringIO):
    """All that the bot writes at info level, as an operator sees it."""

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().split("\n") if line]

    def of(self, what: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["what"] == what]


@contextmanager
def logged(chat: Chat) -> Iterator[Log]:
    """The log as ``genjin serve`` writes it, the account's secrets known to it."""
    root, app, stream = logging.getLogger(), the_app(chat), Log()
    before, level = root.handlers[:], root.level
    logs.configure(chat.demo.app.clock, secrets={app.secret, app.token, app.aes_key}, to=stream)
    try:
        yield stream
    finally:
        structlog.reset_defaults()
        root.handlers[:], root.level = before, level


CHUNK = b"10000\r\n" + b"x" * 65536 + b"\r\n"
MOST_SENT = 64 * 1024 * 1024
"""Bytes of a body without end that one is ready to send."""


async def pours(url: URL) -> tuple[bytes, int]:
    """(the first line of the answer, bytes sent) of a chunked body that does not end by itself."""
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {url.raw_path_qs} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    said, sent = asyncio.create_task(reader.readline()), 0
    with suppress(ConnectionError):
        while not said.done() and sent < MOST_SENT:
            writer.write(CHUNK)
            sent += len(CHUNK)
            await writer.drain()
            await asyncio.sleep(0)
    line = b""
    with suppress(ConnectionError):
        line = await asyncio.wait_for(said, 60)
    writer.close()
    return line, sent
