"""Whose account and which opportunity one customer's part of a message is about."""

from __future__ import annotations

from bot.capture import facts
from bot.capture.part import Part
from bot.capture.whose import Known
from storage.records import Customer, Opportunity, made, new_id


def open_account(part: Part) -> bool:
    """False when the talk names somebody new without anything that is worth an account (LOOP-6)."""
    if isinstance(part.found, Known):
        part.customer = part.memory.customers[part.found.customer_id]
        return True
    if not part.sells() and not facts.made_known(part.deal, part.reading):
        return False
    part.customer = Customer(
        id=new_id("cus", part.said.now),
        name=part.found.name,
        owner_id=part.memory.member.id,
        recorder_id=part.memory.member.id,
        created_at=part.said.at,
        tags=facts.tags_at_first(part.found.name, part.deal, part.reading),
    )
    part.new_customer = True
    part.changes.append(made(part.customer))
    return True


def pick_opportunity(part: Part) -> tuple[Opportunity, ...]:
    """The opportunities to choose from when it cannot be told; empty when it is settled."""
    assert part.customer is not None
    deals = part.memory.opportunities.get(part.customer.id, ())
    chosen = part.choices.opportunities.get(part.customer.id, "")
    if chosen and not chosen.startswith("new:"):
        part.opportunity = next((deal for deal in deals if deal.id == chosen), None)
        return ()
    if not part.sells() and not part.new_customer:
        part.opportunity = deals[0] if len(deals) == 1 else None
        return ()
    if not deals or chosen:
        _open(part, chosen.removeprefix("new:"))
        return ()
    part.opportunity = deals[0] if len(deals) == 1 else _said_by_name(part, deals) or _of_context(part, deals)
    return () if part.opportunity else deals


def _said_by_name(part: Part, deals: tuple[Opportunity, ...]) -> Opportunity | None:
    named = [deal for deal in deals if deal.name and deal.name in part.reading.text]
    return named[0] if len(named) == 1 else None


def _of_context(part: Part, deals: tuple[Opportunity, ...]) -> Opportunity | None:
    last = part.memory.last
    return next((deal for deal in deals if last and deal.id == last.opportunity_id), None)


def _open(part: Part, name: str) -> None:
    assert part.customer is not None
    pipeline = part.playbook.main
    part.opportunity = Opportunity(
        id=new_id("opp", part.said.now),
        customer_id=part.customer.id,
        owner_id=part.customer.owner_id,
        name=name or "首单",
        pipeline=pipeline.id,
        stage=pipeline.first.id,
        stage_since=part.said.at,
        created_at=part.said.at,
    )
    part.new_opportunity = True
    part.changes.append(made(part.opportunity))
