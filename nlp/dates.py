"""When: the dates and times that a message names, as intervals, by a grammar of the words of time (``nlp.when``).

    text ─ fold ─ phrases (grammar) ─ tense ─ resolve, leaning on the sentence ─ ranges, corrections, deadlines ─ When
How a reading leans on the sentence before it is ``resolve``'s business."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from nlp.fold import fold
from nlp.reading import Span, When
from nlp.segment import Taken
from nlp.spacing import tight
from nlp.when import beside, hints, leaning, slips, takenback, tense
from nlp.when.elements import (
    Away,
    Between,
    Clock,
    Coming,
    Day,
    Element,
    Feast,
    FeastNear,
    Fixed,
    Part,
    Today,
    Week,
    Weekday,
    Within,
    Year,
)  # fmt: skip
from nlp.when.grammar import TRIGGER, Phrase, phrases
from nlp.when.resolve import resolve, resolve_range
from nlp.when.scope import NOTHING, Env, Period, Scope, of_days
from nlp.workdays import Calendar

_NAMED = re.compile(r"(?:《|叫做?|名叫|叫[“\"「《])[“\"「《]?$")
"""What stands before a name that only looks like a time (店名叫“七月七日晴”)."""


class _Found(NamedTuple):
    """A phrase with its meaning."""

    phrase: Phrase
    scope: Scope
    period: Period


def find(
    text: str,
    now: datetime,
    calendar: Calendar | None = None,
    *,
    past: Callable[[Span], bool] | None = None,
    names: Sequence[Span] = (),
) -> tuple[When, ...]:
    """Every date and time the text names, in order; empty when it names none.

    ``now`` is aware, and moments come back in its offset. ``past`` may judge, by its span, whether a phrase stands in a
    clause about the past; without it the clause's own words do. What touches a span of ``names`` (a company called
    三月集团) is no date.
    """
    if text.isascii() and not TRIGGER.search(text):
        return ()
    close = tight(text) if past is None and not names else None
    if close is not None:
        return tuple(map(close.finding, find(close.text, now, calendar)))
    folded = slips.mended(fold(text))
    found = _meanings(folded, now, calendar or Calendar.national(), past, names)
    if len(found) > 1:
        found = _joined(folded, _corrected(folded, found))
    return tuple([_when(text, now, f) for f in found]) if found else ()


def _meanings(
    text: str, now: datetime, calendar: Calendar, past: Callable[[Span], bool] | None, names: Sequence[Span]
) -> list[_Found]:
    heard = phrases(text)
    if not heard:
        return []
    found: list[_Found] = []
    said, said_until, habit, this_week = NOTHING, 0, -1, False
    zone = now.utcoffset() or timedelta()
    here = Env(now.replace(tzinfo=None), calendar, east=zone // timedelta(minutes=1))
    named = Taken(len(text), names)
    for phrase, following in zip(heard, [*heard[1:], None], strict=False):
        if phrase.habit or leaning.usual(text, phrase, habit):
            habit = phrase.end
            continue
        if not named.free((phrase.start, phrase.end)):
            continue
        gap = text[said_until : phrase.start]
        if _NAMED.search(text, max(0, phrase.start - 3), phrase.start):
            continue
        env = _env(text, phrase, following.start if following else len(text), here, past)
        context = said
        if found:
            env = leaning.dragged(said, gap, phrase, env)
            context = leaning.context(said, gap, phrase, env, this_week) if env.floor is None else NOTHING
        scope = _resolved(phrase, env, context)
        if scope is None or scope.period is None:
            continue
        found.append(_Found(phrase, scope, scope.period))
        this_week = this_week or scope.weekday_of is not None
        said, said_until = leaning.remembered(phrase, scope), phrase.around[1]
    return found


def _env(text: str, phrase: Phrase, stop: int, here: Env, past: Callable[[Span], bool] | None) -> Env:
    if isinstance(phrase.chain[0], _PLACED) and len(phrase.chain) == 1:
        return here
    clause = tense.around(text, phrase.start, phrase.end, stop)
    said = _tense(text, phrase, stop, clause, past)
    done = said != "open" and (not phrase.deadline or hints.is_as_of(text, phrase.start))
    ahead = phrase.deadline or (not done and tense.is_ahead(clause))
    if not (done or ahead):
        return here
    return Env(here.now, here.calendar, done, done and said != "past", said == "faintly past", ahead, east=here.east)


_FEASTS = (Feast, FeastNear)
_DAYS = (Weekday, Today, Day, Fixed)
_PLACED = (Today, Week, Fixed, Year, Within, Away, Coming)
"""Words that place themselves, whatever the tense."""


def _tense(
    text: str, phrase: Phrase, stop: int, clause: tense.Around, past: Callable[[Span], bool] | None
) -> tense.Tense:
    if past is not None:
        return "past" if past((phrase.start, phrase.end)) else "open"
    if text[phrase.around[1] - 1] == "前" and beside.BY_THEN.match(text, phrase.around[1]):
        return "past"
    said = tense.tense(clause)
    head = phrase.chain[0].first if isinstance(phrase.chain[0], Between) else phrase.chain[0]
    if said == "open" and hints.hinted(text, phrase.start, phrase.end, stop, head, clause):
        return "faintly past"
    return said


def _resolved(phrase: Phrase, env: Env, said: Scope) -> Scope | None:
    if phrase.last:
        return resolve_range(phrase.chain, phrase.last, env, said) or resolve(phrase.chain, env, said)
    return resolve(phrase.chain, env, said)


def _corrected(text: str, found: list[_Found]) -> list[_Found]:
    """Without the times that the speaker took back."""
    kept: list[_Found] = []
    refused: _Found | None = None
    for this, following in zip(found, [*found[1:], None], strict=False):
        if this is refused:
            continue
        start, end = this.phrase.start, this.phrase.around[1]
        gone = takenback.which(text, start, end, following.phrase.start) if following else None
        refused = following if gone == "second" else None
        if gone != "first":
            kept.append(this)
    return kept


# one day named twice


def _joined(text: str, found: list[_Found]) -> list[_Found]:
    """Neighbours that name one day twice are one finding (28号周六, 周三3月18日, 明天周三上午)."""
    kept: list[_Found] = []
    for this in found:
        if kept and text[kept[-1].phrase.end : this.phrase.start] == "(":
            kept[-1] = _lent(kept[-1], this)
        twin = _twin(text, kept[-1], this) if kept else None
        if twin:
            kept[-1] = twin
        else:
            kept.append(this)
    return kept


def _lent(a: _Found, b: _Found) -> _Found:
    """A bare weekday is the day of the date in the brackets beside it: 周六(3月28日)."""
    first, day = a.phrase.chain, b.scope.day
    named = len(first) == 1 and isinstance(first[0], Weekday) and _day_element(b.phrase.chain)
    if named and day and a.scope.day and day.weekday() == a.scope.day.weekday():
        return _Found(a.phrase, a.scope, of_days(day))
    return a


def _twin(text: str, a: _Found, b: _Found) -> _Found | None:
    if (
        text[a.phrase.end : b.phrase.start].strip(" ")
        or b.phrase.start - a.phrase.end > 2
        or a.phrase.last
        or a.phrase.around[1] > a.phrase.end
        or a.period.grain != "day"
    ):
        return None
    first, second = a.phrase.chain[-1], _day_element(b.phrase.chain)
    if second is None or type(first) is type(second) or not isinstance(first, (*_DAYS, Feast)):
        return None
    if b.phrase.start > a.phrase.end and isinstance(second, Feast):
        return None
    period = _same_day(a, b, first, second)
    if period is None:
        return None
    whole = Phrase(
        a.phrase.start, b.phrase.end, a.phrase.chain + b.phrase.chain, a.phrase.name, b.phrase.last, b.phrase.deadline,
        b.phrase.inside, False, (a.phrase.start, b.phrase.around[1]),
    )  # fmt: skip
    return _Found(whole, b.scope, period)


def _day_element(chain: tuple[Element, ...]) -> Element | None:
    return next((e for e in chain if isinstance(e, _DAYS)), None)


def _same_day(a: _Found, b: _Found, first: Element, second: Element) -> Period | None:
    """The interval of the two readings of one day: a date outweighs a weekday, and lends it its week."""
    if a.scope.day is None or b.scope.day is None:
        return None
    if isinstance(first, Weekday) and not isinstance(second, Weekday):
        return b.period if b.scope.day.weekday() == first.n or a.scope.day == b.scope.day else None
    if isinstance(second, Weekday) and a.scope.day.weekday() == second.n:
        moved = datetime.combine(a.scope.day, b.period.start.time()) - b.period.start
        return Period(b.period.start + moved, b.period.end + moved, b.period.grain)
    return b.period if a.scope.day == b.scope.day else None


# findings

_EVENING = Part("evening")


def _when(text: str, now: datetime, found: _Found) -> When:
    phrase, period, zone = found.phrase, found.period, now.tzinfo
    return When(
        text=text[phrase.start : phrase.end],
        span=(phrase.start, phrase.end),
        rule=f"date.{phrase.name}",
        confidence=found.scope.sure,
        start=period.start.replace(tzinfo=zone),
        end=period.end.replace(tzinfo=zone),
        grain=period.grain,
        due=_due(phrase, period, now) if phrase.deadline else None,
        evening=_EVENING in phrase.chain,
    )


def _due(phrase: Phrase, period: Period, now: datetime) -> date | datetime:
    """A deadline's last day, its moment where a clock time was said, or the day before a holiday it must precede."""
    first, last = phrase.chain[-1], (phrase.last or phrase.chain)[-1]
    if isinstance(first, Within) and period.grain in ("minute", "hour"):
        return period.end.replace(tzinfo=now.tzinfo)
    if period.grain in ("minute", "hour"):
        at = period.end if phrase.last or not isinstance(last, Clock) else period.start
        return at.replace(tzinfo=now.tzinfo)
    if isinstance(first, _FEASTS) and not phrase.inside:
        return period.start.date() - timedelta(days=1)
    return period.last
