"""Whether an opportunity may go on, by the default pipeline's gates."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.playbook.load import parse, shipped
from bot.process.gates import close, completeness, decide, lacking, still_owed
from bot.process.service import advance, by_hand, evidence_came, explain, kind_of
from storage.records import Evidence, Opportunity

PLAYBOOK = parse(shipped())
PIPELINE = PLAYBOOK.main
NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)


def deal(stage: str = "negotiation", **more) -> Opportunity:
    return Opportunity(
        id="opp_1", customer_id="cus_1", owner_id="mem_1", name="首单", pipeline="default", stage=stage,
        stage_since=NOW, created_at=NOW, **more,
    )  # fmt: skip


DEMO = {"meeting_record": 1, "document_sent": 1}
PRICE = {"decision_maker": 2, "budget_range": 1, "demo_minutes": 1}
SIGN = {"purchase_flow_chart": 1, "budget_proof": 1}

CASES = {
    "forward without a gate": ("initial_contact", "needs_confirmed", {}, "move", (), ()),
    "warns": ("needs_confirmed", "solution_demo", {"meeting_record": 1}, "warn", ("document_sent",), ()),
    "open": ("needs_confirmed", "solution_demo", DEMO, "move", (), ()),
    "one of two decision makers": (
        "solution_demo", "negotiation", {**PRICE, "decision_maker": 1}, "warn", ("decision_maker",), (),
    ),
    "blocks": (
        "negotiation", "contract_signing", {"budget_proof": 1}, "block",
        ("purchase_flow_chart",), ("purchase_flow_chart",),
    ),
    "all in": ("negotiation", "contract_signing", SIGN, "move", (), ()),
    "skipping asks for what lies between": (
        "needs_confirmed", "negotiation", {"meeting_record": 1, "document_sent": 1}, "warn",
        ("decision_maker", "budget_range", "demo_minutes"), (),
    ),
    "skipping over a block is blocked": (
        "needs_confirmed", "contract_signing", {**DEMO, **PRICE}, "block",
        ("purchase_flow_chart", "budget_proof"), ("purchase_flow_chart", "budget_proof"),
    ),
    "skipping with all for the target still owes what lies between": (
        "solution_demo", "contract_signing", SIGN, "warn", ("decision_maker", "budget_range", "demo_minutes"), (),
    ),
    "backwards waits for a tap": ("negotiation", "solution_demo", {}, "tap", (), ()),
    "the same": ("negotiation", "negotiation", {}, "same", (), ()),
    "no such stage": ("negotiation", "nowhere", {}, "same", (), ()),
    "lost waits for a tap and wants nothing": ("negotiation", "lost", {}, "tap", (), ()),
    "won waits for a tap and says what is missing": (
        "contract_signing", "won", {}, "tap",
        ("amount", "signing_party", "payment_terms"), ("amount", "signing_party", "payment_terms"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_decisions(case):
    start, target, evidence, way, missing, blocking = case
    found = decide(PIPELINE, deal(start), target, Counter(evidence))
    assert (found.way, found.missing, found.blocking) == (way, missing, blocking)
    assert (found.frm, found.to) == (start, target if way != "same" else start)


def test_a_reading_finds_its_stage():
    assert PIPELINE.stage_reading("contract_signing").name == "合同签署"
    assert PIPELINE.stage_reading("unheard_of") is None
    assert decide(PIPELINE, deal(), PIPELINE.stage_reading("unheard_of"), {}).way == "same"


def test_won_needs_its_terms_even_by_hand():
    poor = deal("contract_signing", amount=Decimal(2_150_000))
    assert close(PIPELINE, poor, "won", {}).way == "block"
    assert by_hand(poor, close(PIPELINE, poor, "won", {}), PLAYBOOK, NOW) == ()
    rich = poor.with_(signing_party="启明制造有限公司", payment_terms="首付 30%")
    (change,) = by_hand(rich, close(PIPELINE, rich, "won", {}), PLAYBOOK, NOW)
    assert (change.kind, change.after) == ("opportunity.won", {"state": "won", "closed_at": NOW})


def test_lost_and_back_again_by_hand():
    one = deal()
    (lost,) = by_hand(one, close(PIPELINE, one, "lost", {}), PLAYBOOK, NOW, reason="预算没批")
    assert lost.after == {"state": "lost", "closed_at": NOW, "lost_reason": "预算没批"}
    gone = one.with_(**lost.after)
    (back,) = by_hand(gone, close(PIPELINE, gone, "solution_demo", {}), PLAYBOOK, NOW)
    assert (back.after["stage"], back.after["state"]) == ("solution_demo", "open")


def test_a_warned_move_owes_and_evidence_settles_it():
    one = deal("needs_confirmed")
    decision = decide(PIPELINE, one, "solution_demo", {"meeting_record": 1})
    (change,) = advance(one, decision, NOW)
    moved = one.with_(**change.after)
    assert moved.evidence_missing == ("document_sent",)
    assert still_owed(PIPELINE, moved, {"meeting_record": 1}) == ("document_sent",)
    _, (settled,) = evidence_came(moved, {"meeting_record": 1, "document_sent": 1}, PLAYBOOK, NOW)
    assert settled.after == {"evidence_missing": ()}


def test_a_blocked_move_goes_through_when_the_evidence_is_in():
    one = deal()
    decision, changes = evidence_came(one, {"budget_proof": 1}, PLAYBOOK, NOW, "contract_signing")
    assert (decision.way, changes) == ("block", ())
    decision, (change,) = evidence_came(one, SIGN, PLAYBOOK, NOW, "contract_signing")
    assert (decision.way, change.after["stage"]) == ("move", "contract_signing")
    assert advance(one, decide(PIPELINE, one, "contract_signing", {}), NOW) == ()


def test_a_gate_says_what_is_in_and_what_is_not():
    proof = Evidence(id="evi_1", kind="budget_proof", file="批复.png", member_id="mem_1", at=NOW)
    standing = explain(deal(), "contract_signing", [proof], PLAYBOOK)
    assert standing.have == ("预算证明（3月10日 批复.png）",)
    assert standing.missing == ("采购流程图（客户内部谁签、几步）",)
    met = Evidence(id="evi_2", kind="decision_maker", member_id="mem_1", at=NOW)
    assert (
        explain(deal("solution_demo"), "negotiation", [met], PLAYBOOK).missing[0]
        == "见过的决策人（谁、什么职务） 再 1 位"
    )
    assert explain(deal(), "nowhere", [], PLAYBOOK) is None


@pytest.mark.parametrize(
    ("file", "wanted", "kind"),
    [
        ("华东医械采购流程图.pdf", (), "purchase_flow_chart"),
        ("演示纪要0312.docx", (), "demo_minutes"),
        ("会议纪要.docx", (), "meeting_record"),
        ("Proposal_v2.PDF", (), "document_sent"),
        ("IMG_2031.jpg", (), "other"),
        ("采购合同.pdf", (), "contract"),
        ("预算与方案.pdf", ("budget_proof",), "budget_proof"),
    ],
)
def test_a_files_name_tells_its_kind(file, wanted, kind):
    assert kind_of(file, PLAYBOOK, wanted) == kind


KINDS = list(PLAYBOOK.evidence)
STAGES = [stage.id for stage in PIPELINE.stages]


@given(st.sampled_from(STAGES[:5]), st.sampled_from(STAGES), st.dictionaries(st.sampled_from(KINDS), st.integers(0, 3)))
def test_more_evidence_never_closes_a_gate(start, target, evidence):
    ways = ["block", "warn", "move"]
    found = decide(PIPELINE, deal(start), target, evidence)
    more = decide(PIPELINE, deal(start), target, {kind: evidence.get(kind, 0) + 1 for kind in KINDS})
    assert set(found.blocking) <= set(found.missing)
    assert set(more.missing) <= set(found.missing)
    if found.way in ways:
        assert ways.index(more.way) >= ways.index(found.way)
    else:
        assert more.way == found.way
    have, wanted = completeness(PIPELINE, deal(start), evidence)
    assert 0 <= have <= wanted
    assert all(not lacking(stage, deal(start), dict.fromkeys(KINDS, 9), PIPELINE) for stage in PIPELINE.open_stages)


def test_a_win_taken_back_is_called_so():
    won = deal("contract_signing", state="won", closed_at=NOW)
    (back,) = by_hand(won, close(PIPELINE, won, "negotiation", {}), PLAYBOOK, NOW)
    assert (back.kind, back.after["state"]) == ("opportunity.won_back", "open")
