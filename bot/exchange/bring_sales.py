"""Rows of leads, opportunities, history and of what other systems know → changes.

An import passes no gate: an opportunity stands where the old books had it, and what the gates on the way there want is
owed. Who imports is nobody's author: what was done has the author that its row names, or is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.clock import SHANGHAI
from bot.exchange.bring_cells import amount, day, many, moment
from bot.exchange.bring_plan import NAME_MOST, Hand, Plan
from bot.exchange.table import Row, Table
from bot.leads import facts
from bot.leads.arrival import BadLead, arrival
from bot.leads.service import intake
from bot.playbook.pipeline import Pipeline, Stage
from bot.process.gates import decide
from storage import activities, customers, members, opportunities
from storage.records import Activity, Change, Customer, Lead, Opportunity, made, new_id
from storage.rows import fold

STATES = {
    "open": "open", "进行中": "open", "跟进中": "open", "won": "won", "赢单": "won", "成交": "won", "lost": "lost",
    "输单": "lost", "丢单": "lost",
}  # fmt: skip
ACTIONS = {
    "wechat": "wechat", "微信": "wechat", "微信沟通": "wechat", "phone": "phone", "电话": "phone", "visit": "visit",
    "面访": "visit", "拜访": "visit", "上门": "visit", "demo": "demo", "方案演示": "demo", "演示": "demo",
    "email": "email", "邮件": "email", "other": "other", "其他": "other",
}  # fmt: skip
TEXT_MOST = 20_000
AHEAD = timedelta(days=1)


async def bring_leads(found: Table, planned: Plan, hand: Hand) -> None:
    """A row that repeats a lead, of before or of a row above, becomes part of it."""
    above: dict[str, Lead] = {}
    if hand.phones is None:
        hand.phones = await customers.phones()
    for row in found.rows:
        owner, fault = await hand.member(row["owner"])
        given = {**row.cells, **{name: many(row[name]) for name in ("phone", "email", "tags")}}
        try:
            came = arrival(
                given, at=hand.now, via="import", recorder_id=hand.recorder, owner_id=owner.id if owner else None
            )
        except BadLead as bad:
            fault = fault or bad.hint
        if fault:
            planned.fault(row, fault)
            continue
        taken = await intake(came, event=f"import.leads:{row.number}", above=above, phones=hand.phones)
        if taken.outcome == "new":
            planned.take(row, taken.changes)
        else:
            planned.same(row, taken.changes)


async def bring_opportunities(found: Table, planned: Plan, hand: Hand) -> None:
    """An opportunity of that name that the customer has is known."""
    names: dict[str, set[str]] = {}
    for row in found.rows:
        customer, fault = await hand.customer(row["customer"])
        owner, wrong = await hand.member(row["owner"])
        values, bad = _values(row)
        fault = fault or wrong or bad or ("商机名称太长" if len(row["name"]) > NAME_MOST else "")
        if fault or customer is None:
            planned.fault(row, fault)
            continue
        whose = owner.id if owner else customer.owner_id
        live = await hand.playbooks.current(await _team(whose))
        stage = _stage(row["stage"], live.playbook.main)
        if stage is None:
            there = "、".join(one.name for one in live.playbook.main.stages)
            planned.fault(row, f"没有“{row['stage'][:20]}”这个阶段，可写：{there}")
            continue
        name = row["name"] or "首单"
        if customer.id not in names:
            names[customer.id] = {fold(one.name) for one in await opportunities.of_customer(customer.id)}
        if fold(name) in names[customer.id]:
            planned.same(row)
            continue
        names[customer.id].add(fold(name))
        planned.take(row, [made(_opportunity(customer, whose, name, stage, values, live.playbook.main, hand))])


async def _team(member_id: str) -> str | None:
    member = await members.get(member_id)
    return member.team_id if member else None


def _values(row: Row) -> tuple[dict[str, Any], str]:
    """The fields that a cell alone tells, and the first that does not fit."""
    money, no_money = amount(row["amount"])
    sign, no_sign = day(row["sign_date"])
    began, no_began = moment(row["created_at"], SHANGHAI)
    ended, no_ended = moment(row["closed_at"], SHANGHAI)
    state = STATES.get(row["state"].casefold()) if row["state"] else ""
    no_state = f"没有“{row['state'][:20]}”这种状态，可写：进行中、赢单、输单" if state is None else ""
    currency = row["currency"].upper() or "CNY"
    no_currency = (
        "" if len(currency) == 3 and currency.isascii() and currency.isalpha() else "币种写成 CNY 这样的三个字母"
    )
    told = {
        "amount": money, "sign_date": sign, "created_at": began, "closed_at": ended, "state": state,
        "currency": currency, "signing_party": row["signing_party"] or None,
        "payment_terms": row["payment_terms"] or None, "lost_reason": row["lost_reason"] or None,
    }  # fmt: skip
    return told, no_money or no_sign or no_began or no_ended or no_state or no_currency


def _stage(said: str, pipeline: Pipeline) -> Stage | None:
    """The first stage for an empty cell."""
    return (pipeline.stage(said) or pipeline.named(said)) if said else pipeline.first


def _opportunity(
    customer: Customer, owner_id: str, name: str, stage: Stage, told: Mapping[str, Any], pipeline: Pipeline, hand: Hand
) -> Opportunity:
    """Where the row says that it stands, with what the gates on the way there want as owed."""
    state = told["state"] or stage.ends or "open"
    began = told["created_at"] or hand.now
    fields = {one: told[one] for one in ("amount", "currency", "sign_date", "signing_party", "payment_terms")}
    fresh = Opportunity(
        id=new_id("opp", hand.now), customer_id=customer.id, owner_id=owner_id, name=name, pipeline=pipeline.id,
        stage=pipeline.first.id, stage_since=hand.now, created_at=began, **fields,
    )  # fmt: skip
    untold = stage.ends is not None or (state == "won" and stage is pipeline.first)
    there = pipeline.open_stages[-1 if state == "won" else 0] if untold else stage
    goal = pipeline.ending("won") if state == "won" else there
    owed = decide(pipeline, fresh, goal, Counter()).missing if goal is not None and state != "lost" else ()
    return fresh.with_(
        stage=there.id, state=state, evidence_missing=tuple(owed),
        closed_at=None if state == "open" else told["closed_at"] or hand.now,
        lost_reason=told["lost_reason"] if state == "lost" else None,
    )  # fmt: skip


async def bring_history(found: Table, planned: Plan, hand: Hand) -> None:
    """What was done, by whom and when; the very same is known. No rule is asked, nobody is reminded of the past."""
    seen: set[tuple[str, str, datetime, str]] = set()
    for row in found.rows:
        customer, fault = await hand.customer(row["customer"])
        author, wrong = await hand.member(row["author"])
        at, no_time = moment(row["at"], SHANGHAI)
        action = ACTIONS.get(row["action"].casefold(), "") if row["action"] else None
        fault = fault or wrong or no_time or _history_fault(row, author is not None, at, action, hand)
        if fault or customer is None or author is None or at is None:
            planned.fault(row, fault)
            continue
        mark = (customer.id, author.id, at, row["text"])
        if mark in seen or await activities.told_before(*mark):
            planned.same(row)
            continue
        seen.add(mark)
        deals = [
            one for one in await opportunities.of_customer(customer.id) if fold(one.name) == fold(row["opportunity"])
        ]
        planned.take(row, [_activity(row, customer, author.id, at, action, deals[0].id if deals else None, hand)])


def _history_fault(row: Row, has_author: bool, at: datetime | None, action: str | None, hand: Hand) -> str:
    if not has_author:
        return "缺是谁做的，写姓名或平台帐号（导入的人不算）"
    if at is None:
        return "缺时间"
    if at > hand.now + AHEAD:
        return "时间在以后，这里只导做过的事"
    if action == "":
        return f"没有“{row['action'][:20]}”这种方式，可写：微信、电话、面访、方案演示、邮件、其他"
    if not row["text"] and action is None:
        return "方式和内容至少写一样"
    return "内容太长，最多两万字" if len(row["text"]) > TEXT_MOST else ""


def _activity(
    row: Row, customer: Customer, author: str, at: datetime, action: str | None, deal: str | None, hand: Hand
) -> Change:
    return made(
        Activity(
            id=new_id("act", hand.now), customer_id=customer.id, opportunity_id=deal, action=action, author_id=author,
            recorder_id=hand.recorder, occurred_at=at, text=row["text"], confirmed=True,
        )
    )  # fmt: skip


async def bring_facts(kind: str, found: Table, planned: Plan, hand: Hand) -> None:
    """What another system knows; under the same number (or in the very same words) it is the same fact."""
    book = facts.Book()
    for row in found.rows:
        money, fault = amount(row["amount"])
        at, no_time = moment(row["at"], SHANGHAI)
        customer, nobody = await hand.customer(row["company"])
        fault = fault or no_time or nobody or ("" if row["what"] else "缺事项，写发生了什么，比如 回款")
        if fault or customer is None:
            planned.fault(row, fault)
            continue
        words = "\n".join(f"{name}={value}" for name, value in sorted(row.cells.items()) if value)
        told = {
            "kind": kind, "what": row["what"], "company": customer.name, "customer_id": customer.id,
            "amount": money, "currency": row["currency"].upper() or "CNY", "note": row["note"],
            "external_id": row["external_id"] or f"row:{sha256(words.encode()).hexdigest()[:24]}",
        }  # fmt: skip
        changes = await facts.taken(
            told, at=at or hand.now, received_at=hand.now, via="import", book=book, recorder=hand.recorder
        )
        planned.take(row, changes) if changes else planned.same(row)
