"""What the clock brings of opportunities: early words so many a day, steps that are stuck, days out of the usual."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot import record
from bot.playbook import store
from bot.process import watching
from scheduler.jobs.told import KINDS
from storage import cards as storage_cards
from storage import due, members, outbox
from storage.connect import transaction
from storage.records import Activity, Commitment, Customer, Opportunity, OutboxRow, Record, changed, made
from storage.watching import WATCH, active_risks
from tests.scheduler.conftest import Company, at

MONDAY = "03-09T10:00"


def deal(n: int, **more: Any) -> Opportunity:
    given = {
        "customer_id": "cus_ruihe",
        "stage": "negotiation",
        "stage_since": at(MONDAY),
        "amount": Decimal(100_000 * n),
        **more,
    }
    return Opportunity(id=f"opp_{n}", owner_id=given.pop("owner_id", "mem_zhang"),
                       name=f"产线{n}", pipeline="default", created_at=at("02-10T10:00"), **given)  # fmt: skip


def call(n: int, of: int, when: str) -> Activity:
    return Activity(
        id=f"act_{n}", customer_id="cus_ruihe", opportunity_id=f"opp_{of}", action="phone", author_id="mem_zhang",
        recorder_id="mem_zhang", occurred_at=at(when), text="等财务回话",
    )  # fmt: skip


async def keep(company: Company, *records: Record) -> None:
    async with transaction():
        await record.keep(
            [made(one) for one in records], company.house, actor="mem_zhang", event="msg_1", at=company.clock.now()
        )


async def risks(kind: str) -> list[str]:
    return [f"{one.opportunity_id} {one.state}" for found in (await active_risks()).values() for one in found
            if one.kind == kind]  # fmt: skip


async def moment_of(id: str) -> datetime | None:
    found = await due.waiting(id)
    assert len([one for one in found if one.kind == WATCH]) <= 1
    return found[0].at if found else None


async def test_no_more_early_words_a_day_than_two(company: Company) -> None:
    await keep(company, *[deal(n) for n in (1, 2, 3)], *[call(n, n, "03-10T14:00") for n in (1, 2, 3)])
    await company.until("03-13T13:59")
    early = [one for one in await company.heard("mem_zhang") if "risk.early" in one]
    assert early == ["03-13 11:40 risk.early 2 单快到点"]
    assert await risks("silent") == ["opp_1 early", "opp_2 early", "opp_3 early"]
    await company.until("03-13T14:00")
    assert await risks("silent") == ["opp_1 open", "opp_2 open", "opp_3 open"]


async def test_one_moment_an_opportunity_that_comes_too_early_after_a_further_contact_and_then_plans_the_next(
    company: Company,
) -> None:
    await keep(company, deal(1), call(1, 1, "03-10T10:00"))
    assert await moment_of("opp_1") == at("03-12T16:40"), "two hours before Friday 10:00 is no working hour"
    await keep(company, call(2, 1, "03-10T17:30"))
    await company.until("03-12T16:41")
    assert not [one for one in await company.heard("mem_zhang") if "risk.early" in one], "spoken with since"
    assert await moment_of("opp_1") == at("03-13T15:30")
    async with transaction():
        closing = changed(deal(1), "opportunity.lost", state="lost", closed_at=at("03-10T18:00"))
        await record.keep([closing], company.house, actor="mem_zhang", event="msg_2", at=company.clock.now())
    assert await moment_of("opp_1") is None


async def test_three_talks_without_a_quote_and_a_late_promise_stand_at_once(company: Company) -> None:
    late = Commitment(
        id="pro_1", customer_id="cus_ruihe", opportunity_id="opp_1", by="us", what="发报价单", state="overdue",
        owner_id="mem_zhang", author_id="mem_zhang", recorder_id="mem_zhang", said_at=at("03-09T10:00"),
    )  # fmt: skip
    await keep(company, deal(1), *[call(n, 1, f"03-09T1{n}:00") for n in (1, 2, 3)], late)
    assert await risks("no_quote") == ["opp_1 open"] and await risks("overdue") == ["opp_1 open"]
    async with transaction():
        kept = changed(late, "commitment.kept", state="kept", closed_at=company.clock.now())
        await record.keep([kept], company.house, actor="mem_zhang", event="msg_2", at=company.clock.now())
    assert await risks("overdue") == []


async def test_steps_back_are_told_from_the_record(company: Company) -> None:
    await keep(company, deal(1))
    one = deal(1)
    for n, stage in enumerate(("solution_demo", "negotiation", "needs_confirmed")):
        async with transaction():
            move = changed(one, "opportunity.stage", stage=stage)
            await record.keep([move], company.house, actor="mem_zhang", event=f"msg_{n}", at=company.clock.now())
        one = one.with_(stage=stage)
    assert await risks("regressed") == ["opp_1 open"]


TRACK = """
[[pipeline.track]]
id = "compliance"
name = "合规"
[[pipeline.track.step]]
id = "ethics"
name = "伦理备案"
[[pipeline.track.step]]
id = "filed"
name = "备案完成"
"""


async def test_a_step_stuck_is_asked_for_its_reason_every_seventy_two_hours(company: Company) -> None:
    await tracked(company)
    since = at("03-09T10:30").isoformat()
    await keep(company, deal(1, tracks={"compliance": {"step": "ethics", "since": since}}))
    await company.until("03-12T10:31")
    stuck = [one for one in await company.heard("mem_zhang") if "step.blocked" in one]
    assert stuck == ["03-12 10:30 step.blocked 瑞禾医疗 · 伦理备案卡在哪？"]
    assert await risks("blocked") == ["opp_1 open"]
    await company.until("03-17T10:31")
    assert len([one for one in await company.heard("mem_zhang") if "step.blocked" in one]) == 2


async def tracked(company: Company) -> None:
    text = store.load.shipped().replace("# 材料的叫法", f"{TRACK}\n# 材料的叫法", 1)
    async with transaction():
        await store.add(text, author="test", now=company.clock.now())


async def cards(company: Company, day: str) -> list[OutboxRow]:
    """The watch's cards of 张伟 on that day."""
    start = at(f"{day}T00:00")
    rows = await outbox.of_member("mem_zhang", start)
    return [one for one in rows if one.kind in KINDS.values() and one.due_at < start + timedelta(days=1)]


