"""What a card of promises turns into when it is tapped: the file is asked for, the day moved, the promise given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from adapters.messages import Button, Card, Text
from bot.followup.view import Matter
from bot.replies import words
from bot.replies.followup import MOST, NUMBERS, ORDINALS, STATUS_MOST, VALUE_MOST, due_day, line, what_of
from bot.replies.wording import beside, cut, day_of, moment_of


def file_wanted(matter: Matter, send_file: str, upload: str = "") -> Card:
    """What 已经发了 turns the card into: the file, or the word that there is none."""
    buttons: list[str | Button] = [words.button("add_evidence", url=upload)] if upload else []
    return words.card(
        "promise.file", buttons=[*buttons, "no_file"], what=what_of(matter, 5), send_file=send_file,
        facts=[(words.bit("customer"), cut(matter.whom, VALUE_MOST))],
    )  # fmt: skip


def move_to(matter: Matter, days: Sequence[date], today: date) -> Card:
    """The four ready dates."""
    picks = words.picks(day_of(day, today) for day in days)
    return words.card("promise.move", what=what_of(matter, 5), buttons=picks, facts=[_customer(matter)])


def moved(matter: Matter, now: datetime) -> Card:
    """The promise has another due; where somebody was told the old one, words for them are at hand."""
    script = bool(matter.contact) and matter.promise.by == "us"
    footer = words.bit("write_to", who=matter.contact) if script else ""
    return words.card(
        "promise.moved", facts=[_customer(matter)], footer=footer, buttons=["send_script"] if script else [],
        what=what_of(matter, 3), due=due_day(matter.promise, now),
    )  # fmt: skip


def moved_script(matter: Matter, now: datetime) -> Text:
    due = beside(due_day(matter.promise, now))
    words_ = words.bit("script_moved", who=f"{matter.contact}，", thing=matter.thing, due=due)
    return words.text("promise.script", script=words_)


def why_not(matter: Matter) -> Card:
    reasons = words.picks(words.bit(f"not_needed_{n}") for n in (1, 2, 3))
    return words.card("promise.why", what=what_of(matter, 4), buttons=reasons, facts=[_customer(matter)])


def withdrawn(matter: Matter, why: str) -> Card:
    return words.card("promise.withdrawn", what=what_of(matter, 4), reason=cut(why, 12), facts=[_customer(matter)])


def reopened(matter: Matter, now: datetime) -> Card:
    """Open again; only what has a time is reminded of."""
    due = due_day(matter.promise, now)
    status = words.bit("reopened_no_due") if matter.promise.due is None else None
    return words.card("promise.reopened", what=what_of(matter, 5), due=due, facts=[_customer(matter)], status=status)


def asked(matter: Matter, who: str) -> Text:
    """What the manager's 问问他 says to the rep."""
    return words.text("promise.asked", who=who, customer=matter.customer, thing=matter.thing)


def truth(matter: Matter, now: datetime, reader: str = "") -> str:
    """What became of a promise: 发报价单 周四 3月12日 16:20 已闭环"""
    promise = matter.promise
    if promise.undone_at is not None:
        return words.bit("gone_undone", what=promise.what)
    if reader not in ("", promise.owner_id):
        return words.bit("gone_over", what=promise.what, who=matter.owner)
    if promise.state not in ("kept", "withdrawn") or promise.closed_at is None:
        return words.bit("gone_open", what=promise.what, due=due_day(promise, now))
    when = moment_of(promise.closed_at.astimezone(now.tzinfo), now.date())
    return words.bit(f"gone_{promise.state}", what=promise.what, when=when)


def gone(matter: Matter | None, now: datetime) -> Text:
    """The same as a line of text; for a promise that nothing is known of any more too."""
    return words.text("promise.gone", truth=truth(matter, now) if matter else words.bit("gone"))


def settled(title: object, truth: str, matter: Matter) -> Card:
    """An old card whose promise is settled: its title, what is true now, and nothing to tap."""
    return words.card("promise.settled", title=title, truth=cut(truth, STATUS_MOST), facts=[_customer(matter)])


def which_one(matters: Sequence[Matter], now: datetime, key: str = "promise.which_one") -> Card:
    """A button of a card of several promises was tapped without choosing one. ``key``: promise.which_late for whoever
    leads those who promised."""
    some = matters[: len(ORDINALS)]
    picks = [Button(f"pick:{n}", ORDINALS[n - 1]) for n in range(1, len(some) + 1)]
    shown = [(NUMBERS[n], line(one, now)) for n, one in enumerate(matters[:MOST])]
    return words.card(key, facts=shown, buttons=picks, example=cut(matters[0].thing, 10))


def _customer(matter: Matter) -> tuple[str, str]:
    return words.bit("customer"), cut(matter.whom, VALUE_MOST)
