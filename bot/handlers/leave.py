"""今天请假, on the morning's card or in a sentence: the days are quiet, and what falls due in them is offered to a
colleague."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from adapters.messages import Card
from bot.access import LEADERS, Scope
from bot.followup import service as followup
from bot.followup.view import Matter, by_ids, matters
from bot.handover.takers import least_loaded
from bot.letter import Letter
from bot.members import service as people
from bot.playbook.model import Playbook
from bot.replies import cover as say
from bot.replies import words
from bot.replies.helping import card_of
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from nlp import dates
from nlp.workdays import Calendar
from storage import commitments, members
from storage.records import Commitment, Member, Moment, changed

router = Router()
ANSWERED_WITHIN = timedelta(hours=12)
LEAVE = re.compile(
    r"^我?(?P<when>.{0,16}?)(?:要|想)?(?:请(?:[个一]?天|半天|个)?假|休(?:个|年|病|事)?假)(?:[一半两三]天)?[。.]?$"
)
DEPUTY = re.compile(r"[，, ]*(?:这几天)?代理[:：]?(?P<name>\S{2,8}?)[。.]?$")
BACK = re.compile(r"^我?(?:提前)?(?:回来(?:上班)?了|销假)[。.]?$")
FILL = re.compile(r"[从到至起,，、\s]")
SENTENCE_MOST = 60
"""Characters of such a sentence: in a long text the patterns would look for its end everywhere."""
LONGEST = 60
"""Days that a sentence may take; more is an admin's business."""


@router.tap("leave_today", cards=("digest.rep",))
async def leave_today(tap: Tap) -> Reply:
    """今天请假: every open promise is planned around the day; those of today may go to a colleague."""
    return await _gone(tap, tap.now.date(), tap.now.date())


async def by_sentence(turn: Turn) -> Reply | None:
    """今天请假, 我明天到周五请假, 回来了; None for talk that means something else (王总下周请假)."""
    if turn.event.chat or len(turn.text) > SENTENCE_MOST:
        return None
    if BACK.match(turn.text) and turn.member.leave_from is not None:
        return await _back(turn)
    found = LEAVE.match(DEPUTY.sub("", turn.text))
    days = _days(found["when"], turn) if found else None
    if days is None:
        return None
    card = card_of(turn.member.id, turn.row.id, turn.now, {"deputy": await _named(turn)})
    return await _gone(
        Tap(
            member=turn.member, card=card, button="leave_today", now=turn.now, event=turn.row.id,
            playbook=turn.playbook, calendar=turn.calendar, turn=turn,
        ),
        *days,
    )  # fmt: skip


def _days(said: str, turn: Turn) -> tuple[date, date] | None:
    """The days that the words name and nothing else; without words today."""
    if not said.strip():
        return turn.today, turn.today
    found = [one for one in dates.find(said, turn.now, turn.calendar) if one.grain in ("day", "week", "halfday")]
    rest = "".join(char for n, char in enumerate(said) if not any(a <= n < b for a, b in (one.span for one in found)))
    if not found or FILL.sub("", rest):
        return None
    first, last = found[0].start.date(), max(one.last_day for one in found)
    return (first, last) if turn.today <= first and (last - first).days < LONGEST else None


async def _gone(tap: Tap, first: date, last: date) -> Reply:
    away = tap.member.with_(leave_from=first, leave_until=last)
    open_ones = await commitments.of_owner(tap.member.id, ("open",))
    offer = await _offer(open_ones, tap, first, last)
    deputy = await members.get(str(tap.card.data.get("deputy") or tap.member.deputy_id or ""))
    return Reply(
        push=say.leave(tap.member.name, first, last, tap.now.date(), deputy.name if deputy else ""),
        changes=people.leave(tap.member, first, last, deputy),
        cancel=tuple(one.id for one in open_ones),
        moments=_planned(open_ones, away, tap.now, tap.playbook, tap.calendar),
        more=(offer,) if offer else (),
    )  # fmt: skip


