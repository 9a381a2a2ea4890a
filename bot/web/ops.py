"""What an operator's machines ask: is it alive, may it have traffic, how is it doing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import metrics
from bot.clock import Clock
from bot.web.errors import dumps
from storage import inbox, outbox, pulse
from storage.connect import Database, ping
from storage.migrate import pending_in

log = structlog.get_logger(__name__)

_WITHIN = 3.0
"""Seconds that a check may take."""
QUEUE_STUCK = timedelta(minutes=2)
"""An event that waits so long says that nobody works on the inbox."""
LATE = timedelta(minutes=1)
_STATES = {
    metrics.inbox_depth: ("new", "waiting", "set_aside", "refused"),
    metrics.outbox_depth: ("new", "sending", "dead"),
}


class NotReady(Exception):
    """What stands in the way, as a code word and a hint."""

    def __init__(self, code: str, hint: str) -> None:
        super().__init__(code)
        self.code, self.hint = code, hint


def routes(clock: Clock, database: Database, accepting: Callable[[], bool] = lambda: True) -> list[web.RouteDef]:
    """``/healthz``, ``/readyz``, ``/metrics``. ``accepting`` tells whether the intake takes callbacks now: False
    while the bot starts and stops."""
    ops = Ops(clock, database, accepting)
    return [web.get("/healthz", live), web.get("/readyz", ops.ready), web.get("/metrics", ops.measured)]


class Ops:
    """What the answers stand on."""

    def __init__(self, clock: Clock, database: Database, accepting: Callable[[], bool]) -> None:
        self._database, self._clock, self._accepting = database, clock, accepting
        self._checks: Mapping[str, Callable[[], Awaitable[None]]] = {
            "intake": self._intake,
            "database": self._reachable,
            "migrations": self._migrated,
            "queue": self._queue,
        }

    async def ready(self, request: web.Request) -> web.Response:
        """200 where all checks hold, else 503 with the first that does not, as the error."""
        found: dict[str, str] = {}
        first: NotReady | None = None
        for name, check in self._checks.items():
            try:
                async with asyncio.timeout(_WITHIN):
                    await check()
                found[name] = "ok"
            except NotReady as no:
                found[name], first = no.code, first or no
            except Exception as fault:
                log.warning("ready.check", check=name, fault=type(fault).__name__)
                found[name] = "down"
                first = first or NotReady(f"{name}_down", "看日志里的 ready.check，或运行 genjin check")
        if first is None:
            return web.json_response({"ready": True, "checks": found})
        error = {"code": first.code, "message": "not ready", "hint": first.hint}
        return web.json_response({"ready": False, "checks": found, "error": error}, status=503, dumps=dumps)

    async def measured(self, request: web.Request) -> web.Response:
        """Prometheus text; the gauges of the queues are read now, and left as they were where the database is down."""
        try:
            async with asyncio.timeout(_WITHIN):
                await measure(self._clock.now())
        except Exception as fault:
            log.warning("metrics.stale", fault=type(fault).__name__)
        return web.Response(body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _intake(self) -> None:
        if not self._accepting():
            raise NotReady("not_accepting", "正在启动或停止，稍后再问")

    async def _reachable(self) -> None:
        await ping(self._database)

    async def _migrated(self) -> None:
        if missing := await pending_in(self._database.engine.reader):
            raise NotReady("not_migrated", f"运行 genjin migrate（还差 {len(missing)} 个版本）")

    async def _queue(self) -> None:
        oldest = await pulse.oldest_event()
        if oldest is not None and self._clock.now() - oldest > QUEUE_STUCK:
            raise NotReady("queue_stuck", "收件箱两分钟没人处理，看日志里的 worker")


async def live(request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def measure(now: datetime) -> None:
    """Sets the gauges that tell how full the queues are and how late the moments."""
    coming, going = await inbox.counts(), await outbox.depth()
    for gauge, found in ((metrics.inbox_depth, coming), (metrics.outbox_depth, going)):
        for state in _STATES[gauge]:
            gauge.labels(state).set(found.get(state, 0))
    oldest = going["oldest"]
    metrics.outbox_age.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
    metrics.late_moments.set(await pulse.late_moments(now - LATE))
