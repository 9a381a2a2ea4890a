"""A stub of the platform's API that answers at once and notes when each person's cards came; and the bot beside it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from aiohttp import web

sys.path.insert(0, str(Path(__file__).parents[1]))

from adapters.sandbox.wecom_app import WecomApp
from bot.clock import SystemClock
from tests.faults.bot_process import ACCOUNT, BotProcess, ended
from tests.faults.company import Rep, plant_into, reps

CONSOLE = WecomApp(name=ACCOUNT)


ANSWER = "记录"
"""What the card of a recorded message is headed with; the bot's own further cards (a task, a question) are not."""


class Stub:
    """``cards``: by person, the moments (perf_counter) at which answers came; ``changed`` how many cards changed."""

    def __init__(self) -> None:
        self.cards: dict[str, list[float]] = defaultdict(list)
        self.kinds: dict[str, int] = defaultdict(int)
        self.changed, self._msgid = 0, 0
        self._news = asyncio.Event()

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/cgi-bin/gettoken", self._token)
        app.router.add_post("/cgi-bin/message/send", self._send)
        app.router.add_post("/cgi-bin/message/update_template_card", self._change)
        return app

    async def card(self, user: str, count: int, seconds: float) -> float:
        """When the person's card number ``count`` (from 1) came. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.cards[user]) < count:
                self._news.clear()
                await self._news.wait()
        return self.cards[user][count - 1]

    async def _token(self, _: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "access_token": "token", "expires_in": 7200})

    async def _send(self, request: web.Request) -> web.Response:
        now, body = perf_counter(), json.loads(await request.read())
        card: dict[str, Any] = body.get("template_card") or {}
        if card.get("source", {}).get("desc") == ANSWER:
            self.cards[body["touser"]].append(now)
        self.kinds[card.get("card_type", body["msgtype"])] += 1
        self._news.set()
        self._msgid += 1
        return web.json_response({"errcode": 0, "msgid": f"m{self._msgid}", "response_code": f"c{self._msgid}"})

    async def _change(self, _: web.Request) -> web.Response:
        self.changed += 1
        return web.json_response({"errcode": 0})


@asynccontextmanager
async def bot_beside_stub(folder: Path, senders: int) -> AsyncIterator[tuple[BotProcess, Stub, list[Rep]]]:
    """``genjin serve`` on SQLite with everything on, and so many reps with a customer each; it is ready."""
    stub, people = Stub(), reps(senders)
    runner = web.AppRunner(stub.application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bot = BotProcess(folder, CONSOLE, f"http://127.0.0.1:{runner.addresses[0][1]}/cgi-bin")
    try:
        await plant_into(bot.database, people, ACCOUNT, SystemClock().now(), bot.data)
        async with ended(bot):
            await bot.start()
            yield bot, stub, people
            await bot.stop()
    finally:
        await runner.cleanup()


def cpu_seconds(pid: int) -> float:
    """CPU that the process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def starved_seconds(pid: int) -> float:
    """How long its main thread has stood ready and got no processor: what a busy machine adds to every wait."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text("ascii").split()[1]) / 1e9


def peak_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
