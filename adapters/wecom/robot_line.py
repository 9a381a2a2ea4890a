"""The smart robot's long connection: one websocket, subscribed, pinged, opened again when it ends (platform page
101463).

The platform lets one connection a robot stand: a new one ends the old. So whoever holds it says so where all replicas
see it, and nobody else opens one meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from adapters.base import TokenStore
from adapters.errors import Misconfigured, Retryable, SendError, Unseen
from adapters.wecom.codes import raise_for
from adapters.wecom.config import Config

log = structlog.get_logger(__name__)

Frame = Mapping[str, Any]
PING = 30.0
PINGS_LOST = 2
ACK = 5.0
FIRST_PAUSE, LONGEST_PAUSE, STEADY = 1.0, 30.0, 60.0
TAKEN_OVER = 90.0
"""Seconds for which who holds the line is believed to; it says so with every ping."""
REFUSED = 300.0
"""Seconds between tries while the platform takes neither id nor secret."""
FOREIGN = -1.0
"""Another connection took the robot over."""
_SAYS_SO = 2.0
_OPENING = 10.0
_FRAME_MOST = 4 * 1024 * 1024
_HERE = ("127.0.0.1", "localhost", "::1")


class Line:
    """``hear`` is given each callback's frame, and returns once it is on disk."""

    def __init__(self, config: Config, store: TokenStore, hear: Callable[[Frame], Awaitable[None]]) -> None:
        self._config, self._store, self._hear = config, store, hear
        self._mark, self._me = f"wecom:robot:{config.robot_id}:line", secrets.token_hex(8)
        self._task: asyncio.Task[None] | None = None
        self._line: aiohttp.ClientWebSocketResponse | None = None
        self._asked: dict[str, asyncio.Future[Frame]] = {}
        self._pings = 0
        self.up, self.times, self.trouble = False, 0, ""
        self.ping, self.first_pause = PING, FIRST_PAUSE

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"robot:{self._config.name}")

    @property
    def begun(self) -> bool:
        return self._task is not None

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._store.drop(self._mark, self._me)

    async def ask(self, command: str, body: Frame | None, request: str = "") -> Frame:
        """The platform's answer to a frame; ``request`` is that of the callback which it answers. Raises SendError:
        Unseen where no answer came."""
        line = self._line
        if line is None or line.closed or not self.up:
            raise Retryable("the robot's line is down", "智能机器人的长连接断了，连上就发", 5.0)
        return await self._asks(line, command, body, request)

    async def _asks(
        self, line: aiohttp.ClientWebSocketResponse, command: str, body: Frame | None, request: str = ""
    ) -> Frame:
        request = request or f"{command}_{secrets.token_hex(8)}"
        if request in self._asked:
            raise Retryable("an answer to this is still awaited", wait=1.0)
        answer = self._asked[request] = asyncio.get_running_loop().create_future()
        frame = {"cmd": command, "headers": {"req_id": request}} | ({"body": body} if body is not None else {})
        try:
            await line.send_str(json.dumps(frame, ensure_ascii=False))
            said: Frame = await asyncio.wait_for(answer, ACK)
        except (TimeoutError, aiohttp.ClientError, ConnectionError, RuntimeError) as lost:
            raise Unseen(f"no answer to {command} ({type(lost).__name__})") from None
        finally:
            self._asked.pop(request, None)
        raise_for(said, command)
        return said

    # the line itself

    async def _run(self) -> None:
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            holder = await self._store.get(self._mark)
            if holder is not None and holder != self._me:
                await asyncio.sleep(TAKEN_OVER * random.uniform(0.3, 0.5))
                continue
            began = loop.time()
            pause = await self._tried()
            if pause == FOREIGN and not await self._is_a_replica():
                return  # two that kick one another would go on for ever: somebody has to stop the other first
            failures = 0 if loop.time() - began > STEADY else failures + 1
            growing = min(self.first_pause * 2.0 ** max(failures - 1, 0), LONGEST_PAUSE)
            await asyncio.sleep((pause if pause > 0 else growing) * random.uniform(0.8, 1.2))

    async def _is_a_replica(self) -> bool:
        """Whoever took over says that it holds the line, which only we do."""
        await asyncio.sleep(_SAYS_SO)
        return await self._store.get(self._mark) not in (None, self._me)

    async def _tried(self) -> float:
        """One connection to its end; the seconds that must pass before the next, 0 where that is ours to choose."""
        try:
            return await self._connected()
        except Misconfigured as no:
            self.trouble = no.hint
            log.warning("robot.refused", account=self._config.name, code=no.code, hint=no.hint)
            return REFUSED
        except SendError as no:
            self.trouble = no.hint or no.message
            log.warning("robot.refused", account=self._config.name, code=no.code, hint=no.hint)
            return getattr(no, "wait", None) or 0.0
        except (aiohttp.ClientError, OSError, TimeoutError) as lost:
            self.trouble = type(lost).__name__
            log.info("robot.lost", account=self._config.name, error=type(lost).__name__)
        except Exception:
            log.exception("robot.unexpected", account=self._config.name)
        finally:
            self.up, self._line = False, None
            for waiting in self._asked.values():
                waiting.cancel() if waiting.done() else waiting.set_exception(ConnectionError("the line ended"))
        return 0.0

    async def _connected(self) -> float:
        address = self._config.ws_base
        async with aiohttp.ClientSession(trust_env=urlsplit(address).hostname not in _HERE) as session:
            async with asyncio.timeout(_OPENING):
                line = await session.ws_connect(address, max_msg_size=_FRAME_MOST)
            async with line:
                return await self._held(line)

    async def _held(self, line: aiohttp.ClientWebSocketResponse) -> float:
        self._line, self._pings = line, 0
        hello = asyncio.create_task(self._subscribe(line))
        beat = asyncio.create_task(self._beat(line))
        try:
            async for message in line:
                if message.type is aiohttp.WSMsgType.TEXT and await self._taken(str(message.data)):
                    self.trouble = "另一个连接接管了机器人，停掉它再重启"
                    log.warning("robot.taken_over", account=self._config.name)
                    return FOREIGN
                if hello.done() and hello.exception() is not None:
                    break
        finally:
            beat.cancel()
            hello.cancel()
            done = await asyncio.gather(hello, beat, return_exceptions=True)
        if isinstance(done[0], SendError):
            raise done[0]
        return 0.0

    async def _subscribe(self, line: aiohttp.ClientWebSocketResponse) -> None:
        try:
            body = {"bot_id": self._config.robot_id, "secret": self._config.robot_secret}
            await self._asks(line, "aibot_subscribe", body)
        except SendError:
            await line.close()
            raise
        await self._store.put(self._mark, self._me, TAKEN_OVER)
        self.up, self.times, self.trouble = True, self.times + 1, ""
        log.info("robot.up", account=self._config.name)

    async def _beat(self, line: aiohttp.ClientWebSocketResponse) -> None:
        """A line that is only half there is found by pings that nobody answers."""
        while True:
            await asyncio.sleep(self.ping)
            if self._pings >= PINGS_LOST:
                await line.close()
                return
            self._pings += 1
            with suppress(SendError):
                await self._asks(line, "ping", None)
                self._pings = 0
                await self._store.put(self._mark, self._me, TAKEN_OVER)

    async def _taken(self, data: str) -> bool:
        """Takes one frame, a callback to the disk before the next is read; True where another connection has taken the
        robot over."""
        try:
            frame = json.loads(data)
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict):
            log.warning("robot.bad_frame", account=self._config.name)
            return False
        headers = frame.get("headers")
        request = str(headers.get("req_id", "")) if isinstance(headers, dict) else ""
        waiting = self._asked.get(request)
        if "cmd" not in frame and waiting is not None:
            if not waiting.done():
                waiting.set_result(frame)
            return False
        body = frame.get("body")
        event = body.get("event") if isinstance(body, dict) else None
        if isinstance(event, dict) and event.get("eventtype") == "disconnected_event":
            return True
        if frame.get("cmd") in ("aibot_msg_callback", "aibot_event_callback"):
            try:
                await self._hear(frame)
            except Exception:
                log.exception("robot.not_kept", account=self._config.name)
        return False
