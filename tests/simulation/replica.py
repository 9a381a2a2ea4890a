"""One bot of several, as ``genjin serve`` runs it, but by the clock of a story.

``python -m tests.simulation.replica --config F --board FILE --seat N``. Its hand beats as it always does, and also at
once when the story's clock moves: a simulated day takes seconds, so that waiting a second for a beat would be hours.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from bot import app as composition
from bot import logs
from bot.app import App, build
from bot.config import load
from bot.web.port import open_port
from storage.errors import StorageError
from storage.memory import Memory, RedisMemory, Twin
from tests.simulation.board import Board, SharedClock

log = structlog.get_logger(__name__)
LOOK = 0.003
"""Seconds between two looks at the board."""


class PacedRedis(RedisMemory):
    """Tokens, locks and wake-ups in Redis; what may be sent in a minute is counted in minutes of the story, which
    Redis knows nothing of."""

    def __init__(self, url: str, seconds: Callable[[], float]) -> None:
        super().__init__(url)
        self._paced = Twin(seconds)

    async def take(self, name: str, per: float, most: int) -> float:
        return await self._paced.take(name, per, most)


def paced(url: str, seconds: Callable[[], float]) -> Memory:
    return PacedRedis(url, seconds) if url else Twin(seconds)


async def beating(app: App, board: Board, seat: int) -> None:
    """Beats until nothing is left whenever the clock has moved, and says on the board that it did."""
    while True:
        moment = board.moment()
        if board.beaten(seat) == moment:
            await asyncio.sleep(LOOK)
            continue
        app.worker.wake()
        app.deliverer.wake()
        app.caller.wake()
        try:
            if not await app.engine.beat():
                board.note(seat, moment)
        except StorageError as fault:
            log.warning("beat.again", code=fault.code)
            await asyncio.sleep(LOOK)


async def main(file: Path, board: Board, seat: int) -> None:
    config, clock = load(file), SharedClock(board)
    logs.configure(clock, secrets=config.secrets)
    composition.open_memory = paced  # type: ignore[assignment]
    async with build(config, clock) as app, open_port(app.web, config.server.host, config.server.port):
        await beating(app, board, seat)


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("--config", type=Path, required=True)
    words.add_argument("--board", type=Path, required=True)
    words.add_argument("--seat", type=int, required=True)
    given = words.parse_args()
    asyncio.run(main(given.config, Board(given.board), given.seat))
