"""How elements join: atoms to phrases, phrases to ranges, and the words around them that make a deadline or a habit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nlp.when import beside, clock, days, english, feasts, periods, stretches, weeks
from nlp.when.atoms import TAILS, WORDS, Atom, Family, Lexicon, longest_of
from nlp.when.elements import (
    Away,
    Between,
    Clock,
    Closing,
    Coming,
    Day,
    Element,
    Feast,
    FeastNear,
    Fixed,
    Half,
    Level,
    Lunar,
    Month,
    Nth,
    Part,
    Quarter,
    Slice,
    Today,
    Unit,
    Week,
    Weekday,
    Weekend,
    Within,
    Year,
    level,
)  # fmt: skip
from nlp.when.terms import WEEKDAYS

_VOCABULARY = (clock, days, english, feasts, periods, stretches, weeks)
"""Importing them registered their words."""
TRIGGER = re.compile(f"[{re.escape(''.join(WORDS.families))}]")
"""A text without any of these characters has no date in it."""


class Phrase(NamedTuple):
    """A chain of elements, coarse to fine, and the words it was read from; ``last`` is a range's other end."""

    start: int
    end: int
    chain: tuple[Element, ...]
    name: str
    last: tuple[Element, ...] = ()
    deadline: bool = False
    inside: bool = False
    """The deadline is the end of the time itself (本周内), not its beginning (国庆前)."""
    habit: bool = False
    """Every such time (每周一): no date."""
    around: tuple[int, int] = (0, 0)
    """The words of the whole, deadline words included."""


_DEADLINES = (Within, Closing)
_FEASTS = (Feast, FeastNear)
_COUNTED = (Nth, Week)
_SHIFTING = (Year, Month, Week)
_LAST = (Between, Closing, Within, Coming)
"""Nothing follows these in one phrase."""
_NO_ENDS = (*_LAST, Away)
"""None of these is the end of a range."""
_FOLLOWERS: dict[type, tuple[type, ...]] = {
    Year: (Half, Quarter, Month, Slice, Week, Today, Feast, Lunar, Nth),
    Half: (Slice, Nth),
    Quarter: (Slice, Nth, Month),
    Month: (Slice, Half, Day, Week, Today, Nth),
    Week: (Weekday, Weekend, Slice, Today, Nth),
    Slice: (Nth,),
    Part: (Clock, Closing),
    Feast: (Part, Clock, Closing),
    **dict.fromkeys((Weekday, Weekend, Day, Today, Fixed, Lunar, Nth), (Part, Clock, Closing)),
    Away: (Part, Clock, Month, Quarter, Half, Feast, Day, Weekday, Today),
}
_IN_AWAY: dict[Unit, tuple[type, ...]] = {
    "year": (Month, Quarter, Half, Feast, Today),
    "month": (Day, Today, Part, Clock),
    "week": (Weekday, Today, Part, Clock),
    "day": (Part, Clock),
    "workday": (Part, Clock),
}
"""What may refine a time so far away: 三年前的今天, 两个月后的15号, 两周后的周三, 三天后的晚上."""
_SLICED = {Year: "year", Half: "year", Quarter: "quarter", Month: "month", Week: "week"}
_LINK = re.compile(
    r"[ \t]{0,2}(?:的(?=[^\s])|那天(?=[上下中晚早凌])|当[天日](?=[上下中晚早凌])|年?(?=[Qq][1-4]))?[ \t]{0,2}"
)
_TO = re.compile(r"\s{0,2}(?:开始|起)?(?:到|至|直到|一直到|-{1,2}|~|起到|起至)\s{0,2}")


def phrases(text: str) -> Iterator[Phrase]:
    """Every phrase of time in the folded text, in order and without overlap."""
    done = 0
    for match in TRIGGER.finditer(text):
        at = match.start()
        if at < done or not (families := WORDS.fitting(text, at)):
            continue
        phrase = _phrase(text, at, families)
        if phrase is None:
            continue
        yield phrase
        done = phrase.around[1]
        while listed := _listed(text, phrase):
            phrase = listed
            yield phrase
            done = phrase.around[1]


