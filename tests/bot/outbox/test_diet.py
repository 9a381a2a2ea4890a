"""When an unasked push may go (VOICE.md §5). Tuesday 2026-03-10."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.outbox.diet import ALARMS, PROMISED, TIMELY, UNCOUNTED, place
from bot.playbook.load import parse, shipped
from bot.playbook.times import Away, Times
from nlp.workdays import Calendar

PLAYBOOK, CALENDAR = parse(shipped()), Calendar.national()


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def placed(kind: str, when: str, *, roles=("rep",), **more) -> tuple[str, str]:
    found = place(kind, at(when), roles=roles, calendar=CALENDAR, playbook=PLAYBOOK, **more)
    return (f"{found.at:%m-%d %H:%M}" if found.at else "dropped", found.why)


SIX = ["digest.rep", "stage.stall", "silent.summary", "nudge", "step.blocked", "promise.customer"]

CASES = {
    "in the day": (placed("stage.stall", "03-10T10:00"), ("03-10 10:00", "now")),
    "in the evening": (placed("stage.stall", "03-10T20:00"), ("03-11 08:40", "quiet")),
    "before breakfast": (placed("stage.stall", "03-10T06:00"), ("03-10 08:40", "quiet")),
    "at half past eight": (placed("stage.stall", "03-10T08:30"), ("03-10 08:30", "now")),
    "a manager's morning is ten minutes later": (
        placed("risk.list", "03-10T21:00", roles=("manager",)), ("03-11 08:50", "quiet"),
    ),
    "at noon": (placed("stage.stall", "03-10T12:00"), ("03-10 13:40", "midday")),
    "a lead at noon": (placed("lead.assigned", "03-10T12:10"), ("03-10 12:10", "now")),
    "a lead at night": (placed("lead.assigned", "03-10T22:10"), ("03-11 08:40", "quiet")),
    "saturday": (placed("stage.stall", "03-14T10:00"), ("03-16 08:40", "quiet")),
    "the long holiday": (placed("stage.stall", "10-01T10:00"), ("10-08 08:40", "quiet")),
    "a working saturday": (placed("stage.stall", "02-28T10:00"), ("02-28 10:00", "now")),
    "on leave": (
        placed("stage.stall", "03-10T10:00", away=Away(date(2026, 3, 10), date(2026, 3, 12))),
        ("03-13 08:40", "leave"),
    ),
    "the moment he named": (placed("promise.now", "03-14T10:00", named=True), ("03-14 10:00", "named")),
    "an alarm at night": (placed("bot.health", "03-10T23:00", roles=("admin",)), ("03-10 23:00", "alarm")),
    "the seventh": (placed("stage.stall", "03-10T15:00", sent_today=SIX), ("03-11 08:40", "cap")),
    "the seventh on a friday": (placed("stage.stall", "03-13T15:00", sent_today=SIX), ("03-16 08:40", "cap")),
    "what weighs less leaves room": (placed("stage.stall", "03-10T15:00", sent_today=SIX[:4]), ("03-11 08:40", "cap")),
    "half a day's room at 80 % of the calls": (
        placed("nudge", "03-10T15:00", sent_today=SIX[:3], calls="low"), ("03-11 08:40", "cap"),
    ),
    "and until then": (placed("nudge", "03-10T15:00", sent_today=SIX[:2], calls="low"), ("03-10 15:00", "now")),
    "a promise at 95 %": (placed("promise.now", "03-10T14:10", calls="scarce"), ("03-10 14:10", "now")),
    "a lead at 95 %": (placed("lead.assigned", "03-10T14:10", calls="scarce"), ("03-10 14:10", "now")),
    "what a colleague waits for": (placed("gate.override", "03-10T14:10", calls="scarce"), ("03-10 14:10", "now")),
    "a day's card at 95 %": (placed("digest.rep", "03-10T08:40", calls="scarce"), ("dropped", "calls")),
    "several in one as well": (placed("stage.stall.several", "03-10T15:00", calls="scarce"), ("dropped", "calls")),
    "what weighs more takes it": (placed("nudge", "03-10T15:00", sent_today=SIX[:5]), ("03-10 15:00", "now")),
    "a promise is never too many": (placed("promise.late", "03-10T18:10", sent_today=SIX), ("03-10 18:10", "now")),
    "a day's own card never falls out": (
        placed("digest.rep", "03-10T08:40", sent_today=["nudge"] * 6), ("03-10 08:40", "now"),
    ),
    "nor a manager's list and evening": (
        placed("risk.list", "03-10T08:50", roles=("manager",), sent_today=["a", "b", "c", "d"]), ("03-10 08:50", "now"),
    ),
    "others leave both their place": (
        placed("anomaly", "03-10T08:50", roles=("manager",), sent_today=["a", "b"]), ("03-11 08:50", "cap"),
    ),
    "in the day the evening's alone": (
        placed("anomaly", "03-10T16:05", roles=("manager",), sent_today=["a", "b"]), ("03-10 16:05", "now"),
    ),
    "once it was said there is room": (
        placed("anomaly", "03-10T18:40", roles=("manager",), sent_today=["risk.list", "b", "digest.manager"]),
        ("03-10 18:40", "now"),
    ),
    "leads do not count": (
        placed("stage.stall", "03-10T15:00", sent_today=["lead.assigned"] * 9), ("03-10 15:00", "now"),
    ),
    "a manager's fifth": (
        placed("anomaly", "03-10T16:05", roles=("manager",), sent_today=["a", "b", "c", "d"]), ("03-11 08:50", "cap"),
    ),
    "the higher cap of two roles": (
        placed("anomaly", "03-10T16:05", roles=("manager", "rep"), sent_today=["a", "b", "c", "d"]),
        ("03-10 16:05", "now"),
    ),
    "a partner's third": (
        placed("won", "03-10T16:05", roles=("legal",), sent_today=["a", "b"]), ("03-11 08:40", "cap"),
    ),
    "turned off": (placed("guide.skipped", "03-10T10:00", prefs={"off": ["guide.skipped"]}), ("dropped", "off")),
    "only promises": (placed("stage.stall", "03-10T10:00", prefs={"level": "promises"}), ("dropped", "level")),
    "only promises, a promise": (
        placed("promise.ahead", "03-10T17:40", prefs={"level": "promises"}), ("03-10 17:40", "now"),
    ),
    "less": (placed("objection.card", "03-10T10:00", prefs={"level": "less"}), ("dropped", "level")),
    "the promise's own day is always on": (
        placed("promise.now", "03-10T14:10", prefs={"off": ["promise.now"], "quiet_on": "2026-03-10"}),
        ("03-10 14:10", "now"),
    ),
    "today in peace": (
        placed("stage.stall", "03-10T10:00", prefs={"quiet_on": "2026-03-10"}), ("03-11 08:40", "quiet_on"),
    ),
    "in peace yesterday": (
        placed("stage.stall", "03-11T10:00", prefs={"quiet_on": "2026-03-10"}), ("03-11 10:00", "now"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_where_a_push_is_placed(case):
    found, expected = case
    assert found == expected


KINDS = sorted(UNCOUNTED | PROMISED | ALARMS | {"stage.stall", "digest.rep", "guide.skipped"})
LEAVES = st.one_of(
    st.just(Away()),
    st.builds(lambda n, d: Away(date(2026, 1, 1) + timedelta(n), date(2026, 1, 1) + timedelta(n + d)),
              st.integers(0, 400), st.integers(0, 20)),
)  # fmt: skip


@given(
    st.sampled_from(KINDS), st.integers(0, 400 * 1440), st.lists(st.sampled_from(KINDS), max_size=9),
    st.sampled_from([("rep",), ("manager",), ("admin",), ("legal",), ("rep", "manager")]), LEAVES,
)  # fmt: skip
def test_nothing_is_said_in_quiet_time_nor_early(kind, minute, sent, roles, away):
    now = datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minute)
    found = place(kind, now, roles=roles, calendar=CALENDAR, playbook=PLAYBOOK, sent_today=sent, away=away)
    if found.at is None:
        assert kind in TIMELY and found.why == "cap"
        return
    assert found.at >= now
    times = Times.of(PLAYBOOK, CALENDAR, SHANGHAI, away)
    if kind not in ALARMS and not (kind == "lead.assigned" and times.midday(found.at)):
        assert times.allowed(found.at)
    again = place(kind, found.at, roles=roles, calendar=CALENDAR, playbook=PLAYBOOK, away=away)
    assert again.at == found.at


def test_an_aware_moment_is_needed():
    with pytest.raises(ValueError, match="aware"):
        place("x", datetime(2026, 3, 10), roles=(), calendar=CALENDAR, playbook=PLAYBOOK)


def test_what_is_true_at_its_moment_alone_expires() -> None:
    assert placed("risk.early", "03-10T15:00", sent_today=SIX[:5]) == ("03-10 15:00", "now")
    full = place("risk.early", at("03-10T15:00"), roles=("rep",), calendar=CALENDAR, playbook=PLAYBOOK, sent_today=SIX)
    assert (full.at, full.why) == (None, "cap")
