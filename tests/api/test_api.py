"""``/api/v1``: the same objects as an export, paged, filtered, for whom they are."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.access import BESIDE
from bot.members import tokens
from bot.web.api import PER_MINUTE
from bot.web.api_kinds import KINDS
from storage import apitokens, audit, customers, externals, listing, members
from storage.connect import transaction
from storage.records import Contact, Customer, changed, made, new_id
from tests.api.conftest import Company, talked

LISTS = [f"/{name}" for name in KINDS]


def code(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"error"} and set(body["error"]) == {"code", "message", "hint"}, body
    return answer.status_code, body["error"]["code"]


async def test_an_admin_reads_what_an_export_holds(company_on_both: Company) -> None:
    company = company_on_both
    await talked(company)
    for name, kind in KINDS.items():
        told = await company.items(f"/{name}", "admin", limit=7)
        exported = await company.chat.records(kind.noun)
        mark = "n" if kind.noun == "audit" else "id"
        assert [one[mark] for one in told] == [one[mark] for one in exported], name
        assert told == exported, name
        assert all(list(one) == list(kind.keys) for one in told), name
        if name not in ("audit", "risks", "handovers", "waivers"):
            assert told, name


async def test_who_sees_what(company: Company) -> None:
    """Every route for every role: a rep own customers' records, a manager the team's, an admin all."""
    await talked(company)
    ids = {user: one.id for user in company.words if (one := await members.by_identity("wecom", user)) is not None}
    owner = {one["id"]: one["owner_id"] for one in await company.chat.records("customer")}
    team_of = {one["id"]: one["team_id"] for one in await company.chat.records("member")}
    team = {id for id, of in team_of.items() if of == team_of[ids["wang.fang"]]}
    sees = {"zhang.wei": {ids["zhang.wei"]}, "li.na": {ids["li.na"]}, "liu.yang": {ids["liu.yang"]}, "wang.fang": team}
    for name, kind in KINDS.items():
        every = await company.chat.records(kind.noun)
        for who, people in sees.items():
            if kind.admin:
                assert code(await company.get(f"/{name}", who)) == (403, "not_allowed")
                continue
            told = {one["id"] for one in await company.items(f"/{name}", who)}
            assert told == {one["id"] for one in every if _whose(kind.noun, one, owner, team_of) & people}, (name, who)
            for one in every:
                answer = await company.get(f"/{name}/{one['id']}", who)
                assert answer.status_code == (200 if one["id"] in told else 404), (name, who)
    assert {one["name"] for one in await company.items("/customers", "zhang.wei")} == {
        "华东医疗器械有限公司",
        "启明制造有限公司",
    }
    assert await company.items("/customers", "liu.yang") == []


async def test_who_claims_a_customer_is_not_told_whose_it_is(company: Company) -> None:
    await talked(company)
    for who, veiled in (("zhang.wei", True), ("li.na", True), ("wang.fang", False), ("admin", False)):
        me = (await company.member(who)).id
        told = await company.items("/claims", who)
        assert len(told) == 2
        for one in told:
            hidden = veiled and one["member_id"] == me
            assert ([one[key] for key in ("customer_id", "owner_id")] == [None, None]) is hidden, who
            assert (await company.get(f"/claims/{one['id']}", who)).json() == one


async def test_a_customer_looked_after_together_is_there_with_all_that_is_of_it(company: Company) -> None:
    await talked(company)
    rep = await company.member("zhang.wei")
    theirs = await company.chat.opportunity("松涛教育")
    before = {name: await company.items(f"/{name}", "zhang.wei") for name, kind in KINDS.items() if not kind.admin}
    now = company.chat.demo.app.clock.now()
    together = changed(rep, "member.beside", prefs={**rep.prefs, BESIDE: [theirs["customer_id"]]})
    async with transaction():
        await audit.apply([together], actor="system", event="test", at=now)
    more: dict[str, list[dict[str, Any]]] = {}
    for name, was in before.items():
        told = await company.items(f"/{name}", "zhang.wei")
        more[name] = [one for one in told if one["id"] not in {one["id"] for one in was}]
        for one in told:
            assert (await company.get(f"/{name}/{one['id']}", "zhang.wei")).status_code == 200, name
        of_it = [one for one in await company.chat.records(KINDS[name].noun)
                 if one.get("customer_id") == theirs["customer_id"]]  # fmt: skip
        assert not {one["id"] for one in of_it} - {one["id"] for one in told}, name
        assert all(one.get("customer_id", theirs["customer_id"]) == theirs["customer_id"] for one in more[name]), name
    assert [one["name"] for one in more["customers"]] == ["松涛教育科技有限公司"]
    assert [one["name"] for one in more["members"]] == ["李娜"] and more["messages"] == []
    for name in ("contacts", "opportunities", "activities", "commitments", "visits", "bindings", "externals"):
        assert more[name], name
    assert [one["name"] for one in await company.items("/customers", "zhang.wei", q="松涛")] == ["松涛教育科技有限公司"]
    rep = await company.member("zhang.wei")
    every = [one async for one in listing.each(Customer)]
    scope = await company.chat.demo.app.house.scope(rep)
    assert {one.id for one in every if scope.sees(one)} == {
        one["id"] for one in await company.items("/customers", "zhang.wei")
    }
    noted = await company.post(f"/customers/{theirs['customer_id']}/notes", {"text": "一起跟"}, "zhang.wei")
    assert noted.status_code == 200
    [claim] = [one for one in await company.items("/claims", "zhang.wei") if one["member_id"] == rep.id]
    assert claim["customer_id"] == theirs["customer_id"]


async def test_a_private_chat_is_nobody_s_to_list(company: Company) -> None:
    await talked(company)
    [one] = [one for one in await company.items("/externals", "zhang.wei") if one["customer_id"] is None]
    known = await externals.get(one["id"])
    assert known is not None and one in await company.items("/externals", "wang.fang")
    async with transaction():
        now = company.chat.demo.app.clock.now()
        await audit.apply([changed(known, "external.private", state="private")], actor="test", event="test", at=now)
    for who in ("zhang.wei", "wang.fang"):
        assert one["id"] not in [one["id"] for one in await company.items("/externals", who)]
        assert (await company.get(f"/externals/{one['id']}", who)).status_code == 404
    assert [one["id"] for one in await company.items("/externals", "admin", state="private")] == [one["id"]]


def _whose(noun: str, one: dict[str, Any], owner: dict[str, str], team_of: dict[str, Any]) -> set[str]:
    """To whom a record belongs."""
    if noun == "member":
        return {one["id"]}
    if noun == "team":
        return {member for member, team in team_of.items() if team == one["id"]}
    if noun in ("customer", "opportunity", "commitment", "task", "risk"):
        return {one["owner_id"]}
    if noun == "lead":
        return {one["owner_id"]} if one["owner_id"] else {one["recorder_id"]}
    if noun in ("message", "unassigned"):
        return {one["member_id"]}
    if noun == "claim":
        return {one["member_id"], owner[one["customer_id"]]}
    assert noun in OF_CUSTOMER, f"whose is a {noun}?"
    if one.get("customer_id") is None:
        return {one.get("author_id") or one.get("member_id")}
    return {owner[one["customer_id"]]}


OF_CUSTOMER = (
    "contact", "activity", "evidence", "visit", "binding", "external", "fact", "handover", "waiver",
)  # fmt: skip
"""Kinds that belong to whose their customer is, and of no customer to whoever made them."""


async def test_nobody_without_a_token(company: Company) -> None:
    [customer] = (await company.get("/customers", "zhang.wei", limit=1)).json()["items"]
    paths = [*LISTS, "/me", f"/customers/{customer['id']}"]
    good = company.words["zhang.wei"]
    for path in paths:
        assert code(await company.get(path)) == (401, "unauthorized")
    for word in (
        f"Basic {good}",
        good,
        "Bearer",
        f"Bearer {good}x",
        f"Bearer {good[:-1]}",
        "Bearer gjt_",
        "Bearer ' OR 1=1",
    ):
        answer = await company.chat.web.get("/api/v1/me", headers={"Authorization": word})
        assert code(answer) == (401, "unauthorized") and answer.headers["WWW-Authenticate"] == "Bearer"
    doubled = [("Authorization", f"Bearer {good}"), ("Authorization", f"Bearer {company.words['admin']}")]
    assert code(await company.chat.web.get("/api/v1/me", headers=doubled)) == (401, "unauthorized")
    assert code(await company.get("/me", access_token=good)) == (401, "unauthorized")
    assert code(await company.post(f"/customers/{customer['id']}/notes", {"text": "x"})) == (401, "unauthorized")


async def test_a_guessed_id_is_like_none(company: Company) -> None:
    theirs = (await company.get("/customers", "li.na", limit=1)).json()["items"][0]["id"]
    said = [
        await company.get(f"/customers/{id}", "zhang.wei")
        for id in (theirs, "cus_1", theirs[:-1] + "0", "%27", "mem_1")
    ]
    assert {one.status_code for one in said} == {404}
    assert len({one.text for one in said}) == 1
    for path in ("/opportunities", "/contacts", "/activities", "/commitments"):
        assert await company.items(path, "zhang.wei", customer_id=theirs) == []
    known = await customers.get(theirs)
    assert known is not None
    name = known.name
    assert await company.items("/customers", "zhang.wei", q=name) == []


async def test_rights_are_those_of_this_moment(company: Company) -> None:
    now = company.chat.demo.app.clock.now()
    member = await members.by_identity("wecom", "zhang.wei")
    assert member is not None and len(await company.items("/customers", "zhang.wei")) == 2

    async def change(*changes: Any) -> None:
        async with transaction():
            await audit.apply(changes, actor="system", event="test", at=now)

    await change(changed(member, "member.roles", roles=("rep", "admin")))
    assert len(await company.items("/customers", "zhang.wei")) == 6
    await change(changed(member.with_(roles=("rep", "admin")), "member.roles", roles=("rep",)))
    assert len(await company.items("/customers", "zhang.wei")) == 2
    assert code(await company.get("/audit", "zhang.wei")) == (403, "not_allowed")
    await change(changed(member, "member.active", active=False))
    assert code(await company.get("/customers", "zhang.wei")) == (401, "unauthorized")
    await change(changed(member.with_(active=False), "member.active", active=True))
    [token] = [one for one in await apitokens.all() if one.member_id == member.id]
    await change(tokens.revoke(token, now))
    assert code(await company.get("/customers", "zhang.wei")) == (401, "unauthorized")


async def test_pages_stay_whole_while_others_write(company: Company) -> None:
    owner = await members.by_identity("wecom", "zhang.wei")
    assert owner is not None

    async def more(count: int) -> list[str]:
        now = company.chat.demo.app.clock.now()
        firms = [
            Customer(id=new_id("cus", now), name=f"客户{n}", owner_id=owner.id, recorder_id=owner.id, created_at=now)
            for n in range(count)
        ]
        async with transaction():
            await audit.apply([made(one) for one in firms], actor="system", event="test", at=now)
        return [one.id for one in firms]

    await more(5)
    before = [one["id"] for one in await company.items("/customers", "zhang.wei")]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await company.get("/customers", "zhang.wei", limit=2, **cursor)).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
        if len(seen) < 8:
            await more(1)
    assert seen[: len(before)] == before and len(seen) == len(set(seen)) == len(before) + 3
    other = (await company.get("/opportunities", "zhang.wei", limit=1)).json()["next"]
    for wrong in ("x", "Zm9v", other, cursor["cursor"][:-2], cursor["cursor"] * 20, "é"):
        assert code(await company.get("/customers", "zhang.wei", cursor=wrong)) == (400, "bad_parameter")


async def test_filters(company: Company) -> None:
    await talked(company)
    deals = await company.items("/opportunities", "admin")
    assert {one["stage"] for one in await company.items("/opportunities", "admin", stage="needs_confirmed")} == {
        "needs_confirmed"
    }
    of_one = await company.items("/opportunities", "admin", customer_id=deals[0]["customer_id"])
    assert [one["id"] for one in of_one] == [deals[0]["id"]]
    assert await company.items("/opportunities", "admin", state="won") == []
    assert [one["what"] for one in await company.items("/commitments", "admin", by="us", state="open")] != []
    assert len(await company.items("/activities", "admin", since="2026-03-10T10:00:00+08:00")) >= 2
    assert await company.items("/activities", "admin", until="2026-03-10T10:00:00+08:00") == []
    assert [one["name"] for one in await company.items("/customers", "admin", q="医械")] == ["华东医疗器械有限公司"]
    for literal in ("%", "_", "' OR '1'='1", "\\", "[医]"):
        assert await company.items("/customers", "admin", q=literal) == []
    for wrong in (
        {"state": "closed"}, {"nothing": "1"}, {"limit": "0"}, {"limit": "201"}, {"limit": "一"}, {"limit": "1e2"},
        {"since": "2026-03-10"}, {"since": "yesterday"}, {"stage": ""},
    ):  # fmt: skip
        assert code(await company.get("/opportunities", "admin", **wrong)) == (400, "bad_parameter")
    doubled = httpx.QueryParams([("state", "open"), ("state", "won")])
    answer = await company.chat.web.get(
        f"/api/v1/opportunities?{doubled}", headers={"Authorization": f"Bearer {company.words['admin']}"}
    )
    assert code(answer) == (400, "bad_parameter")


async def test_what_is_undone_is_not_there(company: Company) -> None:
    await talked(company)
    promise = (await company.items("/commitments", "zhang.wei"))[-1]
    await company.chat.says("zhang.wei", "撤销")
    assert (await company.get(f"/commitments/{promise['id']}", "zhang.wei")).status_code == 404
    assert promise["id"] not in [one["id"] for one in await company.items("/commitments", "admin")]


async def test_what_one_has_already_is_not_sent_again(company: Company) -> None:
    first = await company.get("/customers", "zhang.wei")
    head = {"Authorization": f"Bearer {company.words['zhang.wei']}", "If-None-Match": first.headers["ETag"]}
    again = await company.chat.web.get("/api/v1/customers", headers=head)
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache" and first.headers["Vary"] == "Authorization"


async def test_a_token_may_ask_so_often(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.api.PER_MINUTE", 3)
    said = [(await company.get("/me", "zhang.wei")).status_code for _ in range(4)]
    assert said == [200, 200, 200, 429]
    assert (await company.get("/me", "li.na")).status_code == 200
    answer = await company.get("/me", "zhang.wei")
    assert code(answer) == (429, "rate_limited") and 1 <= int(answer.headers["Retry-After"]) <= 61
    await company.chat.until("2026-03-10 10:02")
    assert (await company.get("/me", "zhang.wei")).status_code == 200
    assert PER_MINUTE == 600


# -- what may be changed -------------------------------------------------------------------------------------------


async def test_a_move_passes_its_gate(company: Company) -> None:
    deal = await company.chat.opportunity("华东医械")
    path = f"/opportunities/{deal['id']}/stage"
    closed = await company.post(path, {"stage": "contract_signing"}, "zhang.wei")
    assert code(closed) == (409, "gate_closed") and "采购流程图" in closed.json()["error"]["hint"]
    assert code(await company.post(path, {"stage": "contract_signing"}, "zhang.wei")) == (409, "gate_closed")
    for back in ("initial_contact", "won", "lost"):
        assert code(await company.post(path, {"stage": back}, "zhang.wei")) == (409, "needs_a_tap")
    assert (await company.post(path, {"stage": deal["stage"]}, "zhang.wei")).json() == {
        "id": deal["id"],
        "changed": False,
    }
    assert (await company.chat.opportunity("华东医械"))["stage"] == deal["stage"]
    tried = [one for one in await company.chat.records("audit") if one["kind"] == "opportunity.tried"]
    me = await members.by_identity("wecom", "zhang.wei")
    assert me is not None and [(one["record"], one["actor"]) for one in tried] == [(deal["id"], me.id)] * 5

    other = await company.chat.opportunity("启明制造")
    moved = await company.post(f"/opportunities/{other['id']}/stage", {"stage": "solution_demo"}, "wang.fang")
    assert moved.json() == {"id": other["id"], "changed": True}
    now = await company.chat.opportunity("启明制造")
    assert (now["stage"], set(now["evidence_missing"])) == ("solution_demo", {"meeting_record", "document_sent"})


async def test_only_what_may_be_changed(company: Company) -> None:
    deal = await company.chat.opportunity("启明制造")
    path = f"/opportunities/{deal['id']}/stage"
    for body, wrong in (
        ({"stage": "solution_demo", "amount": "1"}, (422, "unknown_field")),
        ({"stage": "solution_demo", "owner_id": "mem_1"}, (422, "unknown_field")),
        ({"stage": ["solution_demo"]}, (422, "bad_field")),
        ({"stage": 1e308}, (422, "bad_field")),
        ({"stage": ""}, (422, "bad_field")),
        ({"stage": "nowhere"}, (422, "unknown_stage")),
        ({}, (422, "bad_field")),
        ([], (422, "bad_field")),
    ):
        assert code(await company.post(path, body, "zhang.wei")) == wrong
    head = {"Authorization": f"Bearer {company.words['zhang.wei']}"}
    web = company.chat.web
    assert code(await web.post(f"/api/v1{path}", content=b"stage=won", headers=head)) == (415, "not_json")
    json_head = head | {"Content-Type": "application/json"}
    assert code(await web.post(f"/api/v1{path}", content=b"{" * 50_000, headers=json_head)) == (400, "bad_json")
    assert code(await web.post(f"/api/v1{path}", content=b"\xff" * 70_000, headers=json_head)) == (413, "too_large")
    theirs = await company.chat.opportunity("松涛教育")
    assert code(
        await company.post(f"/opportunities/{theirs['id']}/stage", {"stage": "solution_demo"}, "zhang.wei")
    ) == (404, "not_found")
    assert code(await company.post(f"/customers/{theirs['customer_id']}/notes", {"text": "x"}, "zhang.wei")) == (
        404,
        "not_found",
    )
    company.words["reader"] = await company.token("zhang.wei", read_only=True)
    assert code(await company.post(path, {"stage": "solution_demo"}, "reader")) == (403, "read_only")
    assert (await company.get("/me", "reader")).json()["read_only"] is True
    assert (await company.chat.opportunity("启明制造")) == deal
    assert (await web.delete(f"/api/v1/customers/{deal['customer_id']}", headers=head)).status_code == 405


async def test_a_note(company: Company) -> None:
    deal = await company.chat.opportunity("启明制造")
    path = f"/customers/{deal['customer_id']}/notes"
    for text in ("郑总下午才看手机", "<script>alert(1)</script>\n@all"):
        assert (await company.post(path, {"text": text}, "zhang.wei")).status_code == 200
    told = (await company.get(f"/customers/{deal['customer_id']}", "zhang.wei")).json()
    assert told["note"] == "郑总下午才看手机\n<script>alert(1)</script> @all"


async def test_a_person_s_words_stay_text(company: Company) -> None:
    deal = await company.chat.opportunity("启明制造")
    now = company.chat.demo.app.clock.now()
    evil = Contact(id=new_id("con", now), customer_id=deal["customer_id"], name="<img src=x onerror=alert(1)>")
    async with transaction():
        await audit.apply([made(evil)], actor="system", event="test", at=now)
    answer = await company.get(f"/contacts/{evil.id}", "zhang.wei")
    assert answer.json()["name"] == evil.name
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
