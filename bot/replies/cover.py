"""What falls due on a day of leave: which colleague does it, and what the colleague gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from adapters.messages import Card, Fact
from bot.followup.view import Matter
from bot.replies import words
from bot.replies.followup import MOST, NUMBERS, TITLE_MOST, VALUE_MOST, on_the_day
from bot.replies.wording import clock_of, cut, day_of, near_day, short_day

NAME_MOST = 6
NOT_THEIRS = ("not_needed", "ask_help")
"""What is for the one to decide whose promise it was."""


def zone_of(now: datetime) -> ZoneInfo:
    assert isinstance(now.tzinfo, ZoneInfo)
    return now.tzinfo


def leave(who: str, first: date, last: date, today: date, deputy: str = "") -> Card:
    """张伟，今天请假 / 周二 3月10日 不打扰你"""
    one = first == last
    days = day_of(first, today) if one else f"{short_day(first, today)}–{short_day(last, today)}"
    footer = words.bit("leave_deputy", name=cut(deputy, NAME_MOST)) if deputy else ""
    when = near_day(first, today) if one else ""
    return words.card("digest.rep.leave", who=who, when=when, day=days, footer=footer)


def ask(found: Sequence[Matter], colleagues: Sequence[str], now: datetime, *, today: bool = True) -> Card:
    picks = words.picks(cut(name, NAME_MOST) for name in colleagues)
    return words.card(
        "digest.rep.cover",
        facts=_lines(found, now),
        buttons=[*picks, words.button("not_now")],
        count=len(found),
        when=words.bit("cover_today" if today else "cover_days"),
    )


def _lines(found: Sequence[Matter], now: datetime) -> list[tuple[str, str]]:
    """16:30 华东医械：发报价单: all of today, and whoever helps must know for whom."""
    lines = []
    for n, one in enumerate(found[:MOST]):
        due = one.promise.due
        clock = f"{clock_of(due.astimezone(now.tzinfo))} " if isinstance(due, datetime) else ""
        room = VALUE_MOST - len(clock) - 1
        what = cut(one.promise.what, room - min(len(one.customer), 8))
        lines.append(
            (NUMBERS[n], clock + words.bit("day_line", customer=cut(one.customer, room - len(what)), what=what))
        )
    return lines


def covered(name: str, count: int, now: datetime) -> Card:
    return words.card("digest.rep.covered", name=cut(name, NAME_MOST), count=count, clock=clock_of(now))


def to_colleague(found: Sequence[Matter], who: str, now: datetime) -> Card:
    """The day's card of what is due (C2), with whose it was; it is not the colleague's to give it up."""
    card = on_the_day(found[:MOST], now)
    if len(found) > 1:
        card = replace(card, facts=tuple(Fact(label, said) for label, said in _lines(found, now)))
    who = cut(who, NAME_MOST)
    if len(found) > 1:
        title = words.bit("covers_many", who=who, count=len(found))
    else:
        fixed = len(words.bit("covers", who=who, what=""))
        title = words.bit("covers", who=who, what=cut(found[0].promise.what, TITLE_MOST - fixed))
    return replace(card, title=title, buttons=tuple(one for one in card.buttons if one.id not in NOT_THEIRS))
