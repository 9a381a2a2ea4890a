"""At 11:40 and 16:40: which files of a customer's kept chat wait for the rep's tap, one card a customer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.capture.chat_file import KIND
from bot.letter import Letter
from bot.replies import silent as say
from scheduler.effect import Around, Effect
from scheduler.jobs.due import by
from storage import chatfiles, customers, members
from storage.records import Moment


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    """Of what was recalled meanwhile nothing is said."""
    says: list[Letter] = []
    for _, theirs in by(moments, lambda one: f"{one.member_id}:{one.record}"):
        member, customer = await members.get(theirs[0].member_id or ""), await customers.get(theirs[0].record)
        if customer is None:
            continue
        if member is None or not member.active or not (await around.house.scope(member)).sees(customer):
            member = await members.get(customer.owner_id)  # who has it by now
        if member is None or not member.active:
            continue
        events = list(dict.fromkeys(str(one.data["event"]) for one in theirs))
        waits = {event: told for event in events if (told := await chatfiles.waiting(event)) is not None}
        if not waits:
            continue
        ordered = sorted(waits.items(), key=lambda one: str(one[1]["at"]))
        name = await customers.short_name(customer.id)
        shown = [(str(told["who"]), str(told["file"])) for _, told in ordered]
        card = say.files(name, shown, around.now.astimezone(await around.house.zone(member)))
        about = {"waits": [event for event, _ in ordered], "name": name, "customer": customer.id}
        says.append(Letter(card, to=member.id, once=f"{KIND}:{theirs[0].id}", about=about, answer=False,
                           customer=customer.id))  # fmt: skip
    return Effect(says=tuple(says), event=moments[0].id)
