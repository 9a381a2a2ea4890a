"""Stream mode: one websocket to the platform, opened again whenever it ends, on which every frame is answered.

An event that could not be kept is asked for again; a robot's message is pushed once and never again, so it is on disk
before anything else happens. A line that is only half there is found by a ping that nobody answers.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote_plus, urlsplit, urlunsplit

import aiohttp
import structlog

from adapters.dingtalk import frames, plaintext
from adapters.dingtalk.client import Client
from adapters.dingtalk.config import Config
from adapters.dingtalk.frames import Frame
from adapters.dingtalk.tree import first, opened, text
from adapters.errors import BadPayload, Misconfigured, Retryable, SendError, Unseen
from adapters.events import Received
from bot.clock import Clock

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY = 60.0
"""A line that held so long was a good one: the next pause is the first again."""
PING = 20.0
"""Seconds between our pings; one that is not answered in half of it ends the line."""
WIDTH = 64
"""Frames in hand at once."""
_OPENING, _LEAVING = 10.0, 3.0
_PATIENCE = 60.0
"""The longest pause between two tries to store what will not come again; two minutes in all."""
_FRAME_MOST = 4 * 1024 * 1024
_DOWN = 60.0
"""Seconds without a line after which the platform is asked for what it could not deliver."""
_HERE = ("127.0.0.1", "localhost", "::1")


class Ears(Protocol):
    """What hears: the account's adapter."""

    async def keep(self, plain: bytes) -> Received | None: ...
    async def become(self, received: Received) -> dict[str, Any] | None: ...
    async def missed(self) -> int: ...