async def _named(turn: Turn) -> str:
    """The id of whom a leader names to stand in; "" for nobody."""
    said = DEPUTY.search(turn.text)
    if said is None or not LEADERS & set(turn.member.roles):
        return ""
    found = [one for one in await members.named(said["name"]) if one.id != turn.member.id]
    return found[0].id if len(found) == 1 else ""


async def _back(turn: Turn) -> Reply:
    """回来了: quiet no more, the reminders as ever."""
    deputy = await members.get(turn.member.deputy_id) if turn.member.deputy_id else None
    here = turn.member.with_(leave_from=None, leave_until=None)
    open_ones = await commitments.of_owner(turn.member.id, ("open",))
    return Reply(
        push=words.text("leave.back"), changes=people.back(turn.member, deputy),
        cancel=tuple(one.id for one in open_ones),
        moments=_planned(open_ones, here, turn.now, turn.playbook, turn.calendar),
    )  # fmt: skip


def _planned(
    open_ones: list[Commitment], owner: Member, now: datetime, playbook: Playbook, calendar: Calendar
) -> tuple[Moment, ...]:
    """The reminders around the leave."""
    return tuple(
        moment for one in open_ones
        for moment in followup.remember(
            one, playbook=playbook, calendar=calendar, owner=owner, now=now, promised=one.said_at
        )
    )  # fmt: skip


async def _offer(open_ones: list[Commitment], tap: Tap, first: date, last: date) -> Letter | None:
    """Which colleague of the team does what is due in these days; None where nothing is, or nobody could."""
    zone = say.zone_of(tap.now)
    ours = [(one, followup.last_day(one, zone)) for one in open_ones if one.by == "us"]
    falling = [one for one, day in ours if day is not None and first <= day <= last]
    team = [one.id for one in await members.of_team(tap.member.team_id)] if tap.member.team_id else []
    found = await least_loaded(tap.member, Scope(frozenset(team)), tap.now.date()) if falling and team else []
    if not found:
        return None
    about = {"commitments": [one.id for one in falling], "options": [one.member.id for one in found]}
    names = [one.member.name for one in found]
    return Letter(
        say.ask(await matters(falling), names, tap.now, today=first == last == tap.now.date()), to=tap.member.id,
        once=f"{tap.event}:cover", about=about,
    )  # fmt: skip


@router.tap("pick", cards=("digest.rep.cover",))
async def covered(tap: Tap) -> Reply:
    """The colleague owns what is still open of it, and is reminded; the customer stays where it is."""
    taker = await members.get(str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1]))
    found = await by_ids(str(id) for id in tap.card.data.get("commitments", ()))
    open_ones = [one for one in found if one.promise.state in followup.OPEN and one.promise.owner_id == tap.member.id]
    if taker is None or not taker.active or not open_ones:
        return Reply(push=words.text("digest.rep.nothing_waits"))
    changes = tuple(changed(one.promise, "commitment.reassigned", owner_id=taker.id) for one in open_ones)
    return Reply(
        push=say.covered(taker.name, len(open_ones), tap.now), changes=changes,
        more=(_told(open_ones, taker, tap),),
    )  # fmt: skip


def _told(found: list[Matter], taker: Member, tap: Tap) -> Letter:
    theirs = [replace(one, promise=one.promise.with_(owner_id=taker.id)) for one in found]
    return Letter(
        say.to_colleague(theirs, tap.member.name, tap.now), to=taker.id, once=f"{tap.event}:covers",
        about={"commitments": [one.promise.id for one in theirs]}, answer=False, awaits="promise.said",
        awaits_until=tap.now + ANSWERED_WITHIN,
    )  # fmt: skip


@router.tap("not_now", cards=("digest.rep.cover",))
async def alone(tap: Tap) -> Reply:
    card: Card = words.card("cmd.left", title=str(tap.card.data.get("title", "")))
    return Reply(push=card)
