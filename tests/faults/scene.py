"""The scene of a fault: a stand-in platform in the test's own process, the bot in another, and a company's people."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.sandbox.loopback import Platforms, on_loopback
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_people import WecomPeople
from adapters.sandbox.world import Colleague, World
from bot.clock import Clock, SystemClock
from tests.faults.bot_process import ACCOUNT, BotProcess, ended
from tests.faults.company import Rep, plant_into, reps
from tests.faults.load import Letter, Post, letter, post_to


@dataclass
class Scene:
    bot: BotProcess
    world: World
    platforms: Platforms
    post: Post
    people: list[Rep]

    def letters(self, count: int, first: int = 0) -> list[Letter]:
        """So many reports, each of which makes one activity."""
        now, app = self.world.clock.now(), self.post.app
        chosen = [self.people[n % len(self.people)] for n in range(first, first + count)]
        return [letter(app, rep.user, rep.report(n), n, now) for n, rep in enumerate(chosen, first)]

    def cards(self) -> dict[str, int]:
        """How often each card reached somebody, by the id that the bot gave it."""
        seen: dict[str, int] = {}
        for person in self.world.people:
            for item in self.world.inbox(person.user):
                seen[item.task or item.reference] = seen.get(item.task or item.reference, 0) + 1
        return seen


@asynccontextmanager
async def scene(
    folder: Path, count: int = 60, clock: Clock | None = None, database: str = "", *, planted: bool = True
) -> AsyncIterator[Scene]:
    """Not yet started; the company of ``count`` reps stands in its database, unless it is not ``planted``."""
    clock = clock or SystemClock()
    people = reps(count)
    world = World(clock, tuple(Colleague(user, user) for user in ("boss", "admin", *(rep.user for rep in people))))
    console = WecomApp(name=ACCOUNT)
    async with on_loopback(world, [WecomPeople(world, [console])]) as platforms:
        bot = BotProcess(folder, console, platforms.wecom_people.base, database)
        platforms.point(ACCOUNT, bot.callback)
        if planted:
            await plant_into(bot.database, people, ACCOUNT, clock.now(), bot.data)
        async with ended(bot), post_to(console, bot.callback) as post:
            yield Scene(bot, world, platforms, post, people)


def chance_of(seed: int) -> random.Random:
    """Chance that can be had again; the seed stands in the test's output."""
    print(f"seed {seed}")  # noqa: T201 (shown where the test fails; it makes the run repeatable)
    return random.Random(seed)


def fresh_seed() -> int:
    return int(datetime.now().timestamp() * 1000) % 1_000_000
