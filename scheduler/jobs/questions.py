"""Questions that nobody answered go to the unassigned inbox: the card expires, the message keeps waiting there."""

from __future__ import annotations

from datetime import timedelta

from scheduler.effect import Around, Effect
from storage import cards

AT_ONCE = 500


async def park(around: Around) -> Effect:
    """The questions older than the playbook's days, closed unanswered; what they ask about was never recorded."""
    live = await around.house.live(None)
    before = around.now - timedelta(days=live.playbook.questions.unassigned_days)
    old = await cards.overdue_questions(before, AT_ONCE)
    return Effect(cards={card.id: {"state": "expired"} for card in old})
