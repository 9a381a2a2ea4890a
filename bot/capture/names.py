"""The reader with the company's names in it: customers, aliases and contacts, as the record has them this second."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from nlp.customers import NameEntry, NameIndex
from nlp.lexicon import Lexicon
from nlp.read import Context, read
from nlp.reading import Candidate, Reading, Speaker
from nlp.workdays import Calendar
from storage import audit, customers
from storage.records import Contact, Customer

NAMED = ("customer.", "alias.", "contact.")
"""Kinds of change after which a name reads differently."""


class NameBook:
    """Names in memory, brought up to date from the audit trail before each reading: cheap, because only what changed
    since the last look is fetched."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._index = NameIndex(())
        self._seen = 0

    async def load(self) -> None:
        self._seen, _ = await audit.head()
        self._index = NameIndex([_entry(*line) async for line in customers.book()])

    async def refresh(self) -> None:
        """Takes in what changed since the last look."""
        newest, _ = await audit.head()
        if newest == self._seen:
            return
        entries = await audit.since(self._seen, NAMED)
        touched = {
            id for entry in entries if entry.change for id in _customer_ids(entry.change.record, entry.change.after)
        }
        for id in touched | set(await customers.owning([e.record for e in entries])):
            await self._renew(id)
        self._seen = newest  # also where no name changed: what was looked through is not looked through again

    async def _renew(self, id: str) -> None:
        self._index.remove(id)
        line = await customers.page(id)
        if line is not None:
            self._index.add(_entry(*line))

    def read(
        self, text: str, now: datetime, calendar: Calendar, speaker: Speaker = "rep", context: Context | None = None
    ) -> Reading:
        """What the text says; ``context`` is the customer spoken of just before, if any."""
        return read(
            text, now, names=self._index, lexicon=self._lexicon, calendar=calendar, speaker=speaker, context=context
        )

    def alike(self, name: str) -> tuple[Candidate, ...]:
        """The customers of the whole company whose name sounds or looks like this one, best first."""
        return self._index.alike(name)


def _customer_ids(record: str, after: object) -> Iterable[str]:
    if record.startswith("cus_"):
        yield record
    if isinstance(after, dict) and "customer_id" in after:
        yield after["customer_id"]


def _entry(customer: Customer, aliases: Iterable[str], contacts: Iterable[Contact]) -> NameEntry:
    people = tuple(f"{person.name}{person.title or ''}" for person in contacts)
    return NameEntry(id=customer.id, name=customer.name, aliases=tuple(aliases), contacts=people)
