"""Row 21: the nightly sweep goes through every open opportunity while people speak: nobody waits for it, and the
memory of the process stays small."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import psutil
import pytest

from adapters.sandbox.world import Item
from bot.playbook.store import PlaybookStore, ensure_shipped
from bot.process import watch, watching
from storage import connect
from storage.connect import transaction
from storage.models.fields import to_micros
from storage.watching import WATCH
from tests.faults import judge
from tests.faults.bot_process import BotProcess
from tests.faults.load import Letter
from tests.faults.scene import Scene, scene
from tests.simulation.board import Board, SharedClock
from tests.simulation.town import REPLICA

pytestmark = pytest.mark.xdist_group("faults")

DAWN = datetime(2026, 3, 11, 5, 14, tzinfo=ZoneInfo("Asia/Shanghai"))
SWEEP = DAWN + timedelta(minutes=6)
CUSTOMERS = 10_000
MOST_MEMORY = 300 * 1024 * 1024
HOUR = 3_600_000_000
UNPLANNED = "SELECT ? - COUNT(*) FROM moment WHERE record LIKE 'opp_x%' AND state = 'waiting'"

MANY_PLANS = (
    "SELECT record FROM moment WHERE record LIKE 'opp_x%' AND state = 'waiting' GROUP BY record HAVING COUNT(*) > 1"
)


async def planned(bot: BotProcess, count: int, anew: int) -> None:
    """All but ``anew`` of them have the moment that a sweep of last night gave them: it is the same for all."""
    database = await connect.connect(bot.database, directory=bot.data)
    async with transaction():
        await ensure_shipped(DAWN)
    [one] = await watching.look(["opp_x0"], PlaybookStore(), SWEEP)
    at = watch.next_at(one.lines, SWEEP)
    await connect.close(database)
    assert at is not None
    with closing(sqlite3.connect(bot.data / "genjin.db")) as file, file:
        file.execute(
            "INSERT INTO moment (id, at, kind, record, member_id, data, state) SELECT 'due_' || id, ?, ?, id, "
            "owner_id, '{}', 'waiting' FROM opportunity WHERE id LIKE 'opp_x%' LIMIT ?",
            (to_micros(at), WATCH, count - anew),
        )  # fmt: skip


def fill(file: Path, count: int, owners: int) -> None:
    """So many open opportunities more, each with a talk and without its moment, which the sweep has to plan."""
    now, customers = to_micros(DAWN), min(count, CUSTOMERS)
    rows: tuple[tuple[int, str, str, str], ...] = (
        (customers, "customer", "id, name, owner_id, recorder_id, created_at, note, tags, custom, folded",
         f"'cus_x' || i, '客户' || i, {_rep(owners)}, 'mem_rep0', {now - 720 * HOUR}, '', '[]', '{{}}', '客户' || i"),
        (count, "opportunity",
         "id, customer_id, owner_id, name, pipeline, stage, stage_since, created_at, state, amount, currency, "
         "evidence_missing, tracks, custom",
         f"'opp_x' || i, 'cus_x' || (i % {customers}), {_rep(owners)}, '产线', 'default', 'negotiation', "
         f"{now - 30 * HOUR}, {now - 720 * HOUR}, 'open', 1000000, 'CNY', '[]', '{{}}', '{{}}'"),
        (count, "activity",
         "id, customer_id, opportunity_id, action, author_id, recorder_id, occurred_at, text, signals, confirmed, tags",
         f"'act_x' || i, 'cus_x' || (i % {customers}), 'opp_x' || i, 'phone', 'mem_rep0', 'mem_rep0', "
         f"{now - 20 * HOUR}, '等财务回话', '[]', 0, '{{}}'"),
    )  # fmt: skip
    with closing(sqlite3.connect(file)) as database, database:
        for many, table, columns, values in rows:
            database.execute(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
                f"INSERT INTO {table} ({columns}) SELECT {values} FROM n", (many,)
            )  # fmt: skip


def _rep(owners: int) -> str:
    return f"'mem_rep' || (i % {owners})"


class Measured:
    """When each letter left and when its card came, by rep in order."""

    def __init__(self, town: Scene) -> None:
        self._town, self._left, self.took = town, dict[str, list[float]](), list[float]()
        put = town.world.put

        def seen(to: str, *args: object, **named: object) -> Item:
            if waiting := self._left.get(to):
                self.took.append(monotonic() - waiting.pop(0))
            return put(to, *args, **named)  # type: ignore[arg-type]

        town.world.put = seen  # type: ignore[method-assign]

    async def at_rate(self, letters: list[Letter], a_second: float, first: int) -> None:
        """Each leaves when it is due, however slow the answers."""
        began, sending = monotonic(), list[asyncio.Task[bool]]()
        for n, one in enumerate(letters):
            await asyncio.sleep(max(0.0, began + n / a_second - monotonic()))
            rep = self._town.people[(first + n) % len(self._town.people)]
            self._left.setdefault(rep.user, []).append(monotonic())
            sending.append(asyncio.create_task(self._town.post.until_heard(one)))
        assert all(await asyncio.gather(*sending))

    def slowest(self) -> float:
        """Seconds within which all but one of a hundred were answered."""
        took, self.took = sorted(self.took), []
        return took[int(len(took) * 0.99) - 1]


async def swept(folder: Path, count: int, anew: int, people: int, a_second: float, seconds: float) -> None:
    """The sweep goes through ``count``, of which it has to plan so many ``anew``."""
    board = Board(folder / "board")
    board.put(to_micros(DAWN))
    clock, part = SharedClock(board), int(a_second * seconds)
    async with scene(folder, people, clock) as town:
        fill(town.bot.data / "genjin.db", count, people)
        if anew < count:
            await planned(town.bot, count, anew)
        town.post.now, town.bot.variant = clock.now, REPLICA
        await town.bot.start("--board", str(folder / "board"), "--seat", "0")
        measured, process = Measured(town), psutil.Process(town.bot.pid)
        for n in range(2):  # the first are read by patterns that are compiled for them
            clock.set(DAWN + timedelta(minutes=2 * n))  # a platform takes so many changes of cards a minute
            await measured.at_rate(town.letters(part, n * part), a_second, n * part)
            await town.bot.drained(600)
            quiet = measured.slowest()
        clock.set(SWEEP)
        highest, carrying = 0, asyncio.create_task(measured.at_rate(town.letters(part, 2 * part), a_second, 2 * part))
        while not carrying.done():
            highest = max(highest, process.memory_info().rss)
            await asyncio.sleep(0.02)
        await carrying
        await town.bot.until("SELECT COUNT(*) FROM message WHERE state = 'new'", seconds=600)
        assert town.bot.ask(UNPLANNED, count) > [(0,)], "the sweep was over before they had spoken"
        await town.bot.until(UNPLANNED, count, seconds=600)
        highest = max(highest, process.memory_info().rss)
        await town.bot.drained()
        busy = measured.slowest()
        print(f"p99 {quiet:.2f} s before, {busy:.2f} s meanwhile, {highest >> 20} MB")  # noqa: T201
        assert busy < max(1.0, 3 * quiet), f"{busy:.2f} s beside the sweep, {quiet:.2f} s without"
        assert highest < MOST_MEMORY
        assert not judge.errors(town.bot)


async def test_row_21_a_sweep_makes_nobody_wait(tmp_path: Path) -> None:
    await swept(tmp_path, 20_000, 20_000, 60, 15, 4)


async def killed(folder: Path, count: int, kills: int) -> None:
    """The sweep is killed between its parts so many times: the next start goes on with it."""
    board = Board(folder / "board")
    board.put(to_micros(DAWN))
    clock = SharedClock(board)
    async with scene(folder, 3, clock) as town:
        fill(town.bot.data / "genjin.db", count, 3)
        town.bot.variant = REPLICA
        options = ("--board", str(folder / "board"), "--seat", "0")
        await town.bot.start(*options)
        clock.set(SWEEP)
        for kill in range(1, kills + 1):
            async with asyncio.timeout(120):
                while (left := town.bot.ask(UNPLANNED, count)[0][0]) > count * (kills + 1 - kill) // (kills + 1):
                    await asyncio.sleep(0.01)
            await town.bot.kill()
            assert left, "the sweep was over before it was killed"
            await town.bot.start(*options)
        await town.bot.until(UNPLANNED, count, seconds=300)
        await town.bot.until("SELECT COUNT(*) FROM moment WHERE kind LIKE 'apart.%' AND state = 'waiting'", seconds=300)
        assert town.bot.ask(MANY_PLANS) == [], "an opportunity is planned twice"
        assert town.bot.ask("SELECT COUNT(*) FROM fired WHERE job = 'watch.recount'") == [(1,)]
        assert (await town.bot.genjin("audit", "verify"))[0] == 0
        assert not judge.errors(town.bot)


async def test_row_21_a_sweep_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    await killed(tmp_path, 6_000, 2)


@pytest.mark.torture
async def test_row_21_a_million_opportunities_at_200_messages_a_second(tmp_path: Path) -> None:
    await swept(tmp_path, 1_000_000, 20_000, 1000, 200, 30)