def _listed(text: str, before: Phrase) -> Phrase | None:
    """A further weekday of a list that says 周 only once: 下周二、三、四."""
    if not isinstance(before.chain[-1], Weekday) or before.last or before.around[1] > before.end:
        return None
    match = _NEXT_OF_LIST.match(text, before.end)
    if match is None:
        return None
    suffix = beside.DEADLINE_AFTER.match(text, match.end())
    chain = (Weekday(WEEKDAYS[match[1]]),)
    around = (match.start(1), suffix.end() if suffix else match.end())
    return Phrase(*match.span(1), chain, before.name, (), bool(suffix), False, before.habit, around)


_NEXT_OF_LIST = re.compile(r"[、和或/]([一二三四五六日])(?![一二三四五六七八九十个位家次期号月点天周号])")


def _phrase(text: str, at: int, families: Sequence[Family]) -> Phrase | None:
    """The phrase that begins at this place, with its range and its deadline; None when none does."""
    chain = _chain(text, at, families)
    if chain is None or beside.WISH.match(text, chain[1]):
        return None
    elements, end, name = chain
    last: tuple[Element, ...] = ()
    ranged = _other_end(text, end, elements)
    if ranged:
        last, end = ranged
    suffix = beside.DEADLINE_AFTER.match(text, end)
    near = max(0, at - 14)
    before = beside.MAY_BE_DEADLINE.search(text, near, at) and beside.DEADLINE_BEFORE.search(text, near, at)
    deadline = (
        bool((suffix and not beside.BY_THEN.match(text, suffix.end())) or before)
        or isinstance(elements[-1], _DEADLINES)
        or name.endswith(".within")
    )
    if isinstance(elements[-1], _FEASTS) and elements[-1].mode == "before":
        deadline = not beside.BY_THEN.match(text, end)
    near = max(0, at - 6)
    habit = bool(beside.MAY_BE_HABIT.search(text, near, at) and beside.HABIT.search(text, near, at))
    habit = habit or (level(elements[-1]) >= Level.DAY and beside.HABIT_AFTER.match(text, end) is not None)
    hours = beside.OPENING_HOURS.match(text, end) if last and isinstance(elements[0], Weekday) else None
    if hours:
        habit, end = True, hours.end()
    inside = suffix is not None and "内" in suffix[0]
    return Phrase(at, end, elements, name, last, deadline, inside, habit, (at, suffix.end() if suffix else end))


def _chain(text: str, at: int, families: Sequence[Family]) -> tuple[tuple[Element, ...], int, str] | None:
    atom = longest_of(families, text, at)
    if atom is None:
        return None
    elements, end, name = atom.elements, atom.end, atom.name
    while following := _following(text, end, elements[-1]):
        elements, end = elements + following.elements, following.end
    return _clock_first(text, elements, end, name) or (elements, end, name)


def _following(text: str, end: int, before: Element) -> Atom | None:
    if end >= len(text):
        return None
    c = text[end]
    tail = _fitting(TAILS, text, end, before) if c in TAILS.families else None
    if c == "的":
        counted = _fitting(TAILS, text, end + 1, before)  # 六月的第三个星期天
        tail = counted if counted and isinstance(counted.elements[0], _COUNTED) else None
    word = _fitting(WORDS, text, _after_link(text, end, before) if c in _LINKS else end, before)
    if tail and word:
        return tail if tail.end > word.end else word
    return tail or word


_LINKS = frozenset(" \t的那当年(")


def _after_link(text: str, end: int, before: Element) -> int:
    """Where the next element may begin: after a space, 的, 那天, or the weekday in brackets beside a date."""
    linked = (_WEEKDAY_ASIDE.match(text, end) if level(before) == Level.DAY else None) or _LINK.match(text, end)
    return linked.end() if linked else end


def _fitting(lexicon: Lexicon, text: str, at: int, before: Element) -> Atom | None:
    """The longest reading at this place that refines the element before (the 底 of a year, a quarter, a month)."""
    if at >= len(text) or text[at] not in lexicon.families:
        return None
    best: Atom | None = None
    for name, read in lexicon.fitting(text, at):
        found = read(text, at)
        if found and (best is None or found[1] > best.end) and may_follow(before, found[0][0]):
            best = Atom(found[0], found[1], name)
    return best


