"""The servers that the intake is measured against, each a process of its own.

``python benchmarks/_servers.py KIND FOLDER``: prints its port, serves until its standard input closes, and answers
``GET /cpu`` with the seconds of CPU that it has used. KIND is

- ``genjin``: the WeCom adapter, the intake sink and the intake of the real bot (verify, decrypt, committed, answered)
- ``stores``: a bare aiohttp handler: the same decryption, one batch-committed SQLite insert with synchronous=FULL
- ``forgets``: a bare aiohttp handler that decrypts and stores nothing
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from time import process_time

from aiohttp import web

sys.path.insert(0, str(Path(__file__).parents[1]))

from adapters import wecom
from adapters.http import Http
from adapters.sandbox.wecom_app import WecomApp
from adapters.wecom.signature import Lock
from bot.clock import SystemClock
from bot.intake import IntakeSink
from storage import connect
from storage.intake import Intake
from storage.memory import open_memory
from storage.migrate import migrate

PATH = "/callback/wecom/wecom"
CONSOLE = WecomApp()
ENCRYPT = re.compile(rb"<Encrypt><!\[CDATA\[(.*?)\]\]></Encrypt>", re.S)
MSG_ID = re.compile(rb"<MsgId>(\d+)</MsgId>")
Handler = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def genjin(folder: Path) -> AsyncIterator[list[web.RouteDef]]:
    url = f"sqlite:{folder / 'genjin.db'}"
    await migrate(url)
    database = await connect.connect(url)
    intake, http, memory = Intake(database), Http(), open_memory("")
    await intake.start()
    account = wecom.Config(
        CONSOLE.name, CONSOLE.corp_id, CONSOLE.agent_id, CONSOLE.secret, CONSOLE.token, CONSOLE.aes_key
    )
    adapter = wecom.Adapter(account, SystemClock(), http, memory, memory)
    await adapter.start(IntakeSink(intake))
    yield list(adapter.routes())
    await intake.stop()
    await http.close()
    await connect.close(database)


@asynccontextmanager
async def forgets(_: Path) -> AsyncIterator[list[web.RouteDef]]:
    lock = Lock(CONSOLE.token, CONSOLE.aes_key, CONSOLE.corp_id)

    async def handle(request: web.Request) -> web.Response:
        _opened(lock, await request.read())
        return web.Response()

    yield [web.post(PATH, handle)]


@asynccontextmanager
async def stores(folder: Path) -> AsyncIterator[list[web.RouteDef]]:
    lock = Lock(CONSOLE.token, CONSOLE.aes_key, CONSOLE.corp_id)
    thread = ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    file = await loop.run_in_executor(thread, _bare_file, folder / "bare.db")
    waiting: list[tuple[str, bytes, asyncio.Future[None]]] = []
    storing: asyncio.Task[None] | None = None

    async def store() -> None:
        while waiting:
            batch, waiting[:] = waiting[:], []
            await loop.run_in_executor(thread, _insert, file, [(key, plain) for key, plain, _ in batch])
            for _, _, answer in batch:
                answer.set_result(None)

    async def handle(request: web.Request) -> web.Response:
        nonlocal storing
        plain = _opened(lock, await request.read())
        found = MSG_ID.search(plain)
        answer = loop.create_future()
        waiting.append((found[1].decode() if found else "", plain, answer))
        if storing is None or storing.done():
            storing = asyncio.create_task(store())
        await answer
        return web.Response()

    yield [web.post(PATH, handle)]
    thread.shutdown()


def _opened(lock: Lock, body: bytes) -> bytes:
    found = ENCRYPT.search(body)
    assert found is not None
    return lock.open(found[1].decode())


def _bare_file(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, isolation_level=None)
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("PRAGMA synchronous=FULL")
    file.execute("CREATE TABLE message (key TEXT PRIMARY KEY, payload BLOB)")
    return file


def _insert(file: sqlite3.Connection, rows: list[tuple[str, bytes]]) -> None:
    file.execute("BEGIN IMMEDIATE")
    file.executemany("INSERT INTO message VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
    file.execute("COMMIT")


KINDS = {"genjin": genjin, "stores": stores, "forgets": forgets}


async def _cpu(_: web.Request) -> web.Response:
    return web.json_response(process_time())


async def main(kind: str, folder: Path) -> None:
    async with KINDS[kind](folder) as routes:
        site = web.Application()
        site.add_routes([*routes, web.get("/cpu", _cpu)])
        runner = web.AppRunner(site, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        print(json.dumps(runner.addresses[0][1]), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
