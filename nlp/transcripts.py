"""A pasted chat: recognised, taken apart into turns, and read as one (LOOP-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from nlp import labels, shapes
from nlp.chatlines import Line, is_ruled, lines_of
from nlp.conversation import merge
from nlp.reading import Span
from nlp.shapes import Head
from nlp.sides import sides
from nlp.stamps import day_of, moment
from nlp.turns import Transcript, Turn

__all__ = ["Transcript", "Turn", "looks_pasted", "merge", "parse"]

_IDLE = re.compile(
    r"(?:\[[^\[\]]{1,12}\]|[\W_]|[\U0001F000-\U0001FAFF]|图片|表情|动画表情|早上好|上午好|中午好|下午好|晚上好|早安|晚安|早|你好|您好|在吗|在么|在不在|在|谢谢|多谢|感谢|谢|辛苦|辛苦了|不客气|不谢|客气"
    r"|好的|好滴|好嘞|好哒|好|嗯+|哦+|噢|收到|ok|okay|行|可以的?|没事|没关系|哈+|嘿+|呵+|hi|hello|thanks?|thank you|拜拜|再见|回聊|回头聊|周末愉快|新年快乐|节日快乐|恭喜|加油|是的|对的?|明白|了解|知道了?"
    r"|您|你|了|啊|呀|哈|吧|[\u4e00-\u9fff]{1,2}(?:总|工|哥|姐|经理|主任|老师|院长|校长|科长|主管))+",
    re.I,
)
_FILE = re.compile(r"\[(?:文件|语音转文字|链接|位置|小程序|名片|合同|file)\]", re.I)


def looks_pasted(text: str) -> bool:
    """The text may be a pasted chat: two lines or more of which some begin like messages."""
    if "\n" not in text.strip():
        return False
    return bool(shapes.heads(lines_of(text), ()))


def parse(text: str, now: datetime, us: Sequence[str]) -> Transcript | None:
    """The chat that the text is a copy of; None when it is none. ``us`` are our own people's names."""
    lines = lines_of(text)
    heads = shapes.heads(lines, us)
    if not heads:
        return None
    turns, system = _turns(lines, heads, now)
    if not turns:
        return None
    said: dict[str, list[str]] = {}
    for turn in turns:
        said.setdefault(turn.speaker, []).append(turn.text)
    side = sides(said, us)
    return Transcript(tuple(replace(turn, side=side[turn.speaker]) for turn in turns), system, text)


def _turns(lines: Sequence[Line], heads: Sequence[Head], now: datetime) -> tuple[list[Turn], int]:
    """The turns, sides not told yet, and how many lines nobody said."""
    turns: list[Turn] = []
    system = sum(line.kind == "system" for line in lines)
    day, clock = None, ""
    starts = {head.line: head for head in heads}
    current: Head | None = None
    spans: list[Span] = []
    dated: tuple[date | None, str] = (None, "")
    inner = {n for head in heads for n in range(head.line, head.last + 1)}
    for n, line in enumerate(lines):
        if n in starts:
            turns += _turn(current, spans, dated, now, lines)
            current, spans = starts[n], []
            dated = (day, current.stamp or clock)
            if current.said is not None:
                spans = [(current.said, line.end)]
        elif n in inner:
            continue
        elif line.kind == "day" and (is_ruled(line) or current is None or spans):
            day = day_of(line.plain, now)
        elif (
            line.kind == "stamp"
            and current is not None
            and current.shape in ("inline", "alone")
            or (line.kind == "stamp" and current is None)
        ):
            clock = line.plain
        elif line.kind in ("said", "stamp", "day") and current is not None:
            spans.append((line.start, line.end))
    turns += _turn(current, spans, dated, now, lines)
    return turns, system


def _turn(
    head: Head | None, spans: list[Span], dated: tuple[date | None, str], now: datetime, lines: Sequence[Line]
) -> Iterator[Turn]:
    if head is None or not spans or labels.is_system(labels.name_in(head.label)):
        return
    first = lines[0].start
    words = {(line.start, line.end): line.words for line in ()}
    del first, words
    text = "\n".join(_slice(lines, span) for span in spans)
    at = moment(dated[1], now, dated[0]) if dated[1] else None
    yield Turn(
        speaker=labels.name_in(head.label),
        at=at,
        text=text,
        span=(spans[0][0], spans[-1][1]),
        side="customer",
        idle=is_idle(text),
        label=head.span,
        lines=tuple(spans),
    )


def _slice(lines: Sequence[Line], span: Span) -> str:
    line = next(line for line in lines if line.start <= span[0] and span[1] <= line.end)
    return line.words[span[0] - line.start : span[1] - line.start]


def is_idle(text: str) -> bool:
    """A greeting, thanks, a nod, a sticker or a picture, and nothing else."""
    return not _FILE.search(text) and bool(_IDLE.fullmatch(text.strip()))
