"""How the story runs: the clock from moment to moment, what the people do at each, and what is asked at its end."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

from bot.cli.demo import Demo, running
from tests.fixtures.replaying import unlike
from tests.simulation.company import Company, founded, plant
from tests.simulation.days import DAY, ZONE, Leave, at, works
from tests.simulation.heard import Heard, all_of, listened
from tests.simulation.ledger import Ledger
from tests.simulation.players import Players
from tests.simulation.town import Fate, Town, three

MOMENTS = (time(9, 24), time(11, 7), time(14, 32), time(16, 13), time(17, 21))
"""When people speak and tap on a working day."""


class Story:
    def __init__(self, demo: Demo | Town, company: Company, ledger: Ledger, players: Players, start: datetime) -> None:
        self.moments = MOMENTS
        self.demo, self.company, self.ledger, self.players, self.start = demo, company, ledger, players, start
        self.end = start
        self._items = listened(demo.platforms.world)
        self._heard: list[Heard] = []

    async def until(self, last: date, before: int = 24) -> None:
        """Every day up to and with ``last``, that one to its midnight or to the hour ``before``."""
        day = self.end.date()
        while day <= last:
            moments = [datetime.combine(day, clock, ZONE) for clock in self.moments if works(day)]
            for moment in moments:
                if moment > self.players.now and (day < last or moment.hour < before):
                    await self._moment(moment)
            day += DAY
        self.end = at(day, 0) if before == 24 else self.players.now
        await self.demo.turns.move(self.end)

    async def _moment(self, moment: datetime) -> None:
        await self.demo.turns.move(moment)
        await self.heard()
        if not any(start <= moment <= end for start, end in self.ledger.outages):
            await self.players.answer()
        await self.players.speak()

    async def to(self, day: date, hour: int, minute: int = 0) -> None:
        """Only the clock goes on."""
        await self.demo.turns.move(at(day, hour, minute))

    async def leave(self, user: str, first: date, last: date) -> None:
        now = self.players.now
        words = f"我{first.month}月{first.day}日到{last.month}月{last.day}日请假"
        await self.players.say(user, words)
        self.ledger.leaves[user] = Leave(first, last, now)

    def outage(self, length: timedelta) -> None:
        """From now on the platform takes nothing."""
        now = self.players.now
        self.demo.platforms.world.faults.set("wecom", "down", length.total_seconds())
        self.ledger.outages.append((now, now + length))

    async def heard(self) -> list[Heard]:
        """All that reached anybody so far. Asked before people tap: a tapped card is of another kind."""
        self._heard += await all_of(self.demo, self._items[len(self._heard) :])
        return self._heard

    # -- what must add up ------------------------------------------------------------------------------------------

    async def totals(self) -> list[str]:
        """What does not: messages in and handled, activities, promises by state, the chain, and the record beside what
        the audit trail alone makes of it."""
        wrong = []
        messages = await self.demo.desk.records("message")
        states = Counter(one["state"] for one in messages)
        if states != {"handled": self.ledger.said}:
            wrong.append(f"{self.ledger.said} said, stored {dict(states)}")
        told = Counter(str(one["text"]) for one in await self.demo.desk.records("activity"))
        wrong += [f"{told[text]} activities of {text}" for text, n in self.ledger.business.items() if told[text] != n]
        kept = Counter(
            (str(one["by"]), _state(str(one["state"]))) for one in await self.demo.desk.records("commitment")
        )
        known = Counter(("customer" if one.theirs else "us", one.state or "open") for one in self.ledger.promises)
        if kept != known:
            wrong.append(f"promises: told {dict(known)}, on record {dict(kept)}")
        lost = {one["id"] for one in await self.demo.desk.records("opportunity") if one["state"] != "open"}
        if lost != {deal.id for deal in self.company.deals if deal.closed}:
            wrong.append(f"closed on record: {sorted(lost)}")
        return wrong + await self._chain() + await unlike()

    async def unknown(self) -> list[str]:
        """What the platform shows though no push bears its name: a push that was sent twice has the name of the last
        time only."""
        return [
            str(one) for one, item in zip(await self.heard(), self._items, strict=True)
            if item.reference and not one.kind
        ]  # fmt: skip

    async def _chain(self) -> list[str]:
        """The chain walked by what docs/audit says of it, entry by entry."""
        prev, entries = "0" * 64, await self.demo.desk.records("audit")
        for entry in entries:
            body = {key: entry[key] for key in ("n", "at", "actor", "event", "kind", "record", "digest")}
            text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            if entry["prev"] != prev or sha256((prev + text).encode()).hexdigest() != entry["hash"]:
                return [f"the chain breaks at {entry['n']}"]
            prev = entry["hash"]
        return [] if entries else ["no chain"]


def _state(state: str) -> str:
    return "open" if state == "overdue" else state


@asynccontextmanager
async def story(
    folder: Path, database: str, start: datetime, *, reps: int, deals: int, seed: int, eager: float
) -> AsyncIterator[Story]:
    """Told to one bot in this process."""
    company = founded(reps, deals, start)
    await plant(company, database, folder, start)
    async with running(folder, start, rate=0.0, database=database) as demo:
        yield _begun(demo, company, start, seed, eager)


@asynccontextmanager
async def story_of_three(
    folder: Path, database: str, redis: str, start: datetime, *, fates: Sequence[Fate], reps: int, deals: int,
    seed: int, eager: float,
) -> AsyncIterator[Story]:  # fmt: skip
    """Told to three bots, each a process; what becomes of them stands in ``fates``."""
    company = founded(reps, deals, start)
    await plant(company, database, folder, start)
    async with three(folder, database, redis, start, seed) as town:
        town.fates += fates
        yield _begun(town, company, start, seed, eager)


def _begun(demo: Demo | Town, company: Company, start: datetime, seed: int, eager: float) -> Story:
    for user in company.users:
        demo.platforms.world.join(user)
    ledger = Ledger()
    return Story(demo, company, ledger, Players(demo, company, ledger, random.Random(seed), eager), start)
