"""What the morning costs (E1): the cards of 100 and of 1,000 reps, each with a promise of today, a late one and three
open opportunities; the statements and the time a rep, and the longest that one transaction holds the database.

``python benchmarks/process_morning.py``
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).parents[1]))

import structlog

from bot.clock import SHANGHAI, MovableClock
from bot.house import House
from bot.playbook.store import PlaybookStore, ensure_shipped
from scheduler.engine import Engine
from scheduler.jobs import digest
from scheduler.timetable import Daily, Timetable
from storage import audit, connect, outbox, sql
from storage.connect import transaction
from storage.migrate import migrate
from storage.records import Activity, Commitment, Customer, Identity, Member, Opportunity, Team, made
from storage.sqlite import SqliteEngine

NOW = datetime(2026, 3, 10, 8, 30, tzinfo=SHANGHAI)
DEALS = 3
ALIKE = 1.5
"""A rep of 1,000 costs so many times one of 100 at most."""
HELD = 1.0
"""Seconds that one transaction may hold the database, which else waits for nothing so long."""


def records(reps: int) -> list[Any]:
    found: list[Any] = [Team(id="team_1", name="一组")]
    for n in range(reps):
        member = Member(id=f"mem_{n}", name=f"销售{n}", roles=("rep",), team_id="team_1")
        found += [member, Identity(id=f"idn_{n}", member_id=member.id, account="wecom", user=f"rep.{n}")]
        for k in range(DEALS):
            at, id = NOW - timedelta(days=3, hours=k), f"{n}_{k}"
            found += [
                Customer(id=f"cus_{id}", name=f"客户{id}", owner_id=member.id, recorder_id=member.id, created_at=at),
                Opportunity(
                    id=f"opp_{id}", customer_id=f"cus_{id}", owner_id=member.id, name="产线", pipeline="default",
                    stage="negotiation", stage_since=at, created_at=at,
                ),
                Activity(
                    id=f"act_{id}", customer_id=f"cus_{id}", opportunity_id=f"opp_{id}", action="phone",
                    author_id=member.id, recorder_id=member.id, occurred_at=at, text="要报价", signals=("asks_quote",),
                ),
            ]  # fmt: skip
            if k < 2:
                found.append(Commitment(
                    id=f"pro_{id}", customer_id=f"cus_{id}", opportunity_id=f"opp_{id}", by="us", what="发报价单",
                    due=NOW.date() - timedelta(days=k), state="overdue" if k else "open", owner_id=member.id,
                    author_id=member.id, recorder_id=member.id, said_at=at,
                ))  # fmt: skip
    return found


class Counted:
    """Statements, and how long each transaction was open."""

    def __init__(self) -> None:
        self.statements, self.held = 0, [0.0]

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        engine = cast(SqliteEngine, sql.engine())
        begin, counted = engine.begin, self

        class Line:
            def __init__(self, line: sql.Line) -> None:
                self.line = line

            async def fetch(self, text: str, args: Sequence[Any]) -> list[sql.Row]:
                counted.statements += 1
                return await self.line.fetch(text, args)

            async def run(self, text: str, args: Sequence[Any]) -> int:
                counted.statements += 1
                return await self.line.run(text, args)

        @asynccontextmanager
        async def timed() -> AsyncIterator[Line]:
            async with begin() as line:
                began = perf_counter()
                yield Line(line)
                counted.held.append(perf_counter() - began)

        engine.begin = timed  # type: ignore[method-assign]
        try:
            yield
        finally:
            engine.begin = begin  # type: ignore[method-assign]


async def morning(folder: Path, reps: int) -> tuple[float, float, float]:
    """Statements and milliseconds a rep, and the longest transaction in seconds."""
    url = f"sqlite:{folder / f'{reps}.db'}"
    await migrate(url)
    database = await connect.connect(url)
    clock = MovableClock(NOW)
    house = House(clock=clock, names=cast(Any, None), playbooks=PlaybookStore(), data=folder)
    try:
        async with transaction():
            await ensure_shipped(NOW)
            await audit.apply([made(one) for one in records(reps)], actor="system", event="seed", at=NOW)
        daily = Daily("digest.rep", lambda playbook: playbook.windows.morning, timedelta(hours=3), digest.rep)
        engine = Engine(house, Timetable({digest.PART: digest.fire}, (daily,)), owner="bench")
        await engine.beat()
        counted, began = Counted(), perf_counter()
        async with counted.watching():
            await engine.step(clock, NOW.replace(hour=8, minute=59))
        took = perf_counter() - began
        said = await outbox.queued("wecom", clock.now(), "")
        assert said == reps, (said, reps)
        return counted.statements / reps, took / reps * 1e3, max(counted.held)
    finally:
        await connect.close(database)


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    found = {}
    with tempfile.TemporaryDirectory(prefix="genjin-bench-") as folder:
        for reps in (100, 1000):
            statements, each, held = found[reps] = asyncio.run(morning(Path(folder), reps))
            print(f"{reps:>5} reps: {statements:.1f} statements and {each:.1f} ms a rep, at most {held:.2f} s at once")
    ratio, held = found[1000][1] / found[100][1], found[1000][2]
    print(f"ratio {ratio:.2f} (must be < {ALIKE}); held {held:.2f} s (must be < {HELD:.0f})")
    return 0 if ratio < ALIKE and held < HELD else 1


if __name__ == "__main__":
    sys.exit(main())
