"""A text as a line for rules: before each lexicon word stands the mark of its concepts; an entity is its mark alone.

Rules see concepts and words at once, and names hide what they are made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from nlp.compiled.chosen import core, used
from nlp.lexicon import END, MARK_OF, Lexicon, Word
from nlp.reading import Finding, Span

MARK = re.compile(r"[\ue000-\uf8ff]")


@dataclass(slots=True, eq=False)
class Skeleton:
    """``line`` is what rules read; ``starts[i]`` is where its i-th character stands in the text, with the text's
    length as one more entry; ``entities`` gives the finding at a mark's index.

    Rules ask for its parts hundreds of times a message; Python reads a slot four times as fast as a field of a tuple.
    """

    text: str
    """The normalised text."""
    line: str
    starts: Sequence[int]
    lexicon: Lexicon
    entities: dict[int, Finding]

    def token(self, at: int) -> Span | None:
        """Where the word behind the mark at ``line[at]`` stands in the text; None where no word's mark stands there."""
        line, starts = self.line, self.starts
        if at + 1 == len(starts) or starts[at] != starts[at + 1] or line[at] == END:
            return None
        behind = MARK.search(line, at + 1)
        return starts[at], starts[behind.start() if behind else len(line)]

    def span(self, start: int, end: int) -> Span:
        """Where ``line[start:end]`` stands in the text as given."""
        return self.starts[start], self.starts[end]

    def words(self, start: int, end: int) -> str:
        """The normalised words behind ``line[start:end]``."""
        return self.text[self.starts[start] : self.starts[end]]


def unmarked_in_python(line: str) -> str:
    """A piece of a line without its marks."""
    return MARK.sub("", line)


unmarked = core.unmarked if used else unmarked_in_python


class Taken:
    """Which places of a text are spoken for; asking costs as much as the span is long."""

    def __init__(self, length: int, spans: Iterable[Span] = ()) -> None:
        self._places = bytearray(length)
        for start, end in spans:
            self._places[start:end] = b"\1" * (end - start)

    def take(self, span: Span) -> None:
        start, end = span
        self._places[start:end] = b"\1" * (end - start)

    def free(self, span: Span) -> bool:
        """No place of the span is spoken for."""
        start, end = span
        return self._places.find(1, start, end) < 0


def masked(text: str, spans: Iterable[Span]) -> str:
    """The text with these spans made invisible to word lists; the length stays."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if end > done:
            if start > done:
                parts.append(text[done:start])
                done = start
            parts.append("\0" * (end - done))
            done = end
    parts.append(text[done:])
    return "".join(parts) if done else text


def without_overlaps(found: Sequence[tuple[str, Finding]], length: int) -> Sequence[tuple[str, Finding]]:
    """Findings in a text of this length; of two that overlap, the one given first stays."""
    done = 0
    for start, end in sorted([finding.span for _, finding in found]):
        if start < done:
            break
        done = end
    else:
        return found  # as mostly
    taken, kept = Taken(length), []
    for kind, finding in found:
        if taken.free(finding.span):
            taken.take(finding.span)
            kept.append((kind, finding))
    return kept


_start = itemgetter(0)


Item = tuple[int, int, str, "str | Finding"]
"""Where a word or an entity begins and ends, its mark, and how a line has the word, or the finding."""


def skeleton(text: str, lexicon: Lexicon, words: Sequence[Word], entities: Sequence[tuple[str, Finding]]) -> Skeleton:
    """The line of a normalised text. ``entities`` are (concept, finding) without overlaps; words under them go."""
    line, starts, found = written(text, _in_order(words, entities))
    return Skeleton(text, line, starts, lexicon, found)


def written_in_python(text: str, items: Sequence[Item]) -> tuple[str, list[int], dict[int, Finding]]:
    """The line of a text, where each of its characters stands there (with the text's length as one more), and the
    findings by the places of their marks. Items stand in order."""
    parts: list[str] = []
    starts: list[int] = []
    found: dict[int, Finding] = {}
    done, closed = 0, True
    for start, end, mark, said in items:
        if start != done:
            if start < done:
                continue
            if not closed:
                parts.append(END)
                starts.append(done)
            parts.append(text[done:start])
            starts += range(done, start)
        starts.append(start)
        if isinstance(said, str):
            parts.append(said)
            starts += range(start, end)
            closed = False
        else:
            found[len(starts) - 1] = said
            parts.append(mark)
            closed = True
        done = end
    if not closed:
        parts.append(END)
        starts.append(done)
    parts.append(text[done:])
    starts += range(done, len(text) + 1)
    return "".join(parts), starts, found


written = core.line if used else written_in_python


def _in_order(words: Sequence[Word], entities: Sequence[tuple[str, Finding]]) -> Sequence[Item]:
    """Words and entities by where they begin; at one place the entity stays before the word."""
    if not entities:
        return words
    items = [(*finding.span, MARK_OF[kind], finding) for kind, finding in entities] + [*words]
    items.sort(key=_start)
    return items
