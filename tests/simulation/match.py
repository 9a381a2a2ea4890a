"""What was to come beside what came: each once, each at its moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from tests.simulation.days import day_on
from tests.simulation.heard import DAILY, PICTURES, PROMISES, WATCH, Heard, full
from tests.simulation.ledger import Ledger
from tests.simulation.reckoning import Due

RECKONED = frozenset((*PROMISES, *DAILY, *WATCH, *PICTURES))
SLACK = timedelta(minutes=2)
AFTER_OUTAGE = timedelta(minutes=15)
"""The longest that the sender waits before it tries again, and a little."""
MOST_DAYS = 5
"""How many working mornings a push may be put off for a full day."""


def compared(dues: Sequence[Due], heard: Sequence[Heard], ledger: Ledger) -> list[str]:
    """What did not come, came too often, at a wrong moment, or was not to come."""
    cards = [one for one in heard if one.kind in RECKONED]
    covered: set[int] = set()
    wrong: list[str] = []
    taken: set[tuple[int, str]] = set()
    for due in sorted(dues, key=lambda due: due.at):
        found = next(
            (n for n, one in enumerate(cards)
             if one.to == due.to and one.kind == due.kind and due.needle in one.words and (n, due.needle) not in taken
             and _in_time(due, one, cards, ledger)), None,
        )  # fmt: skip
        if found is not None:
            covered.add(found)
            taken.add((found, due.needle))
        elif due.sure:
            wrong.append(f"did not come: {due}")
    wrong += [f"was not to come: {one}" for n, one in enumerate(cards) if n not in covered]
    return wrong


def _in_time(due: Due, one: Heard, cards: Sequence[Heard], ledger: Ledger) -> bool:
    if timedelta() <= one.at - due.at <= SLACK or one.at <= _latest(due.at, ledger):
        return one.at >= due.at
    if due.kind in PROMISES or not full(cards, due.to, due.at):
        return False
    day = due.at.date()
    mornings = [day_on(day, n) for n in range(1, MOST_DAYS + 1)]
    return one.at.date() in mornings and time(8, 40) <= one.at.time() <= time(8, 55)


def _latest(moment: datetime, ledger: Ledger) -> datetime:
    """Until when a push of that moment may be on its way."""
    for start, end in ledger.outages:
        if start <= moment <= end + AFTER_OUTAGE:
            return end + 2 * AFTER_OUTAGE
    return moment + SLACK
