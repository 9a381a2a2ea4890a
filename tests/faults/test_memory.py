"""Row 27: bodies without an end, many at once, and the memory of the whole process meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest
from yarl import URL

from tests.faults.attacks import MOST_SENT, pours
from tests.faults.scene import chance_of, scene

pytestmark = pytest.mark.xdist_group("faults")
MOST_GROWN = 48 * 1024 * 1024
"""Far below what one of them would leave, far above what answering some hundred messages takes."""


async def test_row_27_bodies_without_end_leave_the_memory_flat(tmp_path: Path) -> None:
    async with scene(tmp_path) as town:
        await town.bot.start()
        process = psutil.Process(town.bot.pid)
        letters = town.letters(60)
        await town.post.all(letters[:30], chance_of(27))
        await town.bot.drained()
        before = highest = process.memory_info().rss

        async def watch() -> None:
            nonlocal highest
            while True:
                highest = max(highest, process.memory_info().rss)
                await asyncio.sleep(0.01)

        watching = asyncio.create_task(watch())
        url = URL(town.bot.callback).with_query(msg_signature="a", timestamp="1", nonce="1")
        ends = await asyncio.gather(*(pours(url) for _ in range(24)), town.post.all(letters[30:], chance_of(28)))
        watching.cancel()
        for line, sent in ends[:24]:
            assert b" 413 " in line or not line, line
            assert sent < MOST_SENT, "it was read on and on"
        assert highest - before < MOST_GROWN, f"grown by {(highest - before) >> 20} MB"
        assert len(town.post.acknowledged) == 60, "real traffic waits"
        assert await town.bot.healthy()
        print(f"grown by {(highest - before) / 2**20:.1f} MB")  # noqa: T201 (a figure of the reliability table)
