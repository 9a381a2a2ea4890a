"""Three weeks of spring with 劳动节 and its 调休: six reps, two managers, a leave, an outage; every push once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.simulation.days import at
from tests.simulation.heard import over_the_cap, too_loud, twice
from tests.simulation.match import Matched
from tests.simulation.reckoning import Reckoning
from tests.simulation.story import Story, story

SEED = 20260427


async def settled(tale: Story) -> None:
    """Everything that is held at the end of a story."""
    heard = await tale.heard()
    reckoning = Reckoning(tale.company, tale.ledger, tale.start, tale.end)
    wrong = Matched(reckoning.all(), heard, tale.ledger, tale.end).wrong()
    wrong += [f"twice: {one}" for one in twice(heard)]
    wrong += [f"in quiet time: {one}" for one in too_loud(heard, tale.ledger.leaves, reckoning.named())]
    wrong += [f"over the cap: {one}" for one in over_the_cap(heard)]
    wrong += await tale.totals()
    wrong += [f"dropped by the platform: {to}" for to, _ in tale.demo.platforms.world.dropped]
    assert not wrong, "\n".join(wrong)


async def three_weeks(tale: Story) -> None:
    """From Monday 2026-04-27 on."""
    await tale.until(date(2026, 4, 28))
    await tale.to(date(2026, 4, 29), 9)
    await tale.leave("rep.2", date(2026, 5, 7), date(2026, 5, 9))
    await tale.until(date(2026, 4, 29))
    await tale.until(date(2026, 4, 30), before=13)
    await tale.to(date(2026, 4, 30), 13, 55)
    tale.outage(timedelta(hours=4, minutes=25))
    await tale.until(date(2026, 5, 6))
    await tale.to(date(2026, 5, 7), 9, 3)
    await tale.players.lose("rep.3")
    await tale.until(date(2026, 5, 16))


async def test_three_weeks(tmp_path: Path, sqlite_url: str) -> None:
    start = at(date(2026, 4, 27), 8, 0)
    async with story(tmp_path, sqlite_url, start, reps=6, deals=24, seed=SEED, eager=0.35) as tale:
        await three_weeks(tale)
        await settled(tale)
