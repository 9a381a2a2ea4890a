"""Says what the outbox holds, until it is heard: claimed by lease, in order per address, again after a fault."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Protocol

import structlog

from adapters.base import Adapter
from adapters.errors import Misconfigured, NotDeliverable, PlatformRefused, Retryable, SendError, TokenRejected
from adapters.messages import Address, Push, Sent, Text
from bot import metrics
from bot.clock import Clock
from bot.outbox.body import unpack
from bot.slots import REST, Slots, Work, patiently
from bot.together import Together
from storage import files, members, outbox
from storage.errors import Missing, Sealed, StorageError
from storage.records import OutboxRow
from storage.rows import fold

log = structlog.get_logger(__name__)

WIDTH = 64
"""Calls at once, each to another address: enough for what the platform lets through, also where a loop under load
comes back to each of them only after some tens of milliseconds."""
LEASE_SECONDS = 60
MOST_TRIES = 60
PATIENCE = timedelta(hours=9)
"""A push is tried so often and so long before an admin must look: tries alone tell nothing of an account that is away,
for which each of its pushes asks again within the minute."""
SLOWEST = 600.0


def back_off(tries: int) -> float:
    """Seconds before the next try: doubling from one second to ten minutes, with jitter."""
    return float(min(SLOWEST, 2.0 ** min(tries, 10)) * random.uniform(0.7, 1.3))


async def recall(adapters: Mapping[str, Adapter], now: datetime) -> None:
    """Tells each adapter what was said in the last hour: the platform counts it, whoever was restarted."""
    said: dict[str, list[tuple[Address, float]]] = {}
    for account, address, at in await outbox.sent_since(now - timedelta(hours=1)):
        said.setdefault(account, []).append((_address(address), (now - at).total_seconds()))
    for name, sent in said.items():
        if name in adapters:
            adapters[name].remember(sent)


class Watch(Protocol):
    """Who looks after the accounts; True: there is something new to say."""

    async def arrived(self, account: str) -> bool: ...
    async def failed(self, row: OutboxRow, fault: SendError) -> bool: ...
    async def lost(self, row: OutboxRow, fault: SendError) -> bool: ...


class Deliverer(Slots):
    """``watch`` hears of each fault of an account and of each push that arrived; ``data`` is where files are kept."""

    def __init__(
        self, adapters: Mapping[str, Adapter], clock: Clock, owner: str, watch: Watch | None = None,
        data: Path | None = None,
    ) -> None:  # fmt: skip
        super().__init__("deliver", WIDTH)
        self._watch, self._data = watch, data
        self._adapters, self._clock, self._owner = adapters, clock, owner
        self._freed = -REST
        self._notes = Together(WIDTH, lambda waiting: len(self._flying) > waiting)

    async def take_up(self, room: int) -> Sequence[Work]:
        """At most one push an address. What a dead process was sending is free once its lease is over, which need not
        be looked for with every claim."""
        if monotonic() - self._freed > REST:
            self._freed = monotonic()
            await outbox.free()
        rows = await outbox.claim(now=self._clock.now(), owner=self._owner, lease_seconds=LEASE_SECONDS, limit=room)
        return [self._one(row) for row in rows]

    async def _one(self, row: OutboxRow) -> None:
        try:
            await self._say(row)
        except StorageError as fault:  # said or not: once the lease is over the same bytes go again, and count once
            log.warning("push.unnoted", push=row.id, code=fault.code)

    async def _note(self, note: Callable[[], Awaitable[bool]]) -> None:
        """Writes down what became of a push, with others' notes; while the database takes nothing, as long as the
        lease lasts. A note is not what was said: until it is kept the same bytes go again under the same key."""
        await patiently(lambda: self._notes.do(note), LEASE_SECONDS)

    async def _say(self, row: OutboxRow) -> None:
        adapter = self._adapters.get(row.account)
        if adapter is None:
            await self._not_here(row, NotDeliverable(f"no account {row.account}"))
            return
        spent: list[str] = []
        try:
            sent = await self._send(adapter, row, spent)
        except (Retryable, TokenRejected) as fault:
            await self._later(row, fault)
            return
        except NotDeliverable as fault:
            await self._not_here(row, fault)
            return
        except PlatformRefused as fault:
            await self._given_up(row, fault)
            return
        except Exception as fault:
            log.exception("push.unexpected", push=row.id)
            await self._later(row, Retryable(str(fault)))
            return
        at = self._clock.now()
        await self._note(partial(self._kept, row, sent, spent, at))
        metrics.pushed.labels(row.account, "sent").inc()
        if self._watch is not None and await self._watch.arrived(row.account):
            self.wake()

    async def _kept(self, row: OutboxRow, sent: Sent, spent: Sequence[str], at: datetime) -> bool:
        if spent:
            await outbox.spend(spent)
        return await outbox.sent(row.seq, self._owner, reference=sent.reference, change_code=sent.change_code, at=at)

    async def _send(self, adapter: Adapter, row: OutboxRow, spent: list[str]) -> Sent:
        """``spent`` takes the pushes whose code is of no use any more."""
        to, push = _address(row.address), await self._whole(unpack(row.body))
        if row.changes is not None and (changed := await self._change(adapter, to, push, row, spent)) is not None:
            return changed
        return await adapter.send(to, push, key=row.id)

    async def _change(self, adapter: Adapter, to: Address, push: Push, row: OutboxRow, spent: list[str]) -> Sent | None:
        """The card in its place; None where the platform no longer lets it be changed: then it is said anew. Of a code
        that was used before an earlier try of this change is the reason, or at the first try another change."""
        assert row.changes is not None
        card = await outbox.copy_of(row.changes, row.account, row.address)
        code = row.change_code or card.code
        if not code:
            return None
        spent.append(row.id if row.change_code else card.id)
        try:
            sent = await adapter.change(to, push, key=card.key, change_code=code)
        except (NotDeliverable, PlatformRefused) as refused:
            log.info("card.unchanged", push=row.id, code=refused.code)
            return None
        if sent.data.get("repeat") and row.tries <= 1:
            return None
        if sent.change_uses != 0:
            spent.clear()
        return sent

    async def _whole(self, push: Push) -> Push:
        """The push with what is in its file; without it where it is gone."""
        if not isinstance(push, Text) or push.file is None or self._data is None:
            return push
        try:
            content = await asyncio.to_thread(files.read, self._data, push.file.sha256)
        except (Missing, Sealed) as gone:
            log.warning("push.file_gone", code=gone.code)
            return push
        return replace(push, file=replace(push.file, content=content))

    async def _later(self, row: OutboxRow, fault: SendError) -> None:
        tired = row.tries >= MOST_TRIES and self._clock.now() - row.due_at >= PATIENCE
        if tired and not isinstance(fault, Misconfigured):  # that one waits for its mend
            await self._given_up(row, fault)
            return
        asked = getattr(fault, "wait", None)
        wait = asked * random.uniform(1.0, 1.1) if asked else back_off(row.tries)
        log.info("push.again", push=row.id, code=fault.code, seconds=round(wait, 1))
        metrics.pushed.labels(row.account, fault.code).inc()
        at = self._clock.now() + timedelta(seconds=wait)
        await self._note(lambda: outbox.again(row.seq, self._owner, retry_at=at, reason=fault.code))
        if self._watch is not None and await self._watch.failed(row, fault):
            self.wake()

    async def _not_here(self, row: OutboxRow, fault: NotDeliverable) -> None:
        """To another account of the same person; given up only where none is left."""
        other = await self._other_way(row)
        if other is None:
            await self._given_up(row, fault)
            return
        log.info("push.elsewhere", push=row.id, code=fault.code, account=other.account)
        metrics.pushed.labels(row.account, "elsewhere").inc()
        note = partial(outbox.elsewhere, row, self._owner, other.account, str(other), at=self._clock.now())
        await self._note(partial(note, reason=fault.code))
        self.wake()

    async def _other_way(self, row: OutboxRow) -> Address | None:
        """An account of the member that was not yet tried with this push; None for what goes to a group."""
        if row.member_id is None or _address(row.address).chat:
            return None
        member = await members.get(row.member_id)
        ways = await members.ways_to(member) if member is not None else []
        addresses = [Address(one.account, one.user) for one in ways if one.account in self._adapters]
        tried = {fold(one) for one in (*row.tried.split("\n"), row.address)}
        return next((one for one in addresses if fold(str(one)) not in tried), None)

    async def _given_up(self, row: OutboxRow, fault: SendError) -> None:
        log.warning("push.dead", push=row.id, code=fault.code, hint=fault.hint)
        metrics.pushed.labels(row.account, "dead").inc()
        await self._note(lambda: outbox.dead(row.seq, self._owner, f"{fault.code}: {fault.message}"))
        if self._watch is not None and await self._watch.lost(row, fault):
            self.wake()


def _address(written: str) -> Address:
    account, _, who = written.partition(":")
    return Address(account, chat=who[1:]) if who.startswith("#") else Address(account, user=who)
