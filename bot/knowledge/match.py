"""Which words to hand to a rep: those made for the customer's tags and the objection, those that worked first. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.playbook.knowledge import Script
from storage.records import ScriptUse

OBJECTION, CASE, GUIDE = "objection.", "case.", "guide."
"""What a use is of, where it is of no script: the card of an objection, its cases asked for, its cases brought."""


@dataclass(frozen=True, slots=True)
class Worked:
    """on how many opportunities it was taken, how many of those were won; how often it was no help."""

    taken: int = 0
    won: int = 0
    unhelpful: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A script with what speaks for it: the tags it was made for and how it did."""

    script: Script
    tags: tuple[str, ...]
    worked: Worked


def match(
    scripts: Iterable[Script],
    tags: Collection[str] = (),
    objection: str = "",
    worked: Mapping[str, Worked] | None = None,
) -> list[Match]:
    """The scripts for that objection ("": for a first talk) whose tags are all the customer's: cases first, then the
    nearest to its tags, then what was won with most often; what was no help more often than it won comes last."""
    known = worked or {}
    found = [
        Match(one, one.tags, known.get(one.id, Worked()))
        for one in scripts
        if one.objection == objection and set(one.tags) <= set(tags)
    ]
    return sorted(found, key=_rank)


def _rank(one: Match) -> tuple[bool, bool, int, int, int]:
    did = one.worked
    return did.unhelpful > did.won, not one.script.case, -len(one.tags), -did.won, -did.taken


def one_a_title(found: Iterable[Match]) -> list[Match]:
    """Of several with the same title the first."""
    titles: dict[str, Match] = {}
    for one in found:
        titles.setdefault(one.script.title, one)
    return list(titles.values())


def in_a_row(uses: Sequence[ScriptUse], signal: str) -> int:
    """How many times in a row an objection was met without its cases taken; ``uses`` newest first."""
    count = 0
    for use in uses:
        if use.script == CASE + signal and use.how == "taken":
            break
        count += use.script == OBJECTION + signal and use.how == "shown"
    return count
