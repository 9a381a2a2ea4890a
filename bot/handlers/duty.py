"""Taps and words on the cards of tasks (B7): done, another time; and the manager's, of those left open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from adapters.messages import Card
from bot.duties import standing
from bot.followup import service as followup
from bot.followup.fit import done_things
from bot.handlers import reassign
from bot.handlers.promise import MOVE, SHORT, new_due
from bot.letter import Letter
from bot.replies import task as say
from bot.replies import words
from bot.replies.wording import clock_of
from bot.routing import Reply, Router, Tap
from storage import cards, members, tasks
from storage.records import Task, changed

router = Router()
OWN = ("task.made", "task.due", "task.moved")
UPPER = ("task.late.manager",)
DAY_END = time(18, 0)
ALL = re.compile(r"^(?:都|全部?|全都)?(?:好|做完|搞定|备好|完成|弄好|备齐|办妥)了")
ANSWER_WITHIN = timedelta(hours=24)


async def _open(tap: Tap) -> list[Task]:
    return standing([await tasks.get(str(id)) for id in tap.card.data.get("tasks", ())])


async def _gone(tap: Tap) -> Reply:
    """What is true now: nothing of the card is open any more."""
    found = [one for id in tap.card.data.get("tasks", ()) if (one := await tasks.get(str(id))) is not None]
    if not found:
        return Reply(push=words.text("reading.no_card"))
    done = max((one.done_at for one in found if one.done_at is not None), default=tap.now)
    return Reply(push=say.closed(found, say.kept(tap.card.data), done.astimezone(tap.now.tzinfo)))


# -- the owner's ---------------------------------------------------------------------------------------------------


@router.tap("all_done", cards=OWN)
async def all_done(tap: Tap) -> Reply:
    """都好了: what is still open of the card is done."""
    found = await _open(tap)
    return _done(tap, found) if found else await _gone(tap)


def _done(tap: Tap, found: Sequence[Task]) -> Reply:
    changes = tuple(changed(one, "task.done", state="done", done_at=tap.now) for one in found)
    after = [one.with_(state="done", done_at=tap.now) for one in found]
    return Reply(
        push=say.closed(after, say.kept(tap.card.data), tap.now), changes=changes, about={"events": [tap.event]}
    )


@router.tap("not_this", cards=("task.closed",))
async def not_this(tap: Tap) -> Reply:
    """不是这件: open again; the file stays with the customer."""
    found = [one for id in tap.card.data.get("tasks", ()) if (one := await tasks.get(str(id))) is not None]
    done = [one for one in found if one.state == "done"]
    if not done:
        return Reply(push=words.text("reading.no_card"))
    changes = tuple(changed(one, "task.reopened", state="open", done_at=None, evidence_id=None) for one in done)
    after = [one.with_(state="open", done_at=None) for one in done]
    return Reply(push=say.due(after, say.kept(tap.card.data), tap.now), changes=changes, card_state="open")


@router.tap("move", cards=OWN)
async def move(tap: Tap) -> Reply:
    """改时间: four ready dates, or a word."""
    found = await _open(tap)
    if not found:
        return await _gone(tap)
    days = followup.ready_dates(tap.now.date(), tap.calendar)
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(
        push=say.move_to(found, say.kept(tap.card.data), days, tap.now.date()), card_state="open", awaits="task.move",
        awaits_until=until, about={**tap.card.data, "days": [day.isoformat() for day in days]},
    )  # fmt: skip


@router.tap("pick", cards=("task.move",))
async def to_this_day(tap: Tap) -> Reply:
    day = date.fromisoformat(str(tap.card.data["days"][int(tap.button.partition(":")[2]) - 1]))
    return await _to(tap, datetime.combine(day, _clock(await _open(tap), tap), tap.now.tzinfo))


@router.answer("task.move")
async def to_what_was_said(tap: Tap) -> Reply | None:
    """The new time in words; other talk is read as usual."""
    found = new_due(tap) if len(tap.words) <= SHORT else None
    if found is None:
        return None
    due, _ = found
    if not isinstance(due, datetime):
        due = datetime.combine(due, _clock(await _open(tap), tap), tap.now.tzinfo)
    if due <= tap.now:
        until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
        return Reply(push=words.text("promise.move.unclear"), awaits="task.move", awaits_until=until,
                     about=tap.card.data, card_state="open")  # fmt: skip
    return await _to(tap, due)


def _clock(found: Sequence[Task], tap: Tap) -> time:
    """The hour that the tasks are due at stays; of none, the end of the working day."""
    due = found[0].due if found else None
    local = due.astimezone(tap.now.tzinfo).time() if isinstance(due, datetime) else DAY_END
    return min(local, DAY_END)


async def _to(tap: Tap, due: datetime) -> Reply:
    found = await _open(tap)
    if not found:
        return await _gone(tap)
    after = [one.with_(due=due, state="open") for one in found]
    changes = tuple(changed(one, "task.moved", due=due, state="open") for one in found)
    name = say.kept(tap.card.data)
    return Reply(
        push=say.moved(after, name, tap.now), changes=changes, card_state="open", about={"events": [tap.event]},
        awaits="task.said", awaits_until=due + ANSWER_WITHIN,
    )  # fmt: skip


@router.answer("task.said")
async def said(tap: Tap) -> Reply | None:
    """都好了, 案例包备好了, 改明天上午 in answer to the card; other talk is read as usual."""
    if len(tap.words) > SHORT:
        return None
    found = await _open(tap)
    if not found:
        return None
    if ALL.search(tap.words):
        return _done(tap, found)
    hits = done_things(tap.words, [one.what for one in found], tap.playbook.synonyms)
    if hits:
        return _some_done(tap, found, [found[n] for n in hits])
    return await to_what_was_said(tap) if MOVE.search(tap.words) else None


def _some_done(tap: Tap, found: Sequence[Task], done: Sequence[Task]) -> Reply:
    """Those that the words name; the card stays for the rest."""
    reply = _done(tap, done)
    if len(done) == len(found) or reply.push is None:
        return reply
    letter = Letter(reply.push, to=tap.member.id, once=f"{tap.event}:some", about=reply.about)
    return Reply(changes=reply.changes, more=(letter,), card_state="open")


# -- the manager's -------------------------------------------------------------------------------------------------


async def _upper(tap: Tap, found: Sequence[Task], status: str) -> Card:
    owner = await members.get(found[0].owner_id)
    told = str(tap.card.data.get("said", ""))
    return say.late_manager(found, owner.name if owner else "", say.kept(tap.card.data), tap.now, told, status)


@router.tap("nudge", cards=UPPER)
async def nudge(tap: Tap) -> Reply:
    """问问他: the owner is asked in the manager's name, and the words come back onto this card."""
    found = await _open(tap)
    if not found:
        return await _gone(tap)
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
    found = await _open(tap)
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
    found = await _open(tap)
    if not found:
        return await _gone(tap)
    due = datetime.combine(tap.calendar.workday_after(tap.now.date()), _clock(found, tap), tap.now.tzinfo)
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
    found = await _open(tap)
    if not found or not found[0].customer_id:
        return await _gone(tap)
    ask = await reassign.offer(tap, found[0].customer_id, say.names(found), tap.card.id)
    return Reply(more=(ask,), card_state="open")


@router.tap("ack", cards=UPPER)
async def seen(tap: Tap) -> Reply:
    """知道了: silent until it changes."""
    found = await _open(tap)
    if not found:
        return await _gone(tap)
    card = await _upper(tap, found, words.bit("acked"))
    return Reply(push=replace(card, buttons=(), tone="done"))
