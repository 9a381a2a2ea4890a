"""The long connection: events come over a websocket that we open, so nothing of ours need be reachable from outside.

An event goes the way of every callback: it is acknowledged when it is on disk, else answered as failed, and the
platform pushes it again.
"""

from __future__ import annotations

import asyncio
import json
import random
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import structlog

from adapters.errors import AdapterError, BadPayload, Misconfigured, Retryable, SendError
from adapters.feishu.config import Config
from adapters.feishu.frames import CONTROL, DATA, Frame, decoded, encoded
from adapters.feishu.plaintext import Peek, part, peek, text
from adapters.feishu.signature import object_of
from adapters.http import MB, Http

log = structlog.get_logger(__name__)

_GRACE = 30.0
"""Seconds beyond the ping's interval without a word: then the line is dead, whatever the socket says."""
_PARTS_LIVE, _PARTS_MOST = 5.0, 64
_FRAME_MOST = 2 * MB
_AT_ONCE = 100
_CONNECT_SECONDS = 15.0
_MENDING, _TOO_MANY = 300.0, 60.0
_BUSY = frozenset({1, 1000040343})
_CROWDED = 1000040350
_CREDENTIALS = frozenset({514, 403, 1000040344})

_SHORT_LIVED = 5.0
"""Seconds. A line that ends sooner did not really come up."""
_FORESEEN = (AdapterError, aiohttp.ClientError, OSError, TimeoutError)

