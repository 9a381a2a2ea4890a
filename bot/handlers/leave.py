"""今天请假 on the morning's card: the day is quiet, and what falls due in it is offered to a colleague."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.messages import Card
from bot.access import Scope
from bot.followup import service as followup
from bot.followup.view import Matter, by_ids, matters
from bot.handover.takers import least_loaded
from bot.letter import Letter
from bot.replies import cover as say
from bot.replies import words
from bot.replies.wording import day_of
from bot.routing import Reply, Router, Tap
from storage import commitments, members
from storage.records import Commitment, Member, Moment, changed

router = Router()
ANSWERED_WITHIN = timedelta(hours=12)


@router.tap("leave_today", cards=("digest.rep",))
async def leave_today(tap: Tap) -> Reply:
    """今天请假: every open promise is planned around the day; those of today may go to a colleague."""
    today = tap.now.date()
    away = tap.member.with_(leave_from=today, leave_until=today)
    moments: list[Moment] = []
    open_ones = await commitments.of_owner(tap.member.id, ("open",))
    for one in open_ones:
        moments += followup.remember(
            one, playbook=tap.playbook, calendar=tap.calendar, owner=away, now=tap.now, promised=tap.now
        )
    card = words.card("digest.rep.leave", who=tap.member.name, day=day_of(today, today))
    offer = await _offer(open_ones, tap)
    return Reply(
        push=card, changes=(changed(tap.member, "member.leave", leave_from=today, leave_until=today),),
        cancel=tuple(one.id for one in open_ones), moments=tuple(moments), more=(offer,) if offer else (),
    )  # fmt: skip


async def _offer(open_ones: list[Commitment], tap: Tap) -> Letter | None:
    """Which colleague of the team does what is due today; None where nothing is, or nobody could."""
    today = [
        one for one in open_ones if one.by == "us" and followup.last_day(one, say.zone_of(tap.now)) == tap.now.date()
    ]
    team = [one.id for one in await members.of_team(tap.member.team_id)] if tap.member.team_id else []
    found = await least_loaded(tap.member, Scope(frozenset(team)), tap.now.date()) if today and team else []
    if not found:
        return None
    about = {"commitments": [one.id for one in today], "options": [one.member.id for one in found]}
    return Letter(
        say.ask(await matters(today), [one.member.name for one in found], tap.now), to=tap.member.id,
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
