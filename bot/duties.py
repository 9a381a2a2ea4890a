"""What follows from a change for tasks: a file or a sentence closes what it fits, a new due is waited for anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from bot.followup.fit import done_things, of_file_things, tells_of_done
from bot.followup.service import spelled
from bot.house import House
from bot.letter import Letter
from bot.playbook.times import Times
from bot.replies import task as say
from storage import audit, customers, due, members, tasks
from storage.records import Change, Task, changed


async def follow(
    changes: Sequence[Change], house: House, *, actor: str, event: str, at: datetime
) -> tuple[Letter, ...]:
    """Asks the records only where a file came or a sentence says that something is done."""
    told: list[Letter] = []
    for change in changes:
        if change.before is None and change.kind in ("evidence.created", "activity.created"):
            told += await _closes(change, house, actor=actor, event=event, at=at)
    mine = [one for one in changes if one.record.startswith("tsk_") and one.before is not None]
    if mine:
        await _wait([one.record for one in mine if {"due", "state"} & one.after.keys()], house, at)
        told += await _helped([one for one in mine if one.kind == "task.done"], house, actor=actor, event=event, at=at)
    return tuple(told)


async def _helped(done: Sequence[Change], house: House, *, actor: str, event: str, at: datetime) -> list[Letter]:
    """Whoever has the customer hears what a colleague has done for it."""
    found: dict[str, list[Task]] = {}
    for change in done:
        task = await tasks.get(change.record)
        customer = await customers.get(task.customer_id) if task is not None and task.customer_id else None
        if task is not None and customer is not None and customer.owner_id not in (task.owner_id, actor):
            found.setdefault(customer.owner_id, []).append(task)
    letters = []
    for owner_id, theirs in found.items():
        helper, name = await members.get(theirs[0].owner_id), await customers.short_name(str(theirs[0].customer_id))
        push = say.helped(helper.name if helper else "", theirs, name)
        letters.append(Letter(push, to=owner_id, once=f"task.helped:{event}:{theirs[0].id}", answer=False))
    return letters


async def _closes(change: Change, house: House, *, actor: str, event: str, at: datetime) -> list[Letter]:
    deal, file = change.after.get("opportunity_id"), str(change.after.get("file") or "")
    text = str(change.after.get("text") or "")
    if not deal or not (file or tells_of_done(text)):
        return []
    open_ones = [one for one in await tasks.of_opportunity(str(deal)) if one.state in ("open", "overdue")]
    if not open_ones:
        return []
    owner = await members.get(open_ones[0].owner_id)
    live = await house.live(owner)
    things = [one.what for one in open_ones]
    hits = (
        of_file_things(file, things, live.playbook.synonyms)
        if file
        else done_things(text, things, live.playbook.synonyms)
    )
    found = [open_ones[n] for n in hits]
    if not found or owner is None:
        return []
    proof = change.record if file else None
    await audit.apply(
        [changed(one, "task.done", state="done", done_at=at, evidence_id=proof) for one in found],
        actor=actor, event=event, at=at,
    )  # fmt: skip
    name = await customers.short_name(found[0].customer_id) if found[0].customer_id else ""
    local = at.astimezone(await house.zone(owner))
    card = say.closed([one.with_(state="done", done_at=at) for one in found], name, local, file)
    once = f"task.closed:{event}:{found[0].id}"
    return [Letter(card, to=owner.id, once=once, about=say.about(found, name), answer=actor == owner.id)]


async def _wait(ids: Sequence[str], house: House, at: datetime) -> None:
    """The moments of tasks whose due is another, or that are open again, those that are due together as one: what
    waited for the old due says nothing."""
    found = [one for id in dict.fromkeys(ids) if (one := await tasks.get(id)) is not None and one.state == "open"]
    found = [one for one in found if not await _waited_for(one)]
    ordered = sorted(found, key=lambda one: (one.owner_id, spelled(one.due), one.id))
    for (owner_id, _), group in groupby(ordered, key=lambda one: (one.owner_id, spelled(one.due))):
        owner = await members.get(owner_id)
        if owner is None:
            continue
        live, zone = await house.live(owner), await house.zone(owner)
        times = Times.of(live.playbook, live.calendar, zone, owner)
        await due.put([one for one in say.moments(list(group), times, at.astimezone(zone)) if one.at > at])


async def _waited_for(task: Task) -> bool:
    """A moment of those it was made with still speaks of it, at this very due."""
    beside = await tasks.of_opportunity(task.opportunity_id) if task.opportunity_id else [task]
    moments = [moment for one in beside for moment in await due.waiting(one.id)]
    mine = (one for one in moments if one.kind == say.TASK_DUE and task.id in one.data.get("tasks", ()))
    return any(one.data.get("due") == spelled(task.due) for one in mine)


def standing(found: Sequence[Task | None]) -> list[Task]:
    """Those that are still to be done."""
    return [one for one in found if one is not None and one.state in ("open", "overdue")]
