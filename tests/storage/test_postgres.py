"""What can go wrong with PostgreSQL: it restarts, it is away, somebody holds a lock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from storage import audit, connect, inbox, marks, sql
from storage.connect import Database, transaction
from storage.errors import Busy, Down
from storage.inbox import Intake
from tests.storage.samples import NOW, keep, member

pytestmark = pytest.mark.postgres


@pytest.fixture
def dialect() -> str:
    return "postgres"


@pytest.fixture
async def other(database_url: str, db: Database) -> AsyncIterator[asyncpg.Connection]:
    """Somebody else on the same database."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def cut_all(other: asyncpg.Connection) -> None:
    """As a restart does: every connection but this one is gone."""
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


async def came(intake: Intake, key: str) -> bool:
    return await intake.keep(
        account="wecom", key=key, conversation="c", sent_at=NOW, received_at=NOW, payload=b"{}", kind="message"
    )


async def test_after_a_restart_it_goes_on(other: asyncpg.Connection):
    await marks.put("a", "1")
    await cut_all(other)
    await asyncio.sleep(0.05)  # the pool hears of it
    assert await marks.get("a") == "1"


async def test_a_transaction_that_was_cut_is_named_and_leaves_nothing(other: asyncpg.Connection):
    with pytest.raises(Down):
        async with transaction():
            await keep(member())
            await cut_all(other)
            await marks.put("a", "1")
    await asyncio.sleep(0.05)
    assert await marks.get("a") is None and await audit.head() == (0, "0" * 64)
    await keep(member())
    assert (await audit.verify()).broken is None


async def test_two_that_hear_the_same_in_another_order_do_not_hold_each_other_up(db: Database):
    """A platform's repeats reach either replica; each commits many keys at once, and neither may be refused."""
    first, second = Intake(db), Intake(db)
    await asyncio.gather(first.start(), second.start())
    for n in range(30):
        keys = [f"{n}-{at:03}" for at in range(60)]
        new = await asyncio.gather(
            *(came(first, key) for key in keys), *(came(second, key) for key in reversed(keys))
        )  # fmt: skip
        assert sum(new) == len(keys)


async def test_what_was_acknowledged_before_a_restart_is_there_after_it(db: Database, other: asyncpg.Connection):
    intake = Intake(db)
    await intake.start()
    acknowledged: list[str] = []

    async def caller(n: int) -> None:
        for message in range(40):
            key = f"{n}-{message}"
            while key not in acknowledged:  # the platform sends again what was not acknowledged
                try:
                    await came(intake, key)
                    acknowledged.append(key)
                except Down:
                    await asyncio.sleep(0.01)

    calls = [asyncio.create_task(caller(n)) for n in range(5)]
    for _ in range(3):
        await asyncio.sleep(0.02)
        await cut_all(other)
    await asyncio.gather(*calls)
    await intake.stop()
    kept = [key async for key in inbox.ids()]
    assert sorted(kept) == sorted(acknowledged) and len(kept) == 200


async def test_away_it_is_named():
    with pytest.raises(Down):
        await connect.connect("postgresql://postgres@/x?host=/nowhere")


async def test_a_lock_that_another_holds_is_waited_for_and_then_named(
    db: Database, other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
):
    await marks.put("a", "1")
    held = other.transaction()
    await held.start()
    await other.execute("UPDATE mark SET value = '2'")
    with pytest.raises(Busy):
        async with transaction():
            await sql.run("SET LOCAL lock_timeout = 50")
            await marks.put("a", "3")
    waiting = asyncio.create_task(marks.put("a", "4"))
    await asyncio.sleep(0.05)
    await held.commit()
    await waiting
    assert await marks.get("a") == "4"
