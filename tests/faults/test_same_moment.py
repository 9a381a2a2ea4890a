"""Row 10: two people move one opportunity in the same moment, through two bots on one PostgreSQL."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from storage import audit, connect
from storage.connect import transaction
from storage.records import Identity, Member, made
from tests.faults import judge
from tests.faults.bot_process import ACCOUNT, BotProcess
from tests.faults.load import Letter, letter
from tests.faults.scene import Scene
from tests.faults.test_database import two

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("faults")]
PAIRS = 50


@pytest.fixture
def postgres_url(postgres_template: str, new_postgres: Callable[[str], str]) -> str:
    return new_postgres(postgres_template)


async def colleagues(town: Scene) -> None:
    """Fifty who may move whatever the reps may."""
    now = town.world.clock.now()
    database = await connect.connect(town.bot.database, directory=town.bot.data)
    async with transaction():
        for n in range(PAIRS):
            town.world.join(f"head.{n}")
            who = Member(id=f"mem_head{n}", name=f"主任{n}", roles=("admin",), greeted_at=now)
            tag = Identity(id=f"idn_head{n}", member_id=who.id, account=ACCOUNT, user=f"head.{n}")
            await audit.apply([made(who), made(tag)], actor="system", event="seed", at=now)
    await connect.close(database)


def moves(town: Scene, n: int) -> tuple[Letter, Letter]:
    """What the rep and the colleague send."""
    rep, now = town.people[n], town.world.clock.now()
    text = f"/stage {rep.company} 方案演示"
    mine, theirs = (
        letter(town.post.app, user, text, 10 * n + k, now) for k, user in enumerate((rep.user, f"head.{n}"))
    )
    return mine, theirs


async def overtaken(bot: BotProcess) -> float:
    """How often a worker found that somebody had been faster."""
    async with aiohttp.ClientSession() as session, session.get(f"{bot.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith('genjin_conflicts_total{where="worker"}'))


async def test_row_10_of_two_who_advance_at_once_one_does_and_the_other_is_told(
    tmp_path: Path, postgres_url: str
) -> None:
    async with two(tmp_path, postgres_url) as (town, second, other):
        await colleagues(town)
        for n in range(PAIRS):
            mine, theirs = moves(town, n)
            heard = await asyncio.gather(town.post.until_heard(mine), other.until_heard(theirs))
            assert heard == [True, True]
        await town.bot.drained()
        moved = dict(
            town.bot.ask("SELECT record, COUNT(*) FROM audit WHERE kind = 'opportunity.stage' GROUP BY record")
        )
        assert moved == {rep.deal: 1 for rep in town.people[:PAIRS]}
        answers = Counter(row[0] for row in town.bot.ask("SELECT kind FROM outbox WHERE answer AND changes IS NULL"))
        assert answers == {"reading.clear": PAIRS, "cmd.stage.same": PAIRS}
        assert all(count == 1 for count in town.cards().values())
        print(f"{await overtaken(town.bot) + await overtaken(second):.0f} of {PAIRS} met in the record")  # noqa: T201
        for bot in (town.bot, second):
            assert (await bot.stop())[0] == 0
            assert not judge.errors(bot)
        assert (await town.bot.genjin("audit", "verify"))[0] == 0
