"""Which speakers of a chat are ours and which the customer's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nlp import labels
from nlp.reading import Side

_POLITE = re.compile(r"您|贵司|贵公司|我司|我们公司")


def sides(said: Mapping[str, Sequence[str]], us: Sequence[str]) -> dict[str, Side]:
    """The side of each speaker, by our names, by 我, else by how they are called and how they speak."""
    ours = {name for name in said if labels.is_self(name) or any(one and one in name for one in us)}
    if not ours:
        ours = _guessed(said)
    return {name: "us" if name in ours else "customer" for name in said}


def _guessed(said: Mapping[str, Sequence[str]]) -> set[str]:
    """The untitled ones where others have a title; else the one who speaks the most politely; else not the first."""
    names = list(said)
    if len(names) == 1:
        return set() if labels.is_titled(names[0]) or not _courtesy(said[names[0]]) else {names[0]}
    untitled = [name for name in names if not labels.is_titled(name)]
    if untitled and len(untitled) < len(names):
        return set(untitled)
    polite = {name: _courtesy(said[name]) for name in names}
    most = max(names, key=lambda name: polite[name])
    if polite[most] and sum(count == polite[most] for count in polite.values()) == 1:
        return {most}
    return set(names[1:])


def _courtesy(said: Sequence[str]) -> int:
    return sum(len(_POLITE.findall(words)) for words in said)
