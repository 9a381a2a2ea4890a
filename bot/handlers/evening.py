"""A manager's taps on her evening (E4)."""

from __future__ import annotations

from bot.followup.view import matters
from bot.handlers.answers import turn_of
from bot.letter import Letter
from bot.replies import followup as say
from bot.replies import words
from bot.routing import Reply, Router, Tap
from storage import commitments

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
