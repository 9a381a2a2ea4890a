"""Whether a customer's service goes wrong (VIEW-5), from what the service desk told. Pure: facts in, a verdict out.

A fact of kind ``service`` tells a figure of satisfaction (``what`` "nps", or ``data.nps``), a deadline that was missed
(``what`` "sla_missed", or ``data.sla`` "missed") or kept ("sla_met", ``data.sla`` "met"), or just that something was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from storage.records import Fact

NPS_LEAST, MISSES, SHOWN = 30, 2, 3
"""Below it, so often one after the other, so many tickets shown."""
REMEMBERED = timedelta(days=90)
KEPT: Mapping[str, bool] = {"sla_missed": False, "missed": False, "sla_met": True, "met": True}


@dataclass(frozen=True, slots=True)
class Ticket:
    """``kept``: in time, or not; None where that is not told. ``hours``: how late, 0 where that is not told."""

    fact: Fact
    kept: bool | None
    hours: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """``nps`` where it is too low, ``misses`` where they are too many; the latest tickets beside them."""

    nps: int | None
    misses: int
    tickets: tuple[Ticket, ...]


def alarm(facts: Sequence[Fact]) -> Alarm | None:
    """``facts`` of kind service, youngest first; None where all is well."""
    nps = next((figure for one in facts if (figure := _nps(one)) is not None), None)
    tickets = [Ticket(one, _kept(one), _whole(one.data.get("hours")) or 0) for one in facts if one.what != "nps"]
    misses = sum(1 for _ in _streak(tickets))
    low = nps is not None and nps < NPS_LEAST
    if not low and misses < MISSES:
        return None
    return Alarm(nps if low else None, misses if misses >= MISSES else 0, tuple(tickets[:SHOWN]))


def _streak(tickets: Sequence[Ticket]) -> Iterator[Ticket]:
    """The latest of those that tell whether they were in time, as long as none was."""
    for one in tickets:
        if one.kept:
            return
        if one.kept is False:
            yield one


def _kept(fact: Fact) -> bool | None:
    return KEPT.get(str(fact.data.get("sla", fact.what)).casefold(), KEPT.get(fact.what.casefold()))


def _nps(fact: Fact) -> int | None:
    return _whole(fact.data.get("nps", fact.data.get("score") if fact.what == "nps" else None))


def _whole(said: object) -> int | None:
    try:
        return int(float(str(said)))
    except (ValueError, OverflowError):
        return None
