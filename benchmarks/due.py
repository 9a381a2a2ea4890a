"""Finding what is due among 1,000 and among 1,000,000 waiting moments, and claiming it: it must cost the same.

``python benchmarks/due.py [--full]`` (200,000 unless full).
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

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.clock import SHANGHAI
from storage import connect, due
from storage.migrate import migrate
from storage.models.fields import to_micros

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=SHANGHAI)
DUE, TIMES = 20, 60
ALIKE = 1.5
"""So much may two measurings of the same thing differ here."""


def fill(path: Path, count: int) -> None:
    """So many moments, a minute apart, all of them still to come."""
    rows = (
        (f"due_{n}", to_micros(NOW + timedelta(days=1, minutes=n)), "promise.ahead", f"pro_{n}", f"mem_{n % 500}")
        for n in range(count)
    )
    with closing(sqlite3.connect(path)) as file, file:
        file.executemany(
            "INSERT INTO moment (id, at, kind, record, member_id, data, state) VALUES (?, ?, ?, ?, ?, '{}', 'waiting')",
            rows,
        )


async def measured(folder: Path, count: int) -> tuple[float, float]:
    """Median seconds of the processor to look where nothing is due, and to claim and end what is: others on the machine are
    no part of either."""
    path = folder / f"{count}.db"
    await migrate(f"sqlite:{path}")
    fill(path, count)
    database = await connect.connect(f"sqlite:{path}")
    looked, claimed = [], []
    for n in range(TIMES):
        began = process_time()
        await due.next_at()
        found = await due.claim_due(NOW, 500, "bench", 20)
        looked.append(process_time() - began)
        assert not found
        with closing(sqlite3.connect(path, timeout=10)) as file, file:
            file.executemany(
                "UPDATE moment SET at = ? WHERE id = ?", [(to_micros(NOW), f"due_{n * DUE + k}") for k in range(DUE)]
            )
        began = process_time()
        found = await due.claim_due(NOW, 500, "bench", 20)
        await due.fired([one.id for one in found], NOW, "bench")
        claimed.append(process_time() - began)
        assert len(found) == DUE
    await connect.close(database)
    return statistics.median(looked), statistics.median(claimed)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="a million rows")
    many = 1_000_000 if words.parse_args().full else 200_000
    with tempfile.TemporaryDirectory(prefix="genjin-bench-") as folder:
        few_look, few_claim = asyncio.run(measured(Path(folder), TIMES * DUE))
        many_look, many_claim = asyncio.run(measured(Path(folder), many))
    print(f"nothing due: {few_look * 1e6:.0f} µs among {TIMES * DUE:,}, {many_look * 1e6:.0f} µs among {many:,}")
    print(f"{DUE} due, claimed and ended: {few_claim * 1e6:.0f} µs and {many_claim * 1e6:.0f} µs")
    print(f"ratios {many_look / few_look:.2f} and {many_claim / few_claim:.2f} (must be the same: < {ALIKE})")
    return 0 if many_look / few_look < ALIKE and many_claim / few_claim < ALIKE else 1


if __name__ == "__main__":
    sys.exit(main())
