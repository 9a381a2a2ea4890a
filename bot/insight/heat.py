"""Rep × stage of what is open now, red where an opportunity stands too long (E5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.insight import month
from bot.insight.funnel import by_stage, exits
from bot.playbook.pipeline import Pipeline, Stage
from bot.playbook.store import Live
from storage import customers, history, members, opportunities
from storage.records import Opportunity

WEEK = timedelta(days=7)
LEAST = 2
"""So many must have left a stage in each of two weeks before it is said to have become quicker."""


@dataclass(frozen=True, slots=True)
class Cell:
    count: int = 0
    over: int = 0
    """Those of them that stand here longer than the line."""


@dataclass(frozen=True, slots=True)
class Row:
    owner: str
    cells: tuple[Cell, ...]

    @property
    def over(self) -> int:
        return sum(cell.over for cell in self.cells)

    @property
    def count(self) -> int:
        return sum(cell.count for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Red:
    deal: Opportunity
    customer: str
    owner: str
    stage: str
    days: int


@dataclass(frozen=True, slots=True)
class Heat:
    """``first`` to ``last`` is the week that is over; ``quicker``: a stage with its mean stay before and now."""

    first: date
    last: date
    days: int
    stages: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    red: tuple[Red, ...] = ()
    quicker: tuple[str, Decimal, Decimal] | None = None
    elsewhere: int = 0
    """Open opportunities in other pipelines, which have other stages."""

    @property
    def empty(self) -> bool:
        return not self.rows

    def densest(self) -> tuple[str, int] | None:
        """The stage with most red ones."""
        counts = Counter(one.stage for one in self.red)
        return counts.most_common(1)[0] if counts else None


async def look(owners: Sequence[str], live: Live, now: datetime, *, compare: bool = True) -> Heat:
    """``now`` is in the reader's zone; ``compare`` with the week before."""
    found = await opportunities.of_owner(owners)
    monday = now.date() - timedelta(days=now.weekday())
    heat = Heat(monday - WEEK, monday - timedelta(days=1), live.playbook.watch.heat_days)
    if not found:
        return heat
    main = Counter(live.playbook.pipeline(one.pipeline).id for one in found).most_common(1)[0][0]
    pipeline = live.playbook.pipeline(main)
    here = [one for one in found if live.playbook.pipeline(one.pipeline).id == main]
    stages = [stage for stage in pipeline.stages if stage.ends is None]
    names = {one.id: one.name for one in await members.everyone(active=False)}
    red = await _red(here, pipeline, heat.days, names, now)
    return Heat(
        heat.first, heat.last, heat.days, tuple(stage.name for stage in stages),
        tuple(_rows(here, stages, {one.deal.id for one in red}, names)), tuple(red),
        await _quicker(owners, live, monday, now) if compare else None, len(found) - len(here),
    )  # fmt: skip


def _rows(found: Sequence[Opportunity], stages: Sequence[Stage], red: set[str], names: dict[str, str]) -> list[Row]:
    """Whoever has most red stands first, then whoever has most."""
    counts: Counter[tuple[str, str]] = Counter((one.owner_id, one.stage) for one in found)
    over: Counter[tuple[str, str]] = Counter((one.owner_id, one.stage) for one in found if one.id in red)
    rows = [
        Row(names.get(id, ""), tuple(Cell(counts[id, stage.id], over[id, stage.id]) for stage in stages))
        for id in dict.fromkeys(one.owner_id for one in found)
    ]
    return sorted(rows, key=lambda row: (-row.over, -row.count, row.owner))


async def _red(
    found: Sequence[Opportunity], pipeline: Pipeline, line: int, names: dict[str, str], now: datetime
) -> list[Red]:
    """The dearest first; a customer out of reach is nobody's."""
    red = []
    for one in sorted(found, key=lambda one: (-(one.amount or 0), one.id)):
        days = (now.date() - one.stage_since.astimezone(now.tzinfo).date()).days
        if days <= line or (one.exempt_until is not None and one.exempt_until > now.date()):
            continue
        stage = pipeline.stage(one.stage)
        name = await customers.short_name(one.customer_id)
        red.append(Red(one, name, names.get(one.owner_id, ""), stage.name if stage else one.stage, days))
    return red


async def _quicker(
    owners: Sequence[str], live: Live, monday: date, now: datetime
) -> tuple[str, Decimal, Decimal] | None:
    """The stage whose mean stay, of those who left it, fell most against the week before."""
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)
    weeks = []
    for first in (monday - 2 * WEEK, monday - WEEK):
        start, end = (datetime.combine(day, time(), zone) for day in (first, first + WEEK))
        entries = await history.of_owners(owners, month.ALL, start, end)
        deals = await opportunities.many(list({one.record for one in entries}))
        weeks.append(by_stage(exits(entries, deals, live.playbook, live.calendar, zone), live.playbook))
    before, after = weeks
    fell = [
        (one.name, old, one.stay) for key, one in after.items()
        if key in before and one.stay is not None and (old := before[key].stay) is not None
        and min(len(one.days), len(before[key].days)) >= LEAST and one.stay < old
    ]  # fmt: skip
    return max(fell, key=lambda found: found[1] - found[2], default=None)
