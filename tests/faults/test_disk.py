"""Rows 18, 19 and 43: the disk is full or fails now and then; a backup is taken under load and restored elsewhere."""

from __future__ import annotations

import asyncio
import resource
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.faults import judge
from tests.faults.bot_process import BotProcess, ended
from tests.faults.load import post_to
from tests.faults.scene import Scene, chance_of, fresh_seed, scene

pytestmark = pytest.mark.xdist_group("faults")

Switch = Callable[[], Awaitable[None]]


@asynccontextmanager
async def loaded(town: Scene, count: int, seed: int) -> AsyncIterator[None]:
    """So many messages on their way, each sent until it is acknowledged; all are when the block ends."""
    carrying = asyncio.create_task(town.post.all(town.letters(count), chance_of(seed)))
    try:
        yield
        async with asyncio.timeout(120):
            await carrying
    finally:
        carrying.cancel()


async def refused(town: Scene, times: int = 10) -> None:
    """Returns when so many callbacks were not acknowledged."""
    async with asyncio.timeout(30):
        while town.post.statuses.get(503, 0) < times:
            await asyncio.sleep(0.01)


async def filled_and_freed(town: Scene, fill: Switch, free: Switch, count: int, seed: int) -> None:
    """Under load: while it is full nothing is acknowledged and the process lives; freed, it goes on by itself."""
    await town.bot.start()
    async with loaded(town, count, seed):
        await town.post.heard(count // 5)
        await fill()
        await refused(town)
        assert await town.bot.healthy()
        assert town.bot.running
        await free()
    await town.bot.drained()
    assert town.bot.starts == 1, "it needed a restart"
    assert (await town.bot.stop())[0] == 0
    assert len(town.post.acknowledged) == count
    await judge.holds(town, quietly=False)


def limit_files(pid: int, size: int) -> None:
    """No file of the process grows beyond ``size``: for SQLite a write that fails (EFBIG)."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def test_row_18_full_under_load_then_freed(tmp_path: Path) -> None:
    async with scene(tmp_path) as town:

        async def fill() -> None:
            limit_files(town.bot.pid, (town.bot.data / "genjin.db-wal").stat().st_size + 16_384)

        async def free() -> None:
            limit_files(town.bot.pid, resource.RLIM_INFINITY)

        await filled_and_freed(town, fill, free, 80, seed=18)


@pytest.mark.torture
async def test_row_18_a_small_disk_full_under_load_then_freed(tmp_path: Path) -> None:
    """A real file system of 64 MB (needs root)."""
    disk = tmp_path / "bot" / "data"
    disk.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "genjin", str(disk)], check=True)
    try:
        async with scene(tmp_path / "bot") as town:
            filling = asyncio.get_running_loop().create_future()

            async def keep_full() -> None:
                """Also when the bot itself makes room, as it does where its log begins anew."""
                with (disk / "filler").open("wb", buffering=0) as filler:
                    while not filling.done():
                        with suppress(OSError):
                            while filler.write(b"x" * 65_536):
                                pass
                        await asyncio.sleep(0.01)

            async def fill() -> None:
                others.create_task(keep_full())
                await asyncio.sleep(0)

            async def free() -> None:
                filling.set_result(None)
                (disk / "filler").unlink()

            async with asyncio.TaskGroup() as others:
                await filled_and_freed(town, fill, free, 400, fresh_seed())
    finally:
        subprocess.run(["umount", str(disk)], check=True)


async def test_row_19_writes_that_fail_now_and_then(tmp_path: Path) -> None:
    """The disk is there and not there, many times: what was acknowledged is stored, all else is asked for again."""
    async with scene(tmp_path) as town:
        chance = chance_of(19)
        await town.bot.start()
        async with loaded(town, 90, 19):
            for n in range(5):
                await town.post.heard(10 + n * 15)
                limit_files(town.bot.pid, (town.bot.data / "genjin.db-wal").stat().st_size + 4096)
                await asyncio.sleep(chance.random() * 0.2)
                limit_files(town.bot.pid, resource.RLIM_INFINITY)
        await town.bot.drained()
        assert (await town.bot.stop())[0] == 0
        assert len(town.post.acknowledged) == 90
        await judge.holds(town, quietly=False)


@pytest.fixture(scope="session")
def failing_writes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes writes fail, compiled now."""
    compiler = shutil.which("cc")
    assert compiler, "the failing-writes loop needs a C compiler: cc was not found"
    made = tmp_path_factory.mktemp("shim") / "fail_writes.so"
    source = Path(__file__).with_name("fail_writes.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl"], check=True)
    return made


@pytest.mark.torture
@pytest.mark.parametrize("every", [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 200, 0])
async def test_row_19_every_nth_write_or_sync_fails(tmp_path: Path, failing_writes: Path, every: int) -> None:
    """0: the disk is full."""
    flag = tmp_path / "fail"
    async with scene(tmp_path / "bot") as town:
        town.bot.environment = {"LD_PRELOAD": str(failing_writes), "GENJIN_FAIL_FLAG": str(flag)}

        async def fill() -> None:
            flag.write_text(str(every), "ascii")

        async def free() -> None:
            flag.unlink()

        await town.bot.start()
        async with loaded(town, 300, fresh_seed()):
            await town.post.heard(60)
            await fill()
            await asyncio.sleep(2)
            assert await town.bot.healthy()
            await free()
        await town.bot.drained()
        assert (await town.bot.stop())[0] == 0
        assert len(town.post.acknowledged) == 300
        await judge.holds(town, quietly=False)


async def test_row_43_a_backup_under_load_restored_elsewhere_says_nothing_again(tmp_path: Path) -> None:
    archive = tmp_path / "backup.zip"
    async with scene(tmp_path / "here") as town:
        await town.bot.start()
        async with loaded(town, 90, seed=43):
            await town.post.heard(35)
            before = set(town.post.acknowledged)
            code, said = await town.bot.genjin("backup", str(archive))
            assert code == 0, said
        await town.bot.drained()
        await town.bot.stop()
        there = BotProcess(tmp_path / "there", town.post.app, town.platforms.wecom_people.base)
        async with ended(there), post_to(town.post.app, there.callback) as post:
            code, said = await there.genjin("restore", str(archive))
            assert code == 0, said
            assert (await there.genjin("audit", "verify"))[0] == 0
            restored = set((await there.genjin("inbox", "ids"))[1].split())
            assert before <= restored <= town.post.acknowledged
            shown = town.cards()
            await there.start()
            await there.drained()
            news = town.cards().keys() - shown.keys()
            assert news <= said_by(there), "something that was sent came again"
            for one in town.letters(90)[:30]:
                assert await post.until_heard(one)
            await there.drained()
            keys = [row[0] for row in there.ask("SELECT event_key FROM message")]
            assert len(keys) == len(set(keys))
            twice = "SELECT message_id FROM activity GROUP BY message_id HAVING COUNT(*) > 1"
            assert there.ask(twice) == []
            await there.stop()


def said_by(bot: BotProcess) -> set[str]:
    """What it has sent itself, beside what came as sent with the archive: by our id and by the platform's."""
    rows = bot.ask("SELECT id, reference FROM outbox WHERE state = 'sent' AND reason <> 'restored'")
    return {word for row in rows for word in row if word}
