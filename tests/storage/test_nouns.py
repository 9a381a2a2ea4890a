"""The questions of the nouns, one after the other."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from storage import (
    activities,
    audit,
    commitments,
    corrections,
    customers,
    evidence,
    members,
    opportunities,
    tasks,
)
from storage.opportunities import Figure
from storage.records import Alias, Correction, Identity, changed, new_id
from tests.storage.samples import NOW, activity, at, commitment, customer, house, keep, member, opportunity, task
from tests.storage.samples import evidence as piece

pytestmark = pytest.mark.usefixtures("db")


async def test_members_are_found_by_account_and_name():
    assert not await members.first()
    home = await house()
    left = member("李娜", active=False, roles=("manager", "rep"))
    await keep(left, Identity(id=new_id("idn", NOW), member_id=left.id, account="wecom", user="li.na"))
    assert await members.first()
    assert await members.by_identity("wecom", "ＺＨＡＮＧ.wei ") == home.rep
    assert await members.by_identity("feishu", "zhang.wei") is None
    assert await members.by_identity("wecom", "li.na") == left
    assert await members.named("张伟") == [home.rep] == await members.named("zhang.WEI")
    assert await members.named("李娜") == []
    assert await members.everyone() == [home.rep]
    assert {one.name for one in await members.everyone(active=False)} == {"张伟", "李娜"}
    assert await members.identity_of(home.rep.id) == home.identity == await members.identity_of(home.rep.id, "wecom")
    assert await members.identity_of(home.rep.id, "feishu") is None
    assert await members.identities(home.rep.id) == [home.identity]
    assert await members.of_team(home.team.id) == [home.rep] == await members.with_role("rep")
    assert await members.with_role("manager") == []
    assert await members.team(home.team.id) == home.team
    assert await members.teams() == [home.team] == await members.team_named(" 华东一组")


async def test_customers_are_found_by_name_and_alias():
    home = await house()
    other = customer(home.rep, "华东药业", created_at=at(hours=1))
    await keep(other, Alias(id=new_id("ali", NOW), customer_id=other.id, text="华东医械", learnt=True))
    assert await customers.named("华东医疗器械有限公司") == [home.customer]
    assert await customers.named("华东医械") == [home.customer, other]
    assert await customers.many([home.customer.id, "cus_0"]) == {home.customer.id: home.customer}
    assert await customers.many([]) == {}
    assert await customers.of_owner([home.rep.id], 1) == [other]
    assert [alias.text for alias in await customers.aliases(home.customer.id)] == ["华东医械"]
    assert await customers.contacts(home.customer.id) == [home.contact]
    assert await customers.contact(home.contact.id) == home.contact
    assert await customers.short_name(home.customer.id) == "华东医械"
    assert await customers.of_record(home.contact.id) == home.customer.id == await customers.of_record(home.customer.id)
    assert await customers.of_record(home.rep.id) is None
    assert await customers.owning([home.alias.id, home.contact.id, home.rep.id]) == [home.customer.id]


async def test_a_name_without_alias_loses_its_legal_ending():
    home = await house()
    firm = customer(home.rep, "宁波舟山物流股份有限公司")
    await keep(firm)
    assert await customers.short_name(firm.id) == "宁波舟山物流"


async def test_the_book_holds_what_is_alive():
    home = await house()
    line = (home.customer, ("华东医械",), (home.contact,))
    assert [one async for one in customers.book()] == [line]
    assert await customers.page(home.customer.id) == line
    await audit.apply([changed(home.alias, "undo.alias.created", undone_at=NOW)], actor="r", event="e", at=NOW)
    assert [one async for one in customers.book()] == [(home.customer, (), (home.contact,))]


@pytest.mark.parametrize("name", ["100%纯水", "a_b", "x!y", "'; DROP TABLE customer; --", "[a-z]*", "\\"])
async def test_a_search_means_each_character_itself(name: str):
    home = await house()
    odd, plain = customer(home.rep, f"甲{name}乙"), customer(home.rep, "甲100度纯水 axb 乙")
    await keep(odd, plain)
    assert await customers.search(name) == [odd]
    assert await customers.search(name, owners=["mem_other"]) == []
    assert await customers.search(name, owners=[home.rep.id]) == [odd]


async def test_a_renamed_customer_is_found_by_its_new_name():
    home = await house()
    await audit.apply([changed(home.customer, "customer.renamed", name="新名")], actor="r", event="e", at=NOW)
    assert [one.id for one in await customers.named("新名")] == [home.customer.id]
    assert await customers.named("华东医疗器械有限公司") == []


async def test_opportunities_and_their_figures():
    home = await house()
    won = opportunity(home.customer, state="won", created_at=at(hours=1))
    small = opportunity(home.customer, amount=Decimal("0.05"), created_at=at(hours=2))
    dollars = opportunity(home.customer, amount=None, currency="USD", created_at=at(hours=3))
    await keep(won, small, dollars)
    assert await opportunities.open_of(home.customer.id) == [home.opportunity, small, dollars]
    assert await opportunities.of_customer(home.customer.id) == [home.opportunity, won, small, dollars]
    assert (
        await opportunities.of_owner([home.rep.id], "won") == [won] == await opportunities.of_owner(home.rep.id, "won")
    )
    assert len(await opportunities.of_owner(home.rep.id, None)) == 4
    assert await opportunities.figures([home.rep.id]) == [
        Figure("negotiation", "CNY", 2, Decimal("2170000.05")), Figure("negotiation", "USD", 1, Decimal("0")),
    ] == await opportunities.figures()  # fmt: skip
    assert await opportunities.figures(["mem_other"]) == []


async def test_activities_in_their_order():
    home = await house()
    early = activity(home.customer, occurred_at=at(hours=-2), message_id="msg_1")
    late = activity(home.customer, opportunity_id=home.opportunity.id, signals=("budget_approved",))
    nobody = activity(home.customer).with_(customer_id=None, occurred_at=at(hours=-1), author_id="mem_2")
    await keep(late, early, nobody)
    assert await activities.of_customer(home.customer.id) == [late, early]
    assert await activities.of_customer(home.customer.id, before=NOW) == [early]
    assert await activities.of_opportunity(home.opportunity.id) == [late]
    assert await activities.latest_of_member(home.rep.id, at(minutes=-30)) == late
    assert await activities.latest_of_member(home.rep.id, at(minutes=1)) is None
    assert await activities.of_message("msg_1") == [early]
    assert await activities.on_day([home.rep.id, "mem_2"], at(hours=-2), NOW) == [early, nobody]
    assert await activities.get(nobody.id) == nobody
    assert await customers.recent_of(home.rep.id) == [home.customer.id]


async def test_commitments_stand_by_due():
    home = await house()
    friday = commitment(home.customer)
    friday_noon = commitment(home.customer, due=at(days=3))
    some_day = commitment(home.customer, due=None, message_id="msg_1", opportunity_id=home.opportunity.id)
    overdue = commitment(home.customer, due=date(2026, 3, 9), state="overdue")
    theirs = commitment(home.customer, by="customer")
    kept = commitment(home.customer, state="kept")
    await keep(some_day, friday, friday_noon, overdue, theirs, kept)
    assert await commitments.open_of(home.customer.id) == [overdue, friday_noon, friday, some_day]
    assert await commitments.open_of(home.customer.id, "customer") == [theirs]
    assert await commitments.of_owner(home.rep.id) == [overdue, friday_noon, friday, theirs, some_day]
    assert await commitments.of_owner(home.rep.id, ("kept",)) == [kept]
    assert await commitments.of_message("msg_1") == [some_day] == await commitments.of_opportunity(home.opportunity.id)
    assert len(await commitments.open_all()) == 5
    assert len(await commitments.of_customer(home.customer.id)) == 6


async def test_evidence_is_counted_by_kind():
    home = await house()
    of = home.opportunity
    one = piece(of, sha256="ab")
    two, three = piece(of, at=at(hours=1)), piece(of, "photo", commitment_id="pro_1", at=at(hours=2))
    await keep(one, two, three)
    assert await evidence.counts(of.id) == Counter(contract=2, photo=1)
    assert await evidence.of_opportunity(of.id) == [one, two, three]
    assert await evidence.of_sha("ab") == [one]
    assert await evidence.of_customer(home.customer.id, 2) == [three, two]
    assert await evidence.of_commitment("pro_1") == [three]
    await audit.apply([changed(two, "undo.evidence.created", undone_at=NOW)], actor="r", event="e", at=NOW)
    assert await evidence.counts(of.id) == Counter(contract=1, photo=1)


async def test_tasks_and_corrections():
    home = await house()
    later, soon = task(home.rep, due=date(2026, 4, 1)), task(home.rep, due=date(2026, 3, 11))
    done = task(home.rep, state="done", opportunity_id=home.opportunity.id)
    said = Correction(
        id=new_id("cor", NOW), member_id=home.rep.id, team_id=home.team.id, message_id="msg_1", field="stage", at=NOW
    )
    await keep(later, soon, done, said)
    assert await tasks.of_owner(home.rep.id) == [soon, later]
    assert await tasks.of_opportunity(home.opportunity.id) == [done]
    assert await tasks.get(done.id) == done
    assert await corrections.of_team(home.team.id) == [said] == await corrections.of_message("msg_1")
    assert await corrections.of_team(None) == []