def facts(row: OutboxRow) -> list[str]:
    return [f"{one['label']}｜{one['value']}" for one in row.body["facts"]]


async def test_what_there_is_to_say_of_one_customer_in_one_morning_is_one_card(company: Company) -> None:
    """A step stuck since the night, and a stay that is over at 08:40."""
    await tracked(company)
    stuck = {"compliance": {"step": "ethics", "since": at("03-11T22:00").isoformat()}}
    await keep(company, deal(1, tracks=stuck, stage_since=at("03-09T09:00")), call(1, 1, "03-16T16:00"))
    await company.until("03-17T09:00")
    [row] = await cards(company, "03-17")
    assert (row.kind, row.body["title"]) == ("step.blocked", "瑞禾医疗 · 伦理备案卡在哪？")
    assert facts(row) == ["阶段｜价格谈判第 6 个工作日"]
    card = await storage_cards.get(row.id)
    assert card is not None
    assert card.data["step"] == "ethics"


async def test_who_wants_none_of_a_kind_hears_the_other_alone(company: Company) -> None:
    await tracked(company)
    zhang = await members.get("mem_zhang")
    assert zhang is not None
    await company.change(changed(zhang, "member.prefs", prefs={"off": ["step.blocked"]}))
    stuck = {"compliance": {"step": "ethics", "since": at("03-11T22:00").isoformat()}}
    await keep(company, deal(1, tracks=stuck, stage_since=at("03-09T09:00")), call(1, 1, "03-16T16:00"))
    await company.until("03-17T09:00")
    assert [one.kind for one in await cards(company, "03-17")] == ["stage.stall"]


