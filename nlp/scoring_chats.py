"""How well pasted chats are read: who said what and when, what is no turn, and what the whole chat comes to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nlp.scoring import Count, compare

JUDGED = ("stage", "signals", "commitments")
"""What a label may say of the whole chat; a key it leaves out is not judged."""


@dataclass(slots=True)
class ChatScore:
    """Totals over a set of chats. ``whole`` counts those whose turns and system lines are all right; ``plain`` the
    texts that only look pasted, ``untouched`` those of them that were taken for no chat."""

    chats: int = 0
    whole: int = 0
    plain: int = 0
    untouched: int = 0
    turns: Count = field(default_factory=Count)
    fields: dict[str, Count] = field(default_factory=lambda: {name: Count() for name in JUDGED})
    misses: list[str] = field(default_factory=list)


Turns = Sequence[tuple[str, str | None, str]]
"""(speaker, moment as ISO 8601 or None, words)"""


def score_chats(lines: Iterable[tuple[Mapping[str, Any], Turns, int, Mapping[str, Any]]]) -> ChatScore:
    """The score of (labelled chat, turns found, system lines found, the whole as `genjin extract` has it)."""
    total = ChatScore()
    for labelled, turns, system, found in lines:
        expected = labelled["expect"]
        if "turns" in expected:
            _turns(total, labelled, turns, system)
        for name in JUDGED:
            if name in expected:
                total.fields[name].add(*compare(name, expected[name], found[name]))
    return total


def _turns(total: ChatScore, labelled: Mapping[str, Any], turns: Turns, system: int) -> None:
    """Adds how the turns of one chat were found."""
    expected = labelled["expect"]
    wanted = Counter((turn["speaker"], turn["at"], turn["text"]) for turn in expected["turns"])
    total.chats += 1
    if not wanted:
        total.plain += 1
        total.untouched += not turns
    got = Counter(turns)
    right = sum((wanted & got).values())
    total.turns.add(right, sum(got.values()) - right, sum(wanted.values()) - right)
    whole = wanted == got and expected.get("system", system) == system
    total.whole += whole
    if not whole:
        total.misses.append(str(labelled["id"]))
