"""What a hand-over owes the platform: people outside whom the giver has among his contacts go to the taker there, too.
That cannot be taken back, so it waits until the record's own way back is over, or somebody wants it at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from storage import due, externals
from storage.records import Change, External, Handover, Moment, new_id

KIND = "handover.transfer"
"""The moment at which the platform is asked, by whoever hands over there; never fired by the clock's own hand."""
START, CHECK = "start", "check"


async def to_go(done: Handover) -> list[External]:
    """Whom of the customer's people the giver has among his contacts."""
    return [one for one in await externals.of_customer(done.customer_id) if one.member_id == done.from_id]


async def follow(changes: Sequence[Change], accounts: Collection[str]) -> None:
    """A hand-over that was just made is owed to the platform once it can no longer be given back."""
    for change in changes:
        if accounts and change.before is None and change.record.startswith("hov_"):
            done = Handover(**dict(change.after))
            people = [one for one in await to_go(done) if one.account in accounts]
            await due.put([moment(done, one, START, done.returnable_until) for one in people])


def moment(done: Handover, person: External, what: str, at: datetime) -> Moment:
    return Moment(id=new_id("due", at), at=at, kind=KIND, record=done.id, data={"external": person.id, "what": what})


async def look_again(person: External, at: datetime) -> bool:
    """The platform told that something came of it: whoever waits for that looks now. False where nobody does."""
    waiting = [one for one in await due.of_kinds([KIND]) if one.data.get("external") == person.id]
    for one in waiting:
        if one.data.get("what") == CHECK:
            await due.cancel(one.record, [KIND])
            await due.put([Moment(id=new_id("due", at), at=at, kind=KIND, record=one.record, data=dict(one.data))])
    return bool(waiting)