_WEEKDAY_ASIDE = re.compile(
    r"\s?\((?:(?:周|星期|礼拜)[一二三四五六日天1-7]|[一二三四五六日]|(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6})\)\s{0,2}"
)


def may_follow(before: Element, after: Element) -> bool:
    """``after`` refines ``before`` in one phrase."""
    if isinstance(before, _LAST):
        return False
    first = after.first if isinstance(after, Between) else after
    if not isinstance(first, _FOLLOWERS.get(type(before), ())):
        return False
    if isinstance(first, Slice):
        return first.of == _SLICED.get(type(before))
    if isinstance(first, Half):
        return first.of_month == isinstance(before, Month)
    if isinstance(first, Week):
        return first.nth is not None
    if isinstance(first, Today) and isinstance(before, Away):
        return first.shift == 0 and not first.of_sentence and before.unit in ("year", "month", "week")
    if isinstance(first, Today) and isinstance(before, _SHIFTING):
        return first.shift == 0 and not first.of_sentence and _elsewhere(before)
    if isinstance(first, Nth):
        return first.after is None
    if isinstance(before, Away):
        return isinstance(first, _IN_AWAY.get(before.unit, ()))
    return not (isinstance(first, Today) and first.of_sentence)


def _elsewhere(period: Year | Month | Week) -> bool:
    """Another year, month or week than this one: its 今天 is the same day there (去年的今天)."""
    return bool(period.shift) or (isinstance(period, Year) and period.value is not None)


def _clock_first(
    text: str, elements: tuple[Element, ...], end: int, name: str
) -> tuple[tuple[Element, ...], int, str] | None:
    """English says the clock time first: 3pm Friday, 10am on next Monday."""
    if not isinstance(elements[-1], Clock) or len(elements) > 1 or elements[0].half is None:  # type: ignore[union-attr]
        return None
    link = _ON.match(text, end)
    if link is None or link.end() >= len(text) or text[link.end()] not in WORDS.families:
        return None
    day = WORDS.longest(text, link.end())
    if day is None or level(day.elements[-1]) != Level.DAY:
        return None
    return day.elements + elements, day.end, name


_ON = re.compile(r"\s{0,2}(?i:on\s)?")


def _other_end(text: str, end: int, first: tuple[Element, ...]) -> tuple[tuple[Element, ...], int] | None:
    """The other end of a range that begins with ``first``: 下周一到周三, 10点到12点, 周一至五."""
    link = _TO.match(text, end)
    if link is None or isinstance(first[-1], _NO_ENDS):
        return None
    start = link.end()
    if start >= len(text):
        return None
    other = _chain(text, start, WORDS.fitting(text, start)) if text[start] in WORDS.families else None
    if other is None:
        return _bare_end(text, start, first[-1])
    elements, other_end, _ = other
    if isinstance(elements[-1], _NO_ENDS):
        return None
    if level(first[-1]) > Level.DAY and level(elements[-1]) < Level.PART:
        return None
    if isinstance(first[-1], Weekday) and level(elements[-1]) > Level.DAY:
        return _days_only(text, start)  # 周一至周五 9:00-18:00: the hours are each day's
    return elements, other_end


def _days_only(text: str, at: int) -> tuple[tuple[Element, ...], int] | None:
    """The day that begins here, without the hours after it."""
    atom = WORDS.longest(text, at)
    return (atom.elements, atom.end) if atom else None


_BARE = re.compile(
    r"([一二三四五六日天])(?![一二三四五六七八九十个位家次点时月号天年楼])|(\d{1,2})(?![\d.:/%点个家位次楼月年天万千元块])"
)


def _bare_end(text: str, at: int, first: Element) -> tuple[tuple[Element, ...], int] | None:
    """An end without its unit: 周一至五, 3月12号到15."""
    match = _BARE.match(text, at)
    if match is None:
        return None
    if match[1] and isinstance(first, Weekday):
        return (Weekday("一二三四五六日天".index(match[1]) % 7 if match[1] != "天" else 6),), match.end()
    if match[2] and isinstance(first, Day) and 1 <= int(match[2]) <= 31:
        return (Day(int(match[2])),), match.end()
    return None
