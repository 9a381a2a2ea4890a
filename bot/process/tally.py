"""How the rules do, counted in memory and written down from time to time: never a row a run, and no cost a message."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.process.rules import Run
from storage import rulerun, sql
from storage.rulerun import Runs, bucket_of

EVERY = timedelta(seconds=15)


class Tally:
    def __init__(self) -> None:
        self._found: dict[tuple[str, datetime], Runs] = {}
        self._written: datetime | None = None

    def count(self, run: Run, now: datetime) -> None:
        one = Runs(
            1, int(run.verdict == "fired"), int(run.verdict == "failed"), run.micros, run.micros, run.reason
        )  # fmt: skip
        self.add(run.rule.id, one, now)

    def add(self, rule: str, one: Runs, now: datetime) -> None:
        key = rule, bucket_of(now)
        self._found[key] = self._found.get(key, Runs()) + one

    def due(self, now: datetime) -> bool:
        """It is time to write down what was counted."""
        return bool(self._found) and (self._written is None or not timedelta(0) <= now - self._written < EVERY)

    async def write(self, now: datetime) -> None:
        """Writes it down in the caller's transaction; it is counted again where that does not hold."""
        found, self._written = dict(self._found), now
        await rulerun.add(found)
        sql.after_commit(lambda: self._forget(found))

    def _forget(self, found: dict[tuple[str, datetime], Runs]) -> None:
        for key, one in found.items():
            left = self._found.pop(key)
            if left.runs > one.runs:  # counted meanwhile
                self._found[key] = Runs(
                    left.runs - one.runs, left.fired - one.fired, left.failures - one.failures,
                    left.micros - one.micros, left.slowest, left.reason,
                )  # fmt: skip
