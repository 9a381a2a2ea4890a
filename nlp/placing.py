"""Readings of parts of a text moved to where those parts stand in the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from nlp.reading import ActionFound, Commitment, Deal, Finding, Reading, Span, StageFound

F = TypeVar("F", bound=Finding)
Place = Callable[[Span], Span]
"""Where a span of the part stands in the whole."""


def placed(reading: Reading, place: Place, whole: str) -> Reading:
    """The reading with every span, and the words at it, in the whole text; ``why`` is left out."""

    def each(found: Iterable[F]) -> tuple[F, ...]:
        return tuple(moved(one, place, whole) for one in found)

    return replace(
        reading,
        text=whole,
        dates=each(reading.dates),
        customers=each(reading.customers),
        contacts=each(reading.contacts),
        phones=each(reading.phones),
        emails=each(reading.emails),
        amounts=each(reading.amounts),
        signals=each(reading.signals),
        commitments=each(reading.commitments),
        stage=moved(reading.stage, place, whole) if reading.stage else None,
        action=moved(reading.action, place, whole) if reading.action else None,
        deals=tuple(_deal(deal, place, whole) for deal in reading.deals),
        why=(),
    )


def moved(finding: F, place: Place, whole: str) -> F:
    """One finding in the whole text, with the date it leans on."""
    start, end = place(finding.span)
    there = replace(finding, span=(start, end), text=whole[start:end])
    if isinstance(there, StageFound | ActionFound | Commitment) and there.when is not None:
        return replace(there, when=moved(there.when, place, whole))
    return there


def _deal(deal: Deal, place: Place, whole: str) -> Deal:
    return replace(
        deal,
        stage=moved(deal.stage, place, whole) if deal.stage else None,
        action=moved(deal.action, place, whole) if deal.action else None,
        signals=tuple(moved(signal, place, whole) for signal in deal.signals),
    )


def by_lines(lines: Iterable[Span]) -> Place:
    """The place of a text that is these lines of the whole, joined by line feeds."""
    known = tuple(lines)

    def at(offset: int) -> int:
        for start, end in known:
            if offset <= end - start:
                return start + offset
            offset -= end - start + 1
        return known[-1][1]

    return lambda span: (at(span[0]), max(at(span[0]), at(span[1] - 1) + 1) if span[1] > span[0] else at(span[0]))


def shifted(by: int) -> Place:
    """The place of a text that begins ``by`` code points into the whole."""
    return lambda span: (span[0] + by, span[1] + by)


def all_at(span: Span) -> Place:
    """The place of words put together by us: wherever in them, the whole of these."""
    return lambda _: span
