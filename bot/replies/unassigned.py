"""待归类: what could not be placed, one by one and as a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.messages import Button, Card
from bot.replies import words
from bot.replies.wording import clock_of, cut, quote, short_day
from storage.records import Unassigned

PICKS_MOST = 3
LISTED = 5
VALUE_MOST = 26
NUMERALS = ("one", "two", "three")


def card(one: Unassigned, options: Sequence[str], now: datetime, waiting: int = 0) -> Card:
    """What it is, its words, and whose it may be; ``waiting``: how many others wait beside it."""
    lines = [(words.bit("unassigned_what"), cut(one.what, VALUE_MOST))]
    if one.text:
        lines.append((words.bit("said_label"), quote(one.text, VALUE_MOST - 2)))
    lines += [(words.bit(NUMERALS[n]), cut(name, VALUE_MOST)) for n, name in enumerate(options)]
    picks: list[str | Button] = [Button(f"pick:{n}", cut(name, 6)) for n, name in enumerate(options, 1)]
    at, more = one.at.astimezone(now.tzinfo), words.bit("unassigned_more", count=waiting) if waiting else ""
    return words.card(
        "unassigned.one", source=words.named("unassigned_kinds", one.kind), day=short_day(at.date(), now.date()),
        clock=clock_of(at), facts=lines, buttons=[*picks, "drop_it"],
        more=more, footer=None if options else words.bit("unassigned_say", more=more),
    )  # fmt: skip


def alarm(found: Sequence[tuple[Unassigned, str]], now: datetime) -> Card:
    """Those that still wait, with who was asked."""
    lines = [
        (cut(who, 5) or words.bit("nobody_known"), cut(one.what, VALUE_MOST)) for one, who in found[:LISTED]
    ]  # fmt: skip
    if len(found) > LISTED:
        lines.append(("…", words.bit("more_facts", count=len(found) - LISTED)))
    first = min(one.at for one, _ in found).astimezone(now.tzinfo)
    return words.card(
        "unassigned.alarm", count=len(found), day=short_day(first.date(), now.date()), clock=clock_of(first),
        facts=lines,
    )  # fmt: skip


def placed(one: Unassigned, customer: str, who: str, now: datetime) -> Card:
    return words.card(
        "unassigned.placed", customer=cut(customer, 12), who=cut(who, 8), clock=clock_of(now),
        facts=[(words.bit("unassigned_what"), cut(one.what, VALUE_MOST))],
    )  # fmt: skip


def dropped(one: Unassigned, who: str, now: datetime) -> Card:
    return words.card(
        "unassigned.dropped", who=cut(who, 8), clock=clock_of(now),
        facts=[(words.bit("unassigned_what"), cut(one.what, VALUE_MOST))],
    )  # fmt: skip
