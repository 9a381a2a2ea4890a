"""申请放行 (VOICE.md B2): a rep asks a manager to let pass what a gate lacks; the manager decides by a tap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.followup.escalate import superior
from bot.handlers.answers import turn_of
from bot.letter import Letter
from bot.process import agreeing
from bot.process import service as process
from bot.process.gates import Decision, judge
from bot.replies import ending, words
from bot.replies import override as say
from bot.routing import Reply, Router, Tap
from storage import activities, customers, evidence, members, opportunities, waivers
from storage.records import Change, Member, Opportunity, Waiver, changed, made, new_id

router = Router()
ASKING = ("approval.done", "gate.missing", "gate.later", "gate.differs", "gate.override.why", "gate.override.differs")
CARD = ("gate.override",)
DAYS = 5
"""Working days within which what was let pass is to come in."""


@router.tap("request_pass", "explain", cards=ASKING)
async def request(tap: Tap) -> Reply:
    """One sentence why is asked for, then the manager."""
    found = await _blocked(tap, tap.card.data)
    if found is None:
        return Reply(push=words.text("reading.spent", what=words.bit("already_done")))
    deal, decision = found
    boss = await _boss(deal, tap)
    if boss is None or decision.final:
        what = say.names(decision.missing, tap.playbook)
        return Reply(push=words.text("gate.override.nobody", what=what), card_state="open")
    key = "gate.override.differs" if tap.button == "explain" else "gate.override.why"
    push = words.text(key, who=boss.name, stage=say.stage_name(deal, decision, tap.playbook))
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(push=push, about=tap.card.data, awaits="gate.override", awaits_until=until, card_state="open")


@router.answer("gate.override")
async def why(tap: Tap) -> Reply | None:
    """The rep's sentence goes to the manager as it is; whoever may decide himself has decided."""
    found = await _blocked(tap, tap.card.data)
    boss = await _boss(found[0], tap) if found else None
    if found is None or boss is None:
        return None
    deal, decision = found
    asked = Waiver(
        id=new_id("wai", tap.now), opportunity_id=deal.id, stage=decision.target, missing=decision.blocking,
        asked_by=tap.member.id, why=tap.words[:500], at=tap.now, until=_until(tap),
    )  # fmt: skip
    if boss.id == tap.member.id:
        return await _granted(tap, deal, asked, tap.words[:40], (made(asked),), tap.card.data)
    name = str(tap.card.data.get("name", "")) or await customers.short_name(deal.customer_id)
    last = next(iter(await activities.of_customer(deal.customer_id, limit=1)), None)
    card = say.asked(deal, name, decision, asked, tap.member, last, tap.playbook, tap.now, _before(tap.card.data))
    about = {key: tap.card.data[key] for key in ("message", "customer", "before") if key in tap.card.data}
    about |= {"waiver": asked.id, "opportunity": deal.id, "stage": decision.target, "name": name, "rep": tap.member.id}
    letter = Letter(
        card, to=boss.id, once=f"override:{asked.id}", answer=False, question=True, about=about, event=tap.event
    )
    push = words.text("gate.override.asked", who=boss.name)
    return Reply(push=push, changes=(made(asked),), more=(letter,), event=tap.event)


@router.tap("grant", cards=CARD)
async def grant(tap: Tap) -> Reply:
    """放行, with a reason: the stage is entered, what was lacking stays owed until the day."""
    reasons = tap.playbook.reasons.override
    waiver, deal = await _asked(tap)
    if waiver is None or deal is None:
        return Reply(push=words.text("reading.spent", what=words.bit("already_done")))
    if not tap.selected:
        return Reply(push=words.text("gate.override.reason", example=reasons[0]), card_state="open")
    return await _granted(tap, deal, waiver, _reason(tap.selected[0], reasons), (), tap.card.data)


@router.tap("chosen", cards=CARD)
async def chosen(tap: Tap) -> Reply:
    """The reason typed alone lets pass, as its name beside 放行 would."""
    return await grant(tap)


def _reason(selected: str, reasons: tuple[str, ...]) -> str:
    return reasons[int(selected)] if selected.isdecimal() and int(selected) < len(reasons) else selected


async def _granted(
    tap: Tap, deal: Opportunity, waiver: Waiver, reason: str, before: tuple[Change, ...], data: Mapping[str, Any]
) -> Reply:
    pipeline = tap.playbook.pipeline(deal.pipeline)
    known = {**_before(data), **await agreeing.before(deal)}
    decision = judge(pipeline, deal, waiver.stage, await evidence.counts(deal.id), before=known, waived=waiver.missing)
    name, stage = str(data.get("name", "")), say.stage_name(deal, decision, tap.playbook)
    rep = await members.get(waiver.asked_by)
    if decision.blocking:
        what = say.names(decision.blocking, tap.playbook)
        more = words.text("gate.override.more", customer=name, stage=stage, what=what, who=rep.name if rep else "")
        return Reply(push=more, card_state="open")
    let = changed(
        waiver, "waiver.granted", state="granted", by_id=tap.member.id, reason=reason, decided_at=tap.now,
        until=_until(tap),
    )  # fmt: skip
    moved = (
        process.advance(deal, decision, tap.now) if decision.moves
        else process.by_hand(deal, decision, tap.playbook, tap.now)
    )  # fmt: skip
    card = say.decided("gate.granted", name, stage, tap.member, tap.now, reason)
    tell = await _tell_granted(tap, deal, decision, waiver, name, stage)
    own = waiver.asked_by == tap.member.id
    return Reply(push=tell.push if own else card, about=tell.about if own else {}, changes=(*before, let, *moved),
                 more=() if own else (tell,))  # fmt: skip


