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
from nlp.sounds import sound

FULLEST = 1500
"""A pair or a sound that more names than this share tells nothing (科技, 上海)."""
PROPER = 2
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
        allowed = 0 if len(text) < 4 else 1 if len(text) < 7 else 2
        lengths = range(len(text) - allowed, len(text) + allowed + 1)
        likely = self._candidates(text)
        heard, letters = (sound(text), sorted(text)) if likely else ("", [])
        for number in likely:
            for form in forms_of(number):
                if len(form.text) in lengths and form.how != "vague" and form.text != text:
                    how, likeness = _likeness(text, form.text, heard, letters, allowed)
                    if likeness:
                        yield number, form, how, likeness

    def so_sounding(self, heard: str) -> Iterator[int]:
        """Names that begin with the first two of these sounds."""
        yield from self._by_sound.get(".".join(heard.split(".")[:2]), ())[:FULLEST]

    def _candidates(self, text: str) -> list[int]:
        """Names that begin with the same sounds (also in the other order) or share two pairs of characters."""
        numbers: list[int] = []
        bare = text.removeprefix(region(text)) or text
        for start in dict.fromkeys((bare[:2], text[:2], bare[1::-1])):  # in an order: of equals the first stay
            found = self._by_sound.get(sound(start), ())
            if len(found) <= FULLEST:
                numbers += [*dict.fromkeys(found)] * ENOUGH
        held = [self._by_pair[pair] for pair in dict.fromkeys(map(add, text, text[1:])) if pair in self._by_pair]
        if not (numbers or held):
            return []
        for found in held:
            if len(found) <= FULLEST:
                numbers += found
        shared = Counter(numbers)
        likely = [number for number, times in shared.items() if times >= ENOUGH]  # most share one pair and no more
        likely.sort(key=shared.__getitem__, reverse=True)
        return likely[:MOST]


_NUMERALS = frozenset("一二三四五六七八九十")


def _other_number(text: str, form: str) -> bool:
    """中铁四局 and 中铁十局 sound alike and are two."""
    if _NUMERALS.isdisjoint(text):
        return False
    return any(a != b and a in _NUMERALS and b in _NUMERALS for a, b in zip(text, form, strict=True))


def _likeness(text: str, form: str, heard: str, letters: list[str], allowed: int) -> tuple[str, float]:
    """How a form is near the text, and how near; 0 when it is another name. A strange character in the proper part
    (科达 for 科瑞) makes another name, one that sounds the same a slip."""
    if len(form) == len(text):
        if _other_number(text, form):
            return "", 0.0
        if sound(form) == heard:
            return "pinyin", 0.95
        if len(text) >= 4 and sorted(form) == letters:
            return "order", 0.93
    distance = OSA.distance(text, form, score_cutoff=allowed) if allowed else allowed + 1
    if distance > allowed:
        return "", 0.0
    slips = [n for n, (one, other) in enumerate(zip(text, form, strict=False)) if sound(one) != sound(other)]
    if len(text) == len(form):
        proper = any(n < 3 for n in slips)
    else:
        proper = text[:PROPER] != form[:PROPER] or min(len(text), len(form)) < 5
    if proper and len(text) < SURE:
        return "", 0.0
    return "typo", 1.0 - 0.3 * distance / min(len(text), len(form))
