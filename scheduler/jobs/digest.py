"""E1: the rep's morning."""

from __future__ import annotations

from datetime import timedelta

from bot.followup.morning import look, told_late, without
from bot.letter import Letter
from bot.playbook.times import Away
from bot.replies import digest as say
from scheduler.effect import Around, Effect
from storage import cards, members
from storage.records import CardRow, Member

ANSWERED_WITHIN = timedelta(hours=12)


async def rep(around: Around) -> Effect:
    """The card of every rep who has something to do or to answer."""
    effect = Effect()
    for member in await members.with_role("rep"):
        if member.id not in around.made_up:
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
