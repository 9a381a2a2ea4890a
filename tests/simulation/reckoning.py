"""What people are to hear of all that happened: reckoned from the ledger by the words of SPEC TIME-1 to TIME-4 and
VOICE B, C, E, without asking the bot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from tests.simulation.company import Company, Deal
from tests.simulation.days import (
    BOSS_MORNING,
    DAY,
    Leave,
    at,
    brought_forward,
    day_on,
    early_word,
    held,
    next_clock,
    silent_until,
    worked_days,
    works,
)
from tests.simulation.ledger import Ledger, Promise

EVENING = time(18, 40)


@dataclass(frozen=True)
class Due:
    """One push that is to come, ``needle`` among its words. ``sure`` False: it may come, and need not. ``spare``: it
    comes only in the place of one of that day which its kind, left untouched so often, keeps to itself."""

    at: datetime
    to: str
    kind: str
    needle: str
    sure: bool = True
    spare: bool = False

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M} {self.to} {self.kind}: {self.needle}"


class Reckoning:
    def __init__(self, company: Company, ledger: Ledger, start: datetime, end: datetime) -> None:
        self.company, self.ledger, self.start, self.end = company, ledger, start, end

    def all(self) -> list[Due]:
        found = [due for promise in self.ledger.promises for due in self._of_promise(promise)]
        found += [due for deal in self.company.deals for due in self._stalls(deal)]
        found += self._early()
        for day in worked_days(self.start.date(), self.end.date()):
            found += [*self._mornings(day, found), *self._for_bosses(day), *self._weekly(day)]
        return [due for due in found if self.start < due.at <= self.end]

    def named(self) -> set[tuple[str, datetime]]:
        """The moments that people named themselves: quiet time does not hold them."""
        return {
            (one.owner, due) for one in self.ledger.promises for _, due in one.spans if isinstance(due, datetime)
        }  # fmt: skip

    def _leave(self, user: str) -> Leave | None:
        return self.ledger.leaves.get(user)

    # -- promises --------------------------------------------------------------------------------------------------

    def _of_promise(self, promise: Promise) -> Iterator[Due]:
        for n, (since, due) in enumerate(promise.spans):
            until = promise.ends(n, self.end)
            for one in self._span(promise, since, due, promise.evening and n == 0):
                if since < one.at < until or (one.at == until == self.end):
                    yield one

    def _span(self, promise: Promise, since: datetime, due: date | datetime, evening: bool) -> Iterator[Due]:
        to, leave = promise.owner, self._leave(promise.owner)
        day = due.date() if isinstance(due, datetime) else due
        if promise.theirs:
            asked = held(at(day, 14, 10), leave)
            yield Due(asked, to, "promise.customer", promise.deal.customer)
            return
        if isinstance(due, datetime):
            yield Due(brought_forward(due - timedelta(hours=2), leave), to, "promise.ahead", promise.thing)
            yield Due(due, to, "promise.now", promise.thing)
            yield from self._late(promise, due + timedelta(minutes=30), None)
            return
        ahead = brought_forward(at(day_on(day, -1), 17, 40), leave)
        if ahead.date() != since.date():
            yield Due(ahead, to, "promise.ahead", promise.thing)
        if works(day, leave):
            yield Due(at(day, 14, 10), to, "promise.now", promise.thing)
        late, up = at(day, 18, 10), at(day, 18, 40)
        if evening:
            late = at(day + DAY, 8, 40)
            up = next_clock(late, EVENING)
        yield from self._late(promise, late, up)

    def _late(self, promise: Promise, late: datetime, up: datetime | None) -> Iterator[Due]:
        yield Due(held(late, self._leave(promise.owner)), promise.owner, "promise.late", promise.thing)
        boss = self.company.person(promise.owner).boss
        told = held(up or next_clock(late, EVENING), None, BOSS_MORNING)
        yield Due(told, boss, "promise.late.manager", promise.thing)
        again = at(day_on(told.date(), 5), 18, 40)
        acked = any(
            (who, owner, thing) == (boss, promise.owner, promise.thing) and card.date() == told.date() and when < again
            for who, card, when, owner, thing in self.ledger.acked
        )  # fmt: skip
        if not acked:
            yield Due(again, boss, "promise.late.manager", promise.thing)

    def _overdue_since(self, promise: Promise, moment: datetime) -> date | None:
        """The due day of a promise of ours that is late at the moment."""
        span = promise.stands(moment)
        if span is None or promise.theirs:
            return None
        due = span[1]
        day = due.date() if isinstance(due, datetime) else due
        late = due + timedelta(minutes=30) if isinstance(due, datetime) else at(day, 18, 10)
        if promise.evening and len(promise.spans) == 1:
            late = at(day + DAY, 8, 40)
        return day if late < moment else None

    # -- opportunities ---------------------------------------------------------------------------------------------

    def _stays(self, deal: Deal) -> Iterator[tuple[datetime, datetime]]:
        """(entered, left) of each stage."""
        entered = [deal.since, *self.ledger.entered.get(deal.n, ())]
        yield from zip(entered, [*entered[1:], deal.closed or self.end], strict=True)

    def _stalls(self, deal: Deal) -> Iterator[Due]:
        """On the sixth working day in a stage, and after each five more."""
        leave = self._leave(deal.rep)
        for since, left in self._stays(deal):
            for n in range(1, 20):
                moment = at(day_on(since.date(), 5 * n + 1, leave), 8, 40)
                if moment < left:
                    yield Due(moment, deal.rep, "stage.stall", deal.customer)

    def _silences(self, deal: Deal) -> Iterator[tuple[datetime, datetime]]:
        """(the moment 72 hours are full, when somebody speaks again)."""
        spoke = self.ledger.contacts.get(deal.n, [])
        for since, until in zip(spoke, [*spoke, deal.closed or self.end][1:], strict=True):
            yield silent_until(since, 72, self._leave(deal.rep)), until

    def _early(self) -> Iterator[Due]:
        """To each rep the first two of a day."""
        days: dict[tuple[str, date], list[Due]] = defaultdict(list)
        for deal in self.company.deals:
            for line, until in self._silences(deal):
                word = early_word(line, self._leave(deal.rep))
                if word < until:
                    days[deal.rep, word.date()].append(Due(word, deal.rep, "risk.early", deal.customer))
        for found in days.values():
            found.sort(key=lambda due: due.at)
            edge = found[1].at if len(found) > 2 else None
            for due in found:
                sure = edge is None or due.at < edge
                yield replace(due, sure=sure, spare=edge is not None and due.at > edge)

    # -- mornings, evenings, weeks ---------------------------------------------------------------------------------

    def _mornings(self, day: date, so_far: list[Due]) -> Iterator[Due]:
        """E1 where something is due today or was late within three working days and has no card of its own."""
        now = at(day, 8, 40)
        late = [due for due in so_far if (due.at, due.kind) == (now, "promise.late")]
        for rep in self.company.reps:
            if not works(day, self._leave(rep.user)):
                continue
            told = {due.needle for due in late if due.to == rep.user}
            found: list[str] = []
            perhaps = False
            for one in self.ledger.of(rep.user):
                span = one.stands(now)
                if span is None:
                    continue
                due = span[1].date() if isinstance(span[1], datetime) else span[1]
                if one.theirs:
                    found += [""] if due == day else []
                    perhaps = perhaps or due < day
                    continue
                since = self._overdue_since(one, now)
                was_late = since is not None and len(list(worked_days(since + DAY, day))) <= 3
                if (due == day or was_late) and one.thing not in told:
                    found.append(one.thing)
            if found or perhaps:
                yield Due(now, rep.user, "digest.rep", found[0] if len(found) == 1 else "", sure=bool(found))

    def _for_bosses(self, day: date) -> Iterator[Due]:
        for boss in self.company.bosses:
            team = {one.user for one in self.company.led(boss.user)}
            if self._risky(team, at(day, 8, 50)):
                yield Due(at(day, 8, 50), boss.user, "risk.list", "")
            if self._moved(team, day):
                yield Due(at(day, 18, 40), boss.user, "digest.manager", "")
                yield Due(at(day, 18, 40), boss.user, "heat.day.picture", "")
            yield Due(at(day, 18, 45), boss.user, "seal.day", "")

    def _risky(self, team: set[str], now: datetime) -> bool:
        """Some opportunity of the team is late with a promise, silent or stalled."""
        for deal in self.company.deals:
            if deal.rep not in team or (deal.closed is not None and deal.closed <= now):
                continue
            if any(one.deal is deal and self._overdue_since(one, now) for one in self.ledger.of(deal.rep)):
                return True
            if any(line <= now < until for line, until in self._silences(deal)):
                return True
            if self._talked(deal, now) or any(
                since <= now < left and at(day_on(since.date(), 6, self._leave(deal.rep)), 8, 40) <= now
                for since, left in self._stays(deal)
            ):  # fmt: skip
                return True
        return False

    def _talked(self, deal: Deal, now: datetime) -> bool:
        """Three talks at 价格谈判 and no itemised quote: nobody hands one in here. The call that led there counts."""
        entered = self.ledger.entered.get(deal.n, [])
        since = entered[-1] if deal.stage == "negotiation" and entered else now
        return sum(since <= when <= now for when in self.ledger.contacts.get(deal.n, ())) >= 3

    def _moved(self, team: set[str], day: date) -> bool:
        """A promise of the team was kept that day, or an opportunity went forward."""
        start, end = at(day, 0), at(day, 18, 40)
        kept = any(
            one.owner in team and one.state == "kept" and one.closed and start <= one.closed < end
            for one in self.ledger.promises
        )  # fmt: skip
        went = any(
            deal.rep in team and deal.closed is None and start <= when < end
            for deal in self.company.deals for when in self.ledger.entered.get(deal.n, ())
        )  # fmt: skip
        return kept or went

    def _weekly(self, day: date) -> Iterator[Due]:
        before = day_on(day, -1)
        if before.isocalendar().week != day.isocalendar().week:
            for one in (*self.company.bosses, *self.company.reps):
                if works(day, self._leave(one.user)):
                    yield Due(at(day, 9, 10), one.user, "heat.week", "")
                    yield Due(at(day, 9, 10), one.user, "heat.week.picture", "")
        if before.month != day.month:
            for boss in self.company.bosses:
                stirred = any(when.month == before.month for found in self.ledger.entered.values() for when in found)
                yield Due(at(day, 9, 20), boss.user, "pipeline.month", "", sure=stirred)
