"""Taps and words on the cards of tasks (B7): done, another time, handed to a colleague."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.duties import standing
from bot.followup import service as followup
from bot.followup.fit import done_things
from bot.handlers import helping
from bot.handlers.promise import MOVE, SHORT, new_due
from bot.letter import Letter
from bot.playbook.times import Away
from bot.replies import task as say
from bot.replies import words
from bot.replies.wording import short_day
from bot.routing import Reply, Router, Tap
from storage import members, tasks
from storage.records import Member, Task, changed

router = Router()
OWN = ("task.made", "task.due", "task.moved")
DAY_END = time(18, 0)
ALL = re.compile(r"^(?:都|全部?|全都)?(?:好|做完|搞定|备好|完成|弄好|备齐|办妥)了")
ANSWER_WITHIN = timedelta(hours=24)


async def open_ones(tap: Tap) -> list[Task]:
    """What of the card is still to be done."""
    return standing([await tasks.get(str(id)) for id in tap.card.data.get("tasks", ())])


async def over(tap: Tap) -> Reply:
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
    found = await open_ones(tap)
    return _done(tap, found) if found else await over(tap)


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
    found = await open_ones(tap)
    if not found:
        return await over(tap)
    days = followup.ready_dates(tap.now.date(), tap.calendar)
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(
        push=say.move_to(found, say.kept(tap.card.data), days, tap.now.date()), card_state="open", awaits="task.move",
        awaits_until=until, about={**tap.card.data, "days": [day.isoformat() for day in days]},
    )  # fmt: skip


@router.tap("pick", cards=("task.move",))
async def to_this_day(tap: Tap) -> Reply:
    day = date.fromisoformat(str(tap.card.data["days"][int(tap.button.partition(":")[2]) - 1]))
    return await _to(tap, datetime.combine(day, hour_of(await open_ones(tap), tap), tap.now.tzinfo))


@router.answer("task.move")
async def to_what_was_said(tap: Tap) -> Reply | None:
    """The new time in words; other talk is read as usual."""
    found = new_due(tap) if len(tap.words) <= SHORT else None
    if found is None:
        return None
    due, _ = found
    if not isinstance(due, datetime):
        due = datetime.combine(due, hour_of(await open_ones(tap), tap), tap.now.tzinfo)
    if due <= tap.now:
        until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
        return Reply(push=words.text("promise.move.unclear"), awaits="task.move", awaits_until=until,
                     about=tap.card.data, card_state="open")  # fmt: skip
    return await _to(tap, due)


def hour_of(found: Sequence[Task], tap: Tap) -> time:
    """The hour that the tasks are due at stays; of none, the end of the working day."""
    due = found[0].due if found else None
    local = due.astimezone(tap.now.tzinfo).time() if isinstance(due, datetime) else DAY_END
    return min(local, DAY_END)


async def _to(tap: Tap, due: datetime) -> Reply:
    found = await open_ones(tap)
    if not found:
        return await over(tap)
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
    found = await open_ones(tap)
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


# -- a colleague's -------------------------------------------------------------------------------------------------


@router.tap("ask_help", cards=("task.made", "task.due"))
async def ask_help(tap: Tap) -> Reply:
    """请人帮忙: who? The customer stays with the rep."""
    found = await open_ones(tap)
    if not found:
        return await over(tap)
    people = await helping.offered(tap.member, tap)
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(
        push=say.whom(found, say.kept(tap.card.data), [one.name for one in people]), card_state="open",
        about={**tap.card.data, "options": [one.id for one in people]}, awaits="task.whom", awaits_until=until,
    )  # fmt: skip


@router.tap("pick", cards=("task.whom",))
async def this_one(tap: Tap) -> Reply:
    helper = await members.get(str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1]))
    return await _hand(tap, helper) if helper is not None else await over(tap)


@router.answer("task.whom")
async def by_name(tap: Tap) -> Reply | None:
    """A name instead of a tap; other talk is read as usual."""
    found = [one for one in await members.named(tap.words.strip("。. ")) if one.id != tap.member.id]
    return await _hand(tap, found[0]) if len(found) == 1 else None


async def _hand(tap: Tap, helper: Member) -> Reply:
    """The colleague gets the same card, and is reminded of it; whoever asked hears when it is done."""
    found = [one for one in await open_ones(tap) if one.owner_id == tap.member.id]
    if not found:
        return await over(tap)
    if Away.of(helper).on(tap.now.date()):
        day = short_day(helper.leave_until or tap.now.date(), tap.now.date())
        return Reply(push=words.text("help.away", name=helper.name, day=day), card_state="open")
    name = say.kept(tap.card.data)
    letter = Letter(
        say.for_another(found, name, tap.member.name, tap.now), to=helper.id, once=f"{tap.event}:help",
        about={**say.about(found, name), "asker": tap.member.id}, answer=False, awaits="task.said",
        awaits_until=tap.now + ANSWER_WITHIN,
    )  # fmt: skip
    changes = tuple(changed(one, "task.helped", owner_id=helper.id) for one in found)
    return Reply(push=say.handed(found, name, helper.name, tap.now), changes=changes, more=(letter,))


@router.tap("cannot", cards=("task.made",))
async def cannot(tap: Tap) -> Reply:
    """现在不行: back to whoever asked, who hears of it."""
    asker = await members.get(str(tap.card.data.get("asker", "")))
    found = [one for one in await open_ones(tap) if one.owner_id == tap.member.id]
    if asker is None or not found:
        return await over(tap)
    fields = {"what": say.names(found), "customer": say.kept(tap.card.data)}
    told = Letter(
        words.text("task.cannot", who=tap.member.name, **fields), to=asker.id, once=f"{tap.event}:cannot", answer=False
    )
    changes = tuple(changed(one, "task.handed_back", owner_id=asker.id) for one in found)
    return Reply(push=words.text("task.given_back", name=asker.name), changes=changes, more=(told,))
