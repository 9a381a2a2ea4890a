"""The bot as ``genjin serve`` runs it, but by a clock that starts elsewhere, or with a fault built in.

``python -m tests.faults.variant --config F [--now ISO] [--careless SECONDS]``: with ``--careless`` it answers a
callback before it stores it, as it must not; the tests must notice.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from datetime import datetime
from pathlib import Path

from adapters.events import Received
from bot import logs
from bot.app import App, build
from bot.clock import Clock, MovableClock, SystemClock
from bot.config import load
from bot.web.port import open_port


class CarelessSink:
    """Says that it is kept, and keeps it when it comes to it."""

    def __init__(self, app: App, seconds: float) -> None:
        self._sink, self._seconds = app.sink, seconds
        self._tasks: set[asyncio.Task[bool]] = set()

    async def keep(self, received: Received) -> bool:
        task = asyncio.create_task(self._later(received))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _later(self, received: Received) -> bool:
        await asyncio.sleep(self._seconds)
        return await self._sink.keep(received)

    async def mark(self, name: str) -> int | None:
        return await self._sink.mark(name)

    def refused(self, account: str, code: str) -> None:
        self._sink.refused(account, code)

    async def outcome(self, received: Received, seconds: float) -> None:
        return None


async def main(file: Path, clock: Clock, careless: float) -> None:
    config = load(file)
    logs.configure(clock, secrets=config.secrets)
    told = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, told.set)
    async with build(config, clock) as app, open_port(app.web, config.server.host, config.server.port):
        if careless:
            for adapter in app.adapters.values():
                await adapter.start(CarelessSink(app, careless))
        await told.wait()


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("--config", type=Path, required=True)
    words.add_argument("--now", type=datetime.fromisoformat)
    words.add_argument("--careless", type=float, default=0.0)
    given = words.parse_args()
    asyncio.run(main(given.config, MovableClock(given.now, 1.0) if given.now else SystemClock(), given.careless))
