"""What was to come beside what came: each once, each at its moment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from tests.simulation.days import ZONE, day_on
from tests.simulation.heard import DAILY, PICTURES, PROMISES, UNCOUNTED, WATCH, Heard, cap_of
from tests.simulation.ledger import Ledger
from tests.simulation.reckoning import Due

RECKONED = frozenset((*PROMISES, *DAILY, *WATCH, *PICTURES))
TIMELY = ("risk.early",)
DAYS_OWN = {"rep": {"digest.rep": time(8, 40)}, "boss": {"risk.list": time(8, 50), "digest.manager": time(18, 40)}}
"""What comes on each day that has something to tell; until its hour others leave it its place."""
ALWAYS = frozenset((*PROMISES, *(kind for kinds in DAYS_OWN.values() for kind in kinds)))
"""What no full day puts off."""
SLACK = timedelta(minutes=2)
AFTER_OUTAGE = timedelta(minutes=15)
"""The longest that the sender waits before it tries again, and a little."""
UNTOUCHED = 5
"""Pushes of a kind that are left untouched before it halves itself."""
MOST_DAYS = 3
"""How many working mornings a push may be put off for a full day; then it expires."""


class Matched:
    def __init__(self, dues: Sequence[Due], heard: Sequence[Heard], ledger: Ledger, end: datetime) -> None:
        self.dues, self.ledger, self.end = sorted(dues, key=lambda due: due.at), ledger, end
        self._cards: dict[tuple[str, str], list[Heard]] = defaultdict(list)
        self._days: dict[tuple[str, date], list[datetime]] = defaultdict(list)
        for one in heard:
            if one.kind in RECKONED:
                self._cards[one.to, one.kind].append(one)
            if one.unasked and one.kind not in UNCOUNTED:
                self._days[one.to, one.at.date()].append(one.at)

    def wrong(self) -> list[str]:
        """What did not come, came too often, at a wrong moment, or was not to come."""
        found: list[str] = []
        told: Counter[tuple[int, str]] = Counter()
        covered: set[int] = set()
        for due in self.dues:
            card = next((one for one in self._cards[due.to, due.kind] if self._is(due, one, told)), None)
            if card is not None:
                covered.add(id(card))
                told[id(card), due.needle] += 1
            elif due.sure and not self._expired(due) and not self._halved(due):
                found.append(f"did not come: {due}")
        rest = [one for cards in self._cards.values() for one in cards if id(one) not in covered]
        return found + [f"was not to come: {one}" for one in rest]

    def _halved(self, due: Due) -> bool:
        """Nobody in the story taps what the watch says: from the sixth card on every second one may stay away."""
        return due.kind in WATCH and sum(one.at < due.at for one in self._cards[due.to, due.kind]) >= UNTOUCHED

    def _is(self, due: Due, one: Heard, told: Counter[tuple[int, str]]) -> bool:
        """A card may tell of two people's things of one name, each in its line."""
        if one.at < due.at or due.needle not in one.words or not self._in_time(due, one):
            return False
        if due.spare and not self._halved(due):
            return False
        return told[id(one), due.needle] < (one.words.count(due.needle) if due.needle else 1)

    def _in_time(self, due: Due, one: Heard) -> bool:
        if one.at <= self._latest(due.at):
            return True
        if due.kind in ALWAYS or due.kind in TIMELY or not self._full(due, due.at):
            return False
        mornings = [day_on(due.at.date(), n, self.ledger.leaves.get(due.to)) for n in range(1, MOST_DAYS + 1)]
        return one.at.date() in mornings and time(8, 40) <= one.at.time() <= time(8, 55)

    def _expired(self, due: Due) -> bool:
        """There was no room for it, on the mornings to which it was put off neither; what is true at its moment alone
        is not put off."""
        if due.kind in ALWAYS or not self._full(due, due.at):
            return False
        later = range(1, 1 if due.kind in TIMELY else MOST_DAYS + 1)
        moments = [
            datetime.combine(day_on(due.at.date(), n, self.ledger.leaves.get(due.to)), time(23), ZONE) for n in later
        ]
        return all(moment > self.end or self._full(due, moment) for moment in moments)

    def _full(self, due: Due, moment: datetime) -> bool:
        """The person's day holds by then so many counted pushes, said or on their way, that there is no room for it."""
        to_come = sum(moment.time() <= hour for hour in DAYS_OWN.get(due.to.split(".")[0], {}).values())
        room = cap_of(due.to) - max(2 if due.kind == "stage.stall" else 0, to_come)
        by = self._latest(moment)
        return sum(at <= by for at in self._days[due.to, moment.date()]) >= room

    def _latest(self, moment: datetime) -> datetime:
        """Until when a push of that moment may be on its way."""
        for start, end in self.ledger.outages:
            if start <= moment <= end + AFTER_OUTAGE:
                return end + 2 * AFTER_OUTAGE
        return moment + SLACK
