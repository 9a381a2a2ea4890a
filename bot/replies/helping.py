"""A promise handed on to a colleague: who is asked, what both see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.messages import Card, Fact
from bot.followup.view import Matter
from bot.replies import words
from bot.replies.followup import STATUS_MOST, TITLE_MOST, VALUE_MOST, due_until, on_the_day, what_of
from bot.replies.wording import clock_of, cut, quote
from storage.records import CardRow

NAME_MOST = 6


def whom(one: Matter, colleagues: Sequence[str], now: datetime) -> Card:
    """【请谁帮忙：发报价单】"""
    picks = words.picks(cut(name, NAME_MOST) for name in colleagues)
    return words.card("help.whom", buttons=picks, what=what_of(one, 5), where=_where(one, now))


def _where(one: Matter, now: datetime) -> str:
    due = due_until(one.promise, now)
    return f"{due} · {cut(one.whom, STATUS_MOST - len(due) - 3)}"


def asked(one: Matter, who: str, said: str, now: datetime) -> Card:
    """The day's card of the promise (C2), with whose it was; it is not the colleague's to give it up."""
    card, who = on_the_day([one], now), cut(who, NAME_MOST)
    fixed = len(words.bit("help_asked", who=who, what=""))
    title = words.bit("help_asked", who=who, what=cut(one.promise.what, TITLE_MOST - fixed))
    fact = (Fact(words.bit("says_label", who=cut(who, 4)), quote(said, VALUE_MOST - 2)),) if said else ()
    kept = tuple(button for button in card.buttons if button.id not in ("not_needed", "ask_help"))
    return replace(card, title=title, facts=(*fact, *card.facts), buttons=(*kept, words.button("cannot")))


def handed(one: Matter, said: str, now: datetime) -> Card:
    name = cut(one.owner, NAME_MOST)
    footer = "" if said else words.bit("help_add", name=name)
    return words.card(
        "help.handed", name=name, what=what_of(one, len(name) + 4), clock=clock_of(now),
        facts=[(words.bit("customer"), cut(one.whom, VALUE_MOST))], footer=footer,
    )  # fmt: skip


def given_back(one: Matter, name: str) -> Card:
    return words.card("help.given_back", name=cut(name, NAME_MOST), what=what_of(one, 0))


def card_of(member_id: str, event: str, now: datetime, data: Mapping[str, Any]) -> CardRow:
    """A card that was never sent: what was said instead of tapping it."""
    return CardRow(
        id="", member_id=member_id, kind="promise.now", event=event, data=data, state="open", question=False,
        created_at=now,
    )  # fmt: skip
