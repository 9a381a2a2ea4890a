"""Names that sound or look like what was said, by the sounds of their first characters and the pairs they hold.

Postings are arrays of numbers, so that a hundred thousand names cost some megabytes and no work of the collector.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from operator import add

from rapidfuzz.distance import OSA

from nlp.names import Form, region
from nlp.sounds import sound, syllables

FULLEST = 1500
"""A pair or a sound that more names than this share tells nothing (科技, 上海)."""
PROPER, BEGUN = 2, 3
"""So many characters must be the same where one is missing or too many, and sound the same where one is wrong."""
UNEVEN = 5
"""Shorter ones are another name where one is missing."""
SURE = 8
"""Names this long are the same with one strange character."""
ENOUGH = 2
MOST = 12
"""Names whose every form is compared with what was said."""

FormsOf = Callable[[int], Iterable[Form]]


class Likeness:
    """Numbers of names by sounds and pairs. Grows and shrinks by the name; the forms stay with the one who asks."""

    def __init__(self) -> None:
        self._by_sound: dict[str, array[int]] = {}
        self._by_pair: dict[str, array[int]] = {}

    def add(self, number: int, written: Iterable[str]) -> None:
        """Put a name in under its ways of writing (its bare name, its aliases)."""
        for index, key in self._keys(written):
            index.setdefault(key, array("I")).append(number)

    def remove(self, number: int, written: Iterable[str]) -> None:
        """Take it out again; ``written`` as when it was put in."""
        for index, key in self._keys(written):
            posting = index.get(key)
            if posting is not None and number in posting:
                posting.remove(number)
                if not posting:
                    del index[key]

    def _keys(self, written: Iterable[str]) -> Iterator[tuple[dict[str, array[int]], str]]:
        for text in written:
            for pair in dict.fromkeys(text[n : n + 2] for n in range(len(text) - 1)):
                yield self._by_pair, pair
            if len(text) >= 2:
                yield self._by_sound, sound(text[:2])

    def near(self, text: str, forms_of: FormsOf) -> Iterator[tuple[int, Form, str, float]]:
        """Names near a text as (number, the form that is near, how, likeness 0..1); how is pinyin, order or typo."""
        likely = self._candidates(text)
        if not likely:
            return
        asked = _Asked(text)
        lengths = asked.lengths
        for number in likely:
            for form in forms_of(number):
                if len(form.text) in lengths and form.how != "vague" and form.text != text:
                    how, likeness = asked.likeness(form.text)
                    if likeness:
                        yield number, form, how, likeness

    def so_sounding(self, heard: str) -> Iterator[int]:
        """Names that begin with the first two of these sounds."""
        yield from self._by_sound.get(".".join(heard.split(".")[:2]), ())[:FULLEST]

    def _candidates(self, text: str) -> list[int]:
        """Names that begin with the same sounds (also in the other order) or share two pairs of characters."""
        sounding: list[int] = []
        bare = text.removeprefix(region(text)) or text
        for start in dict.fromkeys((bare[:2], text[:2], bare[1::-1])):  # in an order: of equals the first stay
            found = self._by_sound.get(sound(start), ())
            if len(found) <= FULLEST:
                sounding += dict.fromkeys(found)
        paired: list[int] = []
        for pair in dict.fromkeys(map(add, text, text[1:])):
            found = self._by_pair.get(pair, ())
            if len(found) <= FULLEST:
                paired += found
        if not paired and _differ(sounding):
            return sounding[:MOST]
        if not sounding and _differ(paired):  # most share one pair and no more
            return []
        shared = Counter(sounding * ENOUGH + paired)
        likely = [number for number, times in shared.items() if times >= ENOUGH]
        likely.sort(key=shared.__getitem__, reverse=True)
        return likely[:MOST]


def _differ(numbers: list[int]) -> bool:
    return len(set(numbers)) == len(numbers)


_NUMERALS = frozenset("一二三四五六七八九十")


class _Asked:
    """What was said, made ready to be compared with many forms; what costs least is compared first."""

    __slots__ = ("_allowed", "_at", "_heard", "_led", "_letters", "_long", "_numbered", "_sounds", "_text", "lengths")

    def __init__(self, text: str) -> None:
        size = len(text)
        self._text, self._letters, self._heard = text, sorted(text), sound(text)
        self._sounds, self._led = syllables(), sound(text[:BEGUN]) + "."
        self._at = min(size, BEGUN) - 1
        self._numbered, self._long = not _NUMERALS.isdisjoint(text), size >= SURE
        self._allowed = 0 if size < 4 else 1 if size < 7 else 2
        shortest = size - self._allowed if self._long else max(size - self._allowed, min(size, UNEVEN))
        self.lengths = frozenset(range(shortest, (size if size < UNEVEN else size + self._allowed) + 1))
        """Of forms that may be near it."""

    def likeness(self, form: str) -> tuple[str, float]:
        """How a form is near the text, and how near; 0 when it is another name. A strange character in the proper part
        (科达 for 科瑞) makes another name, one that sounds the same a slip."""
        if len(form) == len(self._text):
            if self._numbered and _other_number(self._text, form):
                return "", 0.0
            one, other = self._text[self._at], form[self._at]  # most begin alike: here they are told apart
            sounds = self._sounds
            heard = sound(form) if sounds.get(one, one) == sounds.get(other, other) else ""
            if heard == self._heard:
                return "pinyin", 0.95
            if len(form) >= 4 and other in self._text and sorted(form) == self._letters:
                return "order", 0.93
            slips = not self._allowed or not (self._long or heard.startswith(self._led))
        else:
            slips = not (self._long or form.startswith(self._text[:PROPER]))
        return ("", 0.0) if slips else self._mistyped(form)

    def _mistyped(self, form: str) -> tuple[str, float]:
        distance = OSA.distance(self._text, form, score_cutoff=self._allowed)
        if distance > self._allowed:
            return "", 0.0
        return "typo", 1.0 - 0.3 * distance / min(len(self._text), len(form))


def _other_number(text: str, form: str) -> bool:
    """中铁四局 and 中铁十局 sound alike and are two."""
    return any(a != b and a in _NUMERALS and b in _NUMERALS for a, b in zip(text, form, strict=True))
