"""What other words of the lexicon would make of what was said: the preview of /lexicon. Reads, writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.capture.names import NameBook
from nlp import teaching
from nlp.lexicon import normalise
from nlp.read import Context
from nlp.reading import Reading
from nlp.teaching import Taught
from nlp.workdays import Calendar
from storage import said

DAYS = 30
MOST_LOOKED = 20_000
"""Messages looked through, the newest first."""
MOST_READ = 400
"""Messages read twice: those with one of the words in them."""


@dataclass(frozen=True, slots=True)
class Preview:
    """How many messages of the last DAYS would read differently, and the newest of them. ``more``: there were so many
    with the words in them that only MOST_READ were read."""

    count: int
    example: str = ""
    more: bool = False


async def preview(
    before: Taught, after: Taught, *, names: NameBook, calendar: Calendar, now: datetime, minutes: int
) -> Preview:
    """The difference between the two lexicons over what was said. ``minutes``: how long a customer stays the subject.

    The lexicons are built on a thread; what is read again is read message by message, the loop is free between them.
    """
    words = teaching.touched(before, after)
    if not words:
        return Preview(0)
    old, new = [names.in_words_of(await asyncio.to_thread(teaching.lexicon_of, taught)) for taught in (before, after)]
    found = await said.since(now - timedelta(days=DAYS), MOST_LOOKED)
    hits = [one for one in found if any(word in normalise(one.text) for word in words)]
    differing = []
    for one in hits[:MOST_READ]:
        context, at = await _context(one, minutes), one.at.astimezone(now.tzinfo)
        first, second = [essence(await book.reading(one.text, at, calendar, "rep", context)) for book in (old, new)]
        if first != second:
            differing.append(one.text)
        await asyncio.sleep(0)
    return Preview(len(differing), next(iter(differing), ""), len(hits) > MOST_READ)


async def _context(one: said.Words, minutes: int) -> Context | None:
    """The customer of whom was spoken when it was said, by this message itself or just before."""
    customer = await said.customer_before(one.member_id, one.at - timedelta(minutes=minutes), one.at)
    return Context(customer, customer) if customer else None


def essence(reading: Reading) -> Hashable:
    """What a reading comes to, without places and sureness."""
    return (
        reading.stage and reading.stage.value,
        reading.action and (reading.action.value, reading.action.arranged),
        tuple(one.value for one in reading.signals),
        tuple((one.by, one.what, one.due) for one in reading.commitments),
        tuple(one.name for one in reading.customers),
        tuple((one.name, one.title) for one in reading.contacts),
        tuple(one.value for one in reading.amounts),
    )
