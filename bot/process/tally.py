"""How the rules do, counted in memory and written down from time to time: never a row a run, and no cost a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.process.rules import Run
from storage import rulerun, sql
from storage.rulerun import Runs, bucket_of

EVERY = timedelta(seconds=15)


@dataclass(slots=True)
class _Count:
    """As :class:`Runs`, but counted up in place: hundreds of rules are asked for one message."""

    runs: int = 0
    fired: int = 0
    failures: int = 0
    micros: int = 0
    slowest: int = 0
    reason: str = ""

    def runs_of(self) -> Runs:
        return Runs(self.runs, self.fired, self.failures, self.micros, self.slowest, self.reason)


class Tally:
    def __init__(self) -> None:
        self._found: dict[datetime, dict[str, _Count]] = {}
        self._written: datetime | None = None
        self._now: datetime | None = None
        self._here: dict[str, _Count] = {}

    def count(self, run: Run, now: datetime) -> None:
        if now is not self._now:  # the runs of one event share their moment, and so their bucket
            self._now, self._here = now, self._found.setdefault(bucket_of(now), {})
        one = self._here.get(run.rule.id)
        if one is None:
            one = self._here[run.rule.id] = _Count()
        one.runs += 1
        one.micros += run.micros
        if run.micros > one.slowest:
            one.slowest = run.micros
        if run.verdict == "fired":
            one.fired += 1
        elif run.verdict == "failed":
            one.failures += 1
            one.reason = run.reason

    def counted(self) -> dict[tuple[str, datetime], Runs]:
        """What is not yet written down, by rule and bucket."""
        return {(rule, bucket): one.runs_of() for bucket, found in self._found.items() for rule, one in found.items()}

    def due(self, now: datetime) -> bool:
        """It is time to write down what was counted."""
        return bool(self._found) and (self._written is None or not timedelta(0) <= now - self._written < EVERY)

    async def write(self, now: datetime) -> None:
        """Writes it down in the caller's transaction; it is counted again where that does not hold."""
        found, self._written = self.counted(), now
        await rulerun.add(found)
        sql.after_commit(lambda: self._forget(found))

    def _forget(self, found: dict[tuple[str, datetime], Runs]) -> None:
        for (rule, bucket), one in found.items():
            counts = self._found.get(bucket, {})
            left = counts.get(rule)
            if left is None:  # two wrote at once, and both hold
                continue
            if left.runs <= one.runs:
                del counts[rule]
            else:  # counted meanwhile
                left.runs, left.fired = left.runs - one.runs, left.fired - one.fired
                left.failures, left.micros = left.failures - one.failures, left.micros - one.micros
        self._found = {bucket: counts for bucket, counts in self._found.items() if counts}
        self._now = None
