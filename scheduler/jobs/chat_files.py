"""At 11:40 and 16:40: which files of a customer's kept chat wait for the rep's tap, one card a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.capture.chat_file import KIND
from bot.letter import Letter
from bot.replies import chat_files as say
from scheduler.effect import Around, Effect
from scheduler.jobs.due import by
from storage import chatfiles, customers, members
from storage.records import Customer, Member, Moment


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
        says.append(await _letter(customer, member, waits, theirs[0].id, around))
    return Effect(says=tuple(says), event=moments[0].id)


async def _letter(
    customer: Customer, member: Member, waits: Mapping[str, Mapping[str, Any]], moment: str, around: Around
) -> Letter:
    """A question, where there is something to keep. What could not be had waits no longer once that is told."""
    ordered = dict(sorted(waits.items(), key=lambda one: str(one[1]["at"])))
    name, names = await customers.short_name(customer.id), {one.id: one.name for one in await members.everyone()}
    now = around.now.astimezone(await around.house.zone(member))
    card = say.files(name, ordered.values(), member.id, names, now)
    asks = card.kind == KIND
    for event in () if asks else ordered:
        await chatfiles.forget(event)
    about = {
        "waits": list(ordered) if asks else [],
        "name": name,
        "customer": customer.id,
        "brief": card.title,
        "externals": list(dict.fromkeys(str(told["external"]) for told in ordered.values())),
    }
    return Letter(
        card, to=member.id, once=f"{KIND}:{moment}", about=about, answer=False, question=asks, customer=customer.id
    )  # fmt: skip
