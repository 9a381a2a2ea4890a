"""What a talk is about: the thing that the other side asked for, or that either spoke of last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nlp.dialogue import ASKS, FIRST, LONGEST, SENTENCE, STICKER, Again, clauses, stated
from nlp.lexicon import normalise, shipped
from nlp.turns import Turn

_WANTED = re.compile(
    r"([^的,，。\s]{2,8}?)(?:再|你|您)*(?:帮我|给我|帮忙|给我们)(?:拿|来|弄|留|送|带|搞|做|整|发)"
    r"|(?:的|那个|那份)?([^的,，。\s]{2,8}?)(?:呢|好了没|弄好没|发了没|寄了没|出来没|怎么样了|什么时候|啥时)"
)
_TOPICS = (
    "quote",
    "draft",
    "contract",
    "proposal",
    "case",
    "compare",
    "sample",
    "invoice",
    "need",
    "trial",
    "price",
    "paper",
    "payment",
)


def topic(turns: Sequence[Turn], n: int) -> str:
    """The thing that the other side last asked for before turn ``n``; "" where it asked for nothing nameable."""
    for before in reversed(turns[max(0, n - 3) : n]):
        if before.side == turns[n].side:
            continue
        thing = _thing(before.text)
        if thing:
            return thing
    return ""


def asked_for(turns: Sequence[Turn], n: int, again: Again) -> str:
    """The thing that the other side's last request before turn ``n`` was for, read as if it were granted; "" where
    nothing was asked for."""
    for before in reversed(turns[max(0, n - 3) : n]):
        if before.side == turns[n].side:
            continue
        for sentence in reversed(SENTENCE.findall(STICKER.sub("，", before.text))):
            if len(sentence) > LONGEST:
                continue
            for asked in (sentence, *(one for _, one in clauses(sentence) if one != sentence and ASKS.search(one))):
                said = stated(asked)
                for words in (said, f"我马上{said[1:]}"):
                    for one in again(words).commitments:
                        if one.by == turns[n].side and (thing := _object(one.what)):
                            return thing
            if wanted := _WANTED.search(sentence):
                return wanted[1] or wanted[2]
    return ""


def _object(what: str) -> str:
    """What is left of a promise without its verb; "" for a single character."""
    first = next(iter(shipped().find(normalise(what))), None)
    thing = what[first.end :] if first is not None and first.start == 0 and first.mark in _hands() else what[1:]
    return thing if len(thing) > 1 else ""


def spoken_of(turns: Sequence[Turn], n: int) -> str:
    """The thing that either side last spoke of before turn ``n``; "" where none was."""
    return next((thing for before in reversed(turns[max(0, n - 3) : n]) if (thing := _thing(before.text))), "")


def first_named(turns: Sequence[Turn], n: int) -> str:
    """What the other side's last words began with: 教参能多给两本吗, 第三单元的音频没有; "" where that is no thing."""
    for before in reversed(turns[max(0, n - 3) : n]):
        if before.side == turns[n].side or before.idle:
            continue
        for _, clause in clauses(STICKER.sub("，", before.text)):
            if (named := FIRST.match(clause)) and (thing := named[1].rsplit("的", 1)[-1]) and len(thing) > 1:
                return thing
        return ""
    return ""


def _thing(text: str) -> str:
    plain = normalise(text)
    if re.search(r"[报出给]个价|出价(?!格)", plain):
        return "报价"
    marks = _topic_marks()
    found = [plain[word.start : word.end] for word in shipped().find(plain) if word.mark in marks]
    return found[-1] if found else ""


@cache
def _hands() -> frozenset[str]:
    return frozenset(shipped().marks("hand", "deed"))


@cache
def _topic_marks() -> frozenset[str]:
    return frozenset(shipped().marks(*_TOPICS))