async def _tell_granted(
    tap: Tap, deal: Opportunity, decision: Decision, waiver: Waiver, name: str, stage: str
) -> Letter:
    """The rep hears it at once: the stage entered and what is still owed; of a win its card."""
    reached = tap.playbook.pipeline(deal.pipeline).reached(decision.target)
    if reached is not None and reached.ends == "won":
        rep = await members.get(waiver.asked_by)
        owner = rep.name if rep else tap.member.name
        checked = say.accepted(decision, tap.playbook, tap.member.name)
        push: Any = ending.won(deal, name, owner, await activities.count_of(deal.id), tap.now, checked)
    else:
        what = say.names(decision.missing, tap.playbook)
        push = words.text(
            "gate.override.granted", who=tap.member.name, customer=name, stage=stage, what=what,
            day=say.day(_until(tap), tap.now),
        )  # fmt: skip
    return Letter(push, to=waiver.asked_by, once=f"granted:{waiver.id}", about={"events": [tap.event], "name": name},
                  event=tap.event)  # fmt: skip


@router.tap("fill_first", "talk_to", cards=CARD)
async def refused(tap: Tap) -> Reply:
    """先补齐: the stage stays; 找他聊: it stays open, the rep is told."""
    waiver, deal = await _asked(tap)
    if waiver is None or deal is None:
        return Reply(push=words.text("reading.spent", what=words.bit("already_done")))
    name = str(tap.card.data.get("name", ""))
    talk = tap.button == "talk_to"
    reason = words.label(tap.button)
    no = changed(
        waiver, "waiver.refused", state="refused", by_id=tap.member.id, reason=reason, decided_at=tap.now, until=None
    )
    if talk:
        push = words.text("gate.override.talk", who=tap.member.name, customer=name)
    else:
        people = await customers.contacts(deal.customer_id)
        contact = f"{people[0].name}{people[0].title or ''}" if people else name
        push = words.text("gate.override.refused", who=tap.member.name, contact=contact)
    about = {key: tap.card.data[key] for key in ("opportunity", "stage", "name", "customer") if key in tap.card.data}
    tell = Letter(push, to=waiver.asked_by, once=f"refused:{waiver.id}", about=about, event=tap.event)
    card = say.decided("gate.talk" if talk else "gate.refused", name, "", tap.member, tap.now, reason)
    return Reply(push=card, changes=(no,), more=(tell,))


async def _asked(tap: Tap) -> tuple[Waiver | None, Opportunity | None]:
    """What the card asks for, while it is still to be decided."""
    waiver = await waivers.get(str(tap.card.data.get("waiver", "")))
    if waiver is None or waiver.state != "asked":
        return None, None
    deal = await opportunities.get(waiver.opportunity_id)
    return (waiver, deal) if deal is not None and deal.state == "open" else (None, None)


async def _blocked(tap: Tap, data: Mapping[str, Any]) -> tuple[Opportunity, Decision] | None:
    """The opportunity and what its gate still lacks; None where it is through, closed or gone."""
    deal = await opportunities.get(str(data.get("opportunity", "")))
    if deal is None or deal.state != "open":
        return None
    decision = judge(
        tap.playbook.pipeline(deal.pipeline), deal, str(data.get("stage", "")), await evidence.counts(deal.id),
        before=_before(data),
    )  # fmt: skip
    return (deal, replace(decision, missing=decision.missing)) if decision.blocking else None


def _before(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was recorded before a win, as its card remembers it."""
    kept = dict(data.get("before") or {})
    return {**kept, **({"amount": Decimal(str(kept["amount"]))} if kept.get("amount") else {})}


async def _boss(deal: Opportunity, tap: Tap) -> Member | None:
    """Who lets pass: as for late promises the owner's superior; who owns the deal asks, whoever leads decides."""
    owner = await members.get(deal.owner_id)
    if owner is None:
        return None
    if tap.member.id != owner.id and "admin" in tap.member.roles:
        return tap.member
    found = superior(owner, await members.teams(), await members.everyone(), tap.now.date())
    return await members.get(found) if found else None


def _until(tap: Tap) -> Any:
    return turn_of(tap).calendar.workday_after(tap.now.date(), DAYS)
