"""At 11:40 and 16:40: which files of a customer's kept chat are in the record now, one card a customer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.capture import undo
from bot.capture.chat_file import KIND
from bot.letter import Letter
from bot.replies import silent as say
from scheduler.effect import Around, Effect
from scheduler.jobs.due import by
from storage import audit, customers, members
from storage.records import Moment


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    """Of what was taken back meanwhile nothing is said."""
    standing = [one for one in moments if undo.live(await audit.by_event(str(one.data["event"])))]
    says: list[Letter] = []
    for _, theirs in by(standing, lambda one: f"{one.member_id}:{one.record}"):
        member, customer = await members.get(theirs[0].member_id or ""), await customers.get(theirs[0].record)
        if member is None or not member.active or customer is None:
            continue
        theirs.sort(key=lambda one: str(one.data["at"]))
        name = await customers.short_name(customer.id)
        events = list(dict.fromkeys(str(one.data["event"]) for one in theirs))
        shown = [(str(one.data["who"]), str(one.data["file"])) for one in theirs]
        card = say.kept(name, shown, around.now.astimezone(await around.house.zone(member)))
        about = {"message": events[0], "events": events, "name": name, "customer": customer.id}
        says.append(Letter(card, to=member.id, once=f"{KIND}:{theirs[0].id}", about=about, answer=False,
                           customer=customer.id, event=events[0]))  # fmt: skip
    return Effect(says=tuple(says), event=moments[0].id)
