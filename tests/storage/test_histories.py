"""Everything of many opportunities at once, and the versions of a playbook by what they are."""

from __future__ import annotations

from datetime import timedelta

from storage import activities, audit, due, histories, playbooks
from storage.connect import Database
from storage.records import Activity, Moment, PlaybookVersion, made
from tests.storage.samples import NOW


def act(id: str, deal: str, hours: int) -> Activity:
    return Activity(
        id=id, customer_id="cus_1", opportunity_id=deal, action="phone", author_id="mem_1", recorder_id="mem_1",
        occurred_at=NOW + timedelta(hours=hours), text="x",
    )  # fmt: skip


async def test_by_opportunity_in_order(db: Database) -> None:
    found = [act("act_1", "opp_1", 1), act("act_2", "opp_2", 2), act("act_3", "opp_1", 3)]
    await audit.apply([made(one) for one in found], actor="mem_1", event="msg_1", at=NOW)
    known = await histories.of(["opp_1", "opp_2", "opp_3"])
    assert [one.id for one in known["opp_1"].activities] == ["act_3", "act_1"]
    assert (len(known["opp_2"].activities), known["opp_3"].entries) == (1, [])
    assert await activities.deals_since(NOW + timedelta(hours=2), 5) == ["opp_1", "opp_2"]
    assert await activities.deals_since(NOW, 1) == ["opp_1"]


async def test_a_trial_is_one_teams_and_takes_the_place_of_the_one_before(db: Database) -> None:
    for n, (state, team) in enumerate(
        [("live", None), ("draft", None), ("trial", "t1"), ("trial", "t1"), ("live", None)]
    ):
        await playbooks.put(
            PlaybookVersion(id=f"pbk_{n}", n=n, text="", hash="", author="x", team_id=team, state=state, created_at=NOW)  # type: ignore[arg-type]
        )
    assert [one.id for one in await playbooks.trials()] == ["pbk_3"]
    latest = (
        await playbooks.latest("draft"),
        await playbooks.latest("draft", "t1"),
        await playbooks.latest("trial", "t1"),
    )
    assert [one and one.id for one in latest] == ["pbk_1", None, "pbk_3"]
    assert [one.id for one in await playbooks.past(None)] == ["pbk_0"]
    live = await playbooks.live("t1")
    assert live is not None
    assert live.id == "pbk_4"


async def test_one_kind_is_claimed_by_itself(db: Database) -> None:
    await due.put([Moment(id="due_1", at=NOW, kind="rule.call", record="opp_1"),
                   Moment(id="due_2", at=NOW + timedelta(minutes=1), kind="rule.timer", record="opp_1")])  # fmt: skip
    assert await due.next_at(but=("rule.call",)) == NOW + timedelta(minutes=1)
    later = NOW + timedelta(minutes=2)
    assert [one.id for one in await due.claim_due(later, 9, "clock", but=("rule.call",))] == ["due_2"]
    assert [one.id for one in await due.claim_due(later, 9, "caller", only="rule.call")] == ["due_1"]
