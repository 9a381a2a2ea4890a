"""When one may speak unasked: quiet time, rest days and leave, as one value that moves moments into what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.playbook.model import Playbook, Quiet, Windows
from nlp.workdays import Calendar
from storage.records import Member

DAY = timedelta(days=1)
LONGEST = 800
"""Days that a search walks: longer than any leave."""


@dataclass(frozen=True, slots=True)
class Away:
    """The days of a leave, both included; no last day means the first alone."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def of(cls, member: Member | None) -> Away:
        return cls(member.leave_from, member.leave_until) if member else cls()

    def on(self, day: date) -> bool:
        return self.first is not None and self.first <= day <= (self.last or self.first)


NEVER = Away()


@dataclass(frozen=True, slots=True)
class Times:
    """The hours in which a person may be spoken to, reckoned in ``zone``."""

    quiet: Quiet
    windows: Windows
    calendar: Calendar
    zone: tzinfo
    away: Away = NEVER
    margin: timedelta = timedelta(minutes=10)
    """How far from the edge of quiet time a moved word stays."""

    @classmethod
    def of(cls, playbook: Playbook, calendar: Calendar, zone: tzinfo, who: Member | Away | None = None) -> Times:
        margin = timedelta(minutes=playbook.reminders.last_before_quiet)
        away = who if isinstance(who, Away) else Away.of(who)
        return cls(playbook.quiet, playbook.windows, calendar, zone, away, margin)

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone)

    def works(self, day: date) -> bool:
        """The person can be spoken to on that day at all."""
        return self.calendar.is_workday(day) and not self.away.on(day)

    def allowed(self, moment: datetime) -> bool:
        """Outside quiet time."""
        local = moment.astimezone(self.zone)
        clock, quiet = local.time(), self.quiet
        awake = quiet.night_until <= clock < quiet.night_from
        return self.works(local.date()) and awake and not self.midday(moment)

    def midday(self, moment: datetime) -> bool:
        return self.quiet.midday_from <= moment.astimezone(self.zone).time() < self.quiet.midday_until

    def next_window(self, now: datetime) -> datetime:
        """The next of the two moments, before noon and in the afternoon, at which gathered things are told to a rep."""
        for day in (now.date(), now.date() + DAY):
            for clock in (self.windows.before_noon, self.windows.afternoon):
                at = self.at(self.working_day_from(day), clock)
                if at > now:
                    return at
        raise AssertionError("tomorrow has a window")

    def from_(self, moment: datetime, morning: time | None = None) -> datetime:
        """``moment`` where it is allowed; a midday one when the break is over; any other at the next morning's
        window (``morning``, else the rep's)."""
        local = moment.astimezone(self.zone)
        if self.allowed(local):
            return local
        if self.works(local.date()) and self.midday(local):
            return self.at(local.date(), self.quiet.midday_until) + self.margin
        at = self.at(self.working_day_from(local.date()), morning or self.windows.morning)
        return at if at > local else self.at(self.working_day_from(local.date() + DAY), morning or self.windows.morning)

    def before(self, moment: datetime) -> datetime:
        """``moment`` where it is allowed, else the last allowed one before: shortly before the quiet began."""
        local = moment.astimezone(self.zone)
        if self.allowed(local):
            return local
        day, quiet = local.date(), self.quiet
        if self.works(day) and self.midday(local):
            return self.at(day, quiet.midday_from) - self.margin
        if not (self.works(day) and local.time() >= quiet.night_from):
            day = self.working_day_to(day - DAY)
        return self.at(day, quiet.night_from) - self.margin

    def working_day_from(self, day: date) -> date:
        """``day`` or the next on which the person works."""
        return self._walk(day, DAY)

    def working_day_to(self, day: date) -> date:
        """``day`` or the last before it on which the person works."""
        return self._walk(day, -DAY)

    def next_clock(self, moment: datetime, clock: time) -> datetime:
        """The next ``clock`` after ``moment``, on whatever day."""
        local = moment.astimezone(self.zone)
        today = self.at(local.date(), clock)
        return today if today > local else self.at(local.date() + DAY, clock)

    def _walk(self, day: date, step: timedelta) -> date:
        for _ in range(LONGEST):
            if self.works(day):
                return day
            day += step
        raise ValueError("no working day within two years")
