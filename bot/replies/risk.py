"""How many are to be looked at, beside the working day before: told from the records."""

from __future__ import annotations

from datetime import date

from bot.replies.watch import piece
from bot.replies.wording import weekday


def than(count: int, before: int, day: date, today: date) -> str:
    """· 比昨天少 1; "" where it is as many."""
    if count == before:
        return ""
    named = "昨天" if (today - day).days == 1 else weekday(day)
    return piece("than_less" if count < before else "than_more", day=named, count=abs(count - before))