Keep = Callable[[bytes, Peek], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the platform wants of a connection, in seconds."""

    ping: float = 120.0
    again: float = 120.0
    spread: float = 30.0

    def changed(self, told: Mapping[str, Any]) -> Terms:
        return Terms(
            _seconds(told, "PingInterval", self.ping, least=0.05),
            _seconds(told, "ReconnectInterval", self.again),
            _seconds(told, "ReconnectNonce", self.spread),
        )


class Parts:
    """Events that come in several frames, until they are whole; what stays half is forgotten after five seconds."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[float, dict[int, bytes]]] = {}

    def whole(self, frame: Frame) -> bytes | None:
        """The payload once all of it is there; None before. Raises BadPayload for numbers that cannot be."""
        count, n = (_count(frame.headers.get(name, str(default))) for name, default in (("sum", 1), ("seq", 0)))
        if count <= 1:
            return frame.payload
        if n >= count or count > _PARTS_MOST:
            raise BadPayload("a part that cannot be")
        now, id = monotonic(), frame.headers.get("message_id", "")
        self._held = {one: its for one, its in self._held.items() if now - its[0] < _PARTS_LIVE}
        pieces = self._held.setdefault(id, (now, {}))[1]
        pieces[n] = frame.payload
        if sum(map(len, pieces.values())) > _FRAME_MOST or len(self._held) > _PARTS_MOST:
            del self._held[id]
            raise BadPayload("too much in parts")
        if len(pieces) < count:
            return None
        del self._held[id]
        return b"".join(pieces[at] for at in range(count))


class Line:
    """One connection, opened again whenever it ends; ``keep`` stores an event and says what it is answered."""

    def __init__(self, config: Config, http: Http, keep: Keep) -> None:
        self._config, self._http, self._keep = config, http, keep
        self._terms = Terms()
        self._answering: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self.up = False

    async def run(self) -> None:
        """Until it is cancelled. A line that was up comes back at once but spread; one that does not come up is tried
        after 1, 2, 4 … seconds, up to what the platform wants."""
        failures = 0
        while True:
            began = monotonic()
            try:
                await self._live(await self.address())
                failures = failures + 1 if monotonic() - began < _SHORT_LIVED else 0
                wait = self._pause(None, failures) if failures else random.uniform(0, self._terms.spread)
            except Exception as fault:
                failures += 1
                wait = self._pause(fault, failures)
                unforeseen = None if isinstance(fault, _FORESEEN) else fault
                log.warning(
                    "line.down", account=self._config.name, code=_code(fault), seconds=round(wait, 1),
                    exc_info=unforeseen,
                )  # fmt: skip
            await asyncio.sleep(wait)

    async def stop(self) -> None:
        """What came in is still answered by nobody: unanswered, it is pushed again."""
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    async def address(self) -> str:
        """Where to connect, and under which terms. Raises SendError."""
        body = {"AppID": self._config.app_id, "AppSecret": self._config.app_secret}
        answer = await self._http.post(
            f"{self._config.host}/callback/ws/endpoint",
            content=json.dumps(body).encode(),
            headers={"locale": "zh"},
            refusals=True,
        )
        if answer.status >= 500:
            raise Retryable(f"HTTP {answer.status}", "飞书服务出错，稍后自动再试")
        said = answer.json()
        if code := said.get("code"):
            raise _refusal(code)
        url = text(said, "data", "URL")
        if not url.startswith(("wss://", "ws://") if self._config.host.startswith("http://") else "wss://"):
            raise Retryable("the platform gave no address")
        self._terms = self._terms.changed(part(said, "data", "ClientConfig"))
        return url

    async def _live(self, url: str) -> None:
        """Returns when the line has ended, in whatever way. Raises where it did not come up."""
        service = _count((parse_qs(urlsplit(url).query).get("service_id") or ["0"])[0])
        async with aiohttp.ClientSession(trust_env=True, cookie_jar=aiohttp.DummyCookieJar()) as session:
            async with asyncio.timeout(_CONNECT_SECONDS):
                ws = await session.ws_connect(url, max_msg_size=_FRAME_MOST, autoping=True)
            pinging = asyncio.create_task(self._ping(ws, service), name="feishu:ping")
            self.up = True
            log.info("line.up", account=self._config.name)
            try:
                await self._listen(ws)
            finally:
                self.up = False
                pinging.cancel()
                with suppress(TimeoutError, aiohttp.ClientError, OSError):
                    async with asyncio.timeout(2.0):
                        await ws.close()
                await asyncio.gather(pinging, return_exceptions=True)

    async def _listen(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        parts = Parts()
        while True:
            try:
                async with asyncio.timeout(self._terms.ping + _grace(self._terms.ping)):
                    told = await ws.receive()
            except TimeoutError:
                log.warning("line.silent", account=self._config.name)
                return
            if told.type is not aiohttp.WSMsgType.BINARY:
                if told.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG):
                    continue
                return
            try:
                await self._take(ws, decoded(told.data), parts)
            except BadPayload as odd:
                log.warning("line.odd_frame", account=self._config.name, code=odd.code)

    async def _take(self, ws: aiohttp.ClientWebSocketResponse, frame: Frame, parts: Parts) -> None:
        if frame.method == CONTROL:
            if frame.headers.get("type") == "pong" and frame.payload:
                self._terms = self._terms.changed(object_of(frame.payload))
            return
        if frame.method != DATA:
            return
        payload = parts.whole(frame)
        if payload is None:
            return
        await self._room.acquire()
        task = asyncio.create_task(self._answer(ws, frame, payload), name="feishu:event")
        self._answering.add(task)
        task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._room.release()
        self._answering.discard(task)

    async def _answer(self, ws: aiohttp.ClientWebSocketResponse, frame: Frame, payload: bytes) -> None:
        """On disk first, then acknowledged; else told that it failed."""
        began, seen = monotonic(), peek(payload)
        try:
            said = await self._keep(payload, seen) if frame.headers.get("type") == "event" else {}
            ack: dict[str, Any] = {"code": 200}
            if said:
                ack["data"] = b64encode(json.dumps(said, ensure_ascii=False).encode()).decode()
        except Exception:
            log.exception("callback.not_kept", account=self._config.name, key=seen.key)
            ack = {"code": 500}
        back = frame.answered(json.dumps(ack).encode(), biz_rt=str(int((monotonic() - began) * 1000)))
        with suppress(ConnectionError, aiohttp.ClientError):  # gone: it is pushed again, and known again by its key
            await ws.send_bytes(encoded(back))

    async def _ping(self, ws: aiohttp.ClientWebSocketResponse, service: int) -> None:
        while True:
            with suppress(ConnectionError, aiohttp.ClientError):
                await ws.send_bytes(encoded(Frame(CONTROL, {"type": "ping"}, service=service)))
            await asyncio.sleep(self._terms.ping)

    def _pause(self, fault: Exception | None, failures: int) -> float:
        if isinstance(fault, SendError) and (asked := getattr(fault, "wait", None)):
            return float(asked) * random.uniform(1.0, 1.2)
        return min(max(self._terms.again, 1.0), 2.0 ** min(failures - 1, 8)) * random.uniform(0.7, 1.3)


def _grace(ping: float) -> float:
    """Half a minute; less only where the platform wants pings faster than any real one does."""
    return min(_GRACE, 10 * ping)


def _refusal(code: object) -> SendError:
    message = f"飞书 {code}（callback/ws/endpoint）"
    if code in _CREDENTIALS:
        hint = "检查 [[feishu]] 的 app_id 和 app_secret；只有企业自建应用能用长连接"
        return Misconfigured(
            message, hint, _MENDING, cause="长连接被拒：app_id 或 app_secret 不对", mend="配置里换成后台显示的两样"
        )
    if code == _CROWDED:
        return Retryable(message, "同一个应用的长连接太多（最多 50 个），停掉多余的", _TOO_MANY)
    if code in _BUSY:
        return Retryable(message, "飞书忙，稍后自动再试")
    return Retryable(message, "在开发者后台 → 事件与回调 把订阅方式设为长连接", _TOO_MANY)


def _code(fault: Exception) -> str:
    return fault.code if isinstance(fault, AdapterError) else type(fault).__name__


def _seconds(told: Mapping[str, Any], name: str, known: float, least: float = 0.0) -> float:
    value = told.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= least:
        return min(float(value), 3600.0)
    return known


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadPayload("not a number")
    return int(text)
