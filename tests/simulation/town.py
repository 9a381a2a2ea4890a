"""Three real bots on one PostgreSQL, one Redis and one clock, beside one stand-in platform; any may be killed."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from adapters.sandbox.loopback import Platforms, on_loopback
from adapters.sandbox.turns import Turns
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_callbacks import Callbacks
from adapters.sandbox.wecom_people import WecomPeople
from adapters.sandbox.world import World
from bot.desk import BotDesk
from bot.house import House
from bot.playbook.store import PlaybookStore
from bot.process.acts import CALL
from scheduler.engine import Engine
from scheduler.timetable import shipped
from storage import connect, outbox, pulse, sql
from storage.models.fields import to_micros
from tests.faults.bot_process import ACCOUNT, BotProcess, ended
from tests.simulation.board import Board, SharedClock

REPLICA = [sys.executable, "-m", "tests.simulation.replica"]
STRIDE = timedelta(minutes=14)
"""The clock never goes further at once: a beat that finds it a quarter of an hour on takes that for downtime."""
PATIENCE = 90.0
LOOK, FREE_EVERY = 0.005, 0.3
LONGEST_WAIT = timedelta(hours=3)
HELD = {
    "message": "state = 'new' AND lease_until > 0", "outbox": "state = 'sending' AND lease_until > 0",
    "moment": "state = 'waiting' AND lease_until > 0",
}  # fmt: skip
"""What somebody is at work on, by table."""


@dataclass(frozen=True)
class Fate:
    """From this moment of the story's clock on the first bot that holds a row of ``table`` is killed, ``delay`` seconds
    after it was seen; without a table any bot, at once."""

    at: datetime
    table: str = ""
    delay: float = 0.0


class Doors(Callbacks):
    """A load balancer before the bots: each try of a callback goes to one of those that are up."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self._town = town

    async def _post_once(self, app: WecomApp, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        bot = self._town.chance.choice(self._town.up)
        return await super()._post_once(replace(app, callback_url=bot.callback), query, body)


class Town:
    """What a story asks of ``demo``, of three bots: the desk, the turns and the platforms."""

    def __init__(self, bots: Sequence[BotProcess], board: Path, platforms: Platforms, chance: random.Random) -> None:
        self.bots, self.file, self.platforms, self.chance = bots, board, platforms, chance
        self.board = Board(board)
        self.up: list[BotProcess] = []
        self.fates: list[Fate] = []
        self.killed: list[str] = []
        """When each was killed, and what it held then."""
        self.desk = TownDesk(self, SharedClock(self.board))
        self.turns = Turns(self.desk, platforms)
        self._dead: list[str] = []
        self._starting: set[asyncio.Task[None]] = set()
        self._meeting: set[asyncio.Task[None]] = set()
        self._dying: set[asyncio.Task[None]] = set()

    async def start(self, bot: BotProcess) -> None:
        seat = self.bots.index(bot)
        self.board.note(seat, 0)
        await bot.start("--board", str(self.file), "--seat", str(seat))
        self.up.append(bot)

    async def all_up(self) -> None:
        """Returns when all three are; what failed in coming up is raised here."""
        while tasks := [*self._meeting, *self._dying, *self._starting]:
            await asyncio.gather(*tasks)

    # -- dying -----------------------------------------------------------------------------------------------------

    def clock_moved(self) -> None:
        if self.fates and self.fates[0].at <= self.desk.clock.now() and not self._starting:
            self._watched(self._meet(self.fates.pop(0)), self._meeting)

    async def _meet(self, fate: Fate) -> None:
        """One that holds what the fate names; on a day on which nobody does, any."""
        bot = None if fate.table else self.chance.choice(self.up)
        while bot is None:
            bot = await self._holder(fate.table) or (self.chance.choice(self.up) if self._late(fate) else None)
            await asyncio.sleep(0.002)
        await asyncio.sleep(fate.delay)
        self._watched(self._kill(bot), self._dying)

    def _late(self, fate: Fate) -> bool:
        return self.desk.clock.now() > fate.at + LONGEST_WAIT

    async def _holder(self, table: str) -> BotProcess | None:
        found = await sql.fetch(f"SELECT owner FROM {table} WHERE {HELD[table]} LIMIT 1")
        return next((bot for bot in self.up if found and found[0][0].endswith(f":{bot.pid}")), None)

    async def _kill(self, bot: BotProcess) -> None:
        owner = f"%:{bot.pid}"
        self.up.remove(bot)
        await bot.kill()
        self._dead.append(owner)
        held = [f"{n} of {table}" for table in HELD if (n := await _held(table, owner))]
        self.killed.append(f"{self.desk.clock.now():%m-%d %H:%M} with {', '.join(held) or 'nothing'} in hand")
        self._watched(self.start(bot), self._starting)

    def _watched(self, work: Coroutine[Any, Any, None], among: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        among.add(task)
        task.add_done_callback(among.discard)

    async def leases_end(self) -> None:
        """A minute after they died: what they held is free. Nobody knows of a dead process but by that."""
        for owner in self._dead:
            for table, held in HELD.items():
                await sql.run(f"UPDATE {table} SET lease_until = 0 WHERE {held} AND owner LIKE ?", owner)

    def beaten(self) -> bool:
        """Each bot that is up has beaten at this moment of the clock, and found nothing left."""
        now = self.board.moment()
        return not self._dying and all(self.board.beaten(self.bots.index(bot)) == now for bot in self.up)


async def _held(table: str, owner: str) -> int:
    return int(await sql.value(f"SELECT COUNT(*) FROM {table} WHERE {HELD[table]} AND owner LIKE ?", owner))


class TownDesk(BotDesk):
    """Asked of the database and the board alone: no bot runs in this process."""

    def __init__(self, town: Town, clock: SharedClock) -> None:
        house = House(clock=clock, names=cast(Any, None), playbooks=PlaybookStore(), data=Path())
        super().__init__(cast(Any, SimpleNamespace(house=house)), clock)
        self._town = town
        self._plan = Engine(house, shipped(), owner="nobody")

    async def step(self, to: datetime) -> None:
        """As far as the next thing that is due, and never far at once."""
        while (now := self.clock.now()) < to:
            ahead = [await self._plan.next_at(now), await outbox.next_due(), await pulse.oldest_event()]
            self._hand.set(min([now + STRIDE, to, *[at for at in ahead if at is not None and at > now]]))
            self._town.clock_moved()
            await self.quiet(PATIENCE)

    async def quiet(self, within: float) -> bool:
        """Returns when every bot has beaten and nothing waits, seen twice in a row where anything did. Raises where
        that never comes."""
        loop = asyncio.get_running_loop()
        end, freed, seen, enough = loop.time() + max(within, PATIENCE), 0.0, 0, 1
        while seen < enough:
            waits = await self._waits() if self._town.beaten() else "a beat"
            seen, enough = (seen + 1, enough) if not waits else (0, 2)
            if waits and loop.time() - freed > FREE_EVERY:
                freed = loop.time()
                await self._town.leases_end()
            assert loop.time() < end, f"at {self.clock.now()} it still waits for {waits}"
            await asyncio.sleep(LOOK)
        return True

    async def _waits(self) -> str:
        now = to_micros(self.clock.now())
        found = await sql.fetch(
            "SELECT 'message' FROM message WHERE state = 'new' AND ready_at <= ? UNION ALL "
            "SELECT 'sending' FROM outbox WHERE state = 'sending' UNION ALL "
            "SELECT 'moment' FROM moment WHERE state = 'waiting' AND at <= ? AND kind <> ? LIMIT 5",
            now, now, CALL,
        )  # fmt: skip
        due = await outbox.next_due()
        return ", ".join([*[row[0] for row in found], *(["push"] if due is not None and to_micros(due) <= now else [])])


@asynccontextmanager
async def three(folder: Path, database: str, redis: str, start: datetime, seed: int) -> AsyncIterator[Town]:
    """Up, until the block ends; the database is open here as well."""
    board = folder / "board"
    first = Board(board)
    first.put(to_micros(start))
    console, world = WecomApp(name=ACCOUNT), World(SharedClock(first))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(connect.close, await connect.connect(database, directory=folder))
        platforms = await stack.enter_async_context(on_loopback(world, [WecomPeople(world, [console])]))
        bots = [
            await stack.enter_async_context(ended(BotProcess(
                folder / str(n), console, platforms.wecom_people.base, database, redis=redis, data=folder / "data"
            ))) for n in range(3)
        ]  # fmt: skip
        for bot in bots:
            bot.variant = REPLICA
        town = Town(bots, board, platforms, random.Random(seed))
        await platforms.wecom_people.stop()
        platforms.wecom_people.callbacks = Doors(town)
        await platforms.wecom_people.start()
        platforms.point(ACCOUNT, bots[0].callback)
        await asyncio.gather(*[town.start(bot) for bot in bots])
        yield town
        await town.all_up()
