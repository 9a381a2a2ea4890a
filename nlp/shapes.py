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
from nlp.dates import find
from nlp.lexicon import common, normalise
from nlp.reading import Span
from nlp.stamps import STAMP
from nlp.wording import ANY_DAY

_NAME = r"[^\n]{1,40}?"
_APART = r"[\s,:·|•\-–—]*"
_READ = r"(?:\s*\(?(?:已编辑|已读|未读|\d+人已读)\)?)?"
_ROWS = {
    "head": rf"(?P<name>{_NAME}){_APART}(?P<open>[\[(])?(?P<stamp>{STAMP})[\])]?{_READ}",
    "head:": rf"(?P<name>{_NAME})\s*(?P<open>[\[(])?(?P<stamp>{STAMP})[\])]?\s*[:：]\s*(?P<said>.*)",
    "[time]": rf"[\[(【<]\s*(?P<stamp>{STAMP})\s*[\])】>][\s,\-–]*(?P<name>{_NAME})(?:\s*:\s*(?P<said>.*))?",
    "time:": rf"(?P<stamp>{STAMP})[\s,\-–]*(?P<name>{_NAME})\s*[:：]\s*(?P<said>.*)",
    "time": rf"(?P<stamp>{STAMP})[\s,\-–]+(?P<name>{_NAME})",
    "table": rf"(?P<name>[^\t]{{1,40}})\t(?P<stamp>{STAMP})\t(?P<said>.+)",
    "table2": rf"(?P<stamp>{STAMP})\t(?P<name>[^\t]{{1,40}})\t(?P<said>.+)",
    "row": rf"(?P<name>{_NAME})\s+(?P<open>[\[(])?(?P<stamp>{STAMP})[\])]?\s+(?P<said>\S.*)",
}
_TIMED = {shape: re.compile(pattern) for shape, pattern in _ROWS.items()}
_HAS_CLOCK = re.compile(r"\d\s?[:点时]\s?\d|前|刚|now|ago")
_INLINE = re.compile(r"(?P<name>[^:：\n]{1,24}?)\s*[:：]\s*(?P<said>.+)")
_ALONE = re.compile(r"(?P<name>[^:：\n]{1,24}?)\s*[:：]")
_NUMBERS = re.compile(r"[\d\s+\-()转,、/@.a-z]{6,}")
_TALK = re.compile(
    r"[?？!！~]|[了好]没$|什么时候|啥时|几号|哪天|[吗呢吧啊哈呀哦嘛啦咯]|您|你|我|好的|收到|可以|谢|ok|行|嗯|没问题|\[.{1,4}\]"
)
_SURE = frozenset({"head", "[time]", "head:", "table", "table2", "above", "below"})
"""Shapes that hardly anything but a chat has."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a message begins. ``line`` to ``last`` are the lines of name and time; ``said`` is where the words begin
    when they stand on the head's own line."""

    line: int
    last: int
    label: str
    span: Span
    stamp: str
    said: int | None
    shape: str

    @property
    def name(self) -> str:
        return labels.name_in(self.label)


def heads(lines: Sequence[Line], us: Sequence[str] | None) -> list[Head]:
    """The heads of the messages, in the shape that explains most of the paste; empty when it is no chat. ``us`` are our
    people's names, None where they are not known: then anybody may be one of ours."""
    best: list[Head] = []
    for shape in (_timed, _stacked, _alone, _inline):
        found = _plausible(shape(lines, us), lines, us)
        if len(found) > len(best):
            best = found
    return best


def _head(n: int, line: Line, match: re.Match[str], shape: str) -> Head:
    groups = match.groupdict()
    start, end = match.span("name")
    said = line.start + match.start("said") if groups.get("said") else None
    label = line.words[start:end].strip()
    return Head(
        n, n, label, (line.start + start, line.start + start + len(label)), groups.get("stamp") or "", said, shape
    )


# -- name and time on one line -------------------------------------------------------------------------------------


def _timed(lines: Sequence[Line], us: Sequence[str] | None) -> list[Head]:
    """The heads in that one form which most of them have."""
    found: dict[str, list[Head]] = {}
    for n, line in enumerate(lines):
        if line.kind != "said" or not _HAS_CLOCK.search(line.plain[:80]):
            continue
        for shape, pattern in _TIMED.items():
            match = pattern.fullmatch(line.plain) if len(line.plain) < 80 or "said" in pattern.groupindex else None
            if match and labels.could_be(match["name"]):
                found.setdefault(shape, []).append(_head(n, line, match, shape))
                break
    return _without_words(max(found.values(), key=len, default=[]), lines, us)


