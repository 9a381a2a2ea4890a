"""What the watch costs: firing the moments of opportunities that cross a line, among 10,000 open ones, among 100,000 and
among a million (it must be the same), and judging all of them once more, against the plain SQL that reads the same rows.

``python benchmarks/process_watch.py [--full]`` (the million only in full: it takes some minutes to be made).
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.clock import SHANGHAI, MovableClock
from bot.house import House
from bot.playbook.store import PlaybookStore, ensure_shipped
from bot.process import watch, watching
from scheduler.effect import Around, write
from scheduler.jobs.watch import fire
from storage import audit, connect, due
from storage import watching as rows
from storage.connect import transaction
from storage.migrate import migrate
from storage.models.fields import to_micros
from storage.records import Member, Moment, Team, made
from storage.watching import WATCH

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=SHANGHAI)
OWNERS, CROSSING, TIMES = 500, 40, 5
FEW, MANY, MILLION = 10_000, 100_000, 1_000_000
ALIKE = 1.5
RATIO = 5.0
"""DESIGN's must for the recount."""


def fill(path: Path, count: int) -> None:
    """So many open opportunities, each with a customer, two contacts and its moment, made by SQL."""
    day, hour = 86_400_000_000, 3_600_000_000
    now = to_micros(NOW)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
    with closing(sqlite3.connect(path)) as file, file:
        columns = {row[1]: row for row in file.execute("PRAGMA table_info(opportunity)")}
        assert {"tracks", "custom", "exempt_until", "blocked_reason"} <= columns.keys()
        file.execute(
            "INSERT INTO customer (id, name, owner_id, recorder_id, created_at, note, tags, custom, folded) "
            + numbers + "SELECT 'cus_' || i, '客户' || i, 'mem_' || (i % ?), 'mem_0', ?, '', '[]', '{}', '客户' || i "
            "FROM n", (count, OWNERS, now - 30 * day),
        )  # fmt: skip
        file.execute(
            "INSERT INTO opportunity (id, customer_id, owner_id, name, pipeline, stage, stage_since, created_at, state, "
            "amount, currency, evidence_missing, tracks, custom) " + numbers
            + "SELECT 'opp_' || i, 'cus_' || i, 'mem_' || (i % ?), '产线', 'default', 'negotiation', ?, ?, 'open', "
            "(i % 900) * 1000000, 'CNY', '[]', '{}', '{}' FROM n", (count, OWNERS, now - day, now - 30 * day),
        )  # fmt: skip
        for k in range(2):
            file.execute(
                "INSERT INTO activity (id, customer_id, opportunity_id, action, author_id, recorder_id, occurred_at, "
                "text, signals, confirmed, tags) " + numbers + "SELECT 'act_' || i || '_' || ?, 'cus_' || i, "
                "'opp_' || i, 'phone', 'mem_0', 'mem_0', ? - (i % 20) * ?, '等财务回话', '[]', 0, '{}' FROM n",
                (count, k, now - (k * 20 + 2) * hour, hour),
            )  # fmt: skip
        file.execute(
            "INSERT INTO moment (id, at, kind, record, member_id, data, state) " + numbers
            + "SELECT 'due_' || i, ? + i * 1000000, ?, 'opp_' || i, 'mem_' || (i % ?), '{}', 'waiting' FROM n",
            (count, now + day, WATCH, OWNERS),
        )  # fmt: skip


async def opened(folder: Path, count: int) -> tuple[Any, House]:
    path = folder / f"{count}.db"
    await migrate(f"sqlite:{path}")
    fill(path, count)
    database = await connect.connect(f"sqlite:{path}")
    house = House(clock=MovableClock(NOW), names=cast(Any, None), playbooks=PlaybookStore(), data=folder)
    async with transaction():
        await ensure_shipped(NOW)
        people = [Member(id=f"mem_{n}", name=f"销售{n}", team_id="team_1") for n in range(OWNERS)]
        records = [Team(id="team_1", name="一组", manager_id="mem_0"), *people]
        await audit.apply([made(one) for one in records], actor="system", event="seed", at=NOW)
    return database, house


async def crossing(house: House, count: int) -> float:
    """Seconds of the processor for one opportunity that crosses a line, the median of several rounds."""
    took = []
    for n in range(TIMES):
        ids = [f"opp_{(n * CROSSING + k) * (count // (TIMES * CROSSING))}" for k in range(CROSSING)]
        now = NOW + timedelta(days=3, minutes=n)
        moments = [Moment(id=f"due_x{n}_{id}", at=now, kind=WATCH, record=id) for id in ids]
        began = process_time()
        async with transaction():
            around = Around(house, now)
            await write(await fire(moments, around), around)
        took.append((process_time() - began) / CROSSING)
    return statistics.median(took)


async def recounted(house: House, path: Path) -> tuple[float, float]:
    """Seconds of the processor to read the rows by plain SQL, and to judge them all without a difference being left:
    others on the machine are no part of either."""
    kinds = await house.playbooks.watched_kinds()
    statement, args = rows.query("1 = 1", *kinds)
    plain, judged = [], []
    for _ in range(3):
        began = process_time()
        with closing(sqlite3.connect(path)) as file:
            read = sum(1 for _ in file.execute(statement, args))
        plain.append(process_time() - began)
        began, seen = process_time(), 0
        watcher, risks = watching.Watcher(house.playbooks, NOW), await rows.active_risks()
        await watcher.meet()
        async for part in rows.every(*kinds):
            for sight in part:
                one = watcher.known(sight, risks.get(sight.id, ()))
                assert one is not None
                watch.settle(sight, one.lines, one.risks, NOW)
                watch.next_at(one.lines, NOW)
                seen += 1
        judged.append(process_time() - began)
        assert read == seen
    return statistics.median(plain), statistics.median(judged)


async def measured(folder: Path, count: int, *, judging: bool) -> tuple[float, float, float]:
    database, house = await opened(folder, count)
    try:
        plain, judged = await recounted(house, folder / f"{count}.db") if judging else (0.0, 0.0)
        assert await due.next_at() is not None
        return await crossing(house, count), plain, judged
    finally:
        await connect.close(database)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="a million open opportunities too")
    sizes = (FEW, MANY, MILLION) if words.parse_args().full else (FEW, MANY)
    costs, plain, judged = dict[int, float](), 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="genjin-bench-") as folder:
        for count in sizes:
            costs[count], *found = asyncio.run(measured(Path(folder), count, judging=count == MANY))
            if count == MANY:
                plain, judged = found
    print("a crossing: " + ", ".join(f"{cost * 1e3:.2f} ms among {count:,}" for count, cost in costs.items()))
    print(f"all {MANY:,}: read {plain:.2f} s, read and judged {judged:.2f} s")
    worst = max(costs.values()) / costs[FEW]
    print(f"ratios {worst:.2f} (must be the same: < {ALIKE}) and {judged / plain:.2f} (must: ≤ {RATIO})")
    return 0 if worst < ALIKE and judged / plain <= RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
