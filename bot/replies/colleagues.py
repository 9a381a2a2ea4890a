"""What is said when the directory tells of a colleague."""

from __future__ import annotations

from adapters.messages import Text
from bot.replies import words


def left(name: str, platform: str, in_hand: tuple[int, int, int], heir: str) -> Text:
    """``in_hand``: customers, opportunities, promises; ``heir``: a colleague for the example, "" for none."""
    customers, deals, promises = in_hand
    key = "people.left" if any(in_hand) and heir else "people.left.empty"
    return words.text(
        key, name=name, platform=platform, customers=customers, deals=deals, promises=promises, heir=heir
    )  # fmt: skip
