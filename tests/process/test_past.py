"""What happened before, as rules would have known it: the deal at any moment, and the waits that came true."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.playbook import load
from bot.playbook.rules import Rule
from bot.playbook.times import Times
from bot.process.past import Past
from bot.process.rules import HAND
from nlp.workdays import Calendar
from storage.records import Activity, AuditEntry, Change, Customer, Evidence, Member, Opportunity, changed, made

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
NOW = MONDAY + timedelta(days=11)
TIMES = Times.of(load.parse(load.shipped()), Calendar.national(), ZONE)
OWNER = Member(id="mem_1", name="张伟", roles=("rep",))
CUSTOMER = Customer(id="cus_1", name="启明制造", owner_id="mem_1", recorder_id="mem_1", created_at=MONDAY)
FIRST = Opportunity(
    id="opp_1", customer_id="cus_1", owner_id="mem_1", name="首单", pipeline="default", stage="initial_contact",
    stage_since=MONDAY, created_at=MONDAY,
)  # fmt: skip


def day(n: float) -> datetime:
    return MONDAY + timedelta(days=n)


def past(
    *changes: tuple[datetime, str, str, Change], acts: tuple[Activity, ...] = (), proofs: tuple[Evidence, ...] = ()
) -> Past:
    deal, entries = FIRST, [entry(0, MONDAY, "system", "seed", made(FIRST))]
    for n, (at, actor, event, change) in enumerate(changes, 1):
        entries.append(entry(n, at, actor, event, change))
        deal = deal.with_(**change.after)
    newest = tuple(sorted(acts, key=lambda one: one.occurred_at, reverse=True))
    return Past(deal, OWNER, CUSTOMER, "启明", entries, newest, proofs, (), ())


def entry(n: int, at: datetime, actor: str, event: str, change: Change) -> AuditEntry:
    return AuditEntry(n, at, actor, event, change.kind, change.record, "", "", "", change)


def act(id: str, at: datetime, action: str = "phone", message: str | None = None) -> Activity:
    return Activity(
        id=id, customer_id="cus_1", opportunity_id="opp_1", action=action, author_id="mem_1", recorder_id="mem_1",
        occurred_at=at, message_id=message,
    )  # fmt: skip


def to(deal: Opportunity, stage: str, at: datetime) -> Change:
    return changed(deal, "opportunity.stage", stage=stage, stage_since=at)


NEEDS = to(FIRST, "needs_confirmed", day(2))
SECOND = FIRST.with_(**NEEDS.after)
DEMO = to(SECOND, "solution_demo", day(4))


def test_the_deal_is_as_the_rules_found_it() -> None:
    """With what the message itself changed, without what a rule did because of it."""
    one = past((day(2), "mem_1", "msg_a", NEEDS), (day(4), HAND, "msg_b", DEMO))
    assert one.deal_at(day(1)).stage == "initial_contact"
    assert one.deal_at(day(3)).stage == "needs_confirmed"
    assert one.deal_at(day(2) - timedelta(seconds=5), "msg_a").stage == "needs_confirmed"
    assert one.deal_at(day(4), "msg_b").stage == "needs_confirmed"
    assert one.deal_at(day(5)).stage == "solution_demo"


def test_nothing_later_is_known() -> None:
    proof = Evidence(
        id="evi_1", kind="budget_proof", file="预算.pdf", opportunity_id="opp_1", member_id="mem_1", at=day(6)
    )
    one = past(acts=(act("act_1", day(1)), act("act_2", day(5), "visit")), proofs=(proof,))
    told = {(each.happening.kind, each.happening.record): each for each in one.told(MONDAY, NOW)}
    facts = one.facts(told["activity", "act_1"], TIMES, ("budget_proof",))
    values = facts.names(told["activity", "act_1"].happening, {"activity", "evidence", "last"})
    assert (values["activity"]["action"], values["evidence"], values["last"]["action"]) == (
        "phone",
        {"budget_proof": 0},
        "",
    )
    later = told["evidence", "evi_1"]
    assert one.facts(later, TIMES, ()).names(later.happening, {"evidence", "last"})["evidence"] == {"budget_proof": 1}


def waits(one: Past, **fields: object) -> list[datetime]:
    known = {"id": "one", "name": "一", "then": [{"do": "tag", "tag": "甲"}]}
    return [each.at for each in one.waited([Rule.model_validate({**known, **fields})], TIMES, MONDAY, NOW)]


def test_a_timer_came_true_where_the_stage_lasted_so_long_rest_days_left_out() -> None:
    one = past((day(2), "mem_1", "msg_a", NEEDS))
    assert sorted(waits(one, when=["timer"], after_hours=47)) == [
        day(2) - timedelta(hours=1),
        day(4) - timedelta(hours=1),
    ]
    assert waits(one, when=["timer"], after_hours=72) == [day(7)], "from Wednesday over a weekend to Monday"


def test_an_absence_came_true_where_nothing_came() -> None:
    one = past(acts=(act("act_1", day(1)), act("act_2", day(3), "visit")))
    absent = {"when": ["absence"], "without": ["visit"]}
    assert waits(one, after_hours=24, **absent) == [day(1)], "since the stage"
    assert not waits(one, after_hours=72, **absent), "a visit came in between"
    assert sorted(waits(one, after_hours=24, since="activity", **absent)) == [day(2), day(4)]
