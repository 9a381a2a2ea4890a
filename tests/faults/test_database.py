"""Row 20: the database is locked or goes away in the middle of the load; and, on PostgreSQL, two that share it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from tests.conversations.conftest import open_chat
from tests.faults import judge
from tests.faults.bot_process import BotProcess, ended
from tests.faults.load import Post, post_to
from tests.faults.scene import Scene, chance_of, fresh_seed, scene
from tests.fixtures.redis_server import _wait_until_it_answers, binary

pytestmark = pytest.mark.xdist_group("faults")


async def locked(folder: Path, seconds: float, count: int) -> None:
    """Another process writes to the SQLite file and does not let go."""
    async with scene(folder) as town:
        await town.bot.start()
        carrying = asyncio.create_task(town.post.all(town.letters(count), chance_of(20)))
        await town.post.heard(count // 4)
        with closing(sqlite3.connect(town.bot.data / "genjin.db", timeout=10)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(seconds)
            assert await town.bot.healthy()
            other.execute("ROLLBACK")
        async with asyncio.timeout(120):
            await carrying
        await town.bot.drained()
        assert town.bot.starts == 1
        assert set(town.post.statuses) <= {0, 200, 503}, "neither kept nor plainly refused"
        assert (await town.bot.stop())[0] == 0
        assert len(town.post.acknowledged) == count
        await judge.holds(town, quietly=False)


async def test_row_20_sqlite_locked_by_another_process(tmp_path: Path) -> None:
    """Longer than the intake waits (3 s), so that some callbacks are refused and come again."""
    await locked(tmp_path, 4, 80)


@pytest.mark.torture
async def test_row_20_sqlite_locked_for_ten_seconds(tmp_path: Path) -> None:
    await locked(tmp_path, 12, 500)


@pytest.fixture
def postgres_url(postgres_template: str, new_postgres: Callable[[str], str]) -> str:
    return new_postgres(postgres_template)


@pytest.mark.postgres
async def test_row_20_postgres_drops_every_connection_in_the_middle_of_the_load(
    tmp_path: Path, postgres_url: str
) -> None:
    async with scene(tmp_path, database=postgres_url) as town:
        await town.bot.start()
        carrying = asyncio.create_task(town.post.all(town.letters(70), chance_of(21)))
        for at in (15, 30, 45):
            await town.post.heard(at)
            assert town.bot.ask(
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE application_name = 'genjin' AND datname = current_database()"
            )
        async with asyncio.timeout(120):
            await carrying
        leases_end(town.bot)
        await town.bot.drained()
        assert town.bot.starts == 1
        assert await town.bot.healthy()
        assert (await town.bot.stop())[0] == 0
        assert len(town.post.acknowledged) == 70
        await judge.holds(town, quietly=False)


@pytest.mark.postgres
async def test_row_20_postgres_restarts_in_the_middle_of_the_load(
    tmp_path: Path, postgres_url: str, restart_postgres: Callable[[], None]
) -> None:
    """The server itself goes down and comes up: while it is away a callback is refused, and comes again."""
    async with scene(tmp_path, database=postgres_url) as town:
        await town.bot.start()
        carrying = asyncio.create_task(town.post.all(town.letters(70), chance_of(22)))
        await town.post.heard(20)
        await asyncio.to_thread(restart_postgres)
        async with asyncio.timeout(120):
            await carrying
        leases_end(town.bot)
        await town.bot.drained()
        assert town.bot.starts == 1
        assert await town.bot.healthy()
        assert (await town.bot.stop())[0] == 0
        assert len(town.post.acknowledged) == 70
        await judge.holds(town, quietly=False)


def leases_end(bot: BotProcess) -> None:
    """A minute later: on PostgreSQL nobody knows of a dead process but by its leases running out.

    What the bot is writing at this moment is left to it: waiting for its rows, which it takes in another order,
    could end in a deadlock.
    """
    for table in ("message", "outbox", "moment"):
        leased = f"SELECT id FROM {table} WHERE lease_until IS NOT NULL FOR UPDATE SKIP LOCKED"
        bot.ask(f"UPDATE {table} SET lease_until = 0 WHERE id IN ({leased}) RETURNING 1")


async def killed_on_postgres(folder: Path, url: str, seed: int, kills: int, count: int) -> None:
    chance = chance_of(seed)
    async with scene(folder, database=url) as town:
        await town.bot.start()
        carrying = asyncio.create_task(town.post.all(town.letters(count), chance))
        for at in sorted(chance.sample(range(20, count - 20), kills)):
            await town.post.heard(at)
            await town.bot.kill()
            await town.bot.start()
        async with asyncio.timeout(120):
            await carrying
        leases_end(town.bot)
        await town.bot.drained()
        assert (await town.bot.stop())[0] == 0
        assert len(town.post.acknowledged) == count
        await judge.holds(town)


@pytest.mark.postgres
async def test_row_1_kill_9_under_load_on_postgres(tmp_path: Path, postgres_url: str) -> None:
    await killed_on_postgres(tmp_path, postgres_url, 1, kills=1, count=70)


@pytest.mark.torture
@pytest.mark.postgres
async def test_row_1_five_kills_on_postgres(tmp_path: Path, postgres_url: str) -> None:
    await killed_on_postgres(tmp_path, postgres_url, fresh_seed(), kills=5, count=500)


@asynccontextmanager
async def two(folder: Path, url: str) -> AsyncIterator[tuple[Scene, BotProcess, Post]]:
    """Two bots on one database, each with a port and a post of its own."""
    async with scene(folder, database=url) as town:
        second = BotProcess(folder / "second", town.post.app, town.platforms.wecom_people.base, url)
        async with ended(second), post_to(town.post.app, second.callback) as other:
            await asyncio.gather(town.bot.start(), second.start())
            yield town, second, other


@pytest.mark.postgres
async def test_two_share_the_work_and_nothing_is_done_twice(tmp_path: Path, postgres_url: str) -> None:
    """Both hear every message, as a platform's repeats may reach either."""
    async with two(tmp_path, postgres_url) as (town, second, other):
        letters = town.letters(60)
        await asyncio.gather(
            town.post.all(letters, chance_of(2)), other.all(letters, chance_of(3))
        )  # fmt: skip
        await town.bot.drained()
        assert len({row[0] for row in town.bot.ask("SELECT DISTINCT owner FROM outbox")}) == 2, "one did all the work"
        assert (await second.stop())[0] == 0
        assert (await town.bot.stop())[0] == 0
        town.post.acknowledged |= other.acknowledged
        await judge.holds(town)


