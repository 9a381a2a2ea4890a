"""What the tests of WeCom share: an account, in-process twins, and a small server that says what it is told to say."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.events import Received
from adapters.messages import Push
from adapters.wecom import Config
from bot.clock import MovableClock

HERE = Path(__file__).parent
VECTORS = json.loads((HERE / "vectors.json").read_text("utf-8"))
AT = datetime.fromtimestamp(1790000000, UTC)
APP = VECTORS["configs"]["app"]


def config(**changes: Any) -> Config:
    given = {
        "name": "main",
        "corp_id": APP["receive_id"],
        "agent_id": APP["agent_id"],
        "secret": "gj-made-up-secret",
        "token": APP["token"],
        "aes_key": APP["encoding_aes_key"],
    }
    return Config(**{**given, **changes})


def clock(at: datetime = AT) -> MovableClock:
    return MovableClock(at)


class MemoryTokens:
    def __init__(self) -> None:
        self.held: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        await asyncio.sleep(0)
        return self.held.get(name)

    async def put(self, name: str, token: str, seconds: float) -> None:
        await asyncio.sleep(0)
        self.held[name] = token

    async def drop(self, name: str, token: str) -> None:
        await asyncio.sleep(0)
        if self.held.get(name) == token:
            del self.held[name]


class MemoryLimits:
    def __init__(self, clock: MovableClock) -> None:
        self._clock, self._taken = clock, dict[str, deque[datetime]]()

    async def take(self, name: str, per: float, most: int) -> float:
        now, taken = self._clock.now(), self._taken.setdefault(name, deque())
        while taken and (now - taken[0]).total_seconds() >= per:
            taken.popleft()
        if len(taken) >= most:
            return per - (now - taken[0]).total_seconds()
        taken.append(now)
        return 0.0

    def took(self, name: str, ago: Sequence[float]) -> None:
        self._taken[name] = deque(self._clock.now() - timedelta(seconds=one) for one in ago)


@dataclass
class Shelf:
    """A sink that keeps in a list; ``card`` is what a tap becomes."""

    kept: list[Received] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    card: Push | None = None
    broken: bool = False
    marks: dict[str, int] = field(default_factory=dict)

    async def keep(self, received: Received) -> bool:
        if self.broken:
            raise OSError("disk full")
        new = all(received.key != one.key for one in self.kept)
        if new:
            self.kept.append(received)
            if received.mark is not None:
                self.marks[received.mark[0]] = received.mark[1]
        return new

    async def mark(self, name: str) -> int | None:
        return self.marks.get(name)

    async def outcome(self, received: Received, seconds: float) -> Push | None:
        return self.card

    def refused(self, account: str, code: str) -> None:
        self.codes.append(code)


Say = Callable[[web.Request], Any]


class Platform:
    """The platform's server: each path answers with what ``say[path]`` returns (a dict, bytes, or a Response)."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.bodies: list[bytes] = []
        self.queries: list[dict[str, str]] = []
        self.tokens = 0
        self.say: dict[str, Say] = {"gettoken": self._gettoken}

    def _gettoken(self, _: web.Request) -> dict[str, Any]:
        self.tokens += 1
        return {"errcode": 0, "errmsg": "ok", "access_token": f"token-{self.tokens}", "expires_in": 7200}

    def app(self) -> web.Application:
        app = web.Application(client_max_size=200 * 1024 * 1024)
        app.router.add_route("*", "/cgi-bin/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.calls[path] += 1
        self.bodies.append(await request.read())
        self.queries.append(dict(request.query))
        said = self.say.get(path, lambda _: {"errcode": 0, "errmsg": "ok"})(request)
        if asyncio.iscoroutine(said):
            said = await said
        return said if isinstance(said, web.StreamResponse) else web.json_response(said)
