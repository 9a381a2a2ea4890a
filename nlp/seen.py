"""A message as the finders of names see it: looked over once, for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from nlp.lexicon import Lexicon, Word
from nlp.reading import Span
from nlp.signs import sign, signs_of

LATIN = sign("abcdefghijklmnopqrstuvwxyz")
"""Letters, small as a normalised text has them."""

_mark = itemgetter(2)


@dataclass(slots=True, eq=False)
class Seen:
    """``text`` is what was given, normalised and with what earlier finders found hidden. Its parts are asked for often,
    and a slot is read quicker than a field of a tuple."""

    given: str
    text: str
    words: list[Word]
    """The lexicon's words in the text."""
    marks: frozenset[str]
    """Theirs: words of a kind of which none stands here need not be looked for one by one."""
    begins: dict[int, Word]
    ends: dict[int, Word]
    signs: int
    """Of its characters (nlp/signs.py): what stands nowhere need not be looked for."""
    known: Sequence[Span]
    """Where known customers are named."""

    def word(self, word: Word) -> str:
        return self.text[word.start : word.end]


def look(given: str, text: str, lexicon: Lexicon, known: Sequence[Span]) -> Seen:
    """What there is to see in a message, its words looked up."""
    words, begins, ends = lexicon.look(text)
    return Seen(given, text, words, frozenset(map(_mark, words)), begins, ends, signs_of(text), known)
