"""Who talks with whom in a kept chat, and whose matter it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.events import InboundEvent
from bot.handlers.outsiders import PRIVATE
from storage import bindings, customers, externals, members
from storage.records import External, Member


@dataclass(frozen=True, slots=True)
class Talk:
    """Who talks with whom: ours, and the other with what is known of him."""

    member: Member
    external: str
    known: External | None
    customer_id: str | None
    speaker: str = ""
    """The member who speaks; "" where the other does, or somebody who is none of ours."""


async def talk_of(event: InboundEvent) -> Talk | None:
    """None where nobody of ours or nobody outside takes part, or the chat is a private one."""
    people = list(dict.fromkeys((event.sender.user, *map(str, event.data.get("to", ())))))
    outside = [str(one) for one in event.data.get("outside", ()) if one in people]
    if not outside:
        return None
    known = {one: found for one in outside[:10] if (found := await externals.of_id(one)) is not None}
    if any(one.state == PRIVATE for one in known.values()):
        return None
    ours = await members.by_accounts(event.sender.account, [one for one in people if one not in outside])
    ours = [one for one in ours if one.active]
    if not ours:
        return None
    bound = await bindings.customer_of(event.sender.account, event.chat)
    other = event.sender.user if event.sender.user in outside else _likeliest(outside, known)
    found = known.get(other)
    customer = bound or (found.customer_id if found is not None else None) or None
    speaker = await _speaker(event, outside, ours)
    whose = await _whose(ours, speaker, found, customer)
    return Talk(whose, other, found, customer, speaker.id if speaker is not None else "")


async def _speaker(event: InboundEvent, outside: Sequence[str], ours: Sequence[Member]) -> Member | None:
    """Who of ours; asked for only where there are several."""
    if event.sender.user in outside:
        return None
    if len(ours) == 1 and len(outside) + 1 == len({event.sender.user, *map(str, event.data.get("to", ()))}):
        return ours[0]
    found = await members.by_identity(event.sender.account, event.sender.user)
    return found if found is not None and found.active else None


def _likeliest(outside: Sequence[str], known: dict[str, External]) -> str:
    """Of several whom we speak to: one that is a customer's."""
    return next((one for one in outside if one in known and known[one].customer_id), outside[0])


async def _whose(ours: Sequence[Member], speaks: Member | None, known: External | None, customer: str | None) -> Member:
    """Whose matter it is: the customer's owner, who has the contact, who speaks, else the first of ours."""
    owner = await customers.get(customer) if customer else None
    wanted = (owner.owner_id if owner else None, known.member_id if known else None)
    for id in wanted:
        found = next((one for one in ours if one.id == id), None)
        if found is not None:
            return found
    return speaks or ours[0]
