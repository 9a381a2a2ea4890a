"""What an operator's machines ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import SHANGHAI, MovableClock
from bot.web import ops, port
from storage import due, inbox, sql
from storage.connect import Database
from storage.errors import Down
from storage.records import Moment

NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)


class Surface:
    """The routes on a test server, with a clock and a switch of their own."""

    def __init__(self, client: TestClient[Any, Any], clock: MovableClock) -> None:
        self.client, self.clock, self.accepting = client, clock, True

    async def ask(self, path: str) -> tuple[int, Any]:
        async with self.client.get(path) as answer:
            return answer.status, await (answer.json() if "json" in answer.content_type else answer.text())


@pytest.fixture
async def surface(db: Database) -> Any:
    clock = MovableClock(NOW)
    site = web.Application()
    found: list[Surface] = []
    site.add_routes(ops.routes(clock, db, lambda: found[0].accepting))
    async with TestClient(TestServer(site)) as client:
        found.append(Surface(client, clock))
        yield found[0]


Keep = Callable[[str, datetime], Awaitable[None]]


async def keep(database: Database, key: str, at: datetime) -> None:
    intake = inbox.Intake(database)
    await intake.start()
    await intake.keep(
        account="main", key=key, conversation="c", sent_at=at, received_at=at, payload=b"x", kind="message"
    )
    await intake.stop()


async def test_alive_and_ready(surface: Surface) -> None:
    assert await surface.ask("/healthz") == (200, {"ok": True})
    checks = {"intake": "ok", "database": "ok", "migrations": "ok", "queue": "ok"}
    assert await surface.ask("/readyz") == (200, {"ready": True, "checks": checks})


async def test_not_ready_while_it_starts_or_stops(surface: Surface) -> None:
    surface.accepting = False
    status, said = await surface.ask("/readyz")
    assert (status, said["error"]["code"]) == (503, "not_accepting")
    assert (await surface.ask("/healthz"))[0] == 200


async def test_not_ready_with_an_older_schema(surface: Surface) -> None:
    await sql.run("DELETE FROM tortoise_migrations")
    status, said = await surface.ask("/readyz")
    assert (status, said["checks"]["migrations"], said["error"]["code"]) == (503, "not_migrated", "not_migrated")
    assert "genjin migrate" in said["error"]["hint"]


async def test_not_ready_when_nobody_works_on_the_inbox(surface: Surface, db: Database) -> None:
    await keep(db, "k1", NOW)
    assert (await surface.ask("/readyz"))[0] == 200
    surface.clock.advance(minutes=3)
    status, said = await surface.ask("/readyz")
    assert (status, said["error"]["code"]) == (503, "queue_stuck")


async def test_not_ready_without_a_database(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(_: Database) -> None:
        raise Down("gone")

    monkeypatch.setattr(ops, "ping", down)
    status, said = await surface.ask("/readyz")
    assert (status, said["error"]["code"], said["checks"]["database"]) == (503, "database_down", "down")
    assert "gone" not in str(said)


async def test_metrics_tell_how_full_and_how_late(surface: Surface, db: Database) -> None:
    await keep(db, "k1", NOW)
    await due.put([Moment(id="due_1", at=NOW - timedelta(minutes=5), kind="promise.now", record="pro_1")])
    await due.put([Moment(id="due_2", at=NOW - timedelta(seconds=5), kind="promise.now", record="pro_2")])
    status, text = await surface.ask("/metrics")
    assert status == 200
    lines = text.splitlines()
    assert 'genjin_inbox_rows{state="new"} 1.0' in lines
    assert 'genjin_outbox_rows{state="dead"} 0.0' in lines
    assert "genjin_moments_late 1.0" in lines


async def test_metrics_are_told_without_a_database(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down() -> dict[str, Any]:
        raise Down("gone")

    monkeypatch.setattr(inbox, "counts", down)
    assert (await surface.ask("/metrics"))[0] == 200


async def test_the_port_hangs_up_on_who_does_not_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr(port, "SPEAK_WITHIN", 0.2)
    async with port.open_port(web.Application(), "127.0.0.1", 0) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()


async def test_a_taken_port_is_an_os_error() -> None:
    async with port.open_port(web.Application(), "127.0.0.1", 0) as address:
        with pytest.raises(OSError):
            async with port.open_port(web.Application(), "127.0.0.1", int(address.rpartition(":")[2])):
                pass
