"""How elements join: atoms to phrases, phrases to ranges, and the words around them that make a deadline or a habit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from nlp.edges import firsts
from nlp.numerals import integer
from nlp.when import beside, clock, days, english, english_joined, feasts, figures, periods, stretches, weeks
from nlp.when.atoms import TAILS, WORDS, Atom, Family, Lexicon, longest_of
from nlp.when.elements import (
    Away,
    Clock,
    Closing,
    Day,
    Element,
    Feast,
    FeastNear,
    Fixed,
    Level,
    Lunar,
    Month,
    Nth,
    Part,
    Week,
    Weekday,
    Within,
    level,
)  # fmt: skip
from nlp.when.following import LAST, may_follow
from nlp.when.terms import FIGURES, WEEKDAYS

_VOCABULARY = (clock, days, english, english_joined, feasts, figures, periods, stretches, weeks)
"""Importing them registered their words."""
TRIGGER = re.compile(f"[{re.escape(''.join(WORDS.families))}](?:(?<=[{FIGURES}])[{FIGURES}]+)?")
"""A text without any of these characters has no date in it; none begins within figures."""


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
_NO_ENDS = (*LAST, Away)
"""None of these is the end of a range."""
_LINK = re.compile(
    r"[ \t]{0,2}(?:的(?=[^\s])|(?i:(?<=\s)(?:at|@)(?=\s\d))"
    r"|那天(?=[上下中晚早凌])|当[天日](?=[上下中晚早凌])|年?(?=[Qq][1-4]))?[ \t]{0,2}"
)
_TO = re.compile(
    r"\s{0,2}(?:开始|起)?(?:(?:[开办展播演住用卖做停关封租休忙等聊谈干排]|开放|持续|展出|延续|施工|营业|有效|连续|促销|放假|休息|打折|停[水电工产]){0,2}到"
    r"|至|直到|一直到|-{1,2}|~|起到|起至)\s{0,2}|\s(?i:to|through|thru|until|till)\s"
)
_BETWEEN, _AND = re.compile(r"(?i:between)\s$"), re.compile(r"\s(?i:and)\s")
"""Between the ends of a range, with what goes on meanwhile (4月1日开到10月31日)."""
_LINKING = firsts(_TO.pattern) | firsts(_AND.pattern)


def phrases(text: str) -> list[Phrase]:
    """Every phrase of time in the folded text, in order and without overlap."""
    found: list[Phrase] = []
    done, fitting = 0, WORDS.fitting
    for match in TRIGGER.finditer(text):
        at = match.start()
        if at < done or not (families := fitting(text, at)):
            continue
        phrase = _phrase(text, at, families)
        while phrase:
            found.append(phrase)
            done = phrase.around[1]
            phrase = _listed(text, phrase)
    return found


def _listed(text: str, before: Phrase) -> Phrase | None:
    """A further weekday of a list that says 周 only once: 下周二、三、四."""
    if not isinstance(before.chain[-1], Weekday) or before.last or before.around[1] > before.end:
        return None
    match = _NEXT_OF_LIST.match(text, before.end)
    if match is None:
        return None
    chain, end = _refined(text, (Weekday(WEEKDAYS[match[1]]),), match.end())
    suffix = beside.DEADLINE_AFTER.match(text, end)
    around = (match.start(1), suffix.end() if suffix else end)
    return Phrase(match.start(1), end, chain, before.name, (), bool(suffix), False, before.habit, around)


_NEXT_OF_LIST = re.compile(r"[、和或/]([一二三四五六日])(?![一二三四五六七八九十个位家次期号月点天周号])")


def _phrase(text: str, at: int, families: Sequence[Family]) -> Phrase | None:
    """The phrase that begins at this place, with its range and its deadline; None when none does."""
    chain = _chain(text, at, families)
    if chain is None:
        return None
    elements, end, name = chain
    if text[end : end + 1] in beside.BEHIND and beside.WISH.match(text, end):
        return None
    last: tuple[Element, ...] = ()
    ranged = _other_end(text, at, end, elements)
    if ranged:
        last, end = ranged
    told = text[end : end + 1] in beside.BEHIND
    suffix = beside.DEADLINE_AFTER.match(text, end) if told else None
    deadline = (
        (suffix is not None and not beside.BY_THEN.match(text, suffix.end()))
        or _after_deadline(text, at)
        or isinstance(elements[-1], _DEADLINES)
        or name.endswith(".within")
    )
    if isinstance(elements[-1], _FEASTS) and elements[-1].mode == "before":
        deadline = not beside.BY_THEN.match(text, end)
    habit = _after_habit(text, at)
    if told:
        habit = habit or (level(elements[-1]) >= Level.DAY and beside.HABIT_AFTER.match(text, end) is not None)
        hours = beside.OPENING_HOURS.match(text, end) if last and isinstance(elements[0], Weekday) else None
        if hours:
            habit, end = True, hours.end()
    inside = suffix is not None and "内" in suffix[0]
    return Phrase(at, end, elements, name, last, deadline, inside, habit, (at, suffix.end() if suffix else end))


def _after_deadline(text: str, at: int) -> bool:
    if at == 0 or text[at - 1] not in beside.DEADLINE_ENDS:
        return False
    near = max(0, at - 14)
    return bool(beside.MAY_BE_DEADLINE.search(text, near, at) and beside.DEADLINE_BEFORE.search(text, near, at))


def _after_habit(text: str, at: int) -> bool:
    if at == 0 or text[at - 1] not in beside.HABIT_ENDS:
        return False
    near = max(0, at - 6)
    return bool(beside.MAY_BE_HABIT.search(text, near, at) and beside.HABIT.search(text, near, at))


def _chain(text: str, at: int, families: Sequence[Family]) -> tuple[tuple[Element, ...], int, str] | None:
    atom = longest_of(families, text, at)
    if atom is None:
        return None
    name = atom.name
    elements, end = _refined(text, atom.elements, atom.end)
    return _clock_first(text, elements, end, name) or (elements, end, name)


def _refined(text: str, elements: tuple[Element, ...], end: int) -> tuple[tuple[Element, ...], int]:
    """The elements with all that refine them behind their end."""
    while following := _following(text, end, elements[-1]):
        elements, end = elements + following.elements, following.end
    return elements, end


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


def _clock_first(
    text: str, elements: tuple[Element, ...], end: int, name: str
) -> tuple[tuple[Element, ...], int, str] | None:
    """English says the clock time first: 3pm Friday, 10am on next Monday."""
    english = name == "english.clock" or (isinstance(elements[0], Clock) and elements[0].half)
    if not isinstance(elements[-1], Clock) or len(elements) > 1 or not english:
        return None
    link = _ON.match(text, end)
    if link is None or link.end() >= len(text) or text[link.end()] not in WORDS.families:
        return None
    day = WORDS.longest(text, link.end())
    if day is None or level(day.elements[-1]) != Level.DAY:
        return None
    return day.elements + elements, day.end, name


_ON = re.compile(r"\s{0,2}(?i:on\s)?")


def _other_end(text: str, at: int, end: int, first: tuple[Element, ...]) -> tuple[tuple[Element, ...], int] | None:
    """The other end of a range that begins with ``first``: 下周一到周三, 10点到12点, 周一至五."""
    if text[end : end + 1] not in _LINKING:
        return None
    link = _TO.match(text, end) or (_BETWEEN.search(text, max(0, at - 8), at) and _AND.match(text, end))
    if link is None or isinstance(first[-1], _NO_ENDS):
        return None
    start = link.end()
    if start >= len(text):
        return None
    other = _chain(text, start, WORDS.fitting(text, start)) if text[start] in WORDS.families else None
    if other is None or (isinstance(first[-1], Fixed) and isinstance(other[0][0], Clock)):
        return _bare_end(text, start, first[-1])
    elements, other_end, _ = other
    if isinstance(elements[-1], _NO_ENDS):
        return None
    if level(first[-1]) > Level.DAY and level(elements[-1]) < Level.PART:
        return None
    if len(link[0].strip()) > 1 and link[0].endswith("到") and level(first[-1]) < level(elements[-1]):
        return None  # 今天谈到晚上八点
    if isinstance(first[-1], Weekday) and level(elements[-1]) > Level.DAY:
        if isinstance(elements[-1], Part):
            return elements[:-1], other_end  # 下周一至周三上午
        return _days_only(text, start)  # 周一至周五 9:00-18:00: the hours are each day's
    return elements, other_end


def _days_only(text: str, at: int) -> tuple[tuple[Element, ...], int] | None:
    """The day that begins here, without the hours after it."""
    atom = WORDS.longest(text, at)
    return (atom.elements, atom.end) if atom else None


_BARE = re.compile(
    r"([一二三四五六日天])(?![一二三四五六七八九十个位家次点时月号天年楼])"
    r"|(?:(\d{1,2})([./-]))?(\d{1,2})(?![\d.:/%点个家位次楼月年天万千元块])"
)


_LUNAR_END = re.compile(r"(?:[廿十]|二?十)[一二三四五六七八九]?(?![月点个天号])")


def _bare_end(text: str, at: int, first: Element) -> tuple[tuple[Element, ...], int] | None:
    """An end without its unit, month or year: 周一至五, 3月12号到15, 正月初八到十五, 2026.3.1-3.15."""
    lunar = _LUNAR_END.match(text, at) if isinstance(first, Lunar) else None
    if lunar and isinstance(first, Lunar):
        return (Lunar(first.month, integer(lunar[0]) or 0),), lunar.end()
    match = _BARE.match(text, at)
    if match is None:
        return None
    if match[1]:
        n = "一二三四五六日天".index(match[1])
        return ((Weekday(min(n, 6)),), match.end()) if isinstance(first, Weekday) else None
    month, day = int(match[2] or 1), int(match[4])
    if not (isinstance(first, Fixed) or (isinstance(first, Day) and not match[2])) or month > 12 or not 1 <= day <= 31:
        return None
    return ((Month(month), Day(day)) if match[2] else (Day(day),)), match.end()
