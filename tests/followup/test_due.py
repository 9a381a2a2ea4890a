"""The moments of a promise. Tuesday 2026-03-10; national calendar; all times in Shanghai."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.followup.due import AHEAD, CUSTOMER, LATE, MANAGER, NOW, OVERDUE, moments
from bot.playbook.load import parse, shipped
from bot.playbook.times import NEVER, Away, Times
from nlp.workdays import Calendar
from storage.records import Commitment

PLAYBOOK = parse(shipped())
WORDS = {AHEAD: "ahead", NOW: "now", LATE: "late", MANAGER: "manager", CUSTOMER: "customer", OVERDUE: "overdue"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def times(away: Away = NEVER) -> Times:
    windows = PLAYBOOK.windows
    return Times(PLAYBOOK.quiet, windows, Calendar.national(), SHANGHAI, away)


def commitment(due: date | datetime | None, said: datetime, *, evening: bool = False, by: str = "us") -> Commitment:
    return Commitment(
        id="pro_1", customer_id="cus_1", by=by, what="发报价单", due=due, evening=evening, owner_id="mem_1",
        author_id="mem_1", recorder_id="mem_1", said_at=said,
    )  # fmt: skip


def plan(due: str | None, said: str, *, evening: bool = False, by: str = "us", away: Away = NEVER) -> list[str]:
    parsed = None if due is None else at(due) if "T" in due else date.fromisoformat(f"2026-{due}")
    now = at(said)
    found = moments(
        commitment(parsed, now, evening=evening, by=by),
        times=times(away), reminders=PLAYBOOK.reminders, promised=now, now=now,
    )  # fmt: skip
    return [f"{WORDS[one.kind]} {one.at:%m-%d %H:%M}" for one in found]


CASES = {
    "friday, said on tuesday": (
        plan("03-13", "03-10T10:00"),
        ["ahead 03-12 17:40", "now 03-13 14:10", "late 03-13 18:10", "manager 03-13 18:40"],
    ),
    "monday: the eve is friday": (
        plan("03-16", "03-10T10:00"),
        ["ahead 03-13 17:40", "now 03-16 14:10", "late 03-16 18:10", "manager 03-16 18:40"],
    ),
    "no eve where it was promised that day": (
        plan("03-11", "03-10T10:00"),
        ["now 03-11 14:10", "late 03-11 18:10", "manager 03-11 18:40"],
    ),
    "no eve on friday for monday, promised on friday": (
        plan("03-16", "03-13T09:00"),
        ["now 03-16 14:10", "late 03-16 18:10", "manager 03-16 18:40"],
    ),
    "today, in the morning": (
        plan("03-10", "03-10T10:00"),
        ["now 03-10 14:10", "late 03-10 18:10", "manager 03-10 18:40"],
    ),
    "today, said at three": (plan("03-10", "03-10T15:00"), ["late 03-10 18:10", "manager 03-10 18:40"]),
    "today, said after work: late next morning": (
        plan("03-10", "03-10T19:00"),
        ["late 03-11 08:40", "manager 03-11 18:40"],
    ),
    "tonight is late only next morning": (
        plan("03-10", "03-10T10:00", evening=True),
        ["now 03-10 14:10", "late 03-11 08:40", "manager 03-11 18:40"],
    ),
    "friday night is late on monday morning": (
        plan("03-13", "03-10T10:00", evening=True),
        ["ahead 03-12 17:40", "now 03-13 14:10", "overdue 03-14 08:40", "late 03-16 08:40", "manager 03-16 08:50"],
    ),
    "saturday: its own word left out, the rest on monday morning": (
        plan("03-14", "03-10T10:00"),
        ["ahead 03-13 17:40", "overdue 03-14 18:10", "late 03-16 08:40", "manager 03-16 08:50"],
    ),
    "a working saturday of the spring festival is a day like any": (
        plan("02-28", "02-25T10:00"),
        ["ahead 02-27 17:40", "now 02-28 14:10", "late 02-28 18:10", "manager 02-28 18:40"],
    ),
    "over the national day": (
        plan("10-03", "09-28T10:00"),
        ["ahead 09-30 17:40", "overdue 10-03 18:10", "late 10-08 08:40", "manager 10-08 08:50"],
    ),
    "in the past when told": (plan("03-06", "03-10T10:00"), ["late 03-11 08:40", "manager 03-11 18:40"]),
    "a clock time": (
        plan("03-11T16:30", "03-10T10:00"),
        ["ahead 03-11 14:30", "now 03-11 16:30", "late 03-11 17:00", "manager 03-11 18:40"],
    ),
    "a clock time today keeps its word ahead": (
        plan("03-10T17:00", "03-10T10:00"),
        ["ahead 03-10 15:00", "now 03-10 17:00", "late 03-10 17:30", "manager 03-10 18:40"],
    ),
    "nine o'clock: the word ahead comes on the evening before": (
        plan("03-12T09:00", "03-10T10:00"),
        ["ahead 03-11 19:50", "now 03-12 09:00", "late 03-12 09:30", "manager 03-12 18:40"],
    ),
    "monday at nine: friday evening": (
        plan("03-16T09:00", "03-10T10:00"),
        ["ahead 03-13 19:50", "now 03-16 09:00", "late 03-16 09:30", "manager 03-16 18:40"],
    ),
    "after the midday break: before it": (
        plan("03-11T15:00", "03-10T10:00"),
        ["ahead 03-11 11:50", "now 03-11 15:00", "late 03-11 15:30", "manager 03-11 18:40"],
    ),
    "late within the midday break waits for its end": (
        plan("03-11T11:45", "03-10T10:00"),
        ["ahead 03-11 09:45", "now 03-11 11:45", "overdue 03-11 12:15", "late 03-11 13:40", "manager 03-11 18:40"],
    ),
    "at night": (
        plan("03-11T21:00", "03-10T10:00"),
        ["ahead 03-11 19:00", "now 03-11 21:00", "overdue 03-11 21:30", "late 03-12 08:40", "manager 03-12 18:40"],
    ),
    "at eleven at night the word ahead is at 19:50": (
        plan("03-11T23:00", "03-10T10:00"),
        ["ahead 03-11 19:50", "now 03-11 23:00", "overdue 03-11 23:30", "late 03-12 08:40", "manager 03-12 18:40"],
    ),
    "saturday at ten was named by himself": (
        plan("03-14T10:00", "03-10T10:00"),
        ["ahead 03-13 19:50", "now 03-14 10:00", "overdue 03-14 10:30", "late 03-16 08:40", "manager 03-16 08:50"],
    ),
    "less than two hours ahead": (
        plan("03-10T11:00", "03-10T10:00"),
        ["now 03-10 11:00", "late 03-10 11:30", "manager 03-10 18:40"],
    ),
    "on leave: ahead before it, late after it, the manager as ever": (
        plan("03-13", "03-10T10:00", away=Away(date(2026, 3, 12), date(2026, 3, 13))),
        ["ahead 03-11 19:50", "overdue 03-13 18:10", "manager 03-13 18:40", "late 03-16 08:40"],
    ),
    "the customer's promise is the rep's alone": (
        plan("03-13", "03-10T10:00", by="customer"),
        ["customer 03-13 14:10"],
    ),
    "the customer's of today, told late": (plan("03-10", "03-10T16:00", by="customer"), ["customer 03-11 08:40"]),
    "the customer's sunday": (plan("03-15", "03-10T10:00", by="customer"), ["customer 03-16 08:40"]),
    "the customer's clock time": (plan("03-13T10:00", "03-10T10:00", by="customer"), ["customer 03-13 14:10"]),
    "no time said": (plan(None, "03-10T10:00"), []),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_every_moment_of_a_promise(case):
    found, expected = case
    assert found == expected


MINUTES = st.integers(0, 60 * 24 * 500)
START = datetime(2026, 1, 1, tzinfo=SHANGHAI)
LEAVES = st.one_of(
    st.just(NEVER),
    st.builds(
        lambda start, days: Away(START.date() + timedelta(start), START.date() + timedelta(start + days)),
        st.integers(0, 500), st.integers(0, 20),
    ),
)  # fmt: skip


@given(MINUTES, MINUTES, st.booleans(), st.booleans(), LEAVES)
def test_nobody_is_disturbed_and_every_promise_is_kept_in_mind(said, due, clock, evening, away):
    now, moment = START + timedelta(minutes=said), START + timedelta(minutes=due)
    theirs = times(away)
    promise = commitment(moment if clock else moment.date(), now, evening=evening and not clock)
    found = moments(promise, times=theirs, reminders=PLAYBOOK.reminders, promised=now, now=now)
    kinds = [one.kind for one in found]
    assert len(set(kinds)) == len(kinds)
    assert {LATE, MANAGER} <= set(kinds)
    assert all(one.at > now for one in found)
    spoken = [one for one in found if one.kind not in (OVERDUE, MANAGER) and not one.named]
    assert all(theirs.allowed(one.at) for one in spoken)
    manager = next(one for one in found if one.kind == MANAGER)
    assert times().allowed(manager.at)
    by_kind = {one.kind: one.at for one in found}
    if AHEAD in by_kind:
        assert by_kind[AHEAD] < (moment if clock else theirs.at(moment.date(), PLAYBOOK.reminders.day_end))
        assert by_kind[AHEAD] < by_kind[LATE]
    if NOW in by_kind:
        assert by_kind[NOW] < by_kind[LATE]
    first_late = min(by_kind[LATE], by_kind.get(OVERDUE, by_kind[LATE]))
    assert first_late > (moment if clock else theirs.at(moment.date(), PLAYBOOK.reminders.day_end))
    if away == NEVER:
        assert by_kind[LATE] < by_kind[MANAGER]
