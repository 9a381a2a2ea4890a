"""A manager's taps on her evening (E4) and on the month's figures (E6)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot import access
from bot.followup.view import matters
from bot.handlers.answers import turn_of
from bot.insight import heat, month
from bot.letter import Letter
from bot.replies import followup as say
from bot.replies import funnel, words
from bot.replies import heat as say_heat
from bot.routing import Reply, Router, Tap
from storage import commitments, members

router = Router()


@router.tap("see_unclosed", cards=("digest.manager",))
async def unclosed(tap: Tap) -> Reply:
    """看未闭环: the late promises of her people, oldest due first, on the card from which each can be asked after."""
    found = await commitments.overdue_of(turn_of(tap).scope.ids(), say.MOST)
    once = f"{tap.event}:unclosed"
    if not found:
        text = Letter(words.text("digest.manager.unclosed"), to=tap.member.id, once=once)
        return Reply(more=(text,), card_state="open")
    card = say.late_manager(await matters(found), tap.now)
    about = {"commitments": [one.id for one in found], "said": {}}
    return Reply(more=(Letter(card, to=tap.member.id, once=once, about=about),), card_state="open")


@router.tap("see_text", cards=("pipeline.month",))
async def whole(tap: Tap) -> Reply:
    """看全文: every stage of the month, counted anew."""
    turn, zone = turn_of(tap), tap.now.tzinfo
    assert isinstance(zone, ZoneInfo)
    owners = await members.ids_in(access.led(tap.member, await members.teams()))
    live = await turn.house.live(tap.member)
    found = await month.look(owners, date.fromisoformat(str(tap.card.data["month"])), live, zone)
    text = funnel.whole(found, str(tap.card.data.get("team", "")))
    return Reply(more=(Letter(text, to=tap.member.id, once=f"{tap.event}:all"),), card_state="open")


@router.tap("see_formula", cards=("pipeline.month",))
async def formulas(tap: Tap) -> Reply:
    text = funnel.formulas(tap.playbook.watch.fake_won_days)
    return Reply(more=(Letter(text, to=tap.member.id, once=f"{tap.event}:formula"),), card_state="open")


@router.tap("see_red", cards=("heat.week",))
async def red(tap: Tap) -> Reply:
    """只看红格: as it stands now."""
    led = frozenset() if tap.card.data.get("own") else access.led(tap.member, await members.teams())
    owners = await members.ids_in(led) if led else [tap.member.id]
    found = await heat.look(owners, await turn_of(tap).house.live(tap.member), tap.now, compare=False)
    letter = Letter(say_heat.reds(found), to=tap.member.id, once=f"{tap.event}:red")
    return Reply(more=(letter,), card_state="open")
