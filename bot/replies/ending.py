"""Cards of an opportunity that ends: won and lost wait for a tap (VOICE.md A11), and what was won (D8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.messages import Button, Card, Choice
from bot.capture.values import Entry
from bot.replies import words
from bot.replies.reading import Eyes, title_name
from bot.replies.wording import clock_of, cut, day_of, money
from storage.records import Opportunity

WON_NAME_MOST = 23
"""Code points of a won customer's name and amount together in the title."""


def waits(entry: Entry, way: str, missing: Sequence[str], eyes: Eyes, said_at: datetime) -> Card:
    """A11: won and lost never count without a tap."""
    assert entry.stage is not None
    lines = [(words.bit("basis"), words.bit("said_by_you", words=cut(entry.stage.text, 16), clock=clock_of(said_at)))]
    if missing and way == "won":
        lines.append((words.bit("short_of"), "、".join(missing)))
    return waiting_card(title_name(entry.name), way, lines, eyes.upload)


def waiting_card(name: str, way: str, lines: Sequence[tuple[str, str]], upload: str) -> Card:
    """Won with its two answers; lost with the reason to choose."""
    if way == "lost":
        return words.card("reading.waits.lost", customer=name, facts=lines, choice=reasons())
    buttons: list[str | Button] = ["win", "not_signed"]
    if upload:
        buttons.append(words.button("add_evidence", url=upload))
    return words.card("reading.waits.won", customer=name, facts=lines, buttons=buttons)


def reasons() -> Choice:
    return Choice(words.bit("reason_label"), words.options(words.entry("lost_reasons").items()))


def won(deal: Opportunity, name: str, who: str, done: int, now: datetime, checked: str = "") -> Card:
    """D8: what was won, that its terms are in, and what it took: days, and activities ``done``."""
    amount = f" {money(deal.amount, deal.currency)}" if deal.amount is not None else ""
    days = max(1, (now - deal.created_at).days)
    took = words.bit("took_both" if done else "days", count=days, done=done)
    return words.card(
        "won", customer=cut(name, WON_NAME_MOST - len(amount)), amount=amount, who=cut(who, 8),
        day=day_of(now.date(), now.date()),
        facts=[(words.bit("checked"), checked or words.bit("terms_in")), (words.bit("took"), took)],
    )  # fmt: skip
