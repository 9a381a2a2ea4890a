"""G2: the first useful card: what falls due (or is proposed), one sentence to send now, the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.messages import Button, Card
from bot.followup.view import Matter
from bot.replies import words
from bot.replies.followup import NUMBERS, VALUE_MOST, due_day, line, wants_file
from bot.replies.wording import beside, clock_of, cut, quote

LINES = 6


@dataclass(frozen=True, slots=True)
class First:
    """``real`` promises stand already, ``proposed`` ones only once they are tapped; ``count`` customers were named,
    ``fresh`` of them new, ``foreign`` are somebody else's."""

    real: tuple[Matter, ...] = ()
    proposed: tuple[Matter, ...] = ()
    count: int = 0
    fresh: int = 0
    foreign: tuple[str, ...] = ()
    today: tuple[Matter, ...] = ()
    who: str = ""

    @property
    def shown(self) -> tuple[Matter, ...]:
        return (*self.real, *self.proposed)


def card(first: First, now: datetime) -> Card:
    facts = [(NUMBERS[n], line(one, now)) for n, one in enumerate(first.shown)]
    if first.shown:
        facts.append((words.bit("first_send"), quote(script(first, now), VALUE_MOST - 2)))
        facts.append((words.bit("today_label"), _day(first, now)))
    if first.foreign:
        value = words.bit("first_foreign", names=cut("、".join(first.foreign), 14))
        facts.append((words.bit("not_kept_label"), cut(value, VALUE_MOST)))
    buttons: list[str | Button] = ["settle_it"] if first.proposed else []
    buttons += ["send_script"] if first.shown else []
    buttons += ["not_now"] if first.proposed else []
    return words.card(
        "hello.first", facts=facts[:LINES], buttons=buttons, title=_title(first), words=_status(first),
        footer=None if first.count else "",
    )  # fmt: skip


def _title(first: First) -> str:
    if first.proposed:
        return words.bit("first_proposed", count=first.count, n=len(first.shown))
    if first.count:
        return words.bit("first_named", count=first.count)
    return words.bit("first_due", count=len(first.real))


def _status(first: First) -> str:
    if first.proposed:
        return words.bit("first_tap_new" if first.fresh else "first_tap", count=first.fresh)
    return words.bit("first_kept" if first.shown else "first_nothing")


def script(first: First, now: datetime) -> str:
    """The one sentence to send now; nothing goes to a customer but by the rep's own hand."""
    if not first.shown:
        return ""
    one = first.shown[0]
    who = f"{one.contact}，" if one.contact else words.bit("first_nobody", who=_apart(first.who))
    if first.real and wants_file(one.promise):
        due = beside(due_day(one.promise, now)) if one.promise.due else ""
        return words.bit("first_script", who=who, thing=one.thing, due=due)
    if first.real:
        return words.bit("first_script_act", who=who, what=one.promise.what)
    return words.bit("first_script_new", who=who)


def _apart(name: str) -> str:
    """A Latin name stands apart from Han before it."""
    return f" {name}" if name[:1].isascii() else name


def _day(first: First, now: datetime) -> str:
    """1 件：发报价单; or what comes next."""
    today = [one for one in first.shown if _on(one, now)]
    if today:
        what = "、".join(cut(one.promise.what, 8) for one in today[:2])
        return cut(words.bit("first_today", count=len(today), what=what), VALUE_MOST)
    dated = [one for one in first.shown if one.promise.due is not None]
    if not dated:
        return words.bit("first_no_day")
    return cut(words.bit("first_next", due=due_day(dated[0].promise, now)), VALUE_MOST)


def _on(one: Matter, now: datetime) -> bool:
    due = one.promise.due
    day = due.astimezone(now.tzinfo).date() if isinstance(due, datetime) else due
    return day == now.date()


def settled(count: int, shown: Sequence[tuple[str, str]], now: datetime) -> Card:
    facts = [pair for pair in shown if pair[0] in NUMBERS]
    return words.card("hello.first.settled", facts=facts, count=count, clock=clock_of(now))