@pytest.mark.postgres
async def test_of_two_one_is_killed_and_the_other_takes_over(tmp_path: Path, postgres_url: str) -> None:
    async with two(tmp_path, postgres_url) as (town, second, other):
        letters, chance = town.letters(60), chance_of(4)
        carrying = asyncio.create_task(town.post.all(letters[:30], chance))
        dying = asyncio.create_task(other.all(letters[30:], chance))
        await other.heard(15)
        await second.kill()
        await carrying
        dying.cancel()
        for one in letters[30:]:
            assert await town.post.until_heard(one)
        leases_end(town.bot)
        await town.bot.drained()
        assert (await town.bot.stop())[0] == 0
        town.post.acknowledged |= other.acknowledged
        await judge.holds(town)


@contextmanager
def own_redis(folder: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a Redis on a socket in the folder, as often as it is asked to."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        words = ["--port", "0", "--unixsocket", str(folder / "r.sock"), "--save", "", "--dir", str(folder)]
        started.append(subprocess.Popen([binary(), *words], stdout=subprocess.DEVNULL))
        _wait_until_it_answers(f"unix://{folder / 'r.sock'}")
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(10)


@pytest.mark.redis
async def test_row_20_redis_dies_and_comes_back_and_nobody_notices(tmp_path: Path, sqlite_url: str) -> None:
    short = Path(tempfile.mkdtemp(prefix="genjin-redis-", dir="/tmp"))  # a socket's path has 107 bytes
    with own_redis(short) as start:
        redis = start()
        async with open_chat(tmp_path, sqlite_url, f"unix://{short / 'r.sock'}") as chat:
            assert (await chat.says("zhang.wei", "今天拜访了华东医械的王总，聊了方案")).kind == "reading.clear"
            redis.kill()
            redis.wait(10)
            for n in range(3):
                card = await chat.says("li.na", f"今天拜访了松涛教育的何校长，聊了第{n}版方案")
                assert card.kind == "reading.clear"
            start()
            assert (await chat.says("chen.jie", "给博远仪器演示了产品")).kind == "reading.clear"
            assert (await chat.web.get("/readyz")).status_code == 200
    shutil.rmtree(short)
