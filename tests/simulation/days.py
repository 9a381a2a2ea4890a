"""The working days of the simulated spring, and when one may be spoken to: written from SPEC TIME-1 and VOICE §5 once
more, so that what the bot does is held against a reckoning that shares no line with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
BREAKS = (
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
)
"""清明, 劳动节, 端午 of 2026 (国办发明电〔2025〕7号)."""
WORKED = frozenset({date(2026, 5, 9)})
"""调休: a Saturday on which all work."""
MORNING, BOSS_MORNING = time(8, 40), time(8, 50)


@dataclass(frozen=True)
class Leave:
    """``told``: when the rep said so."""

    first: date
    last: date
    told: datetime

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def works(day: date, leave: Leave | None = None) -> bool:
    if leave is not None and leave.on(day):
        return False
    return day in WORKED or (day.weekday() < 5 and not any(first <= day <= last for first, last in BREAKS))


def worked_days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        if works(first + n * DAY):
            yield first + n * DAY


def day_on(day: date, n: int, leave: Leave | None = None) -> date:
    """The ``n``-th working day after ``day``, before it where ``n`` is negative."""
    step = DAY if n > 0 else -DAY
    while n:
        day += step
        if works(day, leave):
            n -= 1 if n > 0 else -1
    return day


def loud(moment: datetime, leave: Leave | None = None) -> bool:
    """An unasked word may come: not at night, not at noon, not on rest days or leave."""
    clock = moment.time()
    awake = time(8, 30) <= clock < time(20) and not time(12) <= clock < time(13, 30)
    return awake and works(moment.date(), leave)


def held(moment: datetime, leave: Leave | None = None, morning: time = MORNING) -> datetime:
    """When a word of that moment comes: then, after the noon break, or with the next working morning."""
    if loud(moment, leave):
        return moment
    if works(moment.date(), leave) and time(12) <= moment.time() < time(13, 30):
        return at(moment.date(), 13, 40)
    day = moment.date() if moment.time() < morning and works(moment.date(), leave) else day_on(moment.date(), 1, leave)
    return datetime.combine(day, morning, ZONE)


def brought_forward(moment: datetime, leave: Leave | None = None) -> datetime:
    """When a word ahead comes: then, or ten minutes before the quiet that it falls into."""
    if loud(moment, leave):
        return moment
    if works(moment.date(), leave) and time(12) <= moment.time() < time(13, 30):
        return at(moment.date(), 11, 50)
    if works(moment.date(), leave) and moment.time() >= time(20):
        return at(moment.date(), 19, 50)
    return at(day_on(moment.date(), -1, leave), 19, 50)


def next_clock(moment: datetime, clock: time) -> datetime:
    today = datetime.combine(moment.date(), clock, ZONE)
    return today if today > moment else today + DAY


# hours of silence and stall: a working day has 24 of them, a rest day or a day of leave none


def silent_until(since: datetime, hours: float, leave: Leave | None) -> datetime:
    left, now = timedelta(hours=hours), since
    while True:
        midnight = datetime.combine(now.date() + DAY, time(), ZONE)
        if works(now.date(), leave):
            if left <= midnight - now:
                return now + left
            left -= midnight - now
        now = midnight


def early_word(line: datetime, leave: Leave | None) -> datetime:
    """Two hours before, where that is a working hour; else the last window (11:40, 16:40) before it."""
    word = line - timedelta(hours=2)
    clock = word.time()
    working = time(9) <= clock < time(12) or time(13, 30) <= clock < time(18)
    if works(word.date(), leave) and working:
        return word
    day = word.date()
    for _ in range(60):
        for window in (time(16, 40), time(11, 40)):
            if works(day, leave) and datetime.combine(day, window, ZONE) <= word:
                return datetime.combine(day, window, ZONE)
        day -= DAY
    raise AssertionError(f"no window before {line}")
