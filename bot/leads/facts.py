"""Facts that other systems know: whose they are, and what keeping them comes to. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.leads import same
from bot.leads.arrival import BadLead, arrival, firm, text
from storage import customers, leads, opportunities
from storage import facts as kept
from storage.records import Change, Customer, Fact, Lead, changed, made, new_id

EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Book:
    """What was told before in the same body or table, and is not written yet."""

    leads: dict[str, Lead] = field(default_factory=dict)
    phones: Mapping[str, Sequence[str]] | None = None
    """Whose customers' each number is, where there is much to place."""
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)


async def taken(
    told: Mapping[str, Any], *, at: datetime, received_at: datetime, via: str, book: Book, recorder: str | None = None
) -> tuple[Change, ...]:
    """The fact, new or as it now stands: what a system tells again under its own id is the same fact."""
    customer, lead, deal = await _whose(told, book)
    kind, external_id = str(told["kind"]), text(told.get("external_id"), 200)
    amount = told.get("amount")
    fields: dict[str, Any] = {
        "what": text(told.get("what"), 200), "who": _who(told), "at": at,
        "customer_id": customer.id if customer else None, "lead_id": lead.id if lead else None, "opportunity_id": deal,
        "amount": None if amount is None else Decimal(str(amount)), "currency": told.get("currency") or "CNY",
        "data": dict(told.get("data") or {}), "note": text(told.get("note"), 2000),
    }  # fmt: skip
    before = book.facts.get((kind, external_id)) if external_id else None
    before = before or await kept.told(kind, via, external_id)
    if before is not None:
        change = changed(before, "fact.changed", **fields)
        book.facts[kind, external_id] = before.with_(**fields)
        return (change,) if change.after else ()
    fact = Fact(
        id=new_id("fct", received_at), kind=kind, external_id=external_id, via=via, recorder_id=recorder,
        received_at=received_at, **fields,
    )  # fmt: skip
    if external_id:
        book.facts[kind, external_id] = fact
    return (made(fact),)


def _who(told: Mapping[str, Any]) -> str:
    return text(told.get("company") or told.get("name") or told.get("phone") or told.get("email"), 100)


async def _whose(told: Mapping[str, Any], book: Book) -> tuple[Customer | None, Lead | None, str | None]:
    """The customer, the lead, the opportunity's id that are surely meant; None for what is not."""
    deal = await opportunities.get(str(told["opportunity_id"])) if told.get("opportunity_id") else None
    if deal is not None:
        return await customers.get(deal.customer_id), None, deal.id
    customer, lead = await _customer(told, book)
    open_ = await opportunities.open_of(customer.id) if customer else []
    return customer, lead, open_[0].id if len(open_) == 1 else None


async def _customer(told: Mapping[str, Any], book: Book) -> tuple[Customer | None, Lead | None]:
    """By our id, a name or alias, a contact's phone, or the lead that it became."""
    if told.get("customer_id"):
        return await customers.get(str(told["customer_id"])), None
    company = text(told.get("company"), 100)
    for name in dict.fromkeys(filter(None, (company, firm(company)))):
        found = await customers.named(name)
        if len(found) == 1:
            return found[0], None
    try:
        one = arrival(told, at=EVER, via="")
    except BadLead:
        return None, None
    for phone in one.phones:
        owners = set(await customers.of_phone(phone) if book.phones is None else book.phones.get(phone, ()))
        if len(owners) == 1:
            return await customers.get(owners.pop()), None
    lead = next((lead for lead in await leads.of_keys(same.keys(one)) if same.same(one, lead)), None)
    return (await customers.get(lead.customer_id) if lead and lead.customer_id else None), lead
