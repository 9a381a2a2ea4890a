"""The same weeks told to three bots on one PostgreSQL and one Redis, of which one is killed (-9) each simulated day."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from tests.simulation.days import DAY, at, works
from tests.simulation.story import Story, story_of_three
from tests.simulation.test_three_weeks import settled, three_weeks
from tests.simulation.town import Fate, Town

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.xdist_group("faults")]

SEED = 20260429
CLOCKS = (time(8, 40), time(9, 24), time(11, 7), time(14, 10), time(16, 13), time(17, 40), time(18, 10), time(18, 40))
"""When people speak and the clock brings most."""


def fate(chance: random.Random, day: date) -> Fate:
    """A death over a message, a push or a moment in hand; on a rest day over nothing."""
    clock = chance.choice(CLOCKS)
    table = chance.choice(("message", "outbox", "moment")) if works(day) else ""
    return Fate(at(day, clock.hour, clock.minute), table, chance.random() * 0.005)


def each_day(seed: int, first: date, last: date) -> list[Fate]:
    chance = random.Random(seed)
    return [fate(chance, first + n * DAY) for n in range((last - first).days + 1)]


@pytest.fixture
def postgres_url(postgres_template: str, new_postgres: Callable[[str], str]) -> str:
    return new_postgres(postgres_template)


async def held(tale: Story, deaths: int) -> None:
    """All that holds of one bot holds of three, and nobody heard a push twice under another name."""
    town = tale.demo
    assert isinstance(town, Town)
    await town.all_up()
    print(*town.killed, sep="\n")  # noqa: T201 (shown where the test fails)
    await settled(tale)
    assert len(town.killed) == deaths, town.killed
    assert not await tale.unknown(), "the platform shows what the outbox knows nothing of"


async def test_one_of_three_processes_is_killed(tmp_path: Path, postgres_url: str, redis_url: str) -> None:
    start = at(date(2026, 4, 28), 8, 0)
    fates = [Fate(at(date(2026, 4, 28), 17, 40), "moment")]
    async with story_of_three(
        tmp_path, postgres_url, redis_url, start, fates=fates, reps=6, deals=24, seed=SEED, eager=0.35
    ) as tale:
        await tale.until(date(2026, 4, 29))
        await held(tale, deaths=1)


@pytest.mark.torture
async def test_three_weeks_with_a_kill_each_day(tmp_path: Path, postgres_url: str, redis_url: str) -> None:
    start = at(date(2026, 4, 27), 8, 0)
    fates = each_day(SEED, start.date(), date(2026, 5, 16))
    async with story_of_three(
        tmp_path, postgres_url, redis_url, start, fates=fates, reps=6, deals=24, seed=SEED, eager=0.35
    ) as tale:
        await three_weeks(tale)
        await held(tale, deaths=len(fates))
