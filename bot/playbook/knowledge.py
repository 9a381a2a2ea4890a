"""What helps in a talk: the card for an objection, scripts and cases with their tags."""

from __future__ import annotations

from bot.playbook.value import Line, Name, Value, Word

WHEN = "when"
"""What ``then`` may be filled with: a moment two working days on."""


class Objection(Value):
    """For one signal of the reader: what to ask first, what to give, what comes next."""

    signal: Word
    name: Name
    ask: Line
    give: Line
    then: Line
    file: str = ""
    """The kind of material that is given, as files of the team are named: 成本构成分解图."""


class Script(Value):
    """Words that worked. ``tags``: all of them must be the customer's; none: for every customer. ``case``: a story of
    another customer, shown when an objection was handled without one."""

    id: Word
    title: Name
    """The small word before the words on a card."""
    says: Line
    tags: tuple[Name, ...] = ()
    objection: str = ""
    case: bool = False
