"""What is said in a group itself: at most two lines, never what is not everybody's there (VOICE.md §5)."""

from __future__ import annotations

from adapters.messages import Card, Push, Text
from bot.replies import words
from bot.replies.wording import cut

ALOUD = frozenset({"cmd.bind", "cmd.bind.already", "cmd.bind.none", "cmd.bind.off"})
"""What is for everybody in the group, and is said there instead of privately."""
RECORDED = frozenset({"reading.clear", "reading.two", "reading.transcript"})
NAME_MOST = 16


def aloud(push: Push) -> bool:
    """The answer itself belongs into the group."""
    return push.kind in ALOUD


def line(push: Push) -> Text:
    """A card's first two lines, a text as it is: what a group hears of what somebody may tap in private."""
    if isinstance(push, Card):
        return Text(push.kind, "\n".join(filter(None, (f"【{push.title}】", push.status))))
    return Text(push.kind, push.text)


def pointer(push: Push, customer: str = "") -> Text:
    """The word in the group that the answer came privately; of what was recorded with the customer's name."""
    if push.kind not in RECORDED:
        return words.text("group.answered")
    return (
        words.text("group.recorded", customer=cut(customer, NAME_MOST))
        if customer
        else words.text("group.recorded.some")
    )
