"""In which shape a paste says who speaks, and where each message begins.

timed    王总 10:23 / [2026-03-09 16:02] 陈主任：… / (21:30) 老罗：…       name and time on one line
above    秦总 / 3月16日 14:08 / text                                       the name, then the time
below    2026年4月1日 21:33 / 汪院长 / text                                the time, then the name
alone    孙老师: / text                                                     the name alone
inline   王总：text                                                         name and words on one line
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp import labels
from nlp.chatlines import Line
from nlp.reading import Span
from nlp.stamps import STAMP

NAME = r"[^\n]{1,40}?"
_NAME_FIRST = re.compile(rf"(?P<name>{NAME})\s*[\[(]?(?P<stamp>{STAMP})[\])]?\s*(?:$|[:：]\s*(?P<said>.*))")
_NAME_TIME_WORDS = re.compile(rf"(?P<name>{NAME})\s+[\[(]?(?P<stamp>{STAMP})[\])]?\s+(?P<said>\S.*)")
_TIME_FIRST = re.compile(
    rf"(?P<open>[\[(【<])?\s*(?P<stamp>{STAMP})\s*[\])】>]?[\s,\-–]*(?P<name>{NAME})\s*(?:$|[:：]\s*(?P<said>.*))"
)
_INLINE = re.compile(r"(?P<name>[^:：\n]{1,24}?)\s*[:：]\s*(?P<said>.+)")
_ALONE = re.compile(r"(?P<name>[^:：\n]{1,24}?)\s*[:：]")
_NUMBERS = re.compile(r"[\d\s+\-()转,、/]{6,}")
_TALK = re.compile(r"[?？!！~]|[吗呢吧啊哈呀哦嘛啦咯]|您|你|我|好的|收到|可以|谢|ok|行|嗯|没问题|\[.{1,4}\]")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a message begins: its line, its label and time, and where its words start (in the head's line or below)."""

    line: int
    last: int
    """The last line that belongs to the head."""
    label: str
    span: Span
    stamp: str
    said: int | None
    """Where the words begin in the text, when they stand on the head's own line."""
    shape: str


def heads(lines: Sequence[Line], us: Sequence[str]) -> list[Head]:
    """The heads of the messages, in the shape that explains most of the paste; empty when it is no chat."""
    best: list[Head] = []
    for found in (_timed(lines, us), _stacked(lines, us), _alone(lines, us), _inline(lines, us)):
        if len(found) > len(best):
            best = found
    return best


def _head(lines: Sequence[Line], n: int, match: re.Match[str], shape: str) -> Head:
    line, groups = lines[n], match.groupdict()
    start, end = match.span("name")
    said = groups.get("said")
    return Head(
        line=n,
        last=n,
        label=line.words[start:end].strip(),
        span=(line.start + start, line.start + end),
        stamp=groups.get("stamp") or "",
        said=line.start + match.start("said") if said else None,
        shape=shape,
    )


def _timed(lines: Sequence[Line], us: Sequence[str]) -> list[Head]:
    found: list[Head] = []
    for n, line in enumerate(lines):
        if line.kind != "said" or len(line.plain) > 600 or not re.search(r"\d\s?:\s?\d\d", line.plain[:80]):
            continue
        for shape, pattern in (("timed", _NAME_FIRST), ("time_first", _TIME_FIRST), ("one_line", _NAME_TIME_WORDS)):
            match = pattern.fullmatch(line.plain)
            if match and labels.could_be(match["name"]):
                found.append(_head(lines, n, match, shape))
                break
    return _plausible(found, lines, us)


def _stacked(lines: Sequence[Line], us: Sequence[str]) -> list[Head]:
    """Name and time on lines of their own, whichever comes first throughout."""
    stamps = [n for n, line in enumerate(lines) if line.kind == "stamp"]
    above, below = list(_beside(lines, stamps, -1)), list(_beside(lines, stamps, 1))
    both = [_plausible(found, lines, us) for found in (above, below)]
    return max(both, key=lambda found: (len(found), -len({head.label for head in found})))


def _beside(lines: Sequence[Line], stamps: Sequence[int], step: int) -> Iterator[Head]:
    for n in stamps:
        k = n + step
        while 0 <= k < len(lines) and lines[k].kind == "blank":
            k += step
        if not 0 <= k < len(lines) or lines[k].kind != "said":
            continue
        label = lines[k].words.rstrip(":： ")
        if labels.could_be(label):
            span = (lines[k].start, lines[k].start + len(label))
            yield Head(min(n, k), max(n, k), label, span, lines[n].plain, None, "above" if step < 0 else "below")


def _alone(lines: Sequence[Line], us: Sequence[str]) -> list[Head]:
    found = []
    for n, line in enumerate(lines):
        match = _ALONE.fullmatch(line.plain) if line.kind == "said" else None
        if match and labels.could_be(match["name"]):
            found.append(_head(lines, n, match, "alone"))
    return _plausible(found, lines, us)


def _inline(lines: Sequence[Line], us: Sequence[str]) -> list[Head]:
    found = []
    for n, line in enumerate(lines):
        match = _INLINE.fullmatch(line.plain) if line.kind == "said" else None
        if match and labels.could_be(match["name"]) and not match["said"].startswith("//"):
            found.append(_head(lines, n, match, "inline"))
    counts = Counter(labels.name_in(head.label) for head in found)
    people = [h for h in found if _speaks(labels.name_in(h.label), counts, us)]
    return _plausible(people, lines, us)


def _speaks(name: str, counts: Counter[str], us: Sequence[str]) -> bool:
    return counts[name] > 1 or name in us or labels.is_person(name)


def _plausible(found: list[Head], lines: Sequence[Line], us: Sequence[str]) -> list[Head]:
    """The heads, when together they look like a talk: messages with words, somebody speaking twice or one of ours."""
    spoken = [
        head for n, head in enumerate(found) if _has_words(head, found[n + 1] if n + 1 < len(found) else None, lines)
    ]
    if not spoken or len(spoken) * 2 < len(found):
        return []
    names = [labels.name_in(head.label) for head in spoken]
    ours = any(_is_ours(name, us) for name in names)
    again = len(set(names)) < len(names)
    persons = sum(labels.is_person(name) for name in names)
    said = [_words(head, found, lines) for head in spoken]
    if all(_NUMBERS.fullmatch(words) for words in said):
        return []
    dated = all(head.stamp for head in spoken) and all(head.shape in ("timed", "above", "below") for head in spoken)
    if dated:
        return spoken if again or ours or persons else []
    if len(spoken) < 2:
        return []
    talk = any(_TALK.search(words) for words in said)
    if ours and len(set(names)) > 1:
        return spoken
    return spoken if talk and (again or persons == len(names)) and persons else []


def _is_ours(name: str, us: Sequence[str]) -> bool:
    return labels.is_self(name) or any(one and one in name for one in us)


def _words(head: Head, found: Sequence[Head], lines: Sequence[Line]) -> str:
    if head.said is not None:
        line = lines[head.line]
        return line.plain[head.said - line.start :]
    return next((line.plain for line in lines[head.last + 1 :] if line.kind == "said"), "")


def _has_words(head: Head, following: Head | None, lines: Sequence[Line]) -> bool:
    if head.said is not None:
        return True
    stop = following.line if following else len(lines)
    return any(line.kind in ("said", "stamp", "day", "state", "quote") for line in lines[head.last + 1 : stop])
