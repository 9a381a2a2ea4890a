"""撞单 (SEC-2, VOICE.md F10): customers are unique in the company, so what a member says of one that he may not see
becomes a claim. He sees no more than his own words; the owner's manager decides whose the customer is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot import record
from bot.access import BESIDE
from bot.capture.service import Considered, Mind, read, weigh
from bot.capture.values import Choices, Said
from bot.followup.escalate import superior
from bot.handover import service as handover
from bot.handover.service import Case
from bot.house import House
from bot.letter import Letter
from bot.replies import claims as say
from nlp.reading import Reading
from storage import activities, claims, customers, inbox, leads, members
from storage.records import Activity, Change, Claim, Customer, Member, changed, made, new_id

Way = Literal["together", "owner", "claimer", "separate"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What saying it comes to: the words noted down, what the member hears, and the manager's card."""

    changes: tuple[Change, ...]
    push: say.Push
    letters: tuple[Letter, ...] = ()


async def said(
    words: str, customer_id: str, activity: Activity, *, member: Member, house: House, now: datetime
) -> Claimed:
    """``activity``: the member's own words, as yet of no customer. ``words``: what he calls the customer."""
    customer = await customers.get(customer_id)
    known = await claims.of_pair(customer_id, member.id)
    if customer is not None and known is not None and known.state == "owner" and known.owner_id == customer.owner_id:
        return await _noted(known, customer, activity)
    noted = made(activity)
    if known is not None and known.state == "open":
        more = changed(known, "claim.more", activities=(*known.activities, activity.id))
        return Claimed((noted, more), say.again(words))
    owner = customer.owner_id if customer is not None else ""
    claim = Claim(
        id=new_id("clm", now), customer_id=customer_id, owner_id=owner, member_id=member.id, words=words[:40],
        channel=activity.action or "", activities=(activity.id,), at=activity.occurred_at,
    )  # fmt: skip
    return Claimed((noted, made(claim)), say.noted(words), await _asked(claim, member, house, now))


async def _noted(claim: Claim, customer: Customer, activity: Activity) -> Claimed:
    """It was decided that the customer is the other's: the words go there, and nothing comes back."""
    owner = await members.get(customer.owner_id)
    theirs = made(activity.with_(customer_id=customer.id))
    return Claimed((theirs,), say.theirs(claim.words, owner.name if owner else ""))


async def _asked(claim: Claim, member: Member, house: House, now: datetime) -> tuple[Letter, ...]:
    """The card for the owner's manager, once a pair; where there is none above, the owner decides."""
    owner = await members.get(claim.owner_id)
    if owner is None:
        return ()
    to = superior(owner, await members.teams(), await members.everyone(), now.date()) or owner.id
    boss = await members.get(to)
    local = now.astimezone(await house.zone(boss)) if boss else now
    card = say.asked(claim, await sides(claim, owner, member), await customers.short_name(claim.customer_id), local)
    return (Letter(card, to=to, once=f"claim:{claim.id}", about={"claim": claim.id}, question=True, answer=False),)


async def sides(claim: Claim, owner: Member, member: Member) -> tuple[say.Side, say.Side]:
    """Each with the first contact and where it came from."""
    at, channel = await _first_contact(claim.customer_id)
    return say.Side(owner.name, at or claim.at, channel), say.Side(member.name, claim.at, claim.channel or "chat")


async def _first_contact(customer_id: str) -> tuple[datetime | None, str]:
    """When and by which way the customer was first met, as far as the record knows."""
    customer = await customers.get(customer_id, undone=True)
    first = await activities.first_of(customer_id)
    came = await leads.of_customer(customer_id, leads.ALL)
    found: list[tuple[datetime, str]] = [(customer.created_at, "book")] if customer is not None else []
    found += [(first.occurred_at, first.action or "chat")] if first is not None else []
    found += [(one.received_at, one.source or one.channel) for one in came]
    if not found:
        return None, "book"
    at = min(moment for moment, _ in found)
    telling = [channel for moment, channel in found if channel != "book" and moment.date() == at.date()]
    return at, (telling or [min(found)[1]])[0]


# -- the decision --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, written already; ``letters`` are for both. ``case``: the hand-over, where there was one."""

    claim: Claim
    letters: tuple[Letter, ...]
    sides: tuple[say.Side, say.Side]
    case: Case | None = None


