"""The Stream's gateway, played: tickets that are good once, frames that want an answer, and lines that end."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from adapters.sandbox.dingtalk_app import DingtalkApp, Refusal
from adapters.sandbox.world import World

TICKET_LIVES = timedelta(seconds=90)
PATIENCE = 5.0  # seconds of the machine's clock for the answer to a frame
ROBOT, CARD = "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback"


@dataclass(slots=True)
class Line:
    """One open connection. ``dead``: it stays open and does nothing, as behind a router that forgot it."""

    app: str
    socket: web.WebSocketResponse
    topics: frozenset[tuple[str, str]]
    answers: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    dead: bool = False


class Gateway:
    """``lines`` are the open connections, ``opened`` the asked ones, oldest first; ``strange`` lists answers that no
    frame waited for or that were no answers."""

    def __init__(self, world: World, apps: Callable[[], Sequence[DingtalkApp]], base: Callable[[], str]) -> None:
        self._world, self._apps, self._base = world, apps, base
        self._tickets: dict[str, tuple[str, datetime, frozenset[tuple[str, str]]]] = {}
        self.lines: list[Line] = []
        self.opened: list[dict[str, Any]] = []
        self.strange: list[str] = []
        self._seen: set[str] = set()
        self._came = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/connect", self.connect)]

    def open(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """``gateway/connections/open``: a ticket for one connection, within 90 seconds."""
        app = next((one for one in self._apps() if one.client_id == body.get("clientId")), None)
        if app is None or app.client_secret != body.get("clientSecret"):
            raise Refusal("authFailed", "鉴权失败", 401)
        wanted = body.get("subscriptions")
        if not isinstance(wanted, list) or not wanted:
            raise Refusal("param.subscriptions.empty")
        topics = frozenset((str(one.get("type")), str(one.get("topic"))) for one in wanted)
        ticket = f"{secrets.token_urlsafe(12)} {secrets.token_urlsafe(6)}/+"
        self._tickets[ticket] = (app.name, self._world.clock.now() + TICKET_LIVES, topics)
        self.opened.append(dict(body))
        return {"endpoint": f"{self._base().replace('http', 'ws', 1)}/connect", "ticket": ticket}

    async def connect(self, request: web.Request) -> web.StreamResponse:
        app, until, topics = self._tickets.pop(
            request.query.get("ticket", ""), ("", self._world.clock.now(), frozenset())
        )
        if not app or until < self._world.clock.now():
            return web.Response(status=401)
        socket = web.WebSocketResponse(autoping=False, heartbeat=None)
        await socket.prepare(request)
        line = Line(app, socket, topics)
        self.lines.append(line)
        self._seen.add(app)
        self._came.set()
        try:
            await self._hear(line)
        finally:
            self.lines.remove(line)
        return socket

    async def _hear(self, line: Line) -> None:
        async for message in line.socket:
            if line.dead:
                continue
            if message.type is aiohttp.WSMsgType.PING:
                await line.socket.pong(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                self._answered(line, str(message.data))

    def _answered(self, line: Line, text: str) -> None:
        try:
            answer = json.loads(text)
            waiting = line.answers.pop(answer["headers"]["messageId"])
        except (ValueError, KeyError, TypeError):
            self.strange.append(text)
            return
        if not waiting.done():
            waiting.set_result(answer)

    # what is pushed

    def line_of(self, app: DingtalkApp) -> Line | None:
        """One of the app's open lines, the newest; each push goes to one alone."""
        return next((line for line in reversed(self.lines) if line.app == app.name and not line.socket.closed), None)

    async def first_line(self, app: DingtalkApp) -> Line | None:
        """``line_of``; before the app's bot was ever here, waited for a moment: it has just been started."""
        if app.name not in self._seen:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._came.wait()
        return self.line_of(app)

    async def push(
        self, line: Line, kind: str, topic: str, data: Mapping[str, Any] | str, id: str = "", **headers: str
    ) -> dict[str, Any] | None:
        """The answer to a frame; None where none came in time, or the line ended."""
        id = id or secrets.token_hex(12)
        now = str(int(self._world.clock.now().timestamp() * 1000))
        head = {"topic": topic, "messageId": id, "contentType": "application/json", "time": now, **headers}
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        line.answers[id] = waiting
        try:
            await line.socket.send_str(json.dumps({"specVersion": "1.0", "type": kind, "headers": head, "data": text}))
            async with asyncio.timeout(PATIENCE):
                return await waiting
        except (TimeoutError, ConnectionError, RuntimeError):
            return None
        finally:
            line.answers.pop(id, None)

    async def ask_to_leave(self, line: Line) -> None:
        """As the platform does before it takes a server away: nothing more is pushed there, and soon it is closed."""
        await self.push(line, "SYSTEM", "disconnect", {"reason": "connection is expired"})

    async def close(self) -> None:
        for line in list(self.lines):
            await line.socket.close()
