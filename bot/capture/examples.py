"""A team's own accuracy: every correction is a labelled example, read again as the reader reads today. Reads only."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.capture.names import NameBook
from bot.playbook.store import Live, PlaybookStore
from nlp import numbers
from nlp.dates import find
from nlp.reading import Reading
from nlp.scoring import likeness
from storage import corrections, customers, inbox, said
from storage.records import Correction

MOST = 1000
"""Corrections looked at, the newest first."""
ALIKE = 0.5
"""How like the promise read must be to the one that was said to be right (as in nlp.scoring)."""


@dataclass(slots=True)
class OwnScore:
    """How the reader does on what people put right. ``gone``: corrections whose message is no longer kept;
    ``recorded``: messages that were recorded, ``touched`` of them corrected."""

    given: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    gone: int = 0
    recorded: int = 0
    touched: int = 0
    misses: list[Example] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Right of all that was put right, 0..1; 1 where nothing was."""
        return self.right.total() / self.given.total() if self.given else 1.0

    @property
    def untouched(self) -> float:
        """The share of the recorded messages that nobody corrected, 0..1; 1 where none was recorded."""
        return 1 - self.touched / self.recorded if self.recorded else 1.0


@dataclass(frozen=True, slots=True)
class Example:
    """A correction beside what the reader makes of its message today, and the playbook that it was made under."""

    correction: Correction
    reading: Reading
    live: Live
    zone: ZoneInfo

    @property
    def phrase(self) -> str:
        """The words that are taken for a stage that it was not; "" where it is not about a stage."""
        found = self.reading.stage
        return found.text.strip() if found is not None and self.correction.field == "stage" else ""


async def scored(
    names: NameBook, playbooks: PlaybookStore, zone: ZoneInfo, team: str | None = None, most: int = MOST
) -> OwnScore:
    """The score over the newest corrections of one team, or of everybody where none is named. Only the last word on a
    field of a message counts."""
    total = OwnScore()
    await names.refresh()
    last = {(one.message_id, one.field): one for one in reversed(await corrections.latest(team, most))}
    for one in last.values():
        example = await _example(one, names, playbooks, zone)
        if example is None:
            total.gone += 1
            continue
        right = await JUDGES[one.field](example)
        total.given[one.field] += 1
        total.right[one.field] += right
        if not right:
            total.misses.append(example)
        await asyncio.sleep(0)
    total.recorded, total.touched = await said.recorded(team)
    return total


async def _example(one: Correction, names: NameBook, playbooks: PlaybookStore, zone: ZoneInfo) -> Example | None:
    """None where the message is gone, or the field is none that can be read again."""
    row = await inbox.get(one.message_id) if one.message_id and one.field in JUDGES else None
    if row is None or not row.text:
        return None
    live = await playbooks.current(one.team_id)
    at = (row.sent_at or row.received_at).astimezone(zone)
    return Example(one, await names.in_words_of(live.lexicon).reading(row.text, at, live.calendar), live, zone)


# -- one question each ----------------------------------------------------------------------------------------------


async def _customer(example: Example) -> bool:
    """The reading names the customer that was meant, or one that goes by this name."""
    new, reading = example.correction.new, example.reading
    known = {one.id for one in await customers.named(new)}
    ids = {one.id for one in reading.customers if one.id} | {deal.customer_id for deal in reading.deals}
    return bool(known & ids) or any(one.name == new for one in reading.customers)


async def _stage(example: Example) -> bool:
    found, wanted = example.reading.stage, example.live.playbook.main.named(example.correction.new)
    return found is not None and wanted is not None and found.value in wanted.reads


async def _date(example: Example) -> bool:
    """A promise, or a date at all, on the day that was said to be right."""
    one, reading = example.correction, example.reading
    wanted = find(one.new, one.at.astimezone(example.zone), example.live.calendar)
    if not wanted:
        return False
    days = {_day(promise.due) for promise in reading.commitments} | {when.last_day for when in reading.dates}
    return bool({wanted[0].last_day, _day(wanted[0].due)} & (days - {None}))


def _day(due: date | datetime | None) -> date | None:
    return due.date() if isinstance(due, datetime) else due


async def _amount(example: Example) -> bool:
    wanted = {one.value for one in numbers.amounts(example.correction.new)}
    return bool(wanted & {one.value for one in example.reading.amounts})


async def _commitment(example: Example) -> bool:
    return any(likeness(one.what, example.correction.new) >= ALIKE for one in example.reading.commitments)


JUDGES: Mapping[str, Callable[[Example], Awaitable[bool]]] = {
    "customer": _customer, "stage": _stage, "date": _date, "amount": _amount, "commitment": _commitment,
}  # fmt: skip
