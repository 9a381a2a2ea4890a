"""Whatever rules wake one another, they come to an end, and none of them is asked twice about one event and record."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot import record
from bot.house import House
from bot.playbook.model import Playbook
from bot.playbook.rules import Rule
from bot.playbook.store import Live, PlaybookStore
from bot.process.acts import CALL
from bot.process.rules import HAND
from bot.process.tally import Tally
from storage import audit, due
from storage.connect import transaction
from storage.records import Activity, Change, Evidence, changed, made, new_id
from tests.commands.conftest import Desk, desk

__all__ = ["desk"]

STAGES = ["initial_contact", "needs_confirmed", "solution_demo", "negotiation", "contract_signing", "won"]
DOES: list[st.SearchStrategy[dict[str, Any]]] = [
    st.sampled_from(STAGES).map(lambda stage: {"do": "advance", "stage": stage}),
    st.sampled_from("甲乙丙").map(lambda tag: {"do": "tag", "tag": tag}),
    st.integers(1, 2).map(lambda n: {"do": "task", "items": ["备料", "建号"][:n], "minutes": 60}),
    st.sampled_from(["陈杰", "李娜", "manager", "没有这个人"]).map(lambda to: {"do": "assign", "to": to}),
    st.sampled_from(["owner", "manager", "legal"]).map(lambda to: {"do": "push", "to": to, "say": "{customer}"}),
    st.just({"do": "call", "url": "https://example.com/a"}),
]
RULE = st.fixed_dictionaries(
    {
        "when": st.lists(
            st.sampled_from(["activity", "stage", "signal", "evidence", "promise"]), min_size=1, max_size=4, unique=True
        ),
        "if": st.sampled_from(
            ["true", "event.kind == 'stage'", "open_tasks > 0", "'甲' in customer.tags", "opportunity.stage != 'won'"]
        ),
        "then": st.lists(st.one_of(DOES), min_size=1, max_size=4),
        "priority": st.integers(0, 3),
    }
)
RULES = st.lists(RULE, min_size=1, max_size=12).map(
    lambda found: tuple(Rule.model_validate({**one, "id": f"r{n}", "name": f"规则{n}"}) for n, one in enumerate(found))
)


CHAIN = tuple(
    Rule.model_validate(
        {"id": f"r{n}", "name": f"规则{n}", "when": ["activity", "stage"], "stages": [here],
         "then": [{"do": "advance", "stage": there}, {"do": "tag", "tag": there}], "priority": n}
    )
    for n, (here, there) in enumerate(itertools.pairwise(STAGES))
)  # fmt: skip
"""Each wakes the next: what chance may not find in so few examples."""
ONE_EACH = ("opportunity.stage", "customer.tags", "handover.created")
"""One change for each time that a rule does it."""


class Fixed(PlaybookStore):
    def __init__(self, live: Live) -> None:
        super().__init__()
        self._one = live

    async def current(self, team_id: str | None = None) -> Live:
        return self._one


class Back(Exception):
    """The example is over: nothing of it stays."""


def without_gates(playbook: Playbook) -> Playbook:
    """Every move is open, so that rules can push each other through all of the pipeline."""
    lines = [
        line.model_copy(update={"stages": tuple(
            stage.model_copy(update={"entry": {}, "exit": {}, "fields": (), "agree": (), "missing": "warn"})
            for stage in line.stages
        )}) for line in playbook.pipelines
    ]  # fmt: skip
    return playbook.model_copy(update={"pipelines": tuple(lines)})


async def happens(desk: Desk) -> list[Change]:
    """One message that brings two activities, a file, and a stage."""
    deal, member, now = await desk.deal("启明制造"), await desk.member("zhang.wei"), desk.clock.now()
    customer = deal.customer_id
    acts = [
        Activity(id=new_id("act", now), customer_id=customer, opportunity_id=deal.id, action=action,
                 author_id=member.id, recorder_id=member.id, occurred_at=now, text="演示", signals=("price_objection",))
        for action in ("demo", "phone")
    ]  # fmt: skip
    proof = Evidence(
        id=new_id("evi", now), kind="other", file="方案.pdf", customer_id=customer, opportunity_id=deal.id,
        member_id=member.id, at=now,
    )  # fmt: skip
    moved = changed(deal, "opportunity.stage", stage="initial_contact", stage_since=now)
    return [*map(made, acts), made(proof), *([moved] if moved.after else [])]


async def test_a_set_of_rules_ends_and_asks_each_at_most_once(desk: Desk) -> None:
    live = await desk.house.playbooks.current(None)
    open_live = replace(live, playbook=without_gates(live.playbook))
    loop, pushed = asyncio.get_running_loop(), list[int]()

    async def tried(rules: tuple[Rule, ...]) -> None:
        playbook = open_live.playbook.model_copy(update={"rules": rules})
        house: House = replace(desk.house, playbooks=Fixed(replace(open_live, playbook=playbook)), tally=Tally())
        changes, at = await happens(desk), desk.clock.now()
        async with transaction():
            async with asyncio.timeout(20):
                await record.keep(changes, house, actor="reader", event="evt_one", at=at)
            seen = Counter[str]()
            for (rule, _), runs in house.tally.counted().items():
                seen[rule] += runs.runs
            made_by = Counter(
                str(entry.change.after["_rule"]) for entry in await audit.by_event("evt_one")
                if entry.actor == HAND and entry.change is not None and entry.kind in ONE_EACH
            )  # fmt: skip
            calls = Counter(str(one.data["rule"]) for one in await due.of_kinds([CALL]))
            assert all(times <= 1 for times in seen.values()), seen
            limits = {rule.id: Counter(then.do for then in rule.then) for rule in rules}
            for rule, times in made_by.items():
                assert times <= sum(limits[rule][do] for do in ("advance", "tag", "assign"))
            assert all(times <= limits[rule]["call"] for rule, times in calls.items())
            pushed.append(sum(made_by.values()))
            raise Back

    async def of(rules: tuple[Rule, ...]) -> None:
        try:
            await tried(rules)
        except Back:
            return

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(RULES)
    @example(CHAIN)
    def property_(rules: tuple[Rule, ...]) -> None:
        asyncio.run_coroutine_threadsafe(of(rules), loop).result(60)

    await asyncio.to_thread(property_)
    assert max(pushed) >= 4, "rules did wake one another"
