"""E1: the rep's morning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.followup.morning import look, told_late, without
from bot.letter import Letter
from bot.playbook.times import Away
from bot.replies import digest as say
from scheduler.effect import Around, Effect
from storage import cards, members
from storage.records import CardRow, Member, Moment, new_id

ANSWERED_WITHIN = timedelta(hours=12)


PART = "digest.rep.part"
AT_ONCE = 50
"""Reps with one transaction: what people say meanwhile waits no longer than for them."""
APART = timedelta(seconds=1)
TOO_LATE = timedelta(hours=3)


async def rep(around: Around) -> Effect:
    """The card of every rep who has something to do or to answer: at once for the first, moments later for the rest
    of a large company."""
    reps = [one for one in await members.with_role("rep") if one.id not in around.made_up]
    parts = [reps[n : n + AT_ONCE] for n in range(0, len(reps), AT_ONCE)]
    later = tuple(
        Moment(id=new_id("due", around.now), at=around.now + n * APART, kind=PART, record=part[0].id,
               data={"members": [one.id for one in part]})
        for n, part in enumerate(parts[1:], 1)
    )  # fmt: skip
    return await _of(parts[0] if parts else (), around) + Effect(moments=later)


async def fire(moments: Sequence[Moment], around: Around) -> Effect:
    """A part of the reps; nothing once the morning is over."""
    ids = [str(id) for one in moments if around.now - one.at < TOO_LATE for id in one.data["members"]]
    found = [await members.get(id) for id in ids]
    return await _of([one for one in found if one is not None and one.active], around)


async def _of(reps: Sequence[Member], around: Around) -> Effect:
    effect = Effect()
    for member in reps:
        effect += await of_member(member, around)
    return effect


async def of_member(member: Member, around: Around) -> Effect:
    """One rep's morning; nothing on leave or where the day is empty."""
    zone = await around.house.zone(member)
    now = around.now.astimezone(zone)
    if Away.of(member).on(now.date()):
        return Effect()
    asked = await cards.questions(member.id)
    live = await around.house.live(member)
    whole = await look(member, now, zone, live.calendar, live.playbook, asked)
    morning = without(whole, await told_late(member, now))
    if morning.brings_nothing:
        return Effect()
    saying = Letter(
        say.rep(morning, member.name, now), to=member.id, once=f"digest.rep:{member.id}:{now:%Y%m%d}",
        about=morning.about,
        awaits="promise.said", awaits_until=now + ANSWERED_WITHIN,
    )  # fmt: skip
    again = {card.id: {"data": {**card.data, "asked_again": f"{now:%Y-%m-%d}"}} for card in _unasked(asked)}
    return Effect(says=(saying,), cards=again)


def _unasked(asked: list[CardRow]) -> list[CardRow]:
    """Questions that were not asked once more yet (LOOP-0: once, next morning)."""
    return [card for card in asked if not card.data.get("asked_again")]
