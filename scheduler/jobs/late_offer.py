"""Some working days after a manager heard of a late promise it is offered to give the customer to another (C4 once
more, 改派 first); not where she said 知道了, and not where it changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.followup.due import MANAGER, OFFER
from bot.followup.service import spelled, zone_of
from bot.followup.view import matters
from bot.letter import Letter
from bot.replies import followup as say
from scheduler.effect import Around, Effect
from storage import cards, commitments, members
from storage.records import CardRow, Commitment, Moment, new_id

NEWEST = 100
"""Cards of late promises that are looked through for the one with the promise: those of some weeks."""


async def offered_later(to: str, promises: Sequence[Commitment], around: Around) -> tuple[Moment, ...]:
    """The moments at which what ``to`` hears of now is offered to another."""
    return tuple([await _moment(to, one, around) for one in promises])


async def _moment(to: str, promise: Commitment, around: Around) -> Moment:
    owner = await members.get(promise.owner_id)
    assert owner is not None
    live, zone = await around.house.live(owner), await zone_of(owner)
    reminders = live.playbook.reminders
    day = live.calendar.workday_after(around.now.astimezone(zone).date(), reminders.reassign_days)
    return Moment(
        id=new_id("due", around.now), at=datetime.combine(day, reminders.manager, zone), kind=OFFER,
        record=promise.id, member_id=owner.id, data={"due": spelled(promise.due), "to": to},
    )  # fmt: skip


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    says: list[Letter] = []
    for to in dict.fromkeys(str(moment.data["to"]) for moment in moments):
        ids = [moment.record for moment in moments if moment.data["to"] == to and await _stands(moment)]
        said = await _said_on(to, ids)
        theirs = [id for id in ids if id in said] if said is not None else []
        for start in range(0, len(theirs), say.MOST):
            part = theirs[start : start + say.MOST]
            says.append(await _letter(to, part, said or {}, f"{moments[0].id}:{start}", around))
    return Effect(says=tuple(says), event=moments[0].id)


async def _stands(moment: Moment) -> bool:
    """Still late, still due as it was, and still with the same owner."""
    one = await commitments.get(moment.record)
    return (
        one is not None and one.state == "overdue" and one.owner_id == moment.member_id
        and spelled(one.due) == moment.data.get("due")
    )  # fmt: skip


async def _said_on(to: str, ids: Sequence[str]) -> Mapping[str, str] | None:
    """By promise what its owner answered, for those whose youngest card the manager has left open; None where none is.
    What she has done with it counts, whatever older cards say of it."""
    youngest: dict[str, CardRow] = {}
    for row in await cards.recent_of_kind(to, MANAGER, NEWEST):
        for id in row.data.get("commitments", ()):
            youngest.setdefault(str(id), row)
    waiting = {id: youngest[id] for id in ids if id in youngest}
    found = {
        id: str(row.data.get("said", {}).get(id, ""))
        for id, row in waiting.items() if row.state == "open" and row.data.get("buttons")
    }  # fmt: skip
    return found or None


async def _letter(to: str, ids: Sequence[str], said: Mapping[str, str], event: str, around: Around) -> Letter:
    shown = await matters([one for one in [await commitments.get(id) for id in ids] if one is not None])
    answers = {id: words for id, words in said.items() if words}
    card = say.late_manager(shown, around.now, answers)
    card = replace(card, buttons=tuple(sorted(card.buttons, key=lambda button: button.id != "reassign")))
    about = {"commitments": [one.promise.id for one in shown], "said": answers}
    return Letter(card, to=to, once=f"{OFFER}:{to}:{event}", about=about)
