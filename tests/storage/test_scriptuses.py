"""What was shown and taken, told from the record on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage import activities, audit, scriptuses
from storage.connect import Database
from storage.records import Activity, Customer, Evidence, Opportunity, ScriptUse, made

START = datetime(2026, 3, 10, 2, tzinfo=UTC)
DAY = timedelta(days=1)
DEAR = "price_objection"


def deal(n: int, owner: str, state: str) -> Opportunity:
    return Opportunity(
        id=f"opp_{n}", customer_id=f"cus_{n}", owner_id=owner, name="首单", pipeline="default", stage="negotiation",
        stage_since=START, created_at=START, state=state, closed_at=None if state == "open" else START + n * DAY,
    )  # fmt: skip


async def keep() -> None:
    rows = []
    for n, owner, state in ((1, "mem_1", "won"), (2, "mem_1", "open"), (3, "mem_2", "won"), (4, "mem_3", "won")):
        rows += [
            Customer(id=f"cus_{n}", name=f"第{n}家", owner_id=owner, recorder_id=owner, created_at=START),
            deal(n, owner, state),
            Activity(
                id=f"act_{n}", customer_id=f"cus_{n}", opportunity_id=f"opp_{n}", author_id=owner, recorder_id=owner,
                occurred_at=START - DAY, signals=(DEAR, "considering"),
            ),
            Evidence(
                id=f"evi_{n}", kind="other", file=f"成本100%_{n}.pdf", sha256="0" * 64, customer_id=f"cus_{n}",
                member_id=owner, at=START + n * DAY,
            ),
            ScriptUse(id=f"scu_{n}", script="a", opportunity_id=f"opp_{n}", member_id=owner, at=START, how="taken"),
        ]  # fmt: skip
    rows.append(ScriptUse(id="scu_9", script="a", member_id="mem_1", at=START, how="unhelpful"))
    await audit.apply([made(one) for one in rows], actor="system", event="test", at=START)


async def test_told_from_the_record(db: Database) -> None:
    await keep()
    assert await scriptuses.worked(["a", "b"]) == {"a": (4, 3, 1)}
    assert [use.id for use in await scriptuses.of_member("mem_1", START)] == ["scu_9", "scu_2", "scu_1"]
    won = await scriptuses.won_after(DEAR, ["mem_1", "mem_2"], 9)
    assert [(one.opportunity_id, (one.closed_at - one.met_at).days) for one in won] == [("opp_3", 4), ("opp_1", 2)]
    assert await scriptuses.won_after("delivery_concern", ["mem_1"], 9) == []
    assert await scriptuses.taken_on(["opp_1", "opp_2"]) == {"opp_1": ["a"], "opp_2": ["a"]}
    assert [one.id for one in await scriptuses.files_named("成本100%", ["mem_1"])] == ["evi_2", "evi_1"]
    assert [one.id for one in await scriptuses.files_named("成本1_0", None)] == []
    assert await activities.signals_since("opp_1", START - DAY) == [DEAR, "considering"]
    assert await activities.signals_since("opp_1", START) == []
