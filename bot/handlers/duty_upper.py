"""A manager's taps on tasks that were left open: asks, gives a day more, gives the customer to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.messages import Card
from bot.handlers import reassign
from bot.handlers.duty import ANSWER_WITHIN, hour_of, open_ones, over, said
from bot.letter import Letter
from bot.replies import task as say
from bot.replies import words
from bot.replies.wording import clock_of
from bot.routing import Reply, Router, Tap
from storage import cards, members
from storage.records import Task, changed

router = Router()
UPPER = (say.TASK_MANAGER,)


async def _upper(tap: Tap, found: Sequence[Task], status: str) -> Card:
    owner = await members.get(found[0].owner_id)
    told = str(tap.card.data.get("said", ""))
    return say.late_manager(found, owner.name if owner else "", say.kept(tap.card.data), tap.now, told, status)


@router.tap("nudge", cards=UPPER)
async def nudge(tap: Tap) -> Reply:
    """问问他: the owner is asked in the manager's name, and the words come back onto this card."""
    found = await open_ones(tap)
    if not found:
        return await over(tap)
    owner = await members.get(found[0].owner_id)
    ask = Letter(
        say.asked(tap.member.name, found, say.kept(tap.card.data)), to=found[0].owner_id,
        once=f"task.asked:{found[0].id}:{tap.now:%Y%m%d}", answer=False, awaits="task.asked",
        awaits_until=tap.now + ANSWER_WITHIN,
        about={**say.about(found, say.kept(tap.card.data)), "manager": tap.member.id, "card": tap.card.id},
    )  # fmt: skip
    status = words.bit("asked_at", who=owner.name if owner else "", clock=clock_of(tap.now))
    card = await _upper(tap, found, status)
    left = tuple(button for button in card.buttons if button.id != "nudge")
    return Reply(push=replace(card, buttons=left), more=(ask,), card_state="open")


@router.tap("reply_line", cards=("task.asked",))
async def reply_line(tap: Tap) -> Reply:
    manager = await members.get(str(tap.card.data.get("manager", "")))
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    invite = words.text("promise.asked.say", who=manager.name if manager else "")
    return Reply(push=invite, about=tap.card.data, awaits="task.asked", awaits_until=until)


@router.answer("task.asked")
async def answered(tap: Tap) -> Reply | None:
    """The owner's words, as he said them, on the manager's card; done or moved in them is that as well."""
    manager, row = await members.get(str(tap.card.data.get("manager", ""))), await cards.get(str(tap.card.data["card"]))
    found = await open_ones(tap)
    if manager is None or row is None or not found:
        return None
    status = words.bit("answered_at", who=tap.member.name, clock=clock_of(tap.now))
    card = say.late_manager(found, tap.member.name, say.kept(tap.card.data), tap.now, tap.words, status)
    back = Letter(card, to=manager.id, once=f"{tap.event}:answered", about={"said": tap.words}, changes=row.id)
    push = words.text("task.answered", who=manager.name)
    own = await said(tap)
    if own is not None and own.push is not None:
        return replace(own, more=(*own.more, back))
    return Reply(push=push, more=(back,))


@router.tap("extend_day", cards=UPPER)
async def extend_day(tap: Tap) -> Reply:
    """延一天: the same hour of the next working day; the owner hears of it."""
    found = await open_ones(tap)
    if not found:
        return await over(tap)
    due = datetime.combine(tap.calendar.workday_after(tap.now.date()), hour_of(found, tap), tap.now.tzinfo)
    changes = tuple(changed(one, "task.moved", due=due, state="open") for one in found)
    after, name = [one.with_(due=due, state="open") for one in found], say.kept(tap.card.data)
    tell = Letter(
        say.extended(tap.member.name, after, name, tap.now), to=found[0].owner_id, once=f"{tap.event}:extended",
        answer=False,
    )  # fmt: skip
    card = await _upper(tap, after, words.bit("moved_to", due=say.due_of(after[0], tap.now)))
    return Reply(push=replace(card, buttons=(), tone="done"), changes=changes, more=(tell,))


@router.tap("reassign", cards=UPPER)
async def to_another(tap: Tap) -> Reply:
    """改派: who takes the customer, with all that is open."""
    found = await open_ones(tap)
    if not found or not found[0].customer_id:
        return await over(tap)
    ask = await reassign.offer(tap, found[0].customer_id, say.names(found), tap.card.id)
    return Reply(more=(ask,), card_state="open")


@router.tap("ack", cards=UPPER)
async def seen(tap: Tap) -> Reply:
    """知道了: silent until it changes."""
    found = await open_ones(tap)
    if not found:
        return await over(tap)
    card = await _upper(tap, found, words.bit("acked"))
    return Reply(push=replace(card, buttons=(), tone="done"))
