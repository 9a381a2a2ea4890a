"""Now, as a thing one passes. Nothing else in Genjin asks the system what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware of its zone."""
        ...


class SystemClock:
    """The machine's clock, told in one zone."""

    def __init__(self, zone: ZoneInfo = SHANGHAI) -> None:
        self._zone = zone

    def now(self) -> datetime:
        return datetime.now(self._zone)


class MovableClock:
    """A clock that starts where it is told and can be set; between settings it runs at ``rate`` seconds a second
    (0: it stands still, for tests)."""

    def __init__(self, start: datetime, rate: float = 0.0) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware start")
        self._at, self._rate, self._since = start, rate, monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=(monotonic() - self._since) * self._rate)

    def set(self, moment: datetime) -> None:
        self._at, self._since = moment.astimezone(self._at.tzinfo), monotonic()

    def advance(self, **delta: float) -> None:
        self.set(self.now() + timedelta(**delta))


def seconds_of(clock: Clock) -> Callable[[], float]:
    """What limits and lives are measured by: a clock that can be set, so that a day stepped through in a second gives
    room for a day's messages; else the machine's own, which nobody sets."""
    return (lambda: clock.now().timestamp()) if isinstance(clock, MovableClock) else monotonic
