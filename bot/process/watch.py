"""Which lines an opportunity has crossed, and which it will cross when (SPEC TIME-2, TIME-3, PROC-7, PROC-9): values
in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.playbook.model import Pipeline, Playbook
from bot.playbook.times import NEVER, Away
from bot.process.counted import FURTHEST, Counted, counted
from nlp.workdays import Calendar
from storage.records import Change, Risk, changed, made, new_id
from storage.watching import Sight

DAY = timedelta(days=1)
RISKS = ("no_quote", "no_case", "regressed", "overdue", "silent", "blocked", "stalled")
"""Why an opportunity is to be looked at, the most telling reason first."""
EARLY = frozenset({"silent", "no_case"})
"""What the rep hears of before it matures: what an act of his still prevents."""
MEMO = "memo"
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """The clock of silence and stall for one owner: a worked day has 24 hours; rest days and leave have none."""

    calendar: Calendar
    zone: tzinfo
    away: Away = NEVER
    _row: Counted = field(init=False, compare=False, repr=False)
    _spans: dict[float, timedelta] = field(default_factory=dict, compare=False, repr=False)
    _midnights: dict[int, datetime] = field(default_factory=dict, compare=False, repr=False)
    _now: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    _stalls: dict[tuple[date, date, int], tuple[Line, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Long stays that were reckoned: an owner's opportunities came to their stages on the same few days."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_row", counted(self.calendar, self.away))

    def counts(self, day: date) -> bool:
        return self._row.on(day.toordinal())

    def after(self, start: datetime, hours: float) -> datetime:
        """When ``hours`` of the clock have passed since ``start``."""
        at, row = start.astimezone(self.zone), self._row
        left = self._spans.get(hours) or self._spans.setdefault(hours, timedelta(hours=hours))
        day = at.toordinal()
        if row.on(day):
            left += at - self._midnight(day)
        whole = max(0, (left - TICK) // DAY)  # a day that is just full ends on itself
        return self._midnight(row.nth(day, whole)) + (left - whole * DAY)

    def _midnight(self, day: int) -> datetime:
        known = self._midnights.get(day)
        if known is None:
            known = self._midnights[day] = datetime.combine(date.fromordinal(day), time(), self.zone)
        return known

    def today(self, now: datetime) -> date:
        """Its day in the owner's zone: a sweep asks with one moment."""
        if self._now.get("now") != now:
            self._now.update(now=now, day=now.astimezone(self.zone).date())
        day: date = self._now["day"]
        return day

    def between(self, start: datetime, end: datetime) -> int:
        """Whole hours of the clock from ``start`` to ``end``."""
        at, end, row = start.astimezone(self.zone), end.astimezone(self.zone), self._row
        if at >= end:
            return 0
        first, last = at.toordinal(), end.toordinal()
        total = row.between(first, last) * DAY
        if row.on(first):
            total -= at - self._midnight(first)
        if row.on(last):
            total += end - self._midnight(last)
        return int(total.total_seconds() // 3600)

    def days(self, first: date, last: date) -> int:
        """Counted days after ``first`` up to and with ``last``."""
        until, since = last.toordinal() + 1, first.toordinal() + 1
        return self._row.between(since, until) if until > since else 0

    def day_after(self, day: date, n: int) -> date:
        """The ``n``-th counted day after ``day``."""
        return date.fromordinal(self._row.nth(day.toordinal() + 1, n - 1))

    def word_before(self, moment: datetime, hours: int, playbook: Playbook) -> datetime:
        """``hours`` before ``moment``, in working hours: else at the last window of the day before."""
        at = moment.astimezone(self.zone) - timedelta(hours=hours)
        day, windows, clock = at.toordinal(), playbook.windows, at.time()
        if self._row.on(day):
            if self._at_work(clock):
                return at
            if clock > self.calendar.start:
                noon = clock < windows.afternoon
                return datetime.combine(at.date(), windows.before_noon if noon else windows.afternoon, self.zone)
        for ordinal in range(day - 1, day - FURTHEST, -1):
            if self._row.on(ordinal):
                break
        return datetime.combine(date.fromordinal(ordinal), windows.afternoon, self.zone)

    def awake(self, moment: datetime, playbook: Playbook) -> datetime:
        """``moment``, or from the quiet of the night the next morning's window, where what else is due is told too."""
        at, morning, night = moment.astimezone(self.zone), playbook.windows.morning, playbook.quiet.night_from
        if morning <= at.time() < night:
            return at
        day = at.date() if at.time() < morning else self.day_after(at.date(), 1)
        return datetime.combine(day, morning, self.zone)

    def _at_work(self, clock: time) -> bool:
        """Working hours of a day that counts, lunch left out."""
        calendar = self.calendar
        if not calendar.start <= clock < calendar.end:
            return False
        return calendar.lunch is None or not calendar.lunch[0] <= clock < calendar.lunch[1]

    def stalls(self, since: date, today: date, stay: int, morning: time) -> tuple[Line, ...]:
        """The last long stay and the next: on the first day beyond ``stay``, and again after each such stretch."""
        found = self._stalls.get((since, today, stay))
        if found is None:
            last = (self.days(since, today) - 1) // stay
            facts = {"since": since.isoformat(), "days": stay}
            found = self._stalls[since, today, stay] = tuple(
                Line("stalled", datetime.combine(self.day_after(since, n * stay + 1), morning, self.zone), facts, n=n)
                for n in range(max(1, last), last + 2)
            )
        return found


class Line(NamedTuple):
    """A line at ``at``: crossed once that has come. ``early``: when the rep is told before. ``n``: which time it is
    crossed, of those that come again."""

    kind: str
    at: datetime
    facts: Mapping[str, Any] = MappingProxyType({})
    early: datetime | None = None
    n: int = 0


def lines(sight: Sight, playbook: Playbook, hours: Hours, now: datetime, back: int = 0) -> list[Line]:
    """All lines of an open opportunity, those crossed and those to come if nothing changes. ``back``: steps back since
    it last broke new ground."""
    pipeline = playbook.pipeline(sight.pipeline)
    found: list[Line] = []
    if sight.heard is not None:  # where no contact was ever recorded nothing is known of silence
        found.append(_silence(sight, sight.heard, playbook, hours))
    if sight.exempt_until is not None:
        found.append(Line(MEMO, datetime.combine(sight.exempt_until, playbook.windows.morning, hours.zone)))
    found += _wanting(sight, playbook, hours)
    found += _stall(sight, pipeline, playbook, hours, now)
    if sight.tracks:
        found += _steps(sight, pipeline, playbook, hours, now)
    if back >= playbook.watch.regressions:
        found.append(Line("regressed", sight.stage_since, {"count": back}))
    if sight.overdue:
        found.append(Line("overdue", now, {"count": sight.overdue}))
    return found


def _free(sight: Sight, moment: datetime, hours: Hours) -> datetime:
    """``moment``, or where the customer was out of reach the day on which that ends."""
    if sight.exempt_until is None:
        return moment
    return max(moment, datetime.combine(sight.exempt_until, time(), hours.zone))


def _silence(sight: Sight, heard: datetime, playbook: Playbook, hours: Hours) -> Line:
    watch = playbook.watch
    limit = watch.silent_hours
    at = hours.after(heard if sight.exempt_until is None else _free(sight, heard, hours), limit)
    early = hours.word_before(at, watch.early_hours, playbook)
    return Line("silent", at, {"heard": heard.isoformat(), "hours": limit}, early)


def _wanting(sight: Sight, playbook: Playbook, hours: Hours) -> Sequence[Line]:
    """What a stage wants soon: only where the playbook knows that kind of evidence."""
    watch = playbook.watch
    if sight.stage == watch.case_stage and not sight.cases and watch.case_kind in playbook.evidence:
        at = hours.after(sight.stage_since, watch.case_hours)
        early = hours.word_before(at, watch.early_hours, playbook)
        return (Line("no_case", at, {"since": sight.stage_since.isoformat(), "hours": watch.case_hours}, early),)
    talked = sight.stage == watch.quote_stage and sight.talks >= watch.quote_talks
    if talked and not sight.quotes and watch.quote_kind in playbook.evidence:
        return (Line("no_quote", sight.heard or sight.stage_since, {"talks": sight.talks}),)
    return ()


def _stall(sight: Sight, pipeline: Pipeline, playbook: Playbook, hours: Hours, now: datetime) -> Sequence[Line]:
    """On the first day beyond the longest stay, and again after each such stretch."""
    stage = pipeline.stage(sight.stage)
    if stage is None or stage.max_stay_days is None:
        return ()
    since = _free(sight, sight.stage_since, hours).astimezone(hours.zone).date()
    return hours.stalls(since, hours.today(now), stage.max_stay_days, playbook.windows.morning)


def _steps(sight: Sight, pipeline: Pipeline, playbook: Playbook, hours: Hours, now: datetime) -> Iterable[Line]:
    """A step of a track, after each stretch of hours in it; the last step of a track is where it is to stand."""
    for id, stands in sight.tracks.items():
        track = pipeline.track(id)
        step = track.step(str(stands.get("step"))) if track and stands.get("since") else None
        if track is None or step is None or step.id == track.steps[-1].id:
            continue
        since = datetime.fromisoformat(str(stands["since"]))
        spent = playbook.watch.step_hours
        n = max(1, hours.between(since, now) // spent)
        facts = {"track": id, "step": step.id, "since": str(stands["since"])}
        for k in (n, n + 1):
            yield Line("blocked", hours.awake(hours.after(since, k * spent), playbook), facts, n=k)


def next_at(found: Iterable[Line], now: datetime) -> datetime | None:
    """When the next of them is crossed, or told of; None where none is to come."""
    first: datetime | None = None
    for line in found:
        for at in (line.at, line.early):
            if at is not None and at > now and (first is None or at < first):
                first = at
    return first


def crossed(found: Iterable[Line], start: datetime, now: datetime) -> list[Line]:
    """The lines crossed from ``start`` until ``now``, both included."""
    return [line for line in found if start <= line.at <= now]


def told_early(found: Iterable[Line], start: datetime, now: datetime) -> list[Line]:
    """The lines that the rep is told of from ``start`` until ``now``, and that are not crossed yet."""
    return [line for line in found if line.early is not None and start <= line.early <= now < line.at]


def settle(sight: Sight, found: Sequence[Line], risks: Sequence[Risk], now: datetime) -> tuple[Change, ...]:
    """How the risks of an opportunity come to agree with its lines: begun, matured, changed, over. One that was put
    aside by 知道了 comes back where its facts change."""
    held = {line.kind: line for line in reversed(found) if line.kind in RISKS and line.at <= now}
    coming = {line.kind: line for line in found if line.early is not None and line.early <= now < line.at}
    if not (risks or held or coming):
        return ()
    changes: list[Change] = []
    known = set()
    for risk in risks:
        line = held.get(risk.kind) or coming.get(risk.kind)
        known.add(risk.kind)
        if line is None:
            changes.append(changed(risk, "risk.gone", state="gone", ended_at=now))
            continue
        change = _of(risk, line, sight, matured=risk.kind in held)
        if change.after:
            changes.append(change)
    for kind in RISKS:
        line = held.get(kind) or coming.get(kind)
        if line is not None and kind not in known:
            changes.append(_begun(sight, line, now, matured=kind in held))
    return tuple(changes)


def _of(risk: Risk, line: Line, sight: Sight, *, matured: bool) -> Change:
    facts = dict(line.facts)
    if matured and risk.state == "early":
        return changed(risk, "risk.matured", state="open", since=line.at, facts=facts, owner_id=sight.owner_id)
    if dict(risk.facts) != facts:
        state = "open" if risk.state == "acked" else risk.state
        return changed(risk, "risk.changed", state=state, facts=facts, quiet_until=None, owner_id=sight.owner_id)
    return changed(risk, "risk.owner", owner_id=sight.owner_id)


def _begun(sight: Sight, line: Line, now: datetime, *, matured: bool) -> Change:
    return made(
        Risk(
            id=new_id("rsk", now), opportunity_id=sight.id, customer_id=sight.customer_id, owner_id=sight.owner_id,
            kind=line.kind, state="open" if matured else "early", since=line.at if matured else now,
            facts=dict(line.facts),
        ),
        "risk.begun",
    )  # fmt: skip


def over(risks: Iterable[Risk], now: datetime) -> tuple[Change, ...]:
    """All of them end: the opportunity is closed or gone."""
    return tuple(changed(risk, "risk.gone", state="gone", ended_at=now) for risk in risks)


def steps_back(first: str, moves: Iterable[tuple[str, bool]], pipeline: Pipeline) -> int:
    """How often it went back since it last entered a stage it had never reached. ``moves``: the stages entered in
    order, each with whether it was a taking back (撤销 is no step back)."""
    furthest = here = pipeline.place(first)
    back = 0
    for stage, undone in moves:
        place = pipeline.place(stage)
        if not undone and place < here:
            back += 1
        if place > furthest:
            furthest, back = place, 0
        here = place
    return back
