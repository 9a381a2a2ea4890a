"""The same promises of Redis and of its twin, and what is left when Redis is gone."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest

from storage.memory import Memory, RedisMemory, Twin, open_memory
from tests.fixtures.redis_server import binary


@pytest.fixture(params=["twin", pytest.param("redis", marks=pytest.mark.redis)])
async def memory(request: pytest.FixtureRequest) -> AsyncIterator[Memory]:
    memory = open_memory(request.getfixturevalue("redis_url") if request.param == "redis" else "")
    yield memory
    await memory.close()


async def test_a_token_lives_its_time(memory: Memory):
    assert await memory.get("t") is None
    await memory.put("t", "a", 60)
    assert await memory.get("t") == "a"
    await memory.put("t", "b", 1)
    assert await memory.get("t") == "b"
    async with asyncio.timeout(60):
        while await memory.get("t") is not None:
            await asyncio.sleep(0.05)


async def test_only_the_token_that_failed_is_dropped(memory: Memory):
    await memory.put("t", "new", 60)
    await memory.drop("t", "old")
    assert await memory.get("t") == "new"
    await memory.drop("t", "new")
    assert await memory.get("t") is None


async def test_so_many_in_so_much_time(memory: Memory):
    assert [await memory.take("l", 1.5, 3) for _ in range(3)] == [0, 0, 0]
    wait = await memory.take("l", 1.5, 3)
    assert 0 < wait <= 1.5
    assert await memory.take("other", 1.5, 3) == 0
    await asyncio.sleep(wait + 0.02)
    assert await memory.take("l", 1.5, 3) == 0


async def test_at_concurrency_no_more_are_let_through(memory: Memory):
    said = await asyncio.gather(*(memory.take("l", 60, 30) for _ in range(100)))
    assert said.count(0) == 30


async def test_a_wake_up_ends_the_wait(memory: Memory):
    waiting = asyncio.create_task(memory.wait("w", 60))
    await asyncio.sleep(0.05)
    started = monotonic()
    await memory.wake("w")
    assert await waiting and monotonic() - started < 30


async def test_a_wake_up_before_the_wait_is_not_lost_and_counts_once(memory: Memory):
    await memory.wake("w")
    await memory.wake("w")
    assert await memory.wait("w", 1)
    assert not await memory.wait("w", 0.05)


async def test_a_lock_is_had_by_one(memory: Memory):
    inside = most = 0

    async def work() -> None:
        nonlocal inside, most
        async with memory.lock("l", 5) as mine:
            assert mine
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(8)))
    assert most == 1
    async with memory.lock("l", 5), memory.lock("l", 0.1) as second:
        assert not second


async def test_the_twin_goes_by_the_clock_it_is_given():
    now = 0.0
    twin = Twin(lambda: now)
    await twin.put("t", "a", 60)
    assert [await twin.take("l", 60, 1), await twin.take("l", 60, 1)] == [0, 60]
    now = 61.0
    assert await twin.get("t") is None and await twin.take("l", 60, 1) == 0
    now = -3600.0  # set back: nothing waits for a day
    assert await twin.take("l", 60, 1) == 0


@pytest.mark.redis
async def test_replicas_share_what_is_in_redis(redis_url: str):
    one, two = RedisMemory(redis_url), RedisMemory(redis_url)
    await one.put("t", "a", 60)
    assert await two.get("t") == "a"
    assert [await one.take("l", 60, 1) == 0, await two.take("l", 60, 1) == 0] == [True, False]
    waiting = asyncio.create_task(two.wait("w", 5))
    await one.wake("w")
    assert await waiting
    async with one.lock("l", 5), two.lock("l", 0.1) as second:
        assert not second
    await one.close()
    await two.close()


@pytest.mark.redis
async def test_losing_redis_loses_speed_and_nothing_else():
    with tempfile.TemporaryDirectory(prefix="genjin-redis-", dir="/tmp") as directory:
        socket = Path(directory) / "redis.sock"
        settings = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", directory]
        memory = RedisMemory(f"unix://{socket}")
        assert not await memory.ping()
        process = await start(settings, memory)
        await memory.put("t", "a", 60)
        process.kill()
        process.wait(10)
        assert await memory.get("t") == "a"  # the twin has it, and no new token is fetched
        assert await memory.take("l", 60, 1) == 0 and await memory.take("l", 60, 1) > 0
        assert not await memory.wait("w", 0.05)
        waiting = asyncio.create_task(memory.wait("w", 5))
        await asyncio.sleep(0.02)
        await memory.wake("w")
        assert await waiting
        async with memory.lock("l", 5) as mine:
            assert mine
        process = await start(settings, memory)
        await memory.put("t", "b", 60)
        assert await memory.get("t") == "b"
        process.terminate()
        process.wait(10)
        await memory.close()


async def start(settings: list[str], memory: RedisMemory) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([binary(), *settings], stdout=subprocess.DEVNULL)
    until = monotonic() + 60
    while not await memory.ping():
        assert monotonic() < until
        await asyncio.sleep(0.05)
    return process