async def decide(claim: Claim, way: Way, *, by: Member, house: House, now: datetime, event: str) -> Decided | None:
    """The claim decided, in the caller's transaction, and what the claimer said put where it belongs; None where the
    customer or one of the two is gone."""
    customer = await customers.get(claim.customer_id)
    member, owner = await members.get(claim.member_id), await members.get(claim.owner_id)
    if customer is None or member is None or owner is None:
        return None
    both = await sides(claim, owner, member)
    done = changed(claim, f"claim.{way}", state=way, by_id=by.id, decided_at=now)
    case = None
    changes: list[Change] = [done]
    if way == "together":
        beside = sorted({*member.prefs.get(BESIDE, ()), customer.id})
        changes.append(changed(member, "member.beside", prefs={**member.prefs, BESIDE: beside}))
    if way == "claimer" and customer.owner_id != member.id:
        live = await house.live(owner)
        reason = say.reason()
        case = await handover.move(
            customer, member, by=by, reason=reason, now=now, hours=live.playbook.watch.returnable_hours
        )  # fmt: skip
        changes += case.changes
    letters = list(await record.keep(changes, house, actor=by.id, event=event, at=now))
    for id in claim.activities:
        letters += await _placed(claim.with_(state=way), customer, member, id, house, now)
    name = await customers.short_name(customer.id)
    letters += say.told(claim.with_(state=way), both, name, now, await house.zone(member))
    return Decided(claim.with_(state=way), tuple(letters), both, case)


async def apart(claim: Claim, *, by: Member, house: House, now: datetime, event: str) -> tuple[Letter, ...] | None:
    """Together no more: the customer is the owner's again, what the claimer said of it stays there. None where they
    do not look after it together (any more)."""
    member, customer = await members.get(claim.member_id), await customers.get(claim.customer_id)
    owner = await members.get(customer.owner_id) if customer is not None else None
    if claim.state != "together" or member is None or customer is None or owner is None:
        return None
    both = await sides(claim, owner, member)
    beside = [id for id in member.prefs.get(BESIDE, ()) if id != customer.id]
    changes = [
        changed(claim, "claim.owner", state="owner", owner_id=owner.id, by_id=by.id, decided_at=now),
        changed(member, "member.beside", prefs={**member.prefs, BESIDE: beside}),
    ]
    written = await record.keep(changes, house, actor=by.id, event=event, at=now)
    name, after = await customers.short_name(customer.id), claim.with_(state="owner", owner_id=owner.id)
    return (*written, *say.told(after, both, name, now, await house.zone(member)))


async def _placed(
    claim: Claim, customer: Customer, member: Member, activity: str, house: House, now: datetime
) -> Sequence[Letter]:
    """What was said, where the decision puts it, in the name of who said it."""
    waiting = await activities.get(activity)
    if waiting is None:  # taken back meanwhile
        return ()
    message = waiting.message_id or ""
    changes = [changed(waiting, "activity.claimed", customer_id=customer.id)]
    if claim.state != "owner":
        read_anew = await _read_anew(claim, customer, member, message, house, now)
        if read_anew:
            changes = [changed(waiting, "activity.placed", undone_at=now), *read_anew]
        elif claim.state == "separate":
            return ()
    return await record.keep(changes, house, actor=member.id, event=message, at=now)


async def _read_anew(
    claim: Claim, customer: Customer, member: Member, message: str, house: House, now: datetime
) -> list[Change]:
    """The words once more, of the customer as it now is, or of one that is made; what is younger is not overwritten."""
    row = await inbox.get(message)
    member = await members.get(member.id) or member
    if row is None or not row.text:
        return []
    live = await house.live(member)
    house = house.reading_as(live)
    at = (row.sent_at or row.received_at).astimezone(await house.zone(member))
    words = Said(row.text, at, now, message, late=True)
    mind = Mind(member, await house.scope(member), live.playbook, live.calendar, house.names)
    reading = await read(words, mind)
    target = f"new:{claim.words}" if claim.state == "separate" else customer.id
    if claim.state == "separate" and (own := await _own(claim, member)) is not None:
        target = own
    mine = [n for n, deal in enumerate(reading.deals) if deal.mention is None or customer.id in _meant(reading, n)]
    considered = await weigh(reading, words, mind, Choices({str(n): target for n in mine}))
    return _of(considered, mine)


def _meant(reading: Reading, n: int) -> set[str]:
    mention = reading.deals[n].mention
    said = reading.customers[mention] if mention is not None else None
    return {one.id for one in said.candidates} | {said.id or ""} if said is not None else set()


def _of(considered: Considered, deals: Sequence[int]) -> list[Change]:
    wanted = [considered.reading.deals[n] for n in deals]
    return [change for entry in considered.proposal.entries if entry.deal in wanted for change in entry.changes]


async def _own(claim: Claim, member: Member) -> str | None:
    """The claimer's own customer of that name, once one was made."""
    found = [one for one in await customers.named(claim.words) if one.owner_id == member.id]
    return found[0].id if found else None
