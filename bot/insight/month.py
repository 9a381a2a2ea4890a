"""The month's figures of some people's opportunities, read from the audit trail and the records (E6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.insight.funnel import REDO, UNDO, Funnel, by_stage, exits
from bot.insight.won_back import taken_back
from bot.playbook.store import Live
from bot.process.gates import completeness
from storage import evidence, history, opportunities, waivers

KINDS = ("opportunity.stage", "opportunity.won", "opportunity.lost")
ALL = (*KINDS, *(f"{mark}{kind}" for mark in (UNDO, REDO) for kind in KINDS), "opportunity.won_back")


def before(month: date) -> date:
    """The first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


async def look(owners: Sequence[str], month: date, live: Live, zone: ZoneInfo) -> Funnel:
    """``month`` is its first day; what is said of evidence is as of now."""
    start, end = (datetime.combine(day, time(), zone) for day in (month, after(month)))
    entries = await history.of_owners(owners, ALL, start, end)
    deals = await opportunities.many(list({one.record for one in entries}))
    found = exits(entries, deals, live.playbook, live.calendar, zone)
    back = taken_back(entries, live.playbook.watch.fake_won_days, zone)
    return Funnel(
        month, by_stage(found, live.playbook), len({one.deal for one in found}), sum(one.jumped for one in found),
        await waivers.granted(start, end, owners), await _complete(owners, live),
        tuple(deals[id] for id in back if id in deals),
    )  # fmt: skip


async def _complete(owners: Sequence[str], live: Live) -> tuple[int, int]:
    """(evidence in hand, wanted) of all that is open, by the gates it has passed."""
    found = await opportunities.of_owner(owners)
    counts = await evidence.counts_of([one.id for one in found])
    have = wanted = 0
    for one in found:
        some, all_ = completeness(live.playbook.pipeline(one.pipeline), one, counts.get(one.id, {}))
        have, wanted = have + some, wanted + all_
    return have, wanted
