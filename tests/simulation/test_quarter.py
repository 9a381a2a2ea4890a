"""A whole quarter: thirty reps, 600 opportunities, some 12,000 activities, three holidays, leaves and outages."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from tests.simulation.days import at, day_on
from tests.simulation.story import MOMENTS, story
from tests.simulation.test_three_weeks import settled

SEED = 20260401
LEAVES = {"rep.2": (date(2026, 4, 20), 3), "rep.11": (date(2026, 5, 7), 3), "rep.25": (date(2026, 6, 15), 6)}
"""Who is away from when, for how many working days."""
OUTAGES = {date(2026, 4, 15): 2, date(2026, 5, 28): 5, date(2026, 6, 22): 3}
"""Hours from 13:55 on."""
LOSSES = {date(2026, 4, 24): "rep.4", date(2026, 5, 12): "rep.17", date(2026, 6, 10): "rep.29"}


@pytest.mark.torture
async def test_a_quarter(tmp_path: Path, sqlite_url: str) -> None:
    start = at(date(2026, 4, 1), 8, 0)
    async with story(tmp_path, sqlite_url, start, reps=30, deals=600, seed=SEED, eager=1.0) as tale:
        tale.moments = tuple(sorted((*MOMENTS, time(10, 16), time(15, 28))))
        day = start.date()
        while day <= date(2026, 6, 30):
            for user, (first, days) in LEAVES.items():
                if day == day_on(first, -5):
                    await tale.to(day, 9, 3)
                    await tale.leave(user, first, day_on(first, days - 1))
            if day in LOSSES:
                await tale.to(day, 9, 3)
                await tale.players.lose(LOSSES[day])
            if day in OUTAGES:
                await tale.until(day, before=13)
                await tale.to(day, 13, 55)
                tale.outage(timedelta(hours=OUTAGES[day]))
            await tale.until(day)
            day += timedelta(days=1)
            if day.day == 1:
                await settled(tale)
        assert sum(tale.ledger.business.values()) > 11_000