def _without_words(found: list[Head], lines: Sequence[Line], us: Sequence[str] | None) -> list[Head]:
    """The heads without the lines of a message that only look like one: 签约 3月18日 14:00."""
    counts = Counter(head.name for head in found)
    forms = Counter(re.sub(r"\d", "0", head.stamp) for head in found)
    kept: list[Head] = []
    for head in found:
        strange = counts[head.name] == 1 and not labels.is_person(head.name) and not labels.is_ours(head.name, us)
        bare = bool(kept) and head.said is None and not _any_words(lines[kept[-1].last + 1 : head.line])
        alone = forms[re.sub(r"\d", "0", head.stamp)] == 1
        if strange and ((len(found) > 2 and (bare or alone)) or _no_name(head.name)):
            continue
        kept.append(head)
    return kept


def _no_name(name: str) -> bool:
    """A day (今晚 8:30) or a word of every day (会议 10:30)."""
    return normalise(name) in common() or bool(find(name, ANY_DAY))


# -- name and time on two lines ------------------------------------------------------------------------------------


def _stacked(lines: Sequence[Line], us: Sequence[str] | None) -> list[Head]:
    """Name and time on lines of their own, whichever comes first throughout."""
    stamps = [n for n, line in enumerate(lines) if line.kind == "stamp"]
    both = [_plausible(list(_beside(lines, stamps, step)), lines, us) for step in (-1, 1)]
    return max(both, key=lambda found: (len(found), -len({head.name for head in found})))


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


# -- no time beside the name ---------------------------------------------------------------------------------------


def _alone(lines: Sequence[Line], us: Sequence[str] | None) -> list[Head]:
    return _colon(lines, us, _ALONE, "alone")


def _inline(lines: Sequence[Line], us: Sequence[str] | None) -> list[Head]:
    return _colon(lines, us, _INLINE, "inline")


def _colon(lines: Sequence[Line], us: Sequence[str] | None, pattern: re.Pattern[str], shape: str) -> list[Head]:
    found = []
    for n, line in enumerate(lines):
        match = pattern.fullmatch(line.plain) if line.kind == "said" else None
        if match and labels.could_be(match["name"]) and not line.plain.startswith("//", match.end("name") + 1):
            found.append(_head(n, line, match, shape))
    counts = Counter(head.name for head in found)
    ours = any(labels.is_ours(head.name, us) for head in found)
    return [head for head in found if _speaks(head.name, counts, us, ours)]


def _speaks(name: str, counts: Counter[str], us: Sequence[str] | None, ours: bool) -> bool:
    if labels.is_them(name):
        return ours
    return counts[name] > 1 or labels.is_ours(name, us) or labels.is_person(name)


# -- is it a chat --------------------------------------------------------------------------------------------------


def _plausible(found: list[Head], lines: Sequence[Line], us: Sequence[str] | None) -> list[Head]:
    """The heads, when together they look like a talk: messages with words, somebody speaking twice or one of ours."""
    spoken = [head for head, words in zip(found, _words(found, lines), strict=True) if words]
    if not spoken or len(spoken) * 2 < len(found):
        return []
    said = [words for words in _words(found, lines) if words]
    if all(_NUMBERS.fullmatch(words) for words in said):
        return []
    names = {head.name for head in spoken}
    ours = any(labels.is_ours(name, us) for name in names)
    again = len(names) < len(spoken)
    persons = sum(labels.is_person(name) for name in names)
    if all(head.shape in _SURE for head in spoken):
        return spoken if again or ours or persons else []
    if len(spoken) < 2 or len(names) < 2:
        return spoken if again and persons and spoken[0].stamp else []
    talk = any(_TALK.search(words) for words in said)
    if ours or (us is None and persons):
        return spoken if again or talk or us is None else []
    return spoken if talk and persons and (again or persons == len(names)) else []


def _words(found: Sequence[Head], lines: Sequence[Line]) -> list[str]:
    """The first words of each message; "" where it has none."""
    out = []
    for n, head in enumerate(found):
        if head.said is not None:
            out.append(lines[head.line].plain[head.said - lines[head.line].start :])
        else:
            stop = found[n + 1].line if n + 1 < len(found) else len(lines)
            out.append(_any_words(lines[head.last + 1 : stop]))
    return out


def _any_words(lines: Sequence[Line]) -> str:
    return next((line.plain for line in lines if line.kind not in ("blank", "rule", "system")), "")
