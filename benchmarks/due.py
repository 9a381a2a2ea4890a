"""Finding what is due among 1,000 and among 1,000,000 waiting moments, and claiming it: it must cost the same.

``python benchmarks/due.py [--full]`` (200,000 unless full).

Ending what has fired moves its entry in the index of its member. Among 1,000 the entries of all members stand on a few
pages, later those of each on pages of its own: so many pages are written as members are met, and then no more. So
ending is compared with a fifth of the many, not with the few.
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
from typing import NamedTuple

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


class Figures(NamedTuple):
    """Median seconds of the processor: others on the machine are no part of them."""

    look: float
    """Where nothing is due."""
    claim: float
    end: float


async def measured(folder: Path, count: int) -> Figures:
    path = folder / f"{count}.db"
    await migrate(f"sqlite:{path}")
    fill(path, count)
    database = await connect.connect(f"sqlite:{path}")
    looked, claimed, ended = [], [], []
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
        claimed.append(process_time() - began)
        began = process_time()
        await due.fired([one.id for one in found], NOW, "bench")
        ended.append(process_time() - began)
        assert len(found) == DUE
    await connect.close(database)
    path.unlink()
    return Figures(*map(statistics.median, (looked, claimed, ended)))


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="a million rows")
    many = 1_000_000 if words.parse_args().full else 200_000
    counts = TIMES * DUE, many // 5, many
    with tempfile.TemporaryDirectory(prefix="genjin-bench-") as folder:
        few, fifth, full = [asyncio.run(measured(Path(folder), count)) for count in counts]
    ratios = full.look / few.look, full.claim / few.claim, full.end / fifth.end
    print(f"nothing due: {_us(few.look)} among {counts[0]:,}, {_us(full.look)} among {many:,}")
    print(f"{DUE} due, claimed: {_us(few.claim)} and {_us(full.claim)}")
    print(f"{DUE} ended: {_us(few.end)}, {_us(fifth.end)} among {counts[1]:,}, {_us(full.end)}")
    said = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"ratios {said} (must be the same: < {ALIKE})")
    return 0 if max(ratios) < ALIKE else 1


def _us(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


if __name__ == "__main__":
    sys.exit(main())
