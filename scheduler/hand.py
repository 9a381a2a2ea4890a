"""What makes the engine beat: one interval job a second; every business moment is a row in the database."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import SHANGHAI
from scheduler.engine import Engine
from storage.errors import StorageError

log = structlog.get_logger(__name__)


class Hand:
    def __init__(self, engine: Engine, *, seconds: float = 1.0, zone: ZoneInfo = SHANGHAI) -> None:
        self._engine = engine
        self._scheduler = AsyncIOScheduler(
            timezone=zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}
        )
        self._scheduler.add_job(self._tick, IntervalTrigger(seconds=seconds, timezone=zone), id="beat")

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """No further beat; the one at work is finished first."""
        self._scheduler.pause()
        await self._engine.rest()
        self._scheduler.shutdown(wait=False)

    async def _tick(self) -> None:
        try:
            await self._engine.beat()
        except StorageError as fault:
            log.warning("scheduler.storage", code=fault.code, message=fault.message)
        except Exception:
            log.exception("scheduler.failed")
