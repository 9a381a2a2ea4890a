"""Names by every way they are said: one dictionary, which grows and shrinks by the name.

It is looked up where a text has a character with which some form begins: most characters are none, and to tell these
few needs no look into a dictionary of a hundred thousand names, whose memory is met cold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.names import Form

KINDS = 64
"""More than there are ways in which a form comes about, each with its score."""
Value = int | tuple[int, ...]
"""A number (the name's, times KINDS, plus how the form came about), or several."""


class Formed:
    """Numbers of names by their forms, which are two characters long at least."""

    def __init__(self) -> None:
        self.known: dict[str, Value] = {}
        self._kinds: list[tuple[str, float]] = []
        self._kind_of: dict[tuple[str, float], int] = {}
        self._lengths: dict[str, int] = {}
        self._firsts: set[str] = set()
        self._first: re.Pattern[str] | None = None

    def add(self, number: int, written: Iterable[Form]) -> None:
        """Put a name in under its forms."""
        for form in written:
            value, old = number * KINDS + self._kind(form), self.known.get(form.text)
            if old is None:
                self.known[form.text] = value
                self._begin(form.text)
            else:
                self.known[form.text] = (*old, value) if isinstance(old, tuple) else (old, value)

    def remove(self, number: int, written: Iterable[Form]) -> None:
        """Take it out again; ``written`` as when it was put in."""
        for form in written:
            left = tuple(value for value in _values(self.known[form.text]) if value // KINDS != number)
            if left:
                self.known[form.text] = left if len(left) > 1 else left[0]
            else:
                del self.known[form.text]

    def of(self, text: str) -> Iterator[tuple[int, str, float]]:
        """The names of which this is a form: number, how the form comes about, and its score."""
        values = _values(self.known.get(text, ()))
        return ((value // KINDS, *self._kinds[value % KINDS]) for value in values)

    def begun(self, text: str) -> Iterator[tuple[int, int]]:
        """The places of a text where forms may begin, with a bit for each of their lengths. What begins only those of
        names that are gone may be among them."""
        if self._first is None:
            self._first = re.compile(f"[{re.escape(''.join(self._firsts))}]" if self._firsts else "(?!)")
        for first in self._first.finditer(text):
            start = first.start()
            lengths = self._lengths.get(text[start : start + 2])
            if lengths is not None:
                yield start, lengths

    def _begin(self, text: str) -> None:
        begin = text[:2]
        self._lengths[begin] = self._lengths.get(begin, 0) | 1 << len(text)
        if text[0] not in self._firsts:
            self._firsts.add(text[0])
            self._first = None

    def _kind(self, form: Form) -> int:
        kind = (form.how, form.score)
        if kind not in self._kind_of:
            self._kind_of[kind] = len(self._kinds)
            self._kinds.append(kind)
        return self._kind_of[kind]


def _values(value: Value) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)