async def test_steps_of_several_customers_stuck_at_one_moment_are_one_card(company: Company) -> None:
    await tracked(company)
    stuck = {"compliance": {"step": "ethics", "since": at("03-09T10:30").isoformat()}}
    await company.keep(Customer(id="cus_boyuan", name="博远仪器", owner_id="mem_zhang", recorder_id="mem_zhang",
                                created_at=at("03-01T09:00")))  # fmt: skip
    await keep(company, deal(1, tracks=stuck), deal(2, tracks=stuck, customer_id="cus_boyuan"))
    await company.until("03-12T10:31")
    [row] = await cards(company, "03-12")
    assert row.body["title"] == "2 单有步骤卡住了"
    assert sorted(one[2:] for one in facts(row)) == [
        "博远仪器 伦理备案，周一 3月9日 起",
        "瑞禾医疗 伦理备案，周一 3月9日 起",
    ]


async def test_of_a_customer_turned_down_only_the_promise_of_the_day_comes(company: Company) -> None:
    zhang = await members.get("mem_zhang")
    assert zhang is not None
    await company.change(changed(zhang, "member.prefs", prefs={"customers": ["cus_ruihe"]}))
    await keep(company, deal(1, stage_since=at("03-09T09:00")), call(1, 1, "03-10T09:30"))
    await company.promise("发报价单", "03-13")
    await company.until("03-17T09:00")
    kinds = [one.split()[2] for one in await company.heard("mem_zhang")]
    assert {one for one in kinds if one.startswith(("promise", "stage", "risk"))} == {"promise.now", "promise.late"}


async def test_what_no_change_brought_is_found_at_night(company: Company) -> None:
    await company.keep(deal(1), call(1, 1, "03-05T16:30"))
    assert await moment_of("opp_1") is None
    await company.until("03-11T05:21")
    assert await risks("silent") == ["opp_1 open"] and await moment_of("opp_1") is not None
    assert await watching.recount(company.house.playbooks, company.clock.now()) == 0


@pytest.fixture
async def region(company: Company) -> Company:
    team = await members.team("team_east")
    assert team is not None
    await company.change(changed(team, "team.region", region="华东"))
    return company


def won(n: int, day: str, amount: int) -> Opportunity:
    return deal(n, amount=Decimal(amount), state="won", closed_at=at(day))


async def test_a_day_that_signs_far_less_is_told_once(region: Company) -> None:
    # the 28th of February is a Saturday that is worked
    days = ("02-28", "03-02", "03-03", "03-04", "03-05", "03-06", "03-09")
    await region.keep(*[won(n, f"{day}T15:00", 840_000) for n, day in enumerate(days, 1)],
                      won(8, "03-10T11:00", 520_000), deal(21), call(1, 21, "03-10T09:00"))  # fmt: skip
    await region.until("03-10T16:06")
    [row] = [one for one in await outbox.of_member("mem_wang", at("03-10T00:00")) if one.kind == "anomaly"]
    assert row.body["title"] == "华东今天签约比均值少 38%"
    assert row.body["status"] == "16:05 · ¥52 万，7 日均值 ¥84 万"


async def test_a_region_that_is_slow_is_told_on_monday(region: Company) -> None:
    await region.keep(*[won(n, f"03-1{n}T15:00", 100_000) for n in (1, 2)], call(1, 1, "02-20T15:00"))
    await region.until("03-16T09:11")
    [row] = [one for one in await outbox.of_member("mem_wang", at("03-16T00:00")) if one.kind == "area.slow"]
    assert row.body["text"].startswith("华东首次接触到签约平均 19.5 天（线 14 天，n = 2）。最久 2 单：瑞禾医疗 20 天")


async def test_what_changes_at_the_very_moment_takes_no_word_away(company: Company) -> None:
    """A promise for the evening turns late at 08:40, when the deal's stay is over too: both are told."""
    await keep(company, deal(1), call(1, 1, "03-10T10:00"))
    await company.promise("发报价单", "03-16", evening=True, opportunity_id="opp_1")
    await company.until("03-17T09:00")
    heard = [one for one in await company.heard("mem_zhang") if one.startswith("03-17 08:40")]
    assert [one.split()[2] for one in heard if "digest" not in one] == ["promise.late", "stage.stall"]
