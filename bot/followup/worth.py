"""Which follow-ups are worth most today (E1 值得一 to 值得三): money, how near the deal is, who waits. Pure.

Worth = amount × (½ + ½ × the share of the way that it has come) × what the reason weighs. An opportunity without a
reason to speak today is none, however large it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from nlp.workdays import Calendar
from storage.records import Activity, Commitment, Opportunity

Why = Literal["asked", "said", "meets", "comes", "signs"]
"""asked: the customer waits; said: its answer is late; the others lie ahead."""
WEIGHTS: dict[Why, Decimal] = {
    "asked": Decimal("1.5"), "said": Decimal("1.3"), "meets": Decimal("1.2"), "comes": Decimal("1.2"),
    "signs": Decimal("1.2"),
}  # fmt: skip
ASKS = ("asks_quote", "asks_contract", "asks_trial", "asks_timeline", "asks_cases", "asks_comparison",
        "proposes_demo_time", "delivery_concern", "price_objection")  # fmt: skip
"""What a customer says who waits for an answer, the most telling first."""
ASKED_WITHIN, SAID_WITHIN, AHEAD = 2, 5, timedelta(days=7)
"""Working days that a question and a customer's word are followed up; how far ahead a day is prepared for."""
MOST = 3


@dataclass(frozen=True, slots=True)
class Prospect:
    """An open opportunity as far as its worth goes. ``way``: the share of its stages that lie behind it, 0 to 1;
    ``recent``: what was done or said lately, newest first; ``theirs``, ``ours``: promises still open."""

    deal: Opportunity
    way: Decimal
    recent: Sequence[Activity] = ()
    theirs: Sequence[Commitment] = ()
    ours: Sequence[Commitment] = ()


@dataclass(frozen=True, slots=True)
class Worth:
    """Why to speak about it today: ``what`` was asked (a signal) or said, and ``at`` when."""

    deal: Opportunity
    why: Why
    at: date | datetime
    what: str = ""
    presses: bool = False
    """Somebody waits or is waited for since the last working day: reason enough for a morning of its own, once."""

    def score(self, way: Decimal) -> Decimal:
        return (self.deal.amount or Decimal(1)) * (1 + way) / 2 * WEIGHTS[self.why]


def best(prospects: Iterable[Prospect], now: datetime, calendar: Calendar, most: int = MOST) -> list[Worth]:
    """The worthiest first; one a customer."""
    found = [(one, why) for one in prospects if (why := reason(one, now, calendar)) is not None]
    found.sort(key=lambda pair: (-pair[1].score(pair[0].way), pair[0].deal.id))
    seen: set[str] = set()
    chosen: list[Worth] = []
    for one, why in found:
        if one.deal.customer_id not in seen and len(chosen) < most:
            seen.add(one.deal.customer_id)
            chosen.append(why)
    return chosen


def reason(one: Prospect, now: datetime, calendar: Calendar) -> Worth | None:
    """The most telling one; None where nothing speaks for today, or the customer is out of reach."""
    if one.deal.exempt_until is not None and one.deal.exempt_until > now.date():
        return None
    return _asked(one, now, calendar) or _said(one, now, calendar) or _ahead(one, now)


def _asked(one: Prospect, now: datetime, calendar: Calendar) -> Worth | None:
    """The customer's question was the last word, and neither a promise of ours nor what was arranged answers it."""
    last = next(iter(one.recent), None)
    if last is None or last.planned_for is not None or any(promise.said_at >= last.occurred_at for promise in one.ours):
        return None
    asked = next((signal for signal in ASKS if signal in last.signals), "")
    day = last.occurred_at.astimezone(now.tzinfo).date()
    ago = calendar.workdays_between(day, now.date())
    return Worth(one.deal, "asked", last.occurred_at, asked, ago <= 1) if asked and ago <= ASKED_WITHIN else None


def _said(one: Prospect, now: datetime, calendar: Calendar) -> Worth | None:
    """The day is past by which the customer was to answer."""
    for promise in one.theirs:
        day = _day(promise.due, now)
        ago = calendar.workdays_between(day, now.date()) if day is not None and day < now.date() else SAID_WITHIN + 1
        if day is not None and ago <= SAID_WITHIN:
            return Worth(one.deal, "said", day, promise.what, ago <= 1)
    return None


def _ahead(one: Prospect, now: datetime) -> Worth | None:
    """Something is fixed for the next days: a meeting, the customer's own step, the signing."""
    until = now.date() + AHEAD
    meets = [
        (one_.planned_for, one_.action or "") for one_ in one.recent if one_.planned_for and one_.planned_for > now
    ]
    if meets:
        at, action = min(meets)
        if at.astimezone(now.tzinfo).date() <= until:
            return Worth(one.deal, "meets", at.astimezone(now.tzinfo), action)
    for promise in one.theirs:
        day = _day(promise.due, now)
        if day is not None and now.date() < day <= until:
            return Worth(one.deal, "comes", day, promise.what)
    signs = one.deal.sign_date
    return Worth(one.deal, "signs", signs) if signs is not None and now.date() <= signs <= until else None


def _day(due: date | datetime | None, now: datetime) -> date | None:
    return due.astimezone(now.tzinfo).date() if isinstance(due, datetime) else due
