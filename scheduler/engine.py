"""The clock's hand: finds what is due and fires it, each thing once, in one transaction, whichever replica is alive.

A beat asks the database what has come by now. Who fires a moment holds its lease and ends it in the transaction of its
effects, so that a crash repeats the work, never the effect; a daily job's slot is taken in the same way. A clock set
back finds everything fired already. A beat that comes more than 15 minutes after the last one, on any replica, was
downtime: what fell due meanwhile is made up for by one digest a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

import structlog

from bot import metrics
from bot.clock import MovableClock
from bot.exchange import bring_job
from bot.handover import outside
from bot.house import House
from bot.playbook.store import Live
from bot.process.acts import CALL
from scheduler.effect import Around, Effect, write
from scheduler.jobs import late
from scheduler.timetable import Daily, Timetable
from storage import due, marks
from storage.connect import transaction
from storage.errors import Busy, Collision, Down, Full, Stale
from storage.records import Moment, new_id

log = structlog.get_logger(__name__)

DOWN = timedelta(minutes=15)
MARK = "scheduler.beat"
MARK_EVERY = timedelta(minutes=1)
LEASE_SECONDS = 20
BATCH = 500
OTHERS = (CALL, outside.KIND, bring_job.KIND)
"""Moments that loops of their own look after: something outside is asked, a table goes in."""
AT_ONCE = 100
TRY_AGAIN = timedelta(minutes=1)
APART = "apart."
"""What the kind of a moment begins with that stands for a job which is at work apart: a crash leaves it behind, and
whoever is there goes on."""
APART_SECONDS = 1800
FIRST_THE_MOMENTS = timedelta(minutes=1)
"""So long a daily job waits for what is due until then and in another replica's hand: it tells nobody once more of what
has just been told."""

Settle = Callable[[], Awaitable[None]]
Stop = Callable[[], Awaitable[datetime | None]]


class Lost(Exception):
    """Somebody else fired it: nothing of ours may stay."""


class Engine:
    def __init__(
        self, house: House, timetable: Timetable, *, owner: str, told: Callable[[], None] = lambda: None
    ) -> None:
        """``told`` is called after each commit, so that what must be said is said at once."""
        self._house, self._timetable, self._owner, self._told = house, timetable, owner, told
        self._lock = asyncio.Lock()
        self._last: datetime | None = None
        self._marked: datetime | None = None
        self._floor: datetime | None = None
        self._done: set[tuple[str, str]] = set()
        self._failed: dict[str, datetime] = {}

    async def rest(self) -> None:
        """Returns when no beat is at work."""
        async with self._lock:
            return

    @property
    def busy(self) -> bool:
        return self._lock.locked()

    async def beat(self) -> int:
        """How many moments and jobs were fired; finishes what it begins."""
        async with self._lock:
            return await self._beat(self._house.clock.now())

    async def step(
        self, clock: MovableClock, to: datetime, settle: Settle | None = None, stops: Sequence[Stop] = ()
    ) -> int:
        """Moves ``clock`` to ``to``, stopping at each due moment on the way and firing it at its own time; between
        stops waits for ``settle``. ``stops`` name further moments to stop at (pushes that are held). How many fired."""
        fired = await self.beat() if self._last is None else 0
        while (at := await self._next_stop(clock.now(), stops)) is not None and at <= to:
            fired += await self._move(clock, at)
            if settle is not None:
                await settle()
        fired += await self._move(clock, to)
        if settle is not None:
            await settle()
        return fired

    async def _move(self, clock: MovableClock, at: datetime) -> int:
        async with self._lock:
            clock.set(at)
            if self._last is not None:
                self._last = at
            fired = more = await self._beat(clock.now())
            while more:  # what was planned for this very moment by what has just been fired
                more = await self._beat(clock.now())
                fired += more
            return fired

    async def _next_stop(self, now: datetime, stops: Sequence[Stop]) -> datetime | None:
        found = [await self.next_at(now), *[await stop() for stop in stops]]
        return min((at for at in found if at is not None and at > now), default=None)

    async def next_at(self, after: datetime | None = None) -> datetime | None:
        """When the next moment or daily job comes, behind ``after`` (else now); None where none is planned."""
        now = after or self._house.clock.now()
        live = await self._house.live(None)
        days = [now.date() + timedelta(days=n) for n in range(15)]
        slots = [
            slot for job in self._timetable.daily for day in days
            if live.calendar.is_workday(day) or not job.workdays
            if (slot := datetime.combine(day, job.at(live.playbook), now.tzinfo)) > now
        ]  # fmt: skip
        ahead = await due.next_at(but=OTHERS)
        return min([*slots, *([ahead] if ahead is not None and ahead > now else [])], default=None)

    # -- one beat --------------------------------------------------------------------------------------------------

    async def _beat(self, now: datetime) -> int:
        since = await self._since(now)
        if self._floor is None:
            self._floor = min(since, now)  # a mark from a clock that ran ahead must not keep the daily jobs waiting
        if now - since > DOWN:
            fired = await self._make_up(since, now)
        else:
            fired = await self._due(Around(self._house, now)) + await self._daily(Around(self._house, now))
        self._last = max(now, self._house.clock.now())  # a beat that took long was no downtime
        await self._mark(now)
        if fired:
            self._told()
        return fired

    async def _since(self, now: datetime) -> datetime:
        """The last beat: ours, or after a gap or a start the last one of any replica; now where there never was one."""
        if self._last is not None and now - self._last <= DOWN:
            return self._last
        kept = await marks.get(MARK)
        others = datetime.fromisoformat(kept).astimezone(now.tzinfo) if kept else now
        return max(others, self._last) if self._last is not None else others

    async def _mark(self, now: datetime) -> None:
        if self._marked is None or abs(now - self._marked) >= MARK_EVERY:
            await marks.put(MARK, now.isoformat())
            self._marked = now

    # -- moments ---------------------------------------------------------------------------------------------------

    async def _due(self, around: Around) -> int:
        return await self._fire_all(await self._claim(around.now), around)

    async def _claim(self, now: datetime) -> list[Moment]:
        """All that has come and is not another's, so that what belongs on one card is together. Asked by a read first:
        most beats find nothing, and need not write."""
        first = await due.next_at(but=OTHERS)
        found: list[Moment] = []
        if first is None or first > now:
            return found
        while True:
            part = await due.claim_due(now, BATCH, self._owner, LEASE_SECONDS, but=OTHERS)
            found += part
            if len(part) < BATCH:
                return found

    async def _fire_all(self, moments: Iterable[Moment], around: Around) -> int:
        """Those of one moment and kind together."""
        ordered = sorted(moments, key=lambda one: (one.at, one.kind, one.record, one.id))
        fired = 0
        for (_, kind), group in groupby(ordered, key=lambda one: (one.at, one.kind)):
            for part in self._parts(kind, list(group)):
                fired += await self._fire_group(kind, part, around)
        return fired

    def _parts(self, kind: str, moments: list[Moment]) -> list[list[Moment]]:
        """So many with one transaction, a member's together: at a moment at which a whole company is reminded nobody
        who speaks waits for all of it."""
        if len(moments) <= AT_ONCE or kind in self._timetable.whole:
            return [moments]
        parts: list[list[Moment]] = [[]]
        by_member = sorted(moments, key=lambda one: (one.member_id or "", one.record, one.id))
        for _, theirs in groupby(by_member, key=lambda one: one.member_id):
            if parts[-1] and len(parts[-1]) >= AT_ONCE:
                parts.append([])
            parts[-1] += theirs
        return parts

    async def _fire_group(self, kind: str, moments: list[Moment], around: Around) -> int:
        """Fires them together; where that fails each for itself, so that one bad moment holds up no other."""
        if kind.startswith(APART) and (left := self._job(kind)) is not None:
            return await self._go_on(left, [one.id for one in moments], around)
        job = self._timetable.moments.get(kind)
        if job is None:
            log.warning("moment.unknown", kind=kind)
            return await due.dropped([one.id for one in moments])
        if await self._once([one.id for one in moments], lambda: job(moments, around), around):
            return len(moments)
        if len(moments) == 1:
            return 0
        return sum([await self._fire_group(kind, [one], around) for one in moments])

    async def _once(self, ids: list[str], comes_to: Callable[[], Awaitable[Effect]], around: Around) -> bool:
        """Ends the moments and writes what they come to, all or nothing; False where it was not to be."""
        try:
            async with transaction():
                if await due.fired(ids, around.now, self._owner) != len(ids):
                    raise Lost
                await write(await comes_to(), around)
            return True
        except Lost:
            return False
        except (Stale, Collision):  # the lease brings them again
            metrics.conflicts.labels("scheduler").inc()
            return False
        except (Busy, Down, Full) as fault:
            log.warning("moment.waits", code=fault.code, count=len(ids))
            return False
        except Exception:
            log.exception("moment.failed", moments=ids[:5], count=len(ids))
            return False

    # -- daily jobs ------------------------------------------------------------------------------------------------

    async def _daily(self, around: Around) -> int:
        live = await self._house.live(None)
        fired = 0
        for job in self._timetable.daily:
            for slot in self._slots(job, around.now, live):
                fired += await self._run(job, slot, around)
        return fired

    def _slots(self, job: Daily, now: datetime, live: Live) -> list[datetime]:
        """The job's slots of today and yesterday that have come, are not too old and came after this program did."""
        days: list[date] = [now.date() - timedelta(days=1), now.date()]
        at = job.at(live.playbook)
        worked = [day for day in days if live.calendar.is_workday(day) or not job.workdays]
        slots = [datetime.combine(day, at, now.tzinfo) for day in worked]
        floor = self._floor or now
        return [slot for slot in slots if max(floor, now - job.grace) < slot <= now]

    async def _run(self, job: Daily, slot: datetime, around: Around) -> int:
        key = (job.name, slot.isoformat())
        if key in self._done or self._failed.get(job.name, around.now) > around.now:
            return 0
        if around.now - slot < FIRST_THE_MOMENTS and await self._still_due(slot):
            return 0
        try:
            async with transaction():
                taken = await due.fire_slot(*key)
                if taken and job.apart:
                    await due.put([self._stands_for(job, slot)])
                elif taken:
                    await write(await job.run(around), around)
            if taken and job.apart:
                held = await due.claim_due(around.now, 1, self._owner, APART_SECONDS, only=APART + job.name)
                await self._go_on(job, [one.id for one in held], around)
        except Exception as fault:
            self._not_run(job, fault)
            self._failed[job.name] = around.now + TRY_AGAIN
            return 0
        self._done.add(key)
        return int(taken)

    async def _still_due(self, slot: datetime) -> bool:
        ahead = await due.next_at(but=OTHERS)
        return ahead is not None and ahead <= slot

    def _stands_for(self, job: Daily, slot: datetime) -> Moment:
        """What it comes to is not one with its slot: this moment waits until it is through."""
        return Moment(id=new_id("due", slot), at=slot, kind=APART + job.name, record=f"job_{job.name}")

    def _job(self, kind: str) -> Daily | None:
        return next((job for job in self._timetable.daily if job.apart and APART + job.name == kind), None)

    async def _go_on(self, job: Daily, ids: list[str], around: Around) -> int:
        """Begins the job, or goes on with one that a crash broke off; once more in a minute where it fails."""
        if not ids or await due.hold(ids, self._owner, APART_SECONDS) == 0:
            return 0
        try:
            await write(await job.run(around), around)
        except Exception as fault:
            self._not_run(job, fault)
            await due.put_off(ids, around.now + TRY_AGAIN, self._owner)
            return 0
        return await due.fired(ids, around.now, self._owner)

    def _not_run(self, job: Daily, fault: Exception) -> None:
        """It goes again in a minute; what another replica or the database is the reason of is no error."""
        if isinstance(fault, Stale | Collision):
            metrics.conflicts.labels("scheduler").inc()
        elif isinstance(fault, Busy | Down | Full):
            log.warning("job.waits", job=job.name, code=fault.code)
        else:
            log.error("job.failed", job=job.name, exc_info=fault)

    # -- downtime --------------------------------------------------------------------------------------------------

    async def _make_up(self, since: datetime, now: datetime) -> int:
        """One digest a person for all that fell due between ``since`` and ``now``; then the jobs that still matter."""
        log.warning("scheduler.was_down", since=since.isoformat(), until=now.isoformat())
        around = Around(self._house, now)
        piles, silent = await late.sort(await self._claim(now), around)
        fired = await self._fire_all(silent, around)
        told: set[str] = set()
        for pile in piles:
            ids = [moment.id for moment in pile.moments]
            if await self._once(ids, partial(late.make_up, pile, since, around), around):
                fired += len(ids)
                told.add(pile.member.id)
        return fired + await self._daily(Around(self._house, now, frozenset(told)))
