"""A real ``genjin serve`` (or a variant of it) as a process of its own: started, killed, stopped, looked into."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp

from adapters.sandbox.wecom_app import WecomApp
from storage.sql import numbered
from tests.fixtures.databases import run_apart
from tests.fixtures.ports import free_port

ROOT = Path(__file__).parents[2]
GENJIN = [sys.executable, "-c", "from bot.cli.main import main; main()"]
VARIANT = [sys.executable, "-m", "tests.faults.variant"]
ACCOUNT = "wecom"
HOST = "127.0.0.1"


class BotProcess:
    """``folder`` holds its configuration, its logs and, unless that lies elsewhere, its ``data``; ``url`` stays the
    same over restarts."""

    def __init__(
        self, folder: Path, console: WecomApp, api_base: str, database: str = "", *, redis: str = "",
        data: Path | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.port = folder, free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.callback = f"{self.url}/callback/wecom/{console.name}"
        self.config, self.data, self.redis = folder / "config.toml", data or folder / "data", redis
        self.database = database or f"sqlite:{self.data / 'genjin.db'}"
        self.variant = VARIANT
        self.environment: dict[str, str] = {}
        self.starts = 0
        self._process: asyncio.subprocess.Process | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(_toml(self, console, api_base), "utf-8")

    async def start(self, *options: str, wait: bool = True) -> None:
        """Returns when it says that it is ready; with options its ``variant`` is started instead."""
        command = [*self.variant, "--config", str(self.config), *options] if options else self._genjin("serve")
        self.starts += 1
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "GENJIN_DEBUG": "1", **self.environment}
        with (self.folder / f"log.{self.starts}").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, stdout=log, stderr=log, cwd=self.folder, env=environment
            )
        if wait:
            await self.ready()

    def _genjin(self, *words: str) -> list[str]:
        return [*GENJIN, *words, "--config", str(self.config)]

    async def ready(self, seconds: float = 120) -> None:
        until = monotonic() + seconds
        async with aiohttp.ClientSession() as session:
            while not await self._answers(session, "/readyz"):
                assert self.running, f"it ended by itself:\n{self.logs()[-3000:]}"
                assert monotonic() < until, f"not ready within {seconds} s:\n{self.logs()[-3000:]}"
                await asyncio.sleep(0.03)

    async def healthy(self) -> bool:
        async with aiohttp.ClientSession() as session:
            return await self._answers(session, "/healthz")

    async def _answers(self, session: aiohttp.ClientSession, path: str) -> bool:
        try:
            async with session.get(f"{self.url}{path}", timeout=aiohttp.ClientTimeout(total=5)) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """kill -9, whatever it is doing."""
        await self._end(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP: it stands still, and knows nothing of it."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    async def stop(self) -> tuple[int, float]:
        """(exit code, seconds) of a SIGTERM."""
        began = monotonic()
        return await self._end(signal.SIGTERM), monotonic() - began

    async def _end(self, sign: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(sign)
        return await asyncio.wait_for(process.wait(), 30)

    def logs(self) -> str:
        """What all starts of it have logged."""
        files = sorted(self.folder.glob("log.*"), key=lambda path: int(path.suffix[1:]))
        return "".join(path.read_text("utf-8", "replace") for path in files)

    async def genjin(self, *words: str) -> tuple[int, str]:
        """(exit code, what it printed) of a command beside the bot."""
        process = await asyncio.create_subprocess_exec(
            *self._genjin(*words), cwd=self.folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    def ask(self, sql: str, *args: Any) -> list[Any]:
        """Rows of its database, read beside it."""
        if not self.database.startswith("sqlite"):
            return run_apart(_asked(self.database, sql, args))
        with closing(sqlite3.connect(self.data / "genjin.db", timeout=10)) as connection:
            return connection.execute(sql, args).fetchall()

    async def until(self, sql: str, *args: Any, seconds: float = 60) -> None:
        """Returns when ``sql`` answers 0 (nothing is left to do)."""
        end = monotonic() + seconds
        while left := self.ask(sql, *args)[0][0]:
            assert monotonic() < end, f"still {left} of: {sql}\n{self.logs()[-2000:]}"
            await asyncio.sleep(0.05)

    async def drained(self, seconds: float = 60) -> None:
        """Returns when every event is handled and every push is sent or given up."""
        await self.until("SELECT COUNT(*) FROM message WHERE state = 'new'", seconds=seconds)
        await self.until("SELECT COUNT(*) FROM outbox WHERE state IN ('new', 'sending')", seconds=seconds)


async def _asked(url: str, sql: str, args: Sequence[Any]) -> list[Any]:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(numbered(sql), *args)]
    finally:
        await connection.close()


@asynccontextmanager
async def ended(bot: BotProcess) -> AsyncIterator[BotProcess]:
    """The bot, gone when the block ends, however it ends."""
    try:
        yield bot
    finally:
        await bot.kill()


def _toml(bot: BotProcess, console: WecomApp, api_base: str) -> str:
    sections: Sequence[tuple[str, dict[str, Any]]] = (
        ("[server]", {"port": bot.port, "data": str(bot.data), "public_url": bot.url}),
        ("[database]", {"url": bot.database}),
        ("[redis]", {"url": bot.redis}),
        ("[[wecom]]", {
            "name": console.name, "corp_id": console.corp_id, "agent_id": console.agent_id, "secret": console.secret,
            "token": console.token, "aes_key": console.aes_key, "api_base": api_base,
        }),
    )  # fmt: skip
    return "\n".join(
        f"{head}\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
        for head, keys in sections
    )
