"""How rules did, by stretch of time: counted up, never a row a run."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import sql
from storage.models.fields import from_micros, to_micros

BUCKET = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Runs:
    """Of one rule: how often it was judged, fired and failed, and how long that took, in microseconds."""

    runs: int = 0
    fired: int = 0
    failures: int = 0
    micros: int = 0
    slowest: int = 0
    reason: str = ""

    def __add__(self, other: Runs) -> Runs:
        return Runs(
            self.runs + other.runs, self.fired + other.fired, self.failures + other.failures,
            self.micros + other.micros, max(self.slowest, other.slowest), other.reason or self.reason,
        )  # fmt: skip


def bucket_of(at: datetime) -> datetime:
    size = to_micros(at) // (BUCKET // timedelta(microseconds=1))
    return from_micros(size * (BUCKET // timedelta(microseconds=1)))


async def add(found: Mapping[tuple[str, datetime], Runs]) -> None:
    """Counts these up, by rule and bucket."""
    if not found:
        return
    bigger = "MAX" if sql.dialect() == "sqlite" else "GREATEST"
    tail = (
        "ON CONFLICT (rule, bucket) DO UPDATE SET runs = rulerun.runs + excluded.runs, "
        "fired = rulerun.fired + excluded.fired, failures = rulerun.failures + excluded.failures, "
        f"micros = rulerun.micros + excluded.micros, slowest = {bigger}(rulerun.slowest, excluded.slowest), "
        "reason = CASE WHEN excluded.reason = '' THEN rulerun.reason ELSE excluded.reason END RETURNING seq"
    )
    rows = [
        (rule, to_micros(bucket), one.runs, one.fired, one.failures, one.micros, one.slowest, one.reason)
        for (rule, bucket), one in sorted(found.items())
    ]
    columns = ("rule", "bucket", "runs", "fired", "failures", "micros", "slowest", "reason")
    await sql.insert("rulerun", columns, rows, tail)


async def since(start: datetime, rules: Sequence[str] = ()) -> dict[str, Runs]:
    """What each rule did (of these, where some are named) in the stretches from ``start`` on."""
    only = f" AND rule IN ({sql.marks(rules)})" if rules else ""
    found = await sql.fetch(
        "SELECT rule, SUM(runs), SUM(fired), SUM(failures), SUM(micros), MAX(slowest), MAX(reason) FROM rulerun "
        f"WHERE bucket >= ?{only} GROUP BY rule ORDER BY rule",
        to_micros(bucket_of(start)), *rules,
    )  # fmt: skip
    return {row[0]: Runs(int(row[1]), int(row[2]), int(row[3]), int(row[4]), int(row[5]), row[6]) for row in found}


async def prune(before: datetime) -> int:
    """How many old stretches were forgotten."""
    return await sql.run("DELETE FROM rulerun WHERE bucket < ?", to_micros(before))
