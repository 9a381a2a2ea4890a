"""Inbox to outcome: each event handled in one transaction that holds its records, its audit entries, what is said of
it, and the inbox's *done*. A crash anywhere repeats the work, never the effect."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import Protocol

import structlog

from adapters.base import Adapter, KnowsAliases, OpensForwards
from adapters.errors import (
    AdapterError,
    BadPayload,
    Misconfigured,
    NotDeliverable,
    PlatformRefused,
    Retryable,
    TokenRejected,
)
from adapters.events import Ignored, InboundEvent
from adapters.messages import Push
from bot import metrics
from bot.burst import Burst, Bursts, minutes
from bot.clock import Clock
from bot.errors import TryLater
from bot.house import House
from bot.intake import IntakeSink
from bot.outcome import Applied, apply
from bot.routing import Reply
from bot.slots import DATABASE, MANY, Slots, Work, patiently
from bot.together import Together
from bot.turn import Ahead, Brought
from storage import inbox, members
from storage.connect import one_writer, transaction
from storage.errors import Collision, LeaseLost, Stale, StorageError
from storage.records import Message

log = structlog.get_logger(__name__)

WIDTH = 64
"""Conversations at once: most of their time is spent waiting, for files above all."""
MOST_TRIES = 5
"""An event whose handling failed so often is set aside for an admin; the others go on."""
MOST_CONFLICTS = 20
"""Nobody is overtaken so often by chance: the event stands in its own way, and is set aside like one that fails."""
TOGETHER = 32
"""Messages of as many conversations with one commit, where several wait: each shares the pages that are written, and a
callback that would be kept meanwhile waits an eighth of a second at most."""
LARGE = 64 * 1024
"""Bytes of a payload that is taken apart on a thread: a mail with its files holds up nobody else."""
LEASE_SECONDS = 60
SLOWEST = 60.0
OUTSIDE = (*DATABASE, Retryable, TokenRejected)
"""What is no fault of the event that meets it."""
UNPARSABLE = "unparsable"
"""Authentic, but not what the platform says it sends: counted, and kept raw for an admin (SEC-1)."""


class Answerer(Protocol):
    """What knows the answers: ``bot.handlers.conversation``."""

    house: House

    async def prepare(self, event: InboundEvent, adapter: Adapter, *, in_hand: int = 1, tries: int = 1) -> Brought: ...
    async def answer(self, event: InboundEvent, row: Message, brought: Brought) -> Reply: ...
    async def tell_set_aside(self, row: Message, reason: str) -> None: ...
    async def tell_busy(self, row: Message, minutes: int) -> None: ...
    async def tell_meanwhile(self, row: Message, push: Push) -> None: ...
    async def sum_up(self, row: Message, burst: Burst) -> None: ...


class Worker(Slots):
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
        super().__init__("worker", WIDTH)
        self._adapters, self._conversation, self._sink = adapters, conversation, sink
        self._clock, self._owner, self._told = clock, owner, told
        self._bursts = Bursts()
        self._together = Together(TOGETHER, lambda waiting: waiting < MANY <= len(self._flying))
        self._in_hand = set[str]()

    async def take_up(self, room: int) -> Sequence[Work]:
        """Conversations run beside each other, each in order."""
        rows = await inbox.claim(
            now=self._clock.now(), owner=self._owner, lease_seconds=LEASE_SECONDS, limit=room, in_hand=self._in_hand
        )
        rows.sort(key=lambda r: (r.conversation or r.id, r.sent_at or r.received_at, r.event_key))
        return [self._line(list(line)) for _, line in itertools.groupby(rows, key=lambda r: r.conversation or r.id)]

    async def _line(self, rows: Sequence[Message]) -> None:
        """The events of one conversation, in order. Of a flood all is read, but not each message answered."""
        conversation = rows[0].conversation
        self._in_hand |= {conversation} - {""}
        try:
            await self._in_order(rows)
        finally:
            self._in_hand.discard(conversation)

    async def _in_order(self, rows: Sequence[Message]) -> None:
        burst, begins = self._bursts.of(rows)
        if burst is not None and begins:
            waiting = await inbox.waiting_in(rows[0].conversation)
            await self._tell(self._conversation.tell_busy(rows[0], minutes(waiting)))
        for row in rows:
            await self._one(row, burst)
        if burst is not None and not await inbox.waiting_in(rows[0].conversation):
            await self._tell(self._conversation.sum_up(rows[-1], burst))

    async def _tell(self, told: Awaitable[None]) -> None:
        """A word beside the work: where the database cannot take it now, the work goes on without."""
        try:
            async with transaction():
                await told
            self._told.set()
        except StorageError as fault:
            log.warning("burst.untold", code=fault.code)

    async def _one(self, row: Message, burst: Burst | None = None) -> None:
        started = perf_counter()
        structlog.contextvars.bind_contextvars(event=row.id)
        metrics.waited.observe(max(0.0, (self._clock.now() - row.received_at).total_seconds()))
        try:
            applied = await self._handle(row, burst)
            self._told.set()
            self._sink.settle(row.account, row.event_key, applied.answer if applied else None)
        except TryLater as wait:
            await self._again(row, wait.seconds, str(wait))
        except (Stale, Collision) as fault:
            metrics.conflicts.labels("worker").inc()
            if row.tries < MOST_CONFLICTS:
                await self._again(row, 0, "somebody was faster")
            else:
                await self._failed(row, fault)
        except LeaseLost:
            log.warning("event.lease_lost")  # another one handles it: nothing of ours was kept
        except OUTSIDE as fault:
            await self._wait_out(row, fault)
        except Exception as fault:
            await self._failed(row, fault)
        finally:
            metrics.handling.observe(perf_counter() - started)
            structlog.contextvars.unbind_contextvars("event")

    async def _handle(self, row: Message, burst: Burst | None) -> Applied | None:
        large = len(row.payload or b"") > LARGE
        event = await asyncio.to_thread(self._parse, row) if large else self._parse(row)
        if isinstance(event, Ignored):
            if event.why == UNPARSABLE:
                await inbox.set_aside(row.seq, event.why, self._owner)
                return None
            await inbox.done(row.seq, self._owner, state="handled", reason=event.why)
            metrics.handled.labels("ignored", event.why).inc()
            return None
        adapter = self._adapters[row.account]
        event = await _opened(await _known(event, adapter), adapter)
        brought = await self._conversation.prepare(event, adapter, in_hand=len(self._flying), tries=row.tries)
        reply, applied = await self._written(event, row, brought, burst)
        if burst is not None:
            burst.count(recorded=bool(reply.changes))
        metrics.handled.labels(event.kind, reply.state).inc()
        return applied

    async def _written(
        self, event: InboundEvent, row: Message, brought: Brought, burst: Burst | None
    ) -> tuple[Reply, Applied]:
        """The answer, committed; what takes long to find is found between two tries of it."""
        while True:
            try:
                if one_writer():
                    return await self._together.do(partial(self._answered, event, row, brought, burst))
                async with transaction():
                    return await self._answered(event, row, brought, burst)
            except Ahead as wanted:
                if wanted.key in brought.made:
                    raise
                if wanted.meanwhile is not None:
                    await self._tell(self._conversation.tell_meanwhile(row, wanted.meanwhile))
                brought = replace(brought, made={**brought.made, wanted.key: await wanted.make()})

    async def _answered(
        self, event: InboundEvent, row: Message, brought: Brought, burst: Burst | None
    ) -> tuple[Reply, Applied]:
        """The answer and all that it comes to, in the caller's transaction."""
        await asyncio.sleep(0)  # who only reads, or answers a callback, need not wait for all that share a commit
        with structlog.contextvars.bound_contextvars(event=row.id):
            reply = await self._conversation.answer(event, row, brought)
            applied = await apply(
                reply,
                event,
                row,
                owner=self._owner,
                now=self._clock.now(),
                house=self._conversation.house,
                awaited=self._sink.awaited(row.account, row.event_key),
                in_burst=burst is not None,
            )
        return reply, applied

    def _parse(self, row: Message) -> InboundEvent | Ignored:
        adapter = self._adapters.get(row.account)
        if adapter is None:
            return Ignored("no_such_account")
        try:
            return adapter.parse(row.payload or b"")
        except BadPayload as fault:
            log.warning("event.unparsable", code=fault.code)
            return Ignored(UNPARSABLE)

    async def _wait_out(self, row: Message, fault: AdapterError | StorageError) -> None:
        """Platform or database cannot now, which no event is set aside for: tried until they can."""
        self._sink.settle(row.account, row.event_key, None)
        wait = getattr(fault, "wait", None) or min(SLOWEST, 2.0 ** min(row.tries, 8))
        log.warning("event.waits", code=fault.code, seconds=round(wait, 1))
        await self._again(row, wait, fault.code)

    async def _failed(self, row: Message, fault: Exception) -> None:
        """Again later, or set aside after so many tries, with the reason where an admin sees it; never lost."""
        self._sink.settle(row.account, row.event_key, None)
        log.exception("event.failed", tries=row.tries)
        reason = f"{type(fault).__name__}: {fault}"[:200]
        if row.tries < MOST_TRIES:
            await self._again(row, min(SLOWEST, 2.0**row.tries), reason)
            return
        try:
            async with transaction():
                if await inbox.set_aside(row.seq, reason, self._owner):
                    await self._conversation.tell_set_aside(row, reason)
        except DATABASE as busy:
            await self._wait_out(row, busy)
            return
        metrics.handled.labels(row.kind, "set_aside").inc()
        self._told.set()

    async def _again(self, row: Message, seconds: float, reason: str) -> None:
        """Gives the event back; while the database takes nothing, as long as the lease lasts, which then gives it."""
        try:
            await patiently(
                lambda: inbox.again(
                    row.seq,
                    retry_at=self._clock.now() + timedelta(seconds=seconds),
                    reason=reason,
                    owner=self._owner,
                ),
                LEASE_SECONDS,
            )
        except DATABASE as fault:
            log.warning("event.unnoted", code=fault.code)


async def _known(event: InboundEvent, adapter: Adapter) -> InboundEvent:
    """The event with its sender by the name that the rest of the platform has for them. Raises SendError."""
    sender = event.sender
    if not sender.alias or not isinstance(adapter, KnowsAliases):
        return event
    if await members.identity(sender.account, sender.user) is not None:
        return event
    try:
        user = await adapter.user_of(sender.user)
    except (NotDeliverable, PlatformRefused, Misconfigured) as no:
        log.warning("alias.unknown", code=no.code, hint=no.hint)
        return event
    return replace(event, sender=replace(sender, user=user)) if user else event


async def _opened(event: InboundEvent, adapter: Adapter) -> InboundEvent:
    """A merged forward with what lies in it as its words: a pasted chat. One that the platform does not show stays
    unreadable, as where the app may not ask. Raises SendError."""
    if event.unreadable != "forwarded" or not isinstance(adapter, OpensForwards):
        return event
    try:
        said = await adapter.forwarded(str(event.data.get("forward", "")))
    except (NotDeliverable, PlatformRefused, Misconfigured) as gone:
        log.warning("forward.closed", code=gone.code, hint=gone.hint)
        return event
    return replace(event, text=said, unreadable="") if said else event
