"""Acknowledged means durable: the process is killed in the middle, and all it acknowledged is there, once."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage import connect, inbox
from storage.migrate import sqlite_path

ROOT = Path(__file__).parents[2]


def killed_after(url: str, lines: int, *options: str) -> list[str]:
    """What the keeper acknowledged before it was killed, at least ``lines`` of it."""
    keeper = [sys.executable, str(Path(__file__).parent / "keeper.py"), url, *options]
    with subprocess.Popen(
        keeper, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}
    ) as process:
        assert process.stdout is not None
        heard = [process.stdout.readline().strip() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        heard += [line.strip() for line in process.stdout if line.endswith("\n")]
    return heard


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_kill_9_loses_nothing_acknowledged(sqlite_url: str, seed: int):
    acknowledged = killed_after(sqlite_url, random.Random(seed).randint(50, 800))
    with closing(sqlite3.connect(sqlite_path(sqlite_url))) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database = await connect.connect(sqlite_url)
    kept = [key async for key in inbox.ids()]
    await connect.close(database)
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))


async def test_the_test_would_find_an_acknowledgement_that_came_too_early(sqlite_url: str):
    acknowledged = killed_after(sqlite_url, 300, "--too-early")
    database = await connect.connect(sqlite_url)
    kept = {key async for key in inbox.ids()}
    await connect.close(database)
    assert set(acknowledged) - kept
