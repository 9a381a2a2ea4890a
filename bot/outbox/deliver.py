"""Says what the outbox holds, until it is heard: claimed by lease, in order per address, again after a fault."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import structlog

from adapters.base import Adapter
from adapters.errors import Misconfigured, NotDeliverable, PlatformRefused, Retryable, SendError, TokenRejected
from adapters.messages import Address, Sent
from bot import metrics
from bot.clock import Clock
from bot.outbox.body import unpack
from storage import outbox
from storage.records import OutboxRow

log = structlog.get_logger(__name__)

BATCH = 40
LEASE_SECONDS = 60
MOST_TRIES = 60
"""With a back-off of at most ten minutes a push is tried for about nine hours before an admin must look."""
SLOWEST = 600.0


def back_off(tries: int) -> float:
    """Seconds before the next try: doubling from one second to ten minutes, with jitter."""
    return float(min(SLOWEST, 2.0 ** min(tries, 10)) * random.uniform(0.7, 1.3))


class Deliverer:
    def __init__(self, adapters: Mapping[str, Adapter], clock: Clock, owner: str) -> None:
        self._adapters, self._clock, self._owner = adapters, clock, owner
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.busy = False

    def wake(self) -> None:
        """Something new may be due: look now instead of at the next beat."""
        self._wake.set()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="deliver")

    async def stop(self) -> None:
        """Finishes what is in flight, then stops; a row not yet claimed stays for the next start."""
        if self._task is None:
            return
        task, self._task = self._task, None
        self._wake.set()
        await task

    async def _run(self) -> None:
        while self._task is not None:
            self._wake.clear()
            try:
                if await self.deliver_due():
                    continue
            except Exception:
                log.exception("deliver.failed")
                await asyncio.sleep(1)
            await self._rest()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), 1.0)
        except TimeoutError:
            return

    async def deliver_due(self) -> int:
        """How many rows were tried; 0 when nothing is due."""
        self.busy = True
        try:
            rows = await outbox.claim(
                now=self._clock.now(), owner=self._owner, lease_seconds=LEASE_SECONDS, limit=BATCH
            )
            lines = itertools.groupby(sorted(rows, key=lambda r: (r.address, r.seq)), key=lambda r: r.address)
            await asyncio.gather(*(self._line(list(line)) for _, line in lines))
            return len(rows)
        finally:
            self.busy = False

    async def _line(self, rows: Iterable[OutboxRow]) -> None:
        """Rows of one address, in order; after a failure that will be tried again the younger ones wait for it."""
        rows = list(rows)
        for n, row in enumerate(rows):
            if not await self._say(row):
                for later in rows[n + 1 :]:
                    await outbox.again(
                        later.seq, self._owner, retry_at=self._clock.now(), reason="behind an older push"
                    )
                return

    async def _say(self, row: OutboxRow) -> bool:
        """True when the line may go on: sent, or given up for good."""
        adapter = self._adapters.get(row.account)
        if adapter is None:
            await outbox.dead(row.seq, self._owner, f"no account {row.account}")
            return True
        try:
            sent = await self._send(adapter, row)
        except (Retryable, TokenRejected) as fault:
            return await self._later(row, fault)
        except (NotDeliverable, PlatformRefused) as fault:
            await self._given_up(row, fault)
            return True
        except Exception as fault:
            log.exception("push.unexpected", push=row.id)
            return await self._later(row, Retryable(str(fault)))
        await outbox.sent(
            row.seq, self._owner, reference=sent.reference, change_code=sent.change_code, at=self._clock.now()
        )
        metrics.pushed.labels(row.account, "sent").inc()
        return True

    async def _send(self, adapter: Adapter, row: OutboxRow) -> Sent:
        to, push = _address(row), unpack(row.body)
        if row.changes is None:
            return await adapter.send(to, push, key=row.id)
        code = row.change_code or await self._code_of(row.changes)
        if not code:  # the platform no longer lets that card be changed: it is said anew
            return await adapter.send(to, push, key=row.id)
        return await adapter.change(to, push, key=row.changes, change_code=code)

    async def _code_of(self, id: str) -> str:
        """The code with which a sent card may still be changed; "" where there is none."""
        earlier = await outbox.get(id)
        return earlier.change_code if earlier else ""

    async def _later(self, row: OutboxRow, fault: SendError) -> bool:
        if row.tries >= MOST_TRIES and not isinstance(fault, Misconfigured):  # that one waits for its mend
            await self._given_up(row, fault)
            return True
        wait = getattr(fault, "wait", None) or back_off(row.tries)
        log.info("push.again", push=row.id, code=fault.code, seconds=round(wait, 1))
        metrics.pushed.labels(row.account, fault.code).inc()
        await outbox.again(
            row.seq, self._owner, retry_at=self._clock.now() + timedelta(seconds=wait), reason=fault.code
        )
        return False

    async def _given_up(self, row: OutboxRow, fault: SendError) -> None:
        log.warning("push.dead", push=row.id, code=fault.code, hint=fault.hint)
        metrics.pushed.labels(row.account, "dead").inc()
        await outbox.dead(row.seq, self._owner, f"{fault.code}: {fault.message}")

    async def drained(self, now: datetime) -> bool:
        """Nothing is due that has not been tried: the rest is held or backing off."""
        depth = await outbox.next_due()
        return not self.busy and (depth is None or depth > now)


def _address(row: OutboxRow) -> Address:
    account, _, who = row.address.partition(":")
    return Address(account, chat=who[1:]) if who.startswith("#") else Address(account, user=who)
