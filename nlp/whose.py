"""Whose a chat is, and each part of it: told by the names above the words, else by the companies that are talked of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.reading import Deal, Reading
from nlp.turns import Turn

Owner = tuple[str | None, str]
"""A customer's name and id; (None, "") where none is named."""
NOBODY: Owner = (None, "")
SURE_ENOUGH = 0.8
"""A company that is not on the books counts as the one talked with only from here on."""
CLEARLY = 0.005
"""A contact of two customers is the better one's from here on."""
_REFERENCE = re.compile(r"案例|做过|合作过|用过|也在用|服务过|对接过|比如|例如|像|同行|其他客户|别的客户")


@dataclass(frozen=True, slots=True)
class Heard:
    """What one turn says, with its places in the whole text. ``turn`` is None for what stands above the chat."""

    turn: Turn | None
    reading: Reading
    label: bool = False
    """It is a speaker's name or a heading, nobody's words."""


class Whose:
    """Whose each part of a chat is: his whose name stands above the words, else the one company that is talked of."""

    def __init__(self, heard: Sequence[Heard]) -> None:
        self.by_speaker: dict[str, Owner] = {}
        headed: list[Owner] = []
        for one in heard:
            owner = owner_of(one.reading) if one.label or one.turn is None else NOBODY
            if owner != NOBODY:
                headed.append(owner)
                if one.turn is not None:
                    self.by_speaker[one.turn.speaker] = owner
        self.partners = list(dict.fromkeys(headed)) or _talked_of(heard)
        self.current = self.partners[0] if self.partners else NOBODY

    def of(self, turn: Turn | None, deal: Deal) -> Owner | None:
        """The owner of a part; None where it speaks of somebody else and is no part of this talk."""
        named: Owner = (deal.customer, deal.customer_id)
        if turn is not None and turn.speaker in self.by_speaker:
            self.current = self.by_speaker[turn.speaker]
        elif named in self.partners:
            self.current = named
        if named == NOBODY or named == self.current or not self.partners:
            return self.current
        return None


def owner_of(reading: Reading) -> Owner:
    """The customer that a name or a heading stands for: named in it, or known to have such a contact."""
    return next(_named(reading), NOBODY)


def _named(reading: Reading) -> Iterator[Owner]:
    """The companies of the words, and those whose contacts are named."""
    for customer in reading.customers:
        if customer.known or customer.confidence >= SURE_ENOUGH:
            yield (customer.name, customer.id)
    for contact in reading.contacts:
        first = contact.customers[:2]
        if len(first) == 1 or (first and first[0].score - first[1].score > CLEARLY):
            yield (first[0].name, first[0].id)


def _talked_of(heard: Sequence[Heard]) -> list[Owner]:
    """The customers that the turns name, those on the books before others; not whom we only mention as a reference."""
    known: dict[Owner, None] = {}
    others: dict[Owner, None] = {}
    for one in heard:
        ours = one.turn is not None and one.turn.side == "us"
        if ours and one.turn is not None and _REFERENCE.search(one.turn.text):
            continue
        for owner in _named(one.reading):
            (known if owner[1] else others)[owner] = None
    return list(known or others)
