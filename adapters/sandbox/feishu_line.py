"""The long connection's other end: bots connect here, and events go out to one of them, as frames.

Its frames are made and read in lines of their own; vectors made with the official SDK judge them and the adapter's.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import struct
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from adapters.sandbox.feishu_app import FeishuApp

PATIENCE = 3.0  # seconds of the machine's clock that an acknowledgement may take
MOST_LINES = 50
SERVICE = 33554678


@dataclass
class Frame:
    """``numbers``: SeqID, LogID, service, method."""

    numbers: tuple[int, int, int, int]
    headers: dict[str, str]
    payload: bytes = b""

    def wire(self) -> bytes:
        out = b"".join(struct.pack("B", n << 3) + _number(value) for n, value in enumerate(self.numbers, 1))
        for pair in self.headers.items():
            out += _box(5, b"".join(_box(n, text.encode()) for n, text in enumerate(pair, 1)))
        return out + (_box(8, self.payload) if self.payload else b"")

    @classmethod
    def of(cls, data: bytes) -> Frame:
        numbers, headers, payload = [0, 0, 0, 0], {}, b""
        for n, value in _read(data):
            if isinstance(value, int) and 1 <= n <= 4:
                numbers[n - 1] = value
            elif n == 5 and isinstance(value, bytes):
                pair = dict(_read(value))
                headers[bytes(pair[1]).decode()] = bytes(pair[2]).decode()
            elif n == 8 and isinstance(value, bytes):
                payload = value
        return cls((numbers[0], numbers[1], numbers[2], numbers[3]), headers, payload)


@dataclass
class Lines:
    """``terms`` is what connections are told; ``mute`` plays a line that is half open: nothing is said any more, and
    nobody hangs up. ``part_most``: longer payloads go out in parts."""

    apps: Callable[[], Sequence[FeishuApp]]
    fault: Callable[[], str]
    terms: dict[str, int] = field(
        default_factory=lambda: {"ReconnectCount": -1, "ReconnectInterval": 2, "ReconnectNonce": 0, "PingInterval": 120}
    )
    mute: bool = False
    part_most: int = 1024 * 1024
    opened: int = 0
    pings: int = 0
    _up: dict[str, list[web.WebSocketResponse]] = field(default_factory=dict)
    _tickets: dict[str, str] = field(default_factory=dict)
    _waiting: dict[str, asyncio.Future[Frame]] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/callback/ws/endpoint", self._endpoint), web.get("/ws/v2", self._connect)]

    def up(self, app: FeishuApp) -> bool:
        return any(not one.closed for one in self._up.get(app.name, []))

    async def wait_up(self, app: FeishuApp, seconds: float = 10.0) -> bool:
        for _ in range(int(seconds / 0.02)):
            if self.up(app):
                return True
            await asyncio.sleep(0.02)
        return False

    async def push(self, app: FeishuApp, payload: bytes, kind: str = "event") -> dict[str, Any] | None:
        """What the bot answered, {} where it answered nothing; None where it did not acknowledge."""
        lines = [one for one in self._up.get(app.name, []) if not one.closed]
        if not lines:
            return None
        line, id = secrets.choice(lines), secrets.token_hex(8)
        heard: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting[id] = heard
        try:
            for frame in self._parts(id, kind, payload):
                if not self.mute:
                    await line.send_bytes(frame.wire())
            return _said(await asyncio.wait_for(heard, PATIENCE))
        except (TimeoutError, ConnectionError):
            return None
        finally:
            self._waiting.pop(id, None)

    async def drop(self, app: FeishuApp) -> None:
        """Hangs up on every line of the app."""
        for one in self._up.get(app.name, []):
            await one.close()

    async def stop(self) -> None:
        for lines in list(self._up.values()):
            for one in list(lines):
                await one.close()

    def _parts(self, id: str, kind: str, payload: bytes) -> list[Frame]:
        pieces = [payload[at : at + self.part_most] for at in range(0, len(payload), self.part_most)] or [b""]
        trace = f"tr-{id}"
        return [
            Frame((1, 1, SERVICE, 1), {"type": kind, "message_id": id, "sum": str(len(pieces)), "seq": str(n),
                                       "trace_id": trace}, piece)
            for n, piece in enumerate(pieces)
        ]  # fmt: skip

    async def _endpoint(self, request: web.Request) -> web.Response:
        mode = self.fault()
        if mode == "5xx":
            return web.Response(status=502, text="<html>bad gateway</html>")
        if mode != "none":
            return web.json_response({"code": int(mode) if mode.isdigit() and mode != "429" else 1, "msg": "busy"})
        body = await request.json()
        app = next((one for one in self.apps() if one.app_id == body.get("AppID")), None)
        if app is None or app.secret != body.get("AppSecret"):
            return web.json_response({"code": 514, "msg": "app_id or app_secret is invalid"})
        if len(self._up.get(app.name, [])) >= MOST_LINES:
            return web.json_response({"code": 1000040350, "msg": "the number of connections exceeded the limit"})
        ticket = secrets.token_hex(12)
        self._tickets[ticket] = app.name
        url = f"ws://{request.host}/ws/v2?device_id={secrets.token_hex(8)}&service_id={SERVICE}&ticket={ticket}"
        return web.json_response({"code": 0, "msg": "", "data": {"URL": url, "ClientConfig": self.terms}})

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        name = self._tickets.pop(request.query.get("ticket", ""), "")
        if not name:
            return web.Response(status=403, headers={"Handshake-Status": "514", "Handshake-Msg": "auth failed"})
        line = web.WebSocketResponse(max_msg_size=4 * 1024 * 1024)
        await line.prepare(request)
        self.opened += 1
        self._up.setdefault(name, []).append(line)
        try:
            async for told in line:
                if told.type is WSMsgType.BINARY:
                    await self._hear(line, Frame.of(told.data))
        finally:
            self._up[name].remove(line)
        return line

    async def _hear(self, line: web.WebSocketResponse, frame: Frame) -> None:
        if self.mute:
            return
        if frame.numbers[3] == 0 and frame.headers.get("type") == "ping":
            self.pings += 1
            terms = json.dumps(self.terms, separators=(",", ":")).encode()
            await line.send_bytes(Frame((0, 0, frame.numbers[2], 0), {"type": "pong"}, terms).wire())
            return
        heard = self._waiting.get(frame.headers.get("message_id", ""))
        if heard is not None and not heard.done():
            heard.set_result(frame)


def _said(frame: Frame) -> dict[str, Any] | None:
    ack = json.loads(frame.payload or b"{}")
    if ack.get("code") != 200:
        return None
    answer = json.loads(b64decode(ack["data"])) if ack.get("data") else {}
    return answer if isinstance(answer, dict) else {}


def _number(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _number(rest) if rest else bytes([low])


def _box(n: int, inside: bytes) -> bytes:
    return bytes([n << 3 | 2]) + _number(len(inside)) + inside


def _read(data: bytes) -> list[tuple[int, int | bytes]]:
    """(number, value) of the fields: numbers and byte strings are all that these messages have."""
    found: list[tuple[int, int | bytes]] = []
    rest = memoryview(data)
    while rest:
        tag, rest = _head(rest)
        value, rest = _head(rest)
        if tag & 7 == 2:
            found.append((tag >> 3, bytes(rest[:value])))
            rest = rest[value:]
        else:
            found.append((tag >> 3, value))
    return found


def _head(rest: memoryview) -> tuple[int, memoryview]:
    value = shift = 0
    for n, byte in enumerate(rest):
        value += (byte % 128) << shift
        shift += 7
        if byte < 128:
            return value, rest[n + 1 :]
    raise ValueError("a number breaks off")
