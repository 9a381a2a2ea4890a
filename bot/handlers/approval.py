"""An approval form came to its end: agreed, it carries the opportunity through its gate and fills what it says of the
contract (CAP-3, VOICE.md D6). Which opportunity it is about is asked where two fit, and where none does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.base import Adapter, Approver
from adapters.events import Approval, InboundEvent
from bot import unassigned as inbox
from bot.capture import approval as read
from bot.capture.told import Told
from bot.handlers.approval_placed import noted, placed
from bot.house import House
from bot.letter import Letter
from bot.replies import approval as say
from bot.replies import words
from bot.routing import Reply
from storage import customers, marks, members, opportunities
from storage.records import Customer, Member, Message, Opportunity

HAND = "approval"
"""The actor in the audit record."""
SURE_BY = frozenset({"exact", "alias", "abbreviation", "suffix"})
"""How a name may have been found that a form's customer is taken by without asking."""


async def fetched(event: InboundEvent, adapter: Adapter, house: House) -> Approval | None:
    """The form that the event is about, asked of its platform; None for one that still runs, or is plainly none of
    ours. Raises SendError."""
    if event.kind != "approval" or event.data.get("state") == "running" or not isinstance(adapter, Approver):
        return None
    forms = (await house.live(None)).playbook.approvals
    if not read.may_be_ours(str(event.data.get("template", "")), forms):
        return None
    return await adapter.approval(str(event.data.get("approval", "")))


async def answer(row: Message, found: Approval | None, house: House) -> Reply:
    """What the form comes to, once for each of its states, however often the platform tells of it."""
    form = read.form_of(found.template, found.title, (await house.live(None)).playbook.approvals) if found else None
    if found is None or form is None or found.state == "running":
        return Reply(actor=HAND, reason="approval.not_ours" if found and form is None else "approval.running")
    filled = read.filled(form, found)
    told = Told(row.account, found.id, form.id, form.name, found.state, found.at, row.id, filled, form.stage or "")
    before = await marked(told)
    if before.get("state") == told.state:
        return Reply(actor=HAND, reason="approval.repeat")
    applicant = await members.by_identity(row.account, found.applicant)
    if before.get("deal"):
        reply, deal = await _again(told, str(before["deal"]), str(before["event"]), house)
    else:
        whose = await _whose(told, applicant, house)
        reply = await (_agreed(told, whose, house) if told.state == "agreed" else _not_agreed(told, whose, house))
        deal = whose.deal
    await mark(told, deal)
    return replace(reply, actor=HAND)


async def marked(told: Told) -> dict[str, Any]:
    """What the form came to last, and by which event; empty for one not heard of yet."""
    kept = await marks.get(told.mark)
    return dict(json.loads(kept)) if kept else {}


async def mark(told: Told, deal: Opportunity | None) -> None:
    kept = {"state": told.state, "event": told.event, "deal": deal.id if deal else ""}
    await marks.put(told.mark, json.dumps(kept))


# -- whose it is ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Whose:
    """``deal`` is set where it is plain; ``ask`` hears of it, or is asked; nobody where there is none to ask."""

    applicant: Member | None
    customer: Customer | None = None
    deals: Sequence[Opportunity] = ()
    deal: Opportunity | None = None
    ask: Member | None = None


async def _whose(told: Told, applicant: Member | None, house: House) -> Whose:
    customer = await _customer(told, house)
    if customer is None:
        return Whose(applicant, ask=await _somebody(applicant))
    found = read.which(told.filled, await opportunities.open_of(customer.id), applicant.id if applicant else "")
    owner = await members.get(found[0].owner_id if found else customer.owner_id)
    foreign = applicant is not None and not await _may_speak_of(applicant, customer, house)
    ask = owner if owner is not None and owner.active else await _somebody(None if foreign else applicant)
    deal = found[0] if len(found) == 1 and not foreign else None
    return Whose(applicant, customer, found, deal, ask)


async def _customer(told: Told, house: House) -> Customer | None:
    """Who is called so on the books, by the name or one that surely stands for it."""
    name = told.filled.customer or told.filled.opportunity
    named = await customers.named(name) if name else []
    if len(named) == 1 or not name:
        return named[0] if named else None
    live = await house.live(None)
    reading = await house.reading_as(live).names.reading(name, told.at, live.calendar)
    known = {one.id for one in reading.customers if one.known and one.id and one.how in SURE_BY}
    return await customers.get(known.pop()) if len(known) == 1 else None


