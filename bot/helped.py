"""What follows when a promise is not its customer's owner's to keep: whoever did not do it hears what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.followup.view import Matter, matter
from bot.house import House
from bot.letter import Letter
from bot.replies import followup as say
from bot.replies import words
from storage import commitments, customers, members
from storage.records import Change, Member

TOLD = {
    "commitment.kept": "help.done", "commitment.withdrawn": "help.dropped", "commitment.moved": "help.moved",
    "commitment.overdue": "help.late",
}  # fmt: skip


async def follow(changes: Sequence[Change], house: House, *, actor: str, event: str, at: datetime) -> list[Letter]:
    """Words to the customer's owner about what a colleague keeps, and to the colleague where somebody else closed it;
    asks nothing where no promise ended, moved or turned late."""
    says: list[Letter] = []
    for change in changes:
        key = TOLD.get(change.kind)
        promise = await commitments.get(change.record) if key and change.before is not None else None
        customer = await customers.get(promise.customer_id) if promise else None
        if key is None or promise is None or customer is None or customer.owner_id == promise.owner_id:
            continue
        one = await matter(promise)
        for id in (customer.owner_id, promise.owner_id):
            to = await members.get(id)
            late = change.kind == "commitment.overdue" and id == promise.owner_id  # has a card of its own
            if to is not None and id != actor and not late:
                says.append(await _word(key, one, to, actor, house, event, at))
    return says


async def _word(key: str, one: Matter, to: Member, actor: str, house: House, event: str, at: datetime) -> Letter:
    by = await members.get(actor)
    local = at.astimezone(await house.zone(to))
    push = words.text(
        key, who=by.name if by else one.owner, what=one.promise.what, customer=one.customer,
        due=say.due_day(one.promise, local),
    )  # fmt: skip
    return Letter(push, to=to.id, once=f"{key}:{one.promise.id}:{event}:{to.id}", answer=False)
