"""Rows 1 to 5: the process dies or is told to die, at any moment; what it acknowledged is there, and there once."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.sandbox.wecom_callbacks import image_message
from bot.clock import MovableClock
from bot.followup.service import reschedule
from bot.playbook.store import PlaybookStore, ensure_shipped
from storage import audit, connect
from storage.connect import transaction
from storage.records import Commitment, made
from tests.faults import judge
from tests.faults.load import FIRST_ID, Letter
from tests.faults.scene import Scene, chance_of, fresh_seed, scene

pytestmark = pytest.mark.xdist_group("faults")

MESSAGES, FEW = 500, 150
"""Letters of a long round, and of one of `make test`."""


async def killed_under_load(town: Scene, chance: random.Random, count: int, kills: int, *options: str) -> None:
    """Carries so many letters, duplicates among them and out of order, and kills the bot so often meanwhile."""
    letters = town.letters(count)
    await town.bot.start(*options)
    carrying = asyncio.create_task(town.post.all(letters, chance))
    try:
        for at in sorted(chance.sample(range(20, count - 20), kills)):
            await town.post.heard(at)
            await asyncio.sleep(chance.random() * 0.05)  # anywhere between two acknowledgements
            await town.bot.kill()
            await town.bot.start(*options)
        await carrying
    finally:
        carrying.cancel()


async def rounds(folder: Path, seed: int, count: int, kills: int) -> None:
    async with scene(folder) as town:
        await killed_under_load(town, chance_of(seed), count, kills)
        await town.bot.drained()
        code, _ = await town.bot.stop()
        assert code == 0
        assert len(town.post.acknowledged) == count
        await judge.holds(town)
        assert town.bot.ask("SELECT COUNT(*) FROM activity") == [(count,)]


async def test_row_1_kill_9_under_load_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    await rounds(tmp_path, seed=20260310, count=FEW, kills=3)


@pytest.mark.torture
@pytest.mark.parametrize("part", range(10))
async def test_row_1_fifty_kills(tmp_path: Path, part: int) -> None:
    await rounds(tmp_path, fresh_seed() + part, MESSAGES, kills=5)


async def test_row_1_a_build_that_answers_before_it_stores_is_found_out(tmp_path: Path) -> None:
    async with scene(tmp_path) as town:
        await killed_under_load(town, chance_of(7), FEW, 1, "--careless", "0.2")
        await town.bot.stop()
        assert await judge.lost(town)


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


async def test_row_2_killed_between_store_and_effect_it_is_processed_once(tmp_path: Path) -> None:
    """The picture that came with the message hangs at the platform while the process is killed."""
    async with scene(tmp_path, 3) as town:
        rep, app = town.people[0], town.post.app
        await town.bot.start()
        await town.post.until_heard(town.letters(1)[0])
        await town.bot.drained()
        media = town.platforms.wecom.media.keep("会议纪要.png", "image", PNG)
        picture = Letter(str(FIRST_ID + 9), image_message(app, rep.user, media, FIRST_ID + 9, town.world.clock.now()))
        town.world.faults.set("wecom", "slow", 3600)
        assert await town.post.until_heard(picture)
        await called(town, "media/get")
        await town.bot.kill()
        town.world.faults.set("wecom", "none", 0)
        await town.bot.start()
        await town.bot.drained()
        assert town.bot.ask("SELECT state, COUNT(*) FROM message GROUP BY state") == [("handled", 2)]
        assert town.bot.ask("SELECT COUNT(*) FROM evidence WHERE file IS NOT NULL") == [(1,)]
        assert len(town.world.inbox(rep.user)) == 2
        await town.bot.stop()
        assert not await judge.lost(town)


async def called(town: Scene, path: str, times: int = 1, seconds: float = 20) -> None:
    """Returns when the platform was asked that so often."""
    async with asyncio.timeout(seconds):
        while town.platforms.wecom.calls.count(path) < times:
            await asyncio.sleep(0.01)


EVE = datetime(2026, 3, 12, 17, 39, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
REMINDERS = 15


async def promised(town: Scene) -> None:
    """Each rep has promised something for tomorrow, and is to be reminded at 17:40."""
    database = await connect.connect(town.bot.database, directory=town.bot.data)
    promises = [
        Commitment(
            id=f"pro_{rep.n}", customer_id=rep.customer, by="us", what="发报价单", due=EVE.date() + timedelta(days=1),
            owner_id=rep.member, author_id=rep.member, recorder_id=rep.member, said_at=EVE - timedelta(days=2),
        )
        for rep in town.people
    ]  # fmt: skip
    async with transaction():
        await ensure_shipped(EVE)
        await audit.apply([made(one) for one in promises], actor="system", event="seed", at=EVE)
        for one in promises:
            await reschedule(one.id, PlaybookStore(), EVE - timedelta(days=2))
    await connect.close(database)


async def reminded_through_kills(folder: Path, chance: random.Random, kills: int) -> None:
    """Kills while the reminders go out; each is shown once, and only what was in flight is sent again."""
    clock = MovableClock(EVE, 1.0)
    async with scene(folder, REMINDERS, clock) as town:
        await promised(town)
        town.world.faults.slowness = 0.2
        town.world.faults.set("wecom", "slow", 3600)
        in_flight = 0
        for kill in range(kills):
            await town.bot.start("--now", clock.now().isoformat())
            before = town.platforms.wecom.calls.count("message/send")
            left = REMINDERS - sum(len(town.world.inbox(rep.user)) for rep in town.people)
            if left:  # a busy machine may have sent them all before it was killed
                await called(town, "message/send", before + chance.randint(1, max(1, min(12, left // (kills - kill)))))
            await asyncio.sleep(chance.random() * 0.3)
            await town.bot.kill()
            in_flight += town.bot.ask("SELECT COUNT(*) FROM outbox WHERE state = 'sending'")[0][0]
            if kill == kills - 1:
                town.world.faults.set("wecom", "none", 0)
        await town.bot.start("--now", clock.now().isoformat())
        await town.bot.until("SELECT COUNT(*) FROM moment WHERE state = 'waiting' AND kind = 'promise.ahead'")
        await town.bot.drained()
        titles = [[item.shown.title for item in town.world.inbox(rep.user)] for rep in town.people]
        assert titles == [["明天到期：发报价单"]] * REMINDERS
        assert town.platforms.wecom.calls.count("message/send") <= REMINDERS + in_flight
        different = [name for name, _ in town.world.shelf.under("same:")]
        assert len(different) == REMINDERS, "a repeat was not the same bytes"
        await town.bot.stop()
        assert (await town.bot.genjin("audit", "verify"))[0] == 0


async def test_row_3_killed_while_reminders_go_out_each_is_shown_once(tmp_path: Path) -> None:
    await reminded_through_kills(tmp_path, chance_of(3), kills=2)


@pytest.mark.torture
async def test_row_3_twenty_kills(tmp_path: Path) -> None:
    for n in range(5):
        await reminded_through_kills(tmp_path / str(n), chance_of(fresh_seed() + n), kills=4)


async def first_start_killed(folder: Path, chance: random.Random, kills: int) -> None:
    """Kills the very first starts, wherever they stand; the next one completes what they began."""
    async with scene(folder, 3, planted=False) as town:
        for _ in range(kills):
            await town.bot.start(wait=False)
            await asyncio.sleep(0.5 + chance.random() * 1.2)
            await town.bot.kill()
        await town.bot.start()
        assert (await town.bot.stop())[0] == 0
        assert town.bot.ask("PRAGMA integrity_check") == [("ok",)]
        assert (await town.bot.genjin("audit", "verify"))[0] == 0
        assert town.bot.ask("SELECT COUNT(*) FROM playbook WHERE state = 'live'") == [(1,)]


async def test_row_4_killed_in_its_first_start_the_next_one_completes(tmp_path: Path) -> None:
    await first_start_killed(tmp_path, chance_of(4), kills=3)


@pytest.mark.torture
async def test_row_4_thirty_first_starts(tmp_path: Path) -> None:
    for n in range(10):
        await first_start_killed(tmp_path / str(n), chance_of(fresh_seed() + n), kills=3)


async def test_row_5_told_to_stop_under_load_it_finishes_and_loses_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as town:
        await town.bot.start()
        carrying = asyncio.create_task(town.post.all(town.letters(80), chance_of(5)))
        await town.post.heard(30)
        code, seconds = await town.bot.stop()
        assert code == 0
        assert seconds < 20, "10 on a machine that does nothing else"
        assert not await judge.lost(town)
        await town.bot.start()
        await carrying
        await town.bot.drained()
        await town.bot.stop()
        assert len(town.post.acknowledged) == 80
        await judge.holds(town)
