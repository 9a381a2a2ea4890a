"""Rows 1 to 5: the process dies or is told to die, at any moment; what it acknowledged is there, and there once."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults import judge
from tests.faults.scene import Scene, chance_of, fresh_seed, scene

MESSAGES = 500


async def killed_under_load(town: Scene, chance: random.Random, kills: int, *options: str) -> None:
    """Carries MESSAGES letters, duplicates among them and out of order, and kills the bot so often meanwhile."""
    letters = town.letters(MESSAGES)
    await town.bot.start(*options)
    carrying = asyncio.create_task(town.post.all(letters, chance))
    try:
        for at in sorted(chance.sample(range(20, MESSAGES - 20), kills)):
            await town.post.heard(at)
            await asyncio.sleep(chance.random() * 0.05)  # anywhere between two acknowledgements
            await town.bot.kill()
            await town.bot.start(*options)
        await carrying
    finally:
        carrying.cancel()


async def rounds(folder: Path, seed: int, kills: int) -> None:
    async with scene(folder) as town:
        await killed_under_load(town, chance_of(seed), kills)
        await town.bot.drained()
        code, _ = await town.bot.stop()
        assert code == 0
        assert len(town.post.acknowledged) == MESSAGES
        await judge.holds(town)
        assert town.bot.ask("SELECT COUNT(*) FROM activity") == [(MESSAGES,)]


async def test_row_1_kill_9_under_load_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    await rounds(tmp_path, seed=20260310, kills=3)


@pytest.mark.torture
@pytest.mark.parametrize("part", range(10))
async def test_row_1_fifty_kills(tmp_path: Path, part: int) -> None:
    await rounds(tmp_path, fresh_seed() + part, kills=5)


async def test_row_1_a_build_that_answers_before_it_stores_is_found_out(tmp_path: Path) -> None:
    async with scene(tmp_path) as town:
        await killed_under_load(town, chance_of(7), 1, "--careless", "0.2")
        await town.bot.stop()
        assert await judge.lost(town)
