"""No way of moving gets past a gate: whatever the sequence, and whichever door each move comes by."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.capture.undo import back, reverse
from bot.clock import SHANGHAI
from bot.playbook.load import parse
from bot.process.gates import close, judge, lacking, stands
from bot.process.service import advance, by_hand, evidence_came
from storage.records import AuditEntry, Change, Opportunity

NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
TOML = """
name = "试"
[[pipeline]]
id = "p"
name = "试"
[[pipeline.stage]]
id = "a"
name = "甲"
exit = { paper = 1 }
[[pipeline.stage]]
id = "b"
name = "乙"
entry = { photo = 2 }
[[pipeline.stage]]
id = "c"
name = "丙"
entry = { paper = 1 }
custom = ["grade"]
missing = "block"
[[pipeline.stage]]
id = "d"
name = "丁"
tracks = { side = "two" }
missing = "block"
override = false
[[pipeline.stage]]
id = "won"
name = "赢"
fields = ["amount"]
missing = "block"
ends = "won"
[[pipeline.stage]]
id = "lost"
name = "输"
ends = "lost"
[[pipeline.track]]
id = "side"
name = "旁"
[[pipeline.track.step]]
id = "one"
name = "一"
[[pipeline.track.step]]
id = "two"
name = "二"
entry = { photo = 1 }
missing = "block"
[evidence.paper]
name = "纸"
[evidence.photo]
name = "照"
[fields]
amount = "金额"
[[field]]
id = "grade"
name = "等级"
"""
PLAYBOOK = parse(TOML)
PIPELINE = PLAYBOOK.main
STAGES = [stage.id for stage in PIPELINE.stages]
MOVES = st.one_of(
    st.tuples(st.sampled_from(["say", "tap", "grant"]), st.sampled_from([*STAGES, "side.one", "side.two", "nowhere"])),
    st.tuples(st.just("bring"), st.sampled_from(["paper", "photo"])),
    st.tuples(st.just("tell"), st.sampled_from(["grade", "amount"])),
    st.tuples(st.just("file"), st.sampled_from(STAGES)),
)


def apply(deal: Opportunity, changes: tuple[Change, ...]) -> Opportunity:
    for change in changes:
        assert {name: getattr(deal, name) for name in change.before or {}} == dict(change.before or {})
        deal = deal.with_(**change.after)
    return deal


def changes_of(deal: Opportunity, counts: Counter[str], how: str, what: str) -> tuple[tuple[Change, ...], set[str]]:
    """What one move comes to, and what was let pass by a manager."""
    if how == "say":
        return advance(deal, judge(PIPELINE, deal, what, counts), NOW), set()
    if how == "tap":
        found = judge(PIPELINE, deal, what, counts) if "." in what else close(PIPELINE, deal, what, counts)
        return by_hand(deal, found, PLAYBOOK, NOW), set()
    if how == "grant":
        waived = judge(PIPELINE, deal, what, counts).blocking
        found = judge(PIPELINE, deal, what, counts, waived=waived)
        return (advance if found.moves else by_hand)(*(deal, found, *(() if found.moves else (PLAYBOOK,)), NOW)), {
            *waived
        }
    counts["paper"] += how == "file"
    return evidence_came(deal, counts, PLAYBOOK, NOW, what)[1], set()


def entered(before: Opportunity, after: Opportunity) -> list:
    """The gates behind the second that were not behind the first."""
    start, end = (PIPELINE.place("won") if one.state == "won" else PIPELINE.place(one.stage) for one in (before, after))
    stages = PIPELINE.stages[start + 1 : end + 1]
    track = PIPELINE.tracks[0]
    steps = track.steps[track.place(stands(before, "side")) + 1 : track.place(stands(after, "side")) + 1]
    return [*stages, *steps]


@settings(max_examples=300, deadline=None)
@given(st.lists(MOVES, max_size=14))
def test_no_sequence_of_moves_passes_a_closed_gate_and_a_warning_one_leaves_its_debt(moves):
    deal = Opportunity(
        id="opp_1", customer_id="c", owner_id="m", name="n", pipeline="p", stage="a", stage_since=NOW, created_at=NOW
    )
    counts: Counter[str] = Counter()
    for how, what in moves:
        if how == "bring":
            counts[what] += 1
            continue
        if how == "tell":
            deal = deal.with_(**({"amount": 1} if what == "amount" else {"custom": {"grade": "三甲"}}))
            continue
        changes, waived = changes_of(deal, counts, how, what)
        after = apply(deal, changes)
        for gate in entered(deal, after):
            lacks = set(lacking(gate, deal, counts, PIPELINE))
            assert gate.missing == "warn" or not lacks - (waived if gate.override else set())
            assert lacks <= set(after.evidence_missing)
        assert after.state != "won" or deal.state == "won" or deal.amount is not None or "amount" in waived
        deal = after


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.just("say"), st.sampled_from([*STAGES[:4], "side.one"])), min_size=1, max_size=6))
def test_undo_of_undo_is_what_was(moves):
    deal = Opportunity(
        id="opp_1", customer_id="c", owner_id="m", name="n", pipeline="p", stage="a", stage_since=NOW, created_at=NOW
    )
    counts, every, states = Counter(paper=1, photo=9), [], [deal]
    deal = deal.with_(custom={"grade": "三甲"})
    states = [deal]
    for how, what in moves:
        changes, _ = changes_of(deal, counts, how, what)
        deal = apply(deal, changes)
        every += changes
        states.append(deal)
    entries = tuple(AuditEntry(n, NOW, "m", "e", c.kind, c.record, "", "", "", c) for n, c in enumerate(every))
    undone = reverse(entries, NOW)
    first = apply(deal, undone)
    assert first == states[0]
    taken = tuple(AuditEntry(n, NOW, "m", "e", c.kind, c.record, "", "", "", c) for n, c in enumerate(undone))
    assert apply(first, back(taken, NOW)) == deal
    assert all(one.id == other.id for one, other in pairwise(states))
