"""A table on its way in through kill -9, twice: each line is in once, nothing is said twice, and the card goes on."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import httpx
import pytest

from tests.faults.bot_process import ROOT
from tests.fixtures.web import web_at

pytestmark = pytest.mark.xdist_group("faults")
ROWS = 3_000
GENJIN = [sys.executable, "-c", "from bot.cli.main import main; main()"]


class Demo:
    """``genjin demo --headless`` on kept data, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"

    @asynccontextmanager
    async def runs(self) -> AsyncIterator[httpx.AsyncClient]:
        """Killed at the end, whatever it is doing."""
        command = [*GENJIN, "demo", "--headless", "--port", "0", "--data", str(self.data)]
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        try:
            assert process.stdout is not None
            async with asyncio.timeout(120):
                line = await process.stdout.readline()
            async with web_at(json.loads(line)["url"]) as web:
                yield web
        finally:
            process.kill()
            await process.wait()

    def ask(self, sql: str) -> int:
        with closing(sqlite3.connect(self.data / "genjin.db", timeout=20)) as database:
            return int(database.execute(sql).fetchone()[0])

    async def until(self, sql: str, least: int) -> None:
        async with asyncio.timeout(120):
            while self.ask(sql) < least:
                await asyncio.sleep(0.005)


async def inbox(web: httpx.AsyncClient) -> list[dict[str, object]]:
    found = (await web.get("/sandbox/api/inbox", params={"as": "admin", "after": 0})).json()["items"]
    return [one for one in found if str(one["kind"]).startswith("cmd.import.")]


async def test_killed_twice_each_line_is_in_once_and_the_card_says_so(tmp_path: Path) -> None:
    demo, here = Demo(tmp_path), "SELECT COUNT(*) FROM customer WHERE name LIKE '批量%'"
    table = "客户,负责人\n" + "".join(f"批量{n:05d},张伟\n" for n in range(ROWS))
    async with demo.runs() as web:
        said = {"platform": "wecom", "as": "admin", "text": "/import 客户"}
        await web.post("/sandbox/api/say", json=said)
        items = (await web.get("/sandbox/api/inbox", params={"as": "admin", "after": 0})).json()["items"]
        url = next(button["url"] for button in items[-1]["buttons"] if button["url"])
        assert (await web.post(url, files={"file": ("客户.csv", table.encode())})).status_code == 200
        async with asyncio.timeout(60):
            while not (cards := await inbox(web)):
                await asyncio.sleep(0.05)
        tap = asyncio.create_task(
            web.post("/sandbox/api/tap", json={"as": "admin", "n": cards[-1]["n"], "button": "execute"})
        )
        await demo.until(here, 400)
    tap.cancel()
    with suppress(asyncio.CancelledError, httpx.HTTPError):
        await tap
    first = demo.ask(here)
    assert 400 <= first < ROWS and first % 200 == 0, "whole parts stand, and not all of them"
    async with demo.runs():
        await demo.until(here, first + 400)
    second = demo.ask(here)
    assert first < second < ROWS and second % 200 == 0
    async with demo.runs() as web:
        await demo.until("SELECT COUNT(*) FROM audit WHERE kind = 'import.done'", 1)
        async with asyncio.timeout(60):
            while (await inbox(web))[-1]["kind"] != "cmd.import.done":
                await asyncio.sleep(0.05)
        [card] = await inbox(web)
    assert (card["title"], card["n"]) == ("导入好了：客户 3,000 行", cards[-1]["n"])
    assert demo.ask(here) == demo.ask("SELECT COUNT(DISTINCT name) FROM customer WHERE name LIKE '批量%'") == ROWS
    assert demo.ask("SELECT COUNT(*) FROM audit WHERE kind = 'import.done'") == 1
