"""The company's directory says that a colleague left, or goes by another user name: the record follows at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.events import InboundEvent
from bot.followup.escalate import superior
from bot.house import House
from bot.letter import Letter
from bot.members import accounts, service
from bot.replies import colleagues as say
from bot.routing import Reply
from storage import commitments, figures, members, opportunities
from storage.records import Change, Identity, Member, Message, Team, changed
from storage.rows import fold

HAND = "directory"
"""The actor in the audit record."""


def is_one(event: InboundEvent) -> bool:
    return event.kind == "contact" and event.data.get("event") == "colleague"


async def answer(event: InboundEvent, row: Message, house: House) -> Reply:
    """Who left can neither speak nor be spoken to from now on, in the chat or on a page; whoever leads him hears what
    is in hand. Who has an account elsewhere loses this one alone."""
    changes: list[Change] = []
    letters: list[Letter] = []
    teams, now = await members.teams(), house.clock.now()
    for identity in await _concerned(event, row):
        if _renamed(event):
            changes.append(changed(identity, "identity.renamed", user=str(event.data["new_user"])))
            continue
        member = await members.get(identity.member_id)
        if member is None or not member.active:
            continue
        if len(await members.identities(member.id)) > 1:
            changes += accounts.unlink(identity, now)
            continue
        if await _is_last_admin(member):
            continue
        changes += service.deactivate(member, teams)
        letters += await _told(member, teams, house.labels.get(row.account, row.account), row, now)
    what = str(event.data.get("change") or "other")
    return Reply(actor=HAND, changes=tuple(changes), more=tuple(letters), reason=f"colleague.{what}")


async def _concerned(event: InboundEvent, row: Message) -> list[Identity]:
    """The accounts we know of those that left or were renamed."""
    data = event.data
    if not (data.get("gone") or data.get("change") == "delete_user" or _renamed(event)):
        return []
    users: Sequence[str] = data.get("users") or [str(data.get("user") or "")]
    found = [await members.identity(row.account, user) for user in users if user]
    return [one for one in found if one is not None]


def _renamed(event: InboundEvent) -> bool:
    new, old = str(event.data.get("new_user") or ""), str(event.data.get("user") or "")
    return event.data.get("change") == "update_user" and bool(new) and fold(new) != fold(old)


async def _is_last_admin(member: Member) -> bool:
    return [one.id for one in await members.with_role("admin")] == [member.id]


async def _told(member: Member, teams: list[Team], label: str, row: Message, now: datetime) -> list[Letter]:
    """To the one who leads him and to the admins: what he has in hand, and how it goes to others."""
    everyone = await members.everyone()
    above = superior(member, teams, everyone, now.date())
    to = {above, *(one.id for one in everyone if "admin" in one.roles)} - {None, member.id}
    in_hand = (
        await figures.customers_of([member.id]),
        len(await opportunities.of_owner(member.id)),
        len(await commitments.of_owner(member.id)),
    )
    others = [one for one in everyone if one.id != member.id and "rep" in one.roles]
    heir = next((one.name for one in others if one.team_id == member.team_id), others[0].name if others else "")
    push = say.left(member.name, label, in_hand, heir)
    return [Letter(push, to=id, once=f"{row.id}:left:{id}") for id in sorted(filter(None, to))]
