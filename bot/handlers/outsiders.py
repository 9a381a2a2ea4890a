"""Somebody outside came to a colleague's contacts in the chat app, changed there or left: kept, and tied to whom the
record knows them as. Nobody is told: it is no news of work by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.base import Adapter, Contacts
from adapters.errors import NotDeliverable, PlatformRefused
from adapters.events import InboundEvent, Outsider
from bot.handover import outside
from bot.house import House
from bot.routing import Reply
from nlp import phones
from storage import customers, externals, members
from storage.records import Change, External, Member, Message, changed, made, new_id

PRIVATE = "private"
"""The state of somebody outside whose chat is nobody's business: never read again."""
HAND = "contact"
"""The actor in the audit record."""
TOLD = frozenset({"added", "changed"})
"""Of what is asked for more."""
MOVED = frozenset({"transferred", "transfer_failed"})
"""Something came of a hand-over."""


async def fetched(event: InboundEvent, adapter: Adapter) -> Outsider | None:
    """Who it is, asked of the platform; None where it tells nothing. Raises SendError while it cannot."""
    external = str(event.data.get("external", ""))
    if event.kind != "contact" or event.data.get("event") not in TOLD or not external:
        return None
    if not isinstance(adapter, Contacts):
        return None
    try:
        return await adapter.contact(external)
    except (NotDeliverable, PlatformRefused):  # gone again, or not in the app's range
        return None


async def answer(event: InboundEvent, row: Message, found: Outsider | None, house: House) -> Reply:
    external, what = str(event.data.get("external", "")), str(event.data.get("event", ""))
    known = await externals.of_id(external) if external else None
    if known is not None and what in MOVED:
        await outside.look_again(known, house.clock.now())
        house.transfer()
    if not external or what not in TOLD | {"lost"}:
        return Reply(actor=HAND, reason=f"contact.{what or 'other'}")
    member = await members.by_identity(row.account, event.sender.user)
    if what == "lost":
        return Reply(actor=HAND, changes=_lost(known, member), reason="contact.lost")
    whose = await _whose(found, event.sender.user)
    return Reply(actor=HAND, changes=_kept(event, row, known, member, found, whose), reason=f"contact.{what}")


async def met(found: Outsider, account: str, user: str, member: Member, at: datetime) -> External:
    """Somebody outside who talks to ``member`` (``user`` there), as the platform tells him."""
    to = await _whose(found, user)
    return External(
        id=new_id("ext", at), account=account, external=found.id, name=found.name, customer_id=to.customer_id,
        contact_id=to.contact_id, member_id=member.id, at=at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whose:
    customer_id: str | None = None
    contact_id: str | None = None


async def _whose(found: Outsider | None, user: str) -> Whose:
    """Whose person it is, where a phone or the company's name tells plainly; else nobody's yet."""
    if found is None:
        return Whose()
    notes = [one for one in found.followers if one.user.casefold() == user.casefold()] or list(found.followers)
    numbers = {phone.value for note in notes for said in note.phones for phone in phones.find(said)}
    people = [one for number in sorted(numbers) for one in await customers.people(number) if one.undone_at is None]
    if len({one.customer_id for one in people}) == 1:
        person = people[0].id if len({one.id for one in people}) == 1 else None
        return Whose(people[0].customer_id, person)
    for name in filter(None, [*(note.company for note in notes), found.company]):
        named = await customers.named(name)
        if len(named) == 1:
            return Whose(named[0].id)
    return Whose()


def _kept(
    event: InboundEvent, row: Message, known: External | None, member: Member | None, found: Outsider | None, to: Whose
) -> tuple[Change, ...]:
    name = found.name if found is not None else ""
    owner = member.id if member is not None else None
    if known is None:
        new = External(
            id=new_id("ext", row.received_at), account=row.account, external=str(event.data["external"]), name=name,
            customer_id=to.customer_id, contact_id=to.contact_id, member_id=owner, at=event.at,
        )  # fmt: skip
        return (made(new),)
    state = known.state if known.state == PRIVATE else "known"
    fields = {"state": state, "name": name or known.name, "member_id": owner or known.member_id}
    if known.customer_id is None:  # what somebody has tied stays tied
        fields |= {"customer_id": to.customer_id, "contact_id": to.contact_id}
    change = changed(known, "external.changed", **fields)
    return (change,) if change.after else ()


def _lost(known: External | None, member: Member | None) -> tuple[Change, ...]:
    """Lost to this member; who is a colleague's meanwhile is not lost."""
    if known is None or (member is not None and known.member_id not in (None, member.id)):
        return ()
    if known.state == PRIVATE:  # forgotten, and stays so
        return ()
    change = changed(known, "external.lost", state="lost")
    return (change,) if change.after else ()
