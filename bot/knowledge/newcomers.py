"""A new customer like past ones (PROC-12): whom to see first, and from how many deals that is known. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlp.tags import industries, tags_of
from storage.records import Contact
from storage.scriptuses import Closed


@dataclass(frozen=True, slots=True)
class Alike:
    """Past deals with customers of the same trade, those that share the most tags first."""

    deals: tuple[Closed, ...]

    @property
    def won(self) -> tuple[Closed, ...]:
        return tuple(one for one in self.deals if one.won)

    @property
    def owners(self) -> list[str]:
        """Who won of them, most first."""
        return [owner for owner, _ in Counter(one.owner_id for one in self.won).most_common()]


def alike(tags: Collection[str], deals: Iterable[Closed], but: str = "") -> Alike:
    """Those whose customers share the trade, none where it is not known; the customer ``but`` left out."""
    trade = set(tags) & industries()
    shared = [
        (len(set(tags) & set(theirs)), one)
        for one in deals
        if one.customer_id != but and trade & set(theirs := tags_of(one.name, one.tags))
    ]
    return Alike(tuple(one for _, one in sorted(shared, key=lambda pair: -pair[0])))


def whom_first(people: Mapping[str, Sequence[Contact]]) -> Contact | None:
    """Of the customers that were won, by id: the place from which it was decided most often, by department and title,
    those who decide by what was said of them first; None where nobody's place is known."""
    placed = [
        one for group in people.values() for one in group if one.department or one.role or one.title not in (None, "总")
    ]
    if not placed:
        return None
    often = Counter((one.department, one.title) for one in placed)
    return max(placed, key=lambda one: (bool(one.role), often[(one.department, one.title)], bool(one.department)))
