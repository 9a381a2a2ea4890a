"""Leads taken in, known again, and become opportunities; on both databases."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from bot.clock import SHANGHAI
from bot.leads import service
from bot.leads.arrival import arrival
from bot.leads.service import Taken
from bot.playbook.load import parse, shipped
from storage import audit, customers, leads, opportunities, personal, sql
from storage.connect import Database, transaction
from storage.personal import Wanted
from storage.records import Change, Customer, Lead, Opportunity, changed, made
from tests.storage.samples import House, house, keep, member

NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
PLAYBOOK = parse(shipped())


async def written(changes: tuple[Change, ...], event: str) -> None:
    """As bot.record does it."""
    await audit.apply(changes, actor="system", event=event, at=NOW)
    await audit.apply(await service.follow(changes, NOW), actor="system", event=event, at=NOW)


async def comes(event: str, **given: Any) -> Taken:
    async with transaction():
        taken = await service.intake(arrival(given, at=NOW, via="hook:web"), event=event)
        await written(taken.changes, event)
    return taken


async def kept(id: str) -> Lead:
    lead = await leads.get(id)
    assert lead is not None
    return lead


async def test_the_same_phone_is_one_lead_with_its_history(db: Database) -> None:
    first = await comes("msg_1", name="江雪", phone="13912345678", channel="官网表单")
    again = await comes("msg_2", company="恒川物流有限公司", phone="139 1234 5678", wanted="40 台")
    third = await comes("msg_3", company="恒川物流", phone="13800138000")
    assert (first.outcome, again.outcome, again.reason, third.reason) == ("new", "merged", "phone", "company")
    lead = await kept(first.lead.id)
    assert (lead.name, lead.company, lead.wanted, lead.state) == ("江雪", "恒川物流有限公司", "40 台", "new")
    assert lead.phones == ("+8613912345678", "+8613800138000")
    assert [lead.arrivals[n]["event"] for n in sorted(lead.arrivals)] == ["msg_1", "msg_2", "msg_3"]
    assert [one.kind for one in await audit.of_record(lead.id)] == ["lead.received", "lead.merged", "lead.merged"]
    assert await leads.counts() == {"new": 1}


async def test_two_at_the_same_moment_are_one(db: Database) -> None:
    taken = await asyncio.gather(*(comes(f"msg_{n}", name=f"江{n}", phone="13912345678") for n in range(8)))
    assert len({one.lead.id for one in taken}) == 1
    assert len((await kept(taken[0].lead.id)).arrivals) == 8


async def test_a_known_customer_s_lead_is_its_owner_s(db: Database) -> None:
    home = await house()
    by_name = await comes("msg_1", company="华东医械", name="陈工")
    by_phone = await comes("msg_2", phone="13800138000")
    for lead in (by_name.lead, by_phone.lead):
        known = await kept(lead.id)
        assert (known.customer_id, known.owner_id, known.state) == (home.customer.id, home.rep.id, "assigned")
    assert [one.id for one in await leads.of_owner([home.rep.id])] == [by_phone.lead.id, by_name.lead.id]


async def test_who_has_left_gets_no_lead(db: Database) -> None:
    home = await house()
    await written((changed(home.rep, "member.active", active=False),), "msg_1")
    lead = (await comes("msg_2", company="华东医械")).lead
    assert (lead.customer_id, lead.owner_id, lead.state) == (home.customer.id, None, "new")


async def test_taken_up_it_is_an_opportunity_with_its_people(db: Database) -> None:
    home = await house()
    taken = await comes(
        "msg_1", name="江雪", title="采购经理", company="恒川物流", phone="13912345678", wanted="标签机"
    )
    begun = await service.take_up(taken.lead, home.rep, PLAYBOOK, NOW)
    await written(begun.changes, "msg_2")
    lead = await kept(taken.lead.id)
    assert (lead.state, lead.owner_id, lead.customer_id) == ("converted", home.rep.id, begun.customer.id)
    [deal] = await opportunities.open_of(begun.customer.id)
    assert (deal.id, deal.name, deal.stage, deal.owner_id) == (
        lead.opportunity_id, "标签机", PLAYBOOK.main.first.id, home.rep.id,
    )  # fmt: skip
    [person] = await customers.contacts(begun.customer.id)
    assert (person.name, person.title, person.phones) == ("江雪", "采购经理", ("+8613912345678",))
    again = await comes("msg_3", phone="13912345678", wanted="再要 10 台")
    assert (again.outcome, (await kept(lead.id)).state) == ("merged", "converted")


async def first_talk(home: House, name: str, owner: str) -> Opportunity:
    firm = Customer(id=f"cus_{owner}", name=name, owner_id=owner, recorder_id=owner, created_at=NOW)
    deal = Opportunity(
        id=f"opp_{owner}", customer_id=firm.id, owner_id=owner, name="首单", pipeline="default", stage="x",
        stage_since=NOW, created_at=NOW,
    )  # fmt: skip
    await written((made(firm), made(deal)), "msg_talk")
    return deal


async def test_the_first_talk_makes_it_an_opportunity_too(db: Database) -> None:
    home = await house()
    taken = await comes("msg_1", company="恒川物流股份有限公司", name="江雪")
    deal = await first_talk(home, "恒川物流", home.rep.id)
    lead = await kept(taken.lead.id)
    assert (lead.state, lead.opportunity_id, lead.owner_id) == ("converted", deal.id, home.rep.id)


async def test_a_colleague_s_lead_stays_his(db: Database) -> None:
    home, na = await house(), member("李娜")
    await keep(na)
    taken = await comes("msg_1", company="恒川物流", name="江雪")
    await written((service.assigned(taken.lead, na.id),), "msg_2")
    await first_talk(home, "恒川物流", home.rep.id)
    assert (await kept(taken.lead.id)).state == "assigned"


async def test_what_is_undone_is_known_no_more(db: Database) -> None:
    taken = await comes("msg_1", phone="13912345678")
    await written((changed(taken.lead, "lead.undone", undone_at=NOW),), "msg_2")
    assert await sql.fetch("SELECT * FROM leadkey") == []
    assert (await comes("msg_3", phone="13912345678")).outcome == "new"


async def test_of_an_erased_person_nothing_is_left(db: Database) -> None:
    taken = await comes("msg_1", name="江雪", phone="13912345678", company="恒川物流", note="江雪急着要")
    wanted = Wanted(("江雪", "+8613912345678", "13912345678"))
    async with transaction():
        found = await personal.traces(wanted, NOW)
        await audit.apply(found.changes, actor="system", event="erase", at=NOW)
        await personal.wipe(wanted, found, [one.record for one in found.changes])
    lead = await kept(taken.lead.id)
    assert (lead.name, lead.phones, lead.note, lead.company) == ("（已删除）", (), "（已删除）急着要", "恒川物流")
    assert "江雪" not in str(lead) and "13912345678" not in str(lead)
    assert await sql.fetch("SELECT key FROM leadkey WHERE key LIKE 'tel:%'") == []
    assert (await audit.verify()).broken is None


async def test_many_are_placed_by_one_look_at_all_numbers(db: Database) -> None:
    home = await house()
    numbers = await customers.phones()
    assert numbers == {"+8613800138000": [home.customer.id]}
    async with transaction():
        taken = await service.intake(
            arrival({"phone": "13800138000"}, at=NOW, via="import"), event="m", above={}, phones=numbers
        )
    assert (taken.lead.customer_id, taken.lead.owner_id) == (home.customer.id, home.rep.id)
    assert await customers.of_phone("+8613800138000") == [home.customer.id]
    assert await customers.of_phone("+861380013800_") == await customers.of_phone("%") == []