class Stream:
    """One account's line. ``times`` counts how often it was up, ``up`` tells whether it is."""

    def __init__(self, config: Config, clock: Clock, client: Client, ears: Ears) -> None:
        self._config, self._clock, self._client, self._ears = config, clock, client, ears
        self._task: asyncio.Task[None] | None = None
        self._in_hand: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(WIDTH)
        self._down_since: datetime | None = None
        self.times, self.up = 0, False
        self.ping, self.first_pause = PING, FIRST_PAUSE

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"stream:{self._config.name}")

    async def stop(self) -> None:
        """Ends the line; what is in hand is kept first."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._in_hand:
            _, slow = await asyncio.wait(set(self._in_hand), timeout=_LEAVING)
            for one in slow:
                one.cancel()

    # the line

    async def _run(self) -> None:
        """Pauses double to a minute, with jitter, and begin anew behind a line that held."""
        loop, failures, hurried = asyncio.get_running_loop(), 0, False
        while True:
            began = loop.time()
            asked_to_leave = await self._tried()
            held = loop.time() - began
            if self.up:
                self.up, self._down_since = False, self._clock.now()
            if asked_to_leave and (not hurried or held > self.first_pause):
                failures, hurried = 0, True
                continue
            failures, hurried = 0 if held > STEADY else failures + 1, False
            pause = min(self.first_pause * 2.0 ** max(failures - 1, 0), LONGEST_PAUSE)
            await asyncio.sleep(pause * random.uniform(0.7, 1.3))

    async def _tried(self) -> bool:
        """One connection to its end, whatever ended it; True where the platform asked us to open another."""
        try:
            return await self._line()
        except SendError as no:
            log.warning("stream.refused", account=self._config.name, code=no.code, hint=no.hint)
        except (aiohttp.ClientError, OSError, TimeoutError) as lost:
            log.info("stream.lost", account=self._config.name, error=type(lost).__name__)
        except Exception:
            log.exception("stream.unexpected", account=self._config.name)
        return False

    async def _line(self) -> bool:
        address = await self._address()
        there = urlsplit(address).hostname not in _HERE
        async with aiohttp.ClientSession(trust_env=there) as session:
            opening = session.ws_connect(address, heartbeat=self.ping, max_msg_size=_FRAME_MOST)
            async with asyncio.timeout(_OPENING):
                line = await opening
            async with line:
                self.times, self.up = self.times + 1, True
                log.info("stream.up", account=self._config.name)
                if self.times == 1 or self._was_down():
                    self.ask_for_missed()
                return await self._listen(line)

    async def reachable(self) -> None:
        """Knocks where a connection would go, with no ticket: one more line would take pushes from the one in use.
        Raises SendError."""
        endpoint = urlsplit(await self._address())
        scheme = "https" if endpoint.scheme == "wss" else "http"
        try:
            await self._client.knock(urlunsplit((scheme, endpoint.netloc, endpoint.path, "", "")))
        except Unseen:
            return  # somebody was there
        except Retryable as closed:
            mend = f"防火墙放行 {endpoint.hostname}:{endpoint.port or 443}，它用 websocket"
            raise Misconfigured(closed.message, mend, cause="连不上 Stream 的地址", mend=mend) from closed

    async def _address(self) -> str:
        """Where a new connection goes: its ticket is good for 90 seconds, once. Raises SendError."""
        answer = await self._client.open_stream([dict(one) for one in frames.SUBSCRIPTIONS])
        endpoint, ticket = text(answer, "endpoint"), text(answer, "ticket")
        safe = "wss://" if self._config.api_base.startswith("https://") else ("ws://", "wss://")
        if not endpoint.startswith(safe) or not ticket:
            raise Unseen("the answer names no connection")
        return f"{endpoint}?ticket={quote_plus(ticket)}"

    async def _listen(self, line: aiohttp.ClientWebSocketResponse) -> bool:
        """Answers frames until the line ends; True where we were asked to leave."""
        async for message in line:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            try:
                frame = frames.frame_of(str(message.data))
            except BadPayload:
                log.warning("stream.bad_frame", account=self._config.name)
                continue
            if frame.kind == "SYSTEM":
                await line.send_str(frames.echoed(frame))
                if frame.topic == "disconnect":
                    return True
                continue
            await self._room.acquire()
            self._aside(self._answered(line, frame)).add_done_callback(lambda _: self._room.release())
        return False

    def _aside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return task

    # frames

    async def _answered(self, line: aiohttp.ClientWebSocketResponse, frame: Frame) -> None:
        answer = await self._answer(frame)
        if answer is None:
            return
        try:
            await line.send_str(answer)
        except (aiohttp.ClientError, ConnectionError, RuntimeError):  # the line is gone: what was kept is kept
            log.info("stream.unanswered", account=self._config.name)

    async def _answer(self, frame: Frame) -> str | None:
        """The answer once the frame's content is on disk; None for a message that could not be put there."""
        if frame.kind == "EVENT":
            return frames.taken(frame) if await self._ears.keep(self._event(frame)) else frames.later(frame)
        if frame.kind == "CALLBACK" and frame.topic == frames.ROBOT:
            return frames.heard(frame) if await self._patiently(_bytes(frame.data)) else None
        if frame.kind == "CALLBACK" and frame.topic == frames.CARD:
            received = await self._patiently(self._tap(frame))
            return frames.heard(frame, await self._ears.become(received)) if received else None
        return frames.unknown(frame)

    async def _patiently(self, plain: bytes) -> Received | None:
        """What is pushed once and never again is tried again while nothing can be stored; None when that took too
        long."""
        pause = 0.5
        while pause < _PATIENCE:
            received = await self._ears.keep(plain)
            if received is not None:
                return received
            await asyncio.sleep(pause)
            pause *= 2
        log.error("stream.lost_message", account=self._config.name)
        return None

    def _event(self, frame: Frame) -> bytes:
        try:
            return plaintext.event(opened(frame.data), frame.headers)
        except BadPayload:
            return _bytes(frame.data)  # kept as it is, for the worker to set aside

    def _tap(self, frame: Frame) -> bytes:
        stamp = first(frame.headers, "time") or str(int(self._clock.now().timestamp() * 1000))
        try:
            return plaintext.tap(opened(frame.data), frame.id, stamp)
        except BadPayload:
            return _bytes(frame.data)

    # what was missed

    def ask_for_missed(self) -> None:
        """Behind a start, and behind a time without a line that was longer than a moment."""
        self._aside(self._missed())

    def _was_down(self) -> bool:
        down, self._down_since = self._down_since, None
        return down is not None and (self._clock.now() - down).total_seconds() > _DOWN

    async def _missed(self) -> None:
        try:
            found = await self._ears.missed()
            log.info("stream.missed", account=self._config.name, events=found)
        except SendError as no:
            log.info("stream.missed_unknown", account=self._config.name, code=no.code)


def _bytes(data: str) -> bytes:
    return data.encode("utf-8", "replace")
