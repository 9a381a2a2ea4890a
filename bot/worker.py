"""Inbox to outcome: each event handled in one transaction that holds its records, its audit entries, what is said of
it, and the inbox's *done*. A crash anywhere repeats the work, never the effect."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from datetime import timedelta
from time import perf_counter
from typing import Protocol

import structlog

from adapters.base import Adapter
from adapters.errors import BadPayload
from adapters.events import Ignored, InboundEvent
from bot import metrics
from bot.clock import Clock
from bot.errors import TryLater
from bot.house import House
from bot.intake import IntakeSink
from bot.outcome import Applied, apply
from bot.routing import Reply
from bot.turn import Fetched
from storage import inbox
from storage.connect import transaction
from storage.errors import Stale, StorageError
from storage.records import Message

log = structlog.get_logger(__name__)

BATCH = 64
MOST_TRIES = 5
"""An event whose handling failed so often is set aside for an admin; the others go on."""
LEASE_SECONDS = 60
UNPARSABLE = "unparsable"
"""Authentic, but not what the platform says it sends: counted, and kept raw for an admin (SEC-1)."""


class Answerer(Protocol):
    """What knows the answers: ``bot.handlers.conversation``."""

    house: House

    async def prepare(self, event: InboundEvent, adapter: Adapter) -> tuple[Fetched, ...]: ...
    async def answer(self, event: InboundEvent, row: Message, files: tuple[Fetched, ...]) -> Reply: ...
    async def tell_set_aside(self, row: Message, reason: str) -> None: ...


class Worker:
    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        conversation: Answerer,
        sink: IntakeSink,
        clock: Clock,
        owner: str,
        told: asyncio.Event,
    ) -> None:
        """``told`` is set after each commit, so that what must be said is said at once."""
        self._adapters, self._conversation, self._sink = adapters, conversation, sink
        self._clock, self._owner, self._told = clock, owner, told
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.busy = False

    def wake(self) -> None:
        self._wake.set()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="worker")

    async def stop(self) -> None:
        """Finishes what is claimed, then stops."""
        if self._task is None:
            return
        task, self._task = self._task, None
        self._wake.set()
        await task

    async def _run(self) -> None:
        while self._task is not None:
            self._wake.clear()
            try:
                if await self.work():
                    continue
            except StorageError as fault:
                log.warning("worker.storage", code=fault.code, message=fault.message)
                await asyncio.sleep(0.5)
            except Exception:
                log.exception("worker.failed")
                await asyncio.sleep(0.5)
            try:
                await asyncio.wait_for(self._wake.wait(), 1.0)
            except TimeoutError:
                continue

    async def work(self) -> int:
        """How many events were taken up; 0 when none waits."""
        self.busy = True
        try:
            rows = await inbox.claim(now=self._clock.now(), owner=self._owner, lease_seconds=LEASE_SECONDS, limit=BATCH)
            rows.sort(key=lambda r: (r.conversation or r.id, r.sent_at or r.received_at, r.event_key))
            lines = itertools.groupby(rows, key=lambda r: r.conversation or r.id)
            await asyncio.gather(*(self._line(list(line)) for _, line in lines))
            return len(rows)
        finally:
            self.busy = False

    async def _line(self, rows: Sequence[Message]) -> None:
        """The events of one conversation, in order."""
        for row in rows:
            await self._one(row)

    async def _one(self, row: Message) -> None:
        started = perf_counter()
        structlog.contextvars.bind_contextvars(event=row.id)
        metrics.waited.observe(max(0.0, (self._clock.now() - row.received_at).total_seconds()))
        try:
            applied = await self._handle(row)
            self._told.set()
            self._sink.settle(row.account, row.event_key, applied.answer if applied else None)
        except TryLater as wait:
            later = self._clock.now() + timedelta(seconds=wait.seconds)
            await inbox.again(row.seq, retry_at=later, reason=str(wait))
        except Stale:
            await inbox.again(row.seq, retry_at=self._clock.now(), reason="somebody was faster")
            self._wake.set()
        except Exception as fault:
            await self._failed(row, fault)
        finally:
            metrics.handling.observe(perf_counter() - started)
            structlog.contextvars.unbind_contextvars("event")

    async def _handle(self, row: Message) -> Applied | None:
        event = self._parse(row)
        if isinstance(event, Ignored):
            if event.why == UNPARSABLE:
                await inbox.set_aside(row.seq, event.why)
                return None
            await inbox.done(row.seq, self._owner, state="handled", reason=event.why)
            metrics.handled.labels("ignored", event.why).inc()
            return None
        fetched = await self._conversation.prepare(event, self._adapters[row.account])
        async with transaction():
            reply = await self._conversation.answer(event, row, fetched)
            applied = await apply(
                reply,
                event,
                row,
                owner=self._owner,
                now=self._clock.now(),
                house=self._conversation.house,
                awaited=self._sink.awaited(row.account, row.event_key),
            )
        metrics.handled.labels(event.kind, reply.state).inc()
        return applied

    def _parse(self, row: Message) -> InboundEvent | Ignored:
        adapter = self._adapters.get(row.account)
        if adapter is None:
            return Ignored("no_such_account")
        try:
            return adapter.parse(row.payload or b"")
        except BadPayload as fault:
            log.warning("event.unparsable", code=fault.code)
            return Ignored(UNPARSABLE)

    async def _failed(self, row: Message, fault: Exception) -> None:
        """Again later, or set aside after so many tries, with the reason where an admin sees it; never lost."""
        self._sink.settle(row.account, row.event_key, None)
        log.exception("event.failed", tries=row.tries)
        reason = f"{type(fault).__name__}: {fault}"[:200]
        if row.tries < MOST_TRIES:
            wait = timedelta(seconds=min(60, 2**row.tries))
            await inbox.again(row.seq, retry_at=self._clock.now() + wait, reason=reason)
            return
        async with transaction():
            await inbox.set_aside(row.seq, reason)
            await self._conversation.tell_set_aside(row, reason)
        metrics.handled.labels(row.kind, "set_aside").inc()
        self._told.set()
