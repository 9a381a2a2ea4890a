"""A pasted chat: recognised, taken apart into turns, and read as one (LOOP-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache

from nlp import labels, shapes
from nlp.accounts import without_past
from nlp.chatlines import Line, lines_of
from nlp.conversation import Read, merge
from nlp.lexicon import normalise, table
from nlp.reading import Reading, Span
from nlp.shapes import Head
from nlp.sides import sides
from nlp.stamps import day_of, moment
from nlp.turns import Transcript, Turn

__all__ = ["Transcript", "Turn", "looks_pasted", "merge", "parse", "read_chat", "without_past"]

_TELLING = re.compile(r"\[(?:文件|语音转文字|链接|位置|小程序|名片|合同|file)\]", re.I)


def looks_pasted(text: str, us: Sequence[str] | None = None) -> bool:
    """The text may be a pasted chat: two lines or more of which some begin like messages, by whomever or by one of
    ``us``. ``parse`` decides."""
    if "\n" not in text.strip():
        return False
    lines = lines_of(text)
    return bool(shapes.heads(lines, None)) or (us is not None and bool(shapes.heads(lines, us)))


def parse(text: str, now: datetime, us: Sequence[str]) -> Transcript | None:
    """The chat that the text is a copy of; None when it is none. ``now`` is aware, the turns' times are in its offset.
    ``us`` are our own people's names: everybody else is on the customer's side, if one of them speaks."""
    lines = lines_of(text)
    heads = shapes.heads(lines, us)
    turns = list(_turns(lines, heads, now))
    if not turns:
        return None
    said: dict[str, list[str]] = {}
    for turn in turns:
        said.setdefault(turn.speaker, []).append(turn.text)
    side = sides(said, us)
    spoken = {turn.lines[0][0] for turn in turns}
    system = sum(line.kind in ("system", "greeting") and line.start not in spoken for line in lines)
    system += sum(labels.is_system(head.name) for head in heads)
    return Transcript(tuple(replace(turn, side=side[turn.speaker]) for turn in turns), system, text, tuple(us))


def read_chat(text: str, now: datetime, us: Sequence[str], read: Read) -> Reading | None:
    """The reading of a pasted chat of two messages or more; None when the text is none and is to be read as it is."""
    found = parse(text, now, us) if looks_pasted(text, us) else None
    return merge(found, read, now) if found is not None and len(found.turns) > 1 else None


@dataclass(slots=True)
class _Open:
    """The message that is being put together."""

    head: Head
    day: date | None
    stamp: str
    words: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)


def _turns(lines: Sequence[Line], heads: Sequence[Head], now: datetime) -> Iterator[Turn]:
    """The turns, sides not told yet."""
    starts = {head.line: head for head in heads}
    taken = {n for head in heads for n in range(head.line, head.last + 1)}
    untimed = any(not head.stamp for head in heads)
    day: date | None = None
    stamp = ""
    message: _Open | None = None
    for n, line in enumerate(lines):
        if n in starts:
            yield from _turn(message, now)
            message = _Open(starts[n], day, starts[n].stamp or stamp)
            _begin(message, line)
        elif n in taken or line.kind == "blank":
            continue
        elif line.kind == "day" and _is_divider(n, lines, message):
            day = day_of(line.plain, now)
        elif line.kind == "stamp" and untimed:
            stamp = line.plain
        elif message is not None and _is_words(line, message):
            message.words.append(line.words)
            message.spans.append((line.start, line.end))
    yield from _turn(message, now)


def _begin(message: _Open, line: Line) -> None:
    if message.head.said is not None:
        message.words.append(line.words[message.head.said - line.start :])
        message.spans.append((message.head.said, line.end))


def _is_divider(n: int, lines: Sequence[Line], message: _Open | None) -> bool:
    """A date that stands for itself: with a rule around it, with its year, or set off by an empty line."""
    line = lines[n]
    if line.is_ruled or message is None:
        return True
    return bool(message.spans) and (bool(re.search(r"\d{4}", line.plain)) or lines[n - 1].kind == "blank")


def _is_words(line: Line, message: _Open) -> bool:
    """Somebody's words; what looks like a heading or a date right under a name is said by him."""
    return line.kind in ("said", "stamp", "day") or (line.kind in ("heading", "greeting") and not message.spans)


def _turn(message: _Open | None, now: datetime) -> Iterator[Turn]:
    if message is None or not message.spans or labels.is_system(message.head.name):
        return
    _drop_quote(message)
    text = "\n".join(message.words)
    yield Turn(
        speaker=message.head.name,
        at=moment(message.stamp, now, message.day) if message.stamp else None,
        text=text,
        span=(message.spans[0][0], message.spans[-1][1]),
        side="customer",
        idle=is_idle(text),
        label=message.head.span,
        lines=tuple(message.spans),
    )


def _drop_quote(message: _Open) -> None:
    """Takes off 「王总：…」 that stands above the words of a reply."""
    if not message.words[0].startswith("「"):
        return
    last = next((n for n, words in enumerate(message.words) if words.endswith("」")), None)
    if (
        last is not None
        and last + 1 < len(message.words)
        and re.match(r"「\s*[^「」:：]{1,24}\s*[:：]", message.words[0])
    ):
        del message.words[: last + 1], message.spans[: last + 1]


def is_idle(text: str) -> bool:
    """A greeting, thanks, a nod, a sticker, a picture or a sound, and nothing else."""
    return not _TELLING.search(text) and bool(_idle().fullmatch(normalise(text)))


@cache
def _idle() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(table("chats")["idle"]["words"].split(), key=len, reverse=True)))
    titles = "|".join(map(re.escape, table("people")["people"]["titles"].split()))
    return re.compile(
        rf"(?>\[语音\]\s*\d+[\"″'秒]*|\[[^\[\]]{{1,12}}\]|[\W_]|[\U0001F000-\U0001FAFF]|{words}|[\u4e00-\u9fff]?(?:{titles}))++"
    )
