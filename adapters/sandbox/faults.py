"""What can be wrong with a platform, for how long (by the sandbox clock), and call by call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock

MODES = ("429", "5xx", "slow", "token_expired", "down", "cut", "html", "half", "moved", "none")
"""429: over the rate (WeCom says it as 45009) · 5xx: the server fails, nothing is done · slow: done, answered late ·
token_expired: tokens handed out so far are void · down: the line is cut before anything is done · cut: after it ·
html: a page instead of an answer · half: an answer that breaks off · moved: a redirect to elsewhere; each without
doing anything. A number: that error code of the platform."""


@dataclass(frozen=True, slots=True)
class Fault:
    mode: str
    since: datetime
    until: datetime


class Faults:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._on: dict[str, Fault] = {}
        self._plans: dict[str, Iterator[str]] = {}
        self._voids: dict[str, int] = {}
        self.slowness = 30.0
        """Seconds of the machine's clock that a slow answer takes, unless the fault ends before."""

    def set(self, platform: str, mode: str, seconds: float) -> Fault:
        """Puts ``mode`` on for ``seconds`` of the sandbox clock; "none" ends what is on. Raises ValueError."""
        if mode not in MODES and not mode.isdigit():
            raise ValueError(mode)
        now = self._clock.now()
        fault = Fault(mode, now, now + timedelta(seconds=seconds))
        self._on[platform] = fault
        if mode == "token_expired":
            self._voids[platform] = self._voids.get(platform, 0) + 1
        return fault

    def plan(self, platform: str, modes: Iterable[str]) -> None:
        """The next calls meet these, one each ("none": all is well; a number: that error code), then as before."""
        self._plans[platform] = iter(modes)

    def on(self, platform: str) -> Fault | None:
        """The fault that is on now, or None."""
        fault = self._on.get(platform)
        if fault is None or fault.mode == "none" or self._clock.now() >= fault.until:
            return None
        return fault

    def for_call(self, platform: str) -> str:
        """What the call that just came in meets: a mode of MODES, or an error code in digits."""
        planned = next(self._plans.get(platform, iter(())), None)
        if planned is not None:
            return planned
        fault = self.on(platform)
        return fault.mode if fault else "none"

    def voids(self, platform: str) -> int:
        """How often all tokens were made void: one that was handed out at a lower count is not taken any more."""
        return self._voids.get(platform, 0)
