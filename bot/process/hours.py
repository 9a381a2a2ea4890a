"""Hours of waiting: a whole working day is 24 of them, a rest day or a day of leave none (TIME-2). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.playbook.times import DAY, Times


def after(start: datetime, hours: float, times: Times) -> datetime:
    """The moment at which so many hours have been waited since ``start``; after two years of rest days that one."""
    left, local = timedelta(hours=hours), start.astimezone(times.zone)
    for _ in range(800):
        midnight = times.at(local.date() + DAY, local.time().min)
        if times.works(local.date()):
            if local + left <= midnight:
                return local + left
            left -= midnight - local
        local = midnight
    return local


def between(start: datetime, end: datetime, times: Times) -> float:
    """Hours waited from ``start`` to ``end``; 0 where it lies behind. A stretch over two years counts as it is."""
    local, last = start.astimezone(times.zone), end.astimezone(times.zone)
    if last <= local:
        return 0.0
    if last - local > timedelta(days=730):
        return (last - local) / timedelta(hours=1)
    waited = timedelta()
    while local < last:
        midnight = min(times.at(local.date() + DAY, local.time().min), last)
        if times.works(local.date()):
            waited += midnight - local
        local = midnight
    return waited / timedelta(hours=1)
