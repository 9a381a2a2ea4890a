"""Brings in tables that were shown and tapped: part by part behind the tap, each part one transaction with how far it
is. A crash loses nothing and repeats nothing; whoever is there goes on behind the last part that stands, and so does
the card."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import structlog

from adapters.messages import Card
from bot import webhooks
from bot.errors import GenjinError
from bot.exchange import bring, bring_files, bring_job, bring_report, table
from bot.exchange.bring_columns import COLUMNS
from bot.exchange.bring_job import PART, Job
from bot.exchange.bring_plan import Hand, Plan
from bot.exchange.table import Row, Table
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.queued import Queued
from bot.replies import bring as say
from bot.slots import Work
from storage import audit, cards, due, members, outbox
from storage import webhooks as addresses
from storage.connect import transaction
from storage.errors import StorageError
from storage.records import Change, Moment, OutboxRow

log = structlog.get_logger(__name__)
WIDTH = 1
"""Tables at once: one waits for the other, and nobody else for either."""
LEASE_SECONDS = 120
TELL_EVERY = timedelta(seconds=4)
"""How often a card says how far it is, where the platform lets it."""
AGAIN = timedelta(seconds=2)
MOST_TRIES = 5
"""A part that fails so often stops its table, which its card says."""


@dataclass(slots=True)
class _Read:
    """The table that is at hand, so that it is read once and not with each part."""

    file: str
    table: Table
    phones: Mapping[str, Sequence[str]] | None = None


class Bringer(Queued):
    """``told`` is called after each commit, so that what must be said is said at once."""

    def __init__(self, house: House, *, owner: str, told: Callable[[], None]) -> None:
        super().__init__("bringer", WIDTH, house.clock)
        self._house, self._owner, self._told = house, owner, told
        self._read: _Read | None = None
        self._failed = Counter[str]()

    async def claim(self, now: datetime, room: int) -> Sequence[Work]:
        found = await due.claim_due(now, room, self._owner, LEASE_SECONDS, only=bring_job.KIND)
        return [self.one(moment) for moment in found]

    async def one(self, moment: Moment) -> None:
        """One part of a table, or its end where it cannot go on."""
        job = Job.of(moment.data)
        try:
            stands = await self._part(moment, job)
        except StorageError as fault:
            log.warning("import.waits", code=fault.code)
            await self._again(moment)
            return
        except GenjinError as no:  # the table is no more, or no longer what it was
            stands = await self._stop(moment, job, no.message)
        except Exception:
            log.exception("import.failed", job=job.id)
            self._failed[job.id] += 1
            if self._failed[job.id] < MOST_TRIES:
                await self._again(moment)
                return
            stands = await self._stop(moment, job, "这一段没导进去，管理员能在日志里看到原因")
        if stands:
            self._failed.pop(job.id, None)
            self._told()
            self.wake()

    async def _again(self, moment: Moment) -> None:
        """In a moment; where even that cannot be written, once the lease is over."""
        try:
            await due.put_off([moment.id], self._house.clock.now() + AGAIN, self._owner)
        except StorageError as fault:
            log.warning("import.unnoted", code=fault.code)

    async def _part(self, moment: Moment, job: Job) -> bool:
        """False where somebody else has it."""
        read = await self._table(job)
        rows = read.table.rows[job.done : job.done + PART]
        now = self._house.clock.now()
        async with transaction():
            if await due.fired([moment.id], now, self._owner) != 1:
                return False
            planned = await self._written(job, read, rows, now)
            await asyncio.to_thread(
                bring_report.keep, self._house.data, job.report, planned, start=job.done, taken=True
            )
            job = job.after(planned)
            await self._go_on(job, now) if job.done < len(read.table.rows) else await self._finish(job, now)
        return True

    async def _written(self, job: Job, read: _Read, rows: tuple[Row, ...], now: datetime) -> Plan:
        """The rows are record, as far as they can be: planned against what stands there in this very transaction."""
        store = self._house.playbooks
        hand = Hand(now, job.member, job.account, store, phones=read.phones)
        planned = await bring.planned_of(job.kind, replace(read.table, rows=rows), hand)
        read.phones = hand.phones
        if planned.changes:
            done = await bring.written(job.kind, planned.changes, actor=job.member, at=now, playbooks=store)
            if not is_old(job.kind, job.rows):
                await webhooks.follow(done, event=job.event, at=now, wake=self._house.post)
        return planned

    async def _table(self, job: Job) -> _Read:
        """Raises GenjinError where it is no more, or cannot be read any more."""
        if self._read is None or self._read.file != job.file:
            path = bring_files.path_of(self._house.data, job.file)
            if path is None:
                raise bring.Refused("这份表格放过三天，已经删了", "再传一次")
            self._read = _Read(job.file, await asyncio.to_thread(table.read, path, COLUMNS[job.kind]))
        return self._read

    # -- what is said of it ----------------------------------------------------------------------------------------

    async def _go_on(self, job: Job, now: datetime) -> None:
        """The next part, and from time to time how far it is."""
        if now - datetime.fromisoformat(job.told_at) >= TELL_EVERY and await self._may_redraw(job):
            job = replace(job, told_at=now.isoformat())
            card = await self._card(job)
            if card is not None:
                await outbox.drop([one.id for one in card.stale], "overtaken")
                await self._say(say.running(job, live=True), job, card, f"{job.id}:{job.done}", now)
        await due.put([job.moment(now)])

    async def _may_redraw(self, job: Job) -> bool:
        """The platform lets cards be changed often, and its calls of the month do not run short."""
        if job.account not in self._house.redraws:
            return False
        member = await members.get(job.member)
        return not (await self._house.live(member)).calls.get(job.account)

    async def _finish(self, job: Job, now: datetime) -> None:
        await audit.apply([say.noted(job.kind, job.taken, job.id)], actor=job.member, event=job.event, at=now)
        untold = job.taken and is_old(job.kind, job.rows) and await _would_hear()
        page = say.report_page(self._house.public_url, job.report)
        await self._end(say.done(job, page, untold=bool(untold)), job, f"{job.id}:done", now)
        self._read = None

    async def _stop(self, moment: Moment, job: Job, why: str) -> bool:
        now = self._house.clock.now()
        self._read = None
        async with transaction():
            if await due.dropped([moment.id], self._owner) != 1:
                return False
            await self._end(say.stopped(job, why), job, f"{job.id}:stopped:{moment.id}", now)
        return True

    async def _end(self, push: Card, job: Job, once: str, now: datetime) -> None:
        """The card's last word; where it can be changed no more, a new one."""
        card = await self._card(job)
        if card is not None:
            await outbox.drop([one.id for one in card.stale], "overtaken")
        await self._say(push, job, card, once, now)
        if card is not None:
            await cards.update(card.id, kind=push.kind, state="open" if push.tone == "decide" else "done")

    async def _say(self, push: Card, job: Job, card: _Shown | None, once: str, now: datetime) -> None:
        """Never before the tap's own answer, which may still be held for its callback."""
        member = await members.get(job.member)
        zone = await self._house.zone(member) if member is not None else now.tzinfo
        at = max(now, card.answer.due_at) if card is not None and card.answer.state == "new" else now
        about = {"import": job.kind, "file": job.file, "rows": job.rows, "job": asdict(job), "now": push.title}
        letter = Letter(
            push, to=job.member, once=once, about=about, event=job.event, account=job.account, at=at,
            changes=card.id if card is not None else None,
        )  # fmt: skip
        await put(letter, now.astimezone(zone))

    async def _card(self, job: Job) -> _Shown | None:
        """The card that the tap's answer is, with what of it is not said yet."""
        said = await outbox.of_event(job.event)
        answer = next((one for one in said if one.kind == RUNNING), None)
        if answer is None:
            return None
        stale = [one for one in said if one.kind == RUNNING and one.state == "new" and one is not answer]
        return _Shown(answer.changes or answer.id, answer, stale)


RUNNING = "cmd.import.running"


@dataclass(frozen=True, slots=True)
class _Shown:
    id: str
    answer: OutboxRow
    stale: Sequence[OutboxRow]


def is_old(kind: str, rows: int) -> bool:
    """Addresses outside are told of the leads of a short table alone (docs/api.md)."""
    return kind != "leads" or rows > bring.TOLD_MOST


async def _would_hear() -> bool:
    return any("lead.assigned" in one.events for one in await addresses.standing())


def teller(kind: str, rows: int, at: datetime) -> bring.Also:
    """For who brings in a table at the terminal: what addresses outside are told, which the running bot then does."""
    if is_old(kind, rows):
        return bring.tells_nobody

    async def tell(changes: Sequence[Change]) -> None:
        await webhooks.follow(changes, event=f"import.{kind}", at=at, wake=lambda: None)

    return tell