async def _may_speak_of(member: Member, customer: Customer, house: House) -> bool:
    """A rep's form moves nobody else's deal without its owner; a partner's office files forms for all."""
    if set(member.roles) - {"rep", "manager", "director"}:
        return True
    return (await house.scope(member)).sees(customer)


async def _somebody(member: Member | None) -> Member | None:
    if member is not None and member.active:
        return member
    return next(iter(await members.with_role("admin")), None)


# -- agreed --------------------------------------------------------------------------------------------------------


async def _agreed(told: Told, whose: Whose, house: House) -> Reply:
    if whose.deal is not None and whose.ask is not None:
        done = await placed(told, whose.deal, whose.ask, house)
        return Reply(changes=done.changes, more=done.letters())
    if whose.ask is not None and whose.customer is not None and whose.deals:
        ask = await question(told, whose.customer, whose.deals, whose.ask, house)
        return Reply(more=(ask,), state="waiting", reason="approval.unplaced")
    await _unassigned(told, whose, house)
    return Reply(reason="approval.unassigned")


async def question(told: Told, customer: Customer, deals: Sequence[Opportunity], to: Member, house: House) -> Letter:
    """Which of the customer's opportunities it is."""
    name = await customers.short_name(customer.id)
    card = say.which(told, name, deals, (await house.live(to)).playbook)
    about = {
        "approval": told.kept(), "message": told.event, "brief": told.name, "customer": customer.id, "name": name,
        "options": [deal.id for deal in deals],
    }  # fmt: skip
    return Letter(card, to=to.id, once=f"{told.mark}:which", about=about, answer=False, question=True,
                  event=told.event)  # fmt: skip


async def _unassigned(told: Told, whose: Whose, house: House) -> None:
    """Nobody on the books is called so, or has nothing open: it waits under 待归类 until somebody says whose it is."""
    alike = [one.id for one in house.names.alike(told.filled.customer)] if told.filled.customer else []
    known = await customers.many(alike)
    scope = await house.scope(whose.ask) if whose.ask is not None else None
    options = [whose.customer.id] if whose.customer is not None else []
    options += [id for id in alike if id in known and scope is not None and scope.sees(known[id])]
    name = told.filled.customer or told.filled.opportunity or told.number
    await inbox.put(
        "approval", words.bit("approval_of", form=told.name, name=name), key=told.mark, house=house,
        now=house.clock.now(), text=words.bit("approval_of", form=told.name, name=name),
        member=whose.ask.id if whose.ask is not None else None, options=list(dict.fromkeys(options)),
        data=told.kept(), message=told.event, at=told.at,
    )  # fmt: skip


# -- refused, withdrawn --------------------------------------------------------------------------------------------


async def _not_agreed(told: Told, whose: Whose, house: House) -> Reply:
    """Whoever it concerns hears that nothing moved. Who may not see the customer reads only what the form says."""
    foreign = whose.customer is not None and whose.deal is None and whose.applicant is not None
    to = whose.applicant if foreign else whose.ask
    if to is None or not to.active:
        return Reply(reason="approval.nobody")
    may_see = whose.customer is not None and (await house.scope(to)).sees(whose.customer)
    name = await customers.short_name(whose.customer.id) if whose.customer and may_see else told.filled.customer
    push = words.text(f"approval.{told.state}", form=told.name, customer=name or told.number)
    changes = () if whose.deal is None else (noted(told, whose.deal),)
    return Reply(changes=changes, more=(Letter(push, to=to.id, once=f"{told.mark}:{told.state}", answer=False),))


async def _again(told: Told, id: str, event: str, house: House) -> tuple[Reply, Opportunity | None]:
    """A form that was placed already came to another end: withdrawn after it was agreed, what followed from it may be
    taken back, which its owner decides. ``event`` is the one by which it was agreed."""
    deal = await opportunities.get(id)
    owner = await members.get(deal.owner_id) if deal is not None else None
    if deal is None or owner is None or told.state == "agreed":
        return Reply(reason="approval.repeat"), deal
    name, changes = await customers.short_name(deal.customer_id), (noted(told, deal),)
    card = say.withdrawn_after(told, name, house.clock.now().astimezone(await house.zone(owner)))
    about = {"events": [event], "message": event, "name": name, "customer": deal.customer_id}
    letter = Letter(card, to=owner.id, once=f"{told.mark}:{told.state}", about=about, answer=False, question=True,
                    event=told.event)  # fmt: skip
    return Reply(changes=changes, more=(letter,)), deal
