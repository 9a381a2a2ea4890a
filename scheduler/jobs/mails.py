"""D7, at 11:40 and 16:40: the mails that came meanwhile, those of one member together, four to a card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.capture import mail_told as mails
from bot.capture import undo
from bot.capture.mail_told import Told
from bot.letter import Letter
from bot.replies import mail as say
from scheduler.effect import Around, Effect
from scheduler.jobs.due import by
from storage import audit, customers, members, opportunities
from storage.records import Member, Moment


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    """Of what was taken back or forgotten meanwhile nothing is said; who has the customer now hears of the rest."""
    found = [(await _owner(one), one) for one in [Told.of(moment.data) for moment in moments]]
    says: list[Letter] = []
    for id, theirs in by([(owner.id, one) for owner, one in found if owner is not None], lambda one: one[0]):
        owner = await members.get(id)
        if owner is not None:
            says += await _letters(owner, [one for _, one in theirs], around)
    return Effect(says=tuple(says), event=moments[0].id)


async def _owner(one: Told) -> Member | None:
    """None where there is nothing left to tell, or nobody to hear it."""
    customer = await customers.get(one.customer)
    owner = await members.get(customer.owner_id) if customer is not None else None
    if owner is None or not owner.active or not undo.live(await audit.by_event(one.event)):
        return None
    return owner


async def _letters(owner: Member, theirs: Sequence[Told], around: Around) -> list[Letter]:
    now = around.now.astimezone(await around.house.zone(owner))
    ordered = sorted(theirs, key=lambda one: (one.at, one.event))
    parts = [ordered[n : n + say.MOST] for n in range(0, len(ordered), say.MOST)]
    return [await _letter(owner, part, around) if len(part) == 1 else _several(owner, part, now) for part in parts]


async def _letter(owner: Member, part: Sequence[Told], around: Around) -> Letter:
    [one] = part
    now, live = around.now.astimezone(await around.house.zone(owner)), await around.house.live(owner)
    deal = await opportunities.get(one.opportunity) if one.opportunity else None
    page = await mails.page(one, deal, owner.id, live.playbook, around.house.public_url, now)
    return Letter(
        say.read(one, now, page), to=owner.id, once=f"{one.event}:mail", about=one.about, answer=False,
        customer=one.customer, event=one.event,
    )  # fmt: skip


def _several(owner: Member, part: Sequence[Told], now: datetime) -> Letter:
    first = part[0]
    events = [one.event for one in part]
    whose = {one.customer for one in part}
    about = {
        "message": first.event, "events": events, "names": [one.name for one in part], "name": first.name,
        "commitments": [id for one in part for id in one.commitments],
    }  # fmt: skip
    return Letter(
        say.several(part, now), to=owner.id, once=f"{first.event}:mails:{len(part)}", about=about, answer=False,
        customer=first.customer if len(whose) == 1 else "", event=first.event,
    )  # fmt: skip
