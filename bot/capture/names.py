"""The reader with the company's names in it: customers, aliases and contacts, as the record has them this second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.capture.apart import LONG, Apart
from bot.capture.beside import Beside
from bot.slots import MANY
from nlp.customers import NameEntry, NameIndex
from nlp.frames import frames
from nlp.lexicon import Lexicon
from nlp.read import Context, read
from nlp.reading import Candidate, Reading, Speaker
from nlp.recogniser import recogniser
from nlp.transcripts import Transcript, looks_pasted, merge, parse, without_past
from nlp.workdays import Calendar
from storage import audit, customers, members, sql
from storage.records import Contact, Customer

NAMED = ("customer.", "alias.", "contact.", "member.")
"""Kinds of change after which a name reads differently."""


@dataclass(slots=True)
class _Known:
    """The names, and up to which audit entry they are taken in; ``ours`` are the members', who left included."""

    index: NameIndex
    seen: int = 0
    ours: tuple[str, ...] = ()
    apart: Apart = field(default_factory=Apart)
    beside: Beside | None = None


class NameBook:
    """Names in memory, brought up to date from the audit trail before each reading: cheap, because only what changed
    since the last look is fetched."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._known = _Known(NameIndex(()))

    async def load(self) -> None:
        """Reads the names, and makes ready what the first message would wait 2 s for."""
        await asyncio.to_thread(frames, self.lexicon)
        await asyncio.to_thread(recogniser)
        seen = await audit.newest()
        self._known.index, self._known.seen = NameIndex([entry async for entry in entries()]), seen
        await self._learn_ours()

    def beside(self) -> Beside:
        """The process that reads for :meth:`ahead` once it runs; it hears of every change of a name from now on."""
        self._known.beside = Beside(entries)
        return self._known.beside

    def in_words_of(self, lexicon: Lexicon) -> NameBook:
        """The same names, read by another team's words."""
        other = NameBook(lexicon)
        other._known = self._known
        return other

    async def refresh(self) -> None:
        """Takes in what changed since the last look. Nothing inside a transaction: what is not committed may yet be
        taken back, so whoever opens one looks before."""
        if sql.inside() is not None:
            return
        newest = await audit.newest()
        if newest == self._known.seen:
            return
        entries = await audit.since(self._known.seen, NAMED)
        touched = {
            id for entry in entries if entry.change for id in _customer_ids(entry.change.record, entry.change.after)
        }
        for id in touched | set(await customers.owning([e.record for e in entries])):
            await self._renew(id)
        if any(entry.kind.startswith("member.") for entry in entries):
            await self._learn_ours()
        self._known.seen = newest  # also where no name changed: what was looked through is not looked through again

    async def _learn_ours(self) -> None:
        self._known.ours = tuple(member.name for member in await members.everyone(active=False))
        self._known.apart.renewed()

    async def _renew(self, id: str) -> None:
        line = await customers.page(id)
        self._known.apart.renewed()
        entry = _entry(*line) if line is not None else None
        self._known.index.remove(id)
        if entry is not None:
            self._known.index.add(entry)
        if self._known.beside is not None:
            self._known.beside.tell(id, entry)

    async def reading(
        self, text: str, now: datetime, calendar: Calendar, speaker: Speaker = "rep", context: Context | None = None
    ) -> Reading:
        """As :meth:`read`, and the loop stays free however long the text is."""
        key = (self.lexicon, now, calendar, speaker, context is not None)
        return await self._known.apart.of(text, key, lambda: self.read(text, now, calendar, speaker, context))

    async def ahead(self, text: str, now: datetime, calendar: Calendar, in_hand: int) -> None:
        """Has a rep's short message read by the process beside: :meth:`reading` then finds it at hand. With so many
        events in hand that it is worth one, the process is started."""
        beside, apart = self._known.beside, self._known.apart
        if beside is None or len(text) >= LONG:
            return
        if in_hand >= MANY:
            beside.start()
        version = apart.version
        told = await beside.read(text, now, self.lexicon, calendar)
        if told is not None:
            key = (self.lexicon, now, calendar, "rep")
            apart.keep(text, version, {(*key, False): told.plain, (*key, True): told.spoken_of})

    async def seems_pasted(self, text: str) -> bool:
        """It looks like a copy of a chat."""
        return await self._known.apart.of(text, "pasted", lambda: looks_pasted(text, self._known.ours))

    async def pasted(self, text: str, now: datetime) -> Transcript | None:
        """As :meth:`transcript`, the loop free."""
        return await self._known.apart.of(text, ("transcript", now), lambda: self.transcript(text, now))

    async def pasted_reading(self, chat: Transcript, now: datetime, calendar: Calendar) -> Reading:
        """As :meth:`chat`, the loop free."""
        key = (self.lexicon, now, calendar, chat)
        return await self._known.apart.of(chat.text, key, lambda: self.chat(chat, now, calendar))

    def read(
        self, text: str, now: datetime, calendar: Calendar, speaker: Speaker = "rep", context: Context | None = None
    ) -> Reading:
        """What the text says, a pasted chat turn by turn; ``context`` is the customer spoken of just before, if any."""
        pasted = self.transcript(text, now) if speaker == "rep" else None
        if pasted is not None:
            return self.chat(pasted, now, calendar)
        return self._one(text, now, calendar, speaker, context)

    def transcript(self, text: str, now: datetime) -> Transcript | None:
        """The pasted chat of two messages or more that the text is a copy of; None when it is none."""
        found = parse(text, now, self._known.ours) if looks_pasted(text, self._known.ours) else None
        return found if found is not None and len(found.turns) > 1 else None

    def chat(self, pasted: Transcript, now: datetime, calendar: Calendar) -> Reading:
        """What a pasted chat says. Its promises of days gone by are left out: nobody wants to be reminded of them."""
        talk = Context("", "")

        def one(text: str, at: datetime, speaker: Speaker) -> Reading:
            return self._one(text, at, calendar, speaker, talk)

        return without_past(merge(pasted, one, now), now.date())

    def _one(self, text: str, now: datetime, calendar: Calendar, speaker: Speaker, context: Context | None) -> Reading:
        return read(
            text,
            now,
            names=self._known.index,
            lexicon=self.lexicon,
            calendar=calendar,
            speaker=speaker,
            context=context,
            recognise=recogniser(),
        )

    def alike(self, name: str) -> tuple[Candidate, ...]:
        """The customers of the whole company whose name sounds or looks like this one, best first."""
        return self._known.index.alike(name)


async def entries() -> AsyncIterator[NameEntry]:
    """All names there are."""
    async for line in customers.book():
        yield _entry(*line)


def _customer_ids(record: str, after: object) -> Iterable[str]:
    if record.startswith("cus_"):
        yield record
    if isinstance(after, dict) and "customer_id" in after:
        yield after["customer_id"]


def _entry(customer: Customer, aliases: Iterable[str], contacts: Iterable[Contact]) -> NameEntry:
    people = tuple(f"{person.name}{person.title or ''}" for person in contacts)
    return NameEntry(id=customer.id, name=customer.name, aliases=tuple(aliases), contacts=people)
