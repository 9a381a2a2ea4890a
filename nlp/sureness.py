"""How sure a promise is: what speaks for it, counted. docs/reading.md has the table that set the steps."""

from __future__ import annotations

from typing import NamedTuple

LEAST = 2
"""With less weight it is a note, and no promise."""
UNVOWED = {2: 0.7, 3: 0.76, 4: 0.8, 5: 0.86}
"""Confidence by the weight of what speaks for a promise that no word calls one."""


class Support(NamedTuple):
    """What speaks for a promise, and what against it."""

    vowed: bool = False
    """A word of promising, or a yes to what was asked."""
    dated: bool = False
    named: bool = False
    """Who undertakes it is said."""
    handed: bool = False
    """Whom it is for is said."""
    told: bool = False
    """A customer or one of its people is spoken of."""
    thing: bool = False
    """It is about a thing of sales."""
    weak: bool = False
    """The verb says little by itself: 确认, 安排."""

    @property
    def weight(self) -> int:
        return 3 * self.vowed + self.named + self.handed + self.told + self.thing + self.dated - self.weak

    @property
    def enough(self) -> bool:
        """It is more likely a promise than a note."""
        return self.vowed or self.weight >= LEAST


def confidence(support: Support) -> float:
    """0..1: how many promises with such support are right, of those that nobody looked at."""
    if support.vowed:
        return round(min(0.84 + 0.02 * (support.weight - 4), 0.92), 2)
    return UNVOWED[min(max(support.weight, LEAST), max(UNVOWED))]
