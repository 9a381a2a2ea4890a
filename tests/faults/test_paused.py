"""Row 6: of two on one PostgreSQL one stands still (SIGSTOP) over what it has in hand, longer than its leases last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.sandbox.wecom_callbacks import image_message
from tests.faults import judge
from tests.faults.bot_process import BotProcess
from tests.faults.load import FIRST_ID, Letter, Post
from tests.faults.scene import Scene, chance_of
from tests.faults.test_database import leases_end, two
from tests.faults.test_kill import PNG, called

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("faults")]
LEASES = 65.0
"""Seconds after which every lease is over."""


@pytest.fixture
def postgres_url(postgres_template: str, new_postgres: Callable[[str], str]) -> str:
    return new_postgres(postgres_template)


def holder(bots: tuple[BotProcess, BotProcess], table: str, state: str) -> BotProcess:
    """Who has such a row in hand."""
    [(owner,)] = bots[0].ask(f"SELECT owner FROM {table} WHERE state = ? AND lease_until > 0", state)
    return next(bot for bot in bots if owner.endswith(f":{bot.pid}"))


async def test_row_6_one_that_stands_still_loses_its_leases_and_does_nothing_twice(
    tmp_path: Path, postgres_url: str
) -> None:
    """In hand are a message whose picture hangs at the platform and a card whose sending does."""
    async with two(tmp_path, postgres_url) as (town, second, other):
        bots, rep, calls = (town.bot, second), town.people[0], town.platforms.wecom.calls
        media = town.platforms.wecom.media.keep("会议纪要.png", "image", PNG)
        key = FIRST_ID + 999
        picture = Letter(str(key), image_message(town.post.app, rep.user, media, key, town.post.now()))
        said = await both_have_spoken(town, other)
        town.world.faults.set("wecom", "slow", 3600)
        assert await other.until_heard(picture)
        await called(town, "media/get")
        still, before = holder(bots, "message", "new"), calls.count("message/send")
        awake, post = (second, other) if still is town.bot else (town.bot, town.post)
        assert await (town.post if still is town.bot else other).until_heard(town.letters(1, first=said)[0])
        await called(town, "message/send", before + 1)
        sender = holder(bots, "outbox", "sending")
        still.pause()
        town.world.faults.set("wecom", "none", 0)
        leases_end(awake)
        await awake.drained()
        assert calls.count("media/get") == 2, "the other one took the message over"
        assert calls.count("message/send") - before == (3 if sender is still else 2)
        still.resume()
        await post.all(town.letters(20, first=said + 1), chance_of(6))
        await awake.drained()
        await said_so(still)
        assert awake.ask("SELECT state, COUNT(*) FROM message GROUP BY state") == [("handled", said + 22)]
        assert awake.ask("SELECT COUNT(*) FROM evidence WHERE file IS NOT NULL") == [(1,)]
        assert [count for count in town.cards().values() if count != 1] == []
        for bot in bots:
            assert (await bot.stop())[0] == 0
            assert not judge.errors(bot)
        assert (await awake.genjin("audit", "verify"))[0] == 0


async def both_have_spoken(town: Scene, other: Post) -> int:
    """How many letters it took: whoever has spoken has a token, and needs ask for none."""
    for n in range(40):
        assert await (town.post, other)[n % 2].until_heard(town.letters(1, first=n)[0])
        await town.bot.drained()
        if len(town.bot.ask("SELECT DISTINCT owner FROM outbox WHERE state = 'sent'")) == 2:
            return n + 1
    raise AssertionError("one says everything")


async def said_so(bot: BotProcess, seconds: float = 20) -> None:
    """Returns when it has found out that another one has its message now."""
    async with asyncio.timeout(seconds):
        while "event.lease_lost" not in bot.logs():
            await asyncio.sleep(0.05)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(5))
async def test_row_6_a_minute_and_more_under_load(tmp_path: Path, postgres_url: str, seed: int) -> None:
    """At any moment, also in the middle of a transaction: whoever stands still there holds up nobody for longer."""
    chance = chance_of(seed)
    async with two(tmp_path, postgres_url) as (town, second, other):
        letters = town.letters(200)
        carrying = asyncio.create_task(town.post.all(letters[:120], chance))
        dying = asyncio.create_task(other.all(letters[120:], chance))
        await town.post.heard(40 + chance.randint(0, 40))
        second.pause()
        dying.cancel()
        await asyncio.sleep(LEASES)
        for one in letters[120:]:
            assert await town.post.until_heard(one)
        await carrying
        await town.bot.drained(120)
        second.resume()
        await asyncio.sleep(2)
        await town.bot.drained()
        assert (await second.stop())[0] == 0
        assert (await town.bot.stop())[0] == 0
        town.post.acknowledged |= other.acknowledged
        await judge.holds(town, quietly=False)
