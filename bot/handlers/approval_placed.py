"""What an agreed form makes of its opportunity: the stage through its gate, the terms, and who hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from adapters.messages import Card
from bot.capture import approval as read
from bot.capture import nodes
from bot.capture.told import Told
from bot.handlers import nodes as asking
from bot.house import House
from bot.letter import Letter
from bot.playbook.model import Playbook
from bot.process import service as process
from bot.process.gates import Decision, decide
from bot.replies import approval as say
from bot.replies import ending, words
from bot.replies.reading import title_name
from bot.replies.wording import day_of, money
from storage import customers, evidence, members, uploads
from storage.records import Change, Member, Opportunity, changed


@dataclass(frozen=True, slots=True)
class Placed:
    """``card`` is the owner's (D6), ``more`` what else is said; nothing is written yet."""

    told: Told
    owner: Member
    card: Card
    about: Mapping[str, Any]
    changes: tuple[Change, ...]
    more: tuple[Letter, ...] = ()

    def letters(self) -> tuple[Letter, ...]:
        own = Letter(self.card, to=self.owner.id, once=f"{self.told.mark}:agreed", about=self.about, answer=False,
                     customer=str(self.about["customer"]), event=self.told.event)  # fmt: skip
        return (own, *self.more)


async def placed(told: Told, deal: Opportunity, owner: Member, house: House) -> Placed:
    """The form is about this opportunity, whose owner is ``owner``."""
    live, zone = await house.live(owner), await house.zone(owner)
    playbook, now = live.playbook, house.clock.now().astimezone(zone)
    name = await customers.short_name(deal.customer_id)
    changes, after, bad = await _filled(told, deal, playbook, now)
    decision = await _decided(told, after, playbook)
    if decision is not None:
        changes += process.advance(after, decision, now)
    upload = await _upload(told, deal, owner, decision, playbook, house)
    card = say.done(told, deal, name, decision, playbook, now, upload, bad)
    about = {
        "approval": told.kept(), "message": told.event, "events": [told.event], "name": name,
        "customer": deal.customer_id, "opportunity": deal.id, "facts": [[one.label, one.value] for one in card.facts],
        "stage": decision.to if decision and decision.way == "block" else "",
        "missing": list(decision.missing) if decision and decision.way == "block" else [],
    }  # fmt: skip
    more = [*await _waits(told, after, name, owner, decision, playbook, now), *await _legal(told, deal, name, now)]
    more += await _wanted(told, after, name, owner, playbook, now)
    return Placed(told, owner, card, about, changes, tuple(more))


async def _filled(
    told: Told, deal: Opportunity, playbook: Playbook, now: datetime
) -> tuple[tuple[Change, ...], Opportunity, list[str]]:
    """The changes that the form's fields come to, the opportunity with them, and what of them does not hold."""
    terms = read.terms_for(told.filled, deal)
    changes = [noted(told, deal)]
    if terms:
        changes.append(changed(deal, "opportunity.terms", **terms))
    after = deal.with_(**terms)
    values, bad = read.own_for(told.filled, playbook, now.date())
    if values["opportunity"]:
        kept = {**after.custom, **values["opportunity"]}
        changes.append(changed(after, "opportunity.field", custom=kept))
        after = after.with_(custom=kept)
    customer = await customers.get(deal.customer_id) if values["customer"] else None
    if customer is not None:
        changes.append(changed(customer, "customer.field", custom={**customer.custom, **values["customer"]}))
    return tuple(one for one in changes if one.after), after, bad


async def _decided(told: Told, deal: Opportunity, playbook: Playbook) -> Decision | None:
    """Forwards through the gate; None where the form carries to no stage of this pipeline."""
    pipeline = playbook.pipeline(deal.pipeline)
    stage = pipeline.stage(told.stage) or pipeline.stage_reading(told.stage) if told.stage else None
    return decide(pipeline, deal, stage, await evidence.counts(deal.id)) if stage is not None else None


async def _upload(
    told: Told, deal: Opportunity, owner: Member, decision: Decision | None, playbook: Playbook, house: House
) -> str:
    kinds = process.files_for(decision, playbook) if decision is not None and decision.way == "block" else ()
    if not house.public_url or not kinds or decision is None:
        return ""
    now = house.clock.now()
    page = uploads.Upload(
        member_id=owner.id, customer_id=deal.customer_id, expires_at=now + uploads.LIVES, opportunity_id=deal.id,
        kinds=kinds, stage=decision.to, event=told.event,
    )  # fmt: skip
    return f"{house.public_url}/upload/{await uploads.put(page)}"


async def _waits(
    told: Told, deal: Opportunity, name: str, owner: Member, decision: Decision | None, playbook: Playbook,
    now: datetime,
) -> list[Letter]:  # fmt: skip
    """A form that carries to the end of the pipeline asks for the tap that alone wins or loses a deal (LOOP-0)."""
    there = playbook.pipeline(deal.pipeline).stage(decision.to) if decision is not None else None
    if decision is None or decision.way != "tap" or there is None or there.ends is None:
        return []
    lines = [(words.bit("basis"), told.name)]
    if decision.missing and there.ends == "won":
        lines.append((words.bit("short_of"), "、".join(playbook.called(one) for one in decision.missing)))
    card = ending.waiting_card(title_name(name), there.ends, lines, "")
    about = {
        "message": told.event, "events": [told.event], "name": name, "customer": deal.customer_id,
        "opportunity": deal.id, "stage": decision.target, "missing": list(decision.missing), "facts": [],
        "way": there.ends,
    }  # fmt: skip
    return [Letter(card, to=owner.id, once=f"{told.mark}:waits", about=about, answer=False, question=True,
                   event=told.event)]  # fmt: skip


async def _wanted(
    told: Told, deal: Opportunity, name: str, owner: Member, playbook: Playbook, now: datetime
) -> list[Letter]:
    """What the form was to bring along and did not is asked for, here and nowhere else (CAP-8)."""
    customer = await customers.get(deal.customer_id)
    found = [(node, nodes.missing(node, deal, customer, playbook)) for node in nodes.by_form(told.form, playbook)]
    return [
        replace(asking.letter(node, wanted, deal, name, owner.id, told.event, playbook, now), answer=False)
        for node, wanted in found
        if wanted
    ]


async def _legal(told: Told, deal: Opportunity, name: str, now: datetime) -> list[Letter]:
    """Legal hears once of a contract whose day is known."""
    day = told.filled.terms.get("sign_date") or deal.sign_date
    amount = told.filled.terms.get("amount") or deal.amount
    if day is None or not told.stage:
        return []
    said = f"，{money(amount, deal.currency)}" if amount is not None else ""
    push = words.text("approval.legal", customer=name, day=day_of(day, now.date()), amount=said, form=told.name)
    about = {"opportunity": deal.id, "name": name, "owner": deal.owner_id}
    return [
        Letter(push, to=one.id, once=f"approval.legal:{deal.id}:{one.id}", about=about, answer=False)
        for one in await members.with_role("legal")
        if one.id != deal.owner_id
    ]


def noted(told: Told, deal: Opportunity) -> Change:
    """The form's end itself, which rules may wait for."""
    said = {"opportunity_id": deal.id, "approval": told.form, "state": told.state, "number": told.number}
    return Change(f"approval.{told.state}", f"sys_approval_{told.number}_{told.state}", said)
