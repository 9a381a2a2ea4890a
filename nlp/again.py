"""A short name behind a longer one that holds it is the same house (东方雨虹 … 雨虹), whoever else is called so."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.reading import Customer

FEW = 8
"""So many names before it are looked at: who was spoken of longer ago is not meant."""
_DOUBTFUL = frozenset(("brand", "vague", "core"))


def as_before(found: Sequence[Customer]) -> list[Customer]:
    """The mentions in the order of the text, each short one with the house of the longer one before it."""
    meant: list[Customer] = []
    before: dict[str, Customer] = {}
    for one in found:
        if one.how in _DOUBTFUL:
            longer = next((b for said, b in before.items() if b.id != one.id and one.text in said != one.text), None)
            if longer is not None:
                one = Customer(
                    one.text, one.span, "customer.again", 0.88, longer.name, known=True, id=longer.id, how="again"
                )
        if one.text not in before:
            before[one.text] = one
            if len(before) > FEW:
                del before[next(iter(before))]
        meant.append(one)
    return meant
