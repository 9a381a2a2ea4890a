"""Which follow-ups are worth most, from values."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.clock import SHANGHAI
from bot.followup.worth import Prospect, Worth, best, reason
from nlp.workdays import Calendar
from storage.records import Activity, Commitment, Opportunity

NOW = datetime(2026, 3, 10, 8, 40, tzinfo=SHANGHAI)
CALENDAR = Calendar.national()


def deal(id: str, amount: str | None = "100000", **more: Any) -> Opportunity:
    return Opportunity(
        id=f"opp_{id}", customer_id=f"cus_{id}", owner_id="mem", name=id, pipeline="default", stage="negotiation",
        stage_since=NOW, created_at=NOW, amount=Decimal(amount) if amount else None, **more,
    )  # fmt: skip


def said(when: datetime, *signals: str, planned: datetime | None = None) -> Activity:
    return Activity(
        id="act", customer_id="cus", author_id="mem", recorder_id="mem", occurred_at=when, signals=signals,
        planned_for=planned, action="visit" if planned else None,
    )  # fmt: skip


def promise(due: date | None, by: str = "customer", at: datetime = NOW - timedelta(days=5)) -> Commitment:
    return Commitment(
        id="pro", customer_id="cus", by=by, what="答复", due=due, owner_id="mem", author_id="mem",  # type: ignore[arg-type]
        recorder_id="mem", said_at=at,
    )  # fmt: skip


def why(**parts: Any) -> Worth | None:
    return reason(Prospect(deal=parts.pop("deal", deal("a")), way=Decimal(1), **parts), NOW, CALENDAR)


def test_a_question_that_was_the_last_word_comes_first() -> None:
    evening = NOW - timedelta(hours=12)
    found = why(recent=[said(evening, "considering", "asks_timeline")], theirs=[promise(date(2026, 3, 9))])
    assert found is not None and (found.why, found.what) == ("asked", "asks_timeline")
    assert (
        why(
            recent=[
                said(
                    NOW,
                ),
                said(evening, "asks_timeline"),
            ]
        )
        is None
    ), "somebody spoke since"
    assert why(recent=[said(evening, "asks_quote")], ours=[promise(None, "us", evening)]) is None, "it is promised"
    assert why(recent=[said(NOW - timedelta(days=5), "asks_quote")]) is None, "that is long ago"


def test_the_customers_day_a_meeting_the_signing() -> None:
    assert why(theirs=[promise(date(2026, 3, 9))]) == Worth(deal("a"), "said", date(2026, 3, 9), "答复", presses=True)
    older = why(theirs=[promise(date(2026, 3, 5))])
    assert older is not None and not older.presses, "that was told before"
    assert why(theirs=[promise(date(2026, 2, 9))]) is None
    meets = why(recent=[said(NOW, planned=NOW + timedelta(days=2))])
    assert meets is not None and (meets.why, meets.what) == ("meets", "visit")
    signs = why(deal=deal("a", sign_date=date(2026, 3, 12)))
    assert signs is not None and signs.why == "signs"
    assert why(deal=deal("a", sign_date=date(2026, 3, 12), exempt_until=date(2026, 3, 20))) is None


def test_money_and_nearness_decide_and_each_customer_stands_once() -> None:
    asked = [said(NOW - timedelta(hours=12), "asks_quote")]
    near = Prospect(deal("near", "400000"), Decimal(1), asked)
    far = Prospect(deal("far", "500000"), Decimal(0), asked)
    other = Prospect(deal("far", "450000").with_(id="opp_far2"), Decimal(0), asked)
    bare = Prospect(deal("bare", None), Decimal(1), asked)
    found = best([bare, far, other, near, Prospect(deal("idle", "9000000"), Decimal(1))], NOW, CALENDAR)
    assert [one.deal.name for one in found] == ["near", "far", "bare"]
