"""Whose deal a piece of talk is about. Pure; what is unsure comes back as a question, never as a guess (LOOP-3)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.capture.memory import Memory
from bot.playbook.model import Playbook
from nlp.reading import Candidate, Contact, Customer, Deal, Reading

CLAIM = "claim:"
"""Before the id of a customer that is chosen and not the member's to see."""
CLEARLY_AHEAD = 0.25
"""A candidate this much better than the next one needs no question."""


@dataclass(frozen=True, slots=True)
class Known:
    customer_id: str
    how: str = ""
    """exact, alias …, contact, context, group, choice: what the card says behind the name."""
    words: str = ""


@dataclass(frozen=True, slots=True)
class New:
    name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """On the books, but not this member's to see: ``customer_id`` is the likeliest."""

    words: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class Unsure:
    words: str
    options: tuple[Candidate, ...]
    new: str = ""
    """The name it would get as a new customer; "" where none was said."""


Whose = Known | New | Foreign | Unsure


def whose(deal: Deal, reading: Reading, memory: Memory, playbook: Playbook, choice: str = "") -> Whose:
    """``choice`` is an answer given earlier: a customer's id, ``new:NAME``, or ``claim:ID`` of somebody else's."""
    if choice.startswith(CLAIM):
        return Foreign(_words(deal, reading), choice.removeprefix(CLAIM))
    if choice.startswith("new:"):
        return New(choice[4:], choice[4:])
    if choice:
        return Known(choice, "choice", _words(deal, reading))
    if deal.mention is not None:
        return _by_mention(reading.customers[deal.mention], deal, reading, memory, playbook)
    people = [reading.contacts[n] for n in deal.contacts]
    if memory.group and memory.may_see(memory.group):
        return Known(memory.group, "group", people[0].text if people else "")
    return _by_people(people, memory) if people else _by_context(memory)


def _words(deal: Deal, reading: Reading) -> str:
    if deal.mention is not None:
        return reading.customers[deal.mention].text
    return reading.contacts[deal.contacts[0]].text if deal.contacts else ""


def _by_mention(said: Customer, deal: Deal, reading: Reading, memory: Memory, playbook: Playbook) -> Whose:
    if not said.known:
        return _not_on_books(said, deal, reading, memory, playbook)
    named = said.candidates or (Candidate(said.id, said.name, said.how, said.confidence),)
    options = _mine(named, memory)
    if not options:
        return Foreign(said.text, max(named, key=lambda one: one.score).id)
    best = options[0]
    person = _at_home(best.id, deal, reading)
    if person and best.how not in ("exact", "alias"):
        return Known(best.id, "contact", person)
    alone = len(options) == 1 or best.score - options[1].score >= CLEARLY_AHEAD
    if alone and (said.confidence >= playbook.asks_below("customer") or best.how in ("exact", "alias")):
        return Known(best.id, best.how, said.text)
    people = {c.id for n in deal.contacts for c in reading.contacts[n].customers}
    shared = [option for option in options if option.id in people]
    if len(shared) == 1:
        return Known(shared[0].id, "contact", reading.contacts[deal.contacts[0]].text)
    return _context_among(options, memory) or Unsure(said.text, options, new=said.text)


def _at_home(customer_id: str, deal: Deal, reading: Reading) -> str:
    """Words for a person of this deal who is one of the customer's; "" where there is none."""
    people = [reading.contacts[n] for n in deal.contacts]
    return next((one.text for one in people if any(home.id == customer_id for home in one.customers)), "")


def _not_on_books(said: Customer, deal: Deal, reading: Reading, memory: Memory, playbook: Playbook) -> Whose:
    """New, unless the contact named beside it is at home with one whose name holds the word (启明郑总)."""
    people = [c for n in deal.contacts for c in reading.contacts[n].customers if said.text in c.name]
    shared = {option.id: option for option in _mine(tuple(people), memory)}
    if len(shared) == 1:
        return Known(next(iter(shared)), "contact", reading.contacts[deal.contacts[0]].text)
    if said.confidence >= playbook.asks_below("new_customer"):
        return New(said.name, said.text)
    return Unsure(said.text, _mine(said.candidates, memory), new=said.name)


def _by_people(people: list[Contact], memory: Memory) -> Whose:
    sets = [_mine(person.customers, memory) for person in people]
    options = next((line for line in sorted(sets, key=len) if line), ())
    words = people[0].text
    if len(options) == 1:
        return Known(options[0].id, "contact", words)
    if options:
        return _context_among(options, memory) or Unsure(words, options)
    return _by_context(memory, words)


def _by_context(memory: Memory, words: str = "") -> Whose:
    if not memory.group and memory.last and memory.last.customer_id and memory.may_see(memory.last.customer_id):
        return Known(memory.last.customer_id, "context", words)
    recent = tuple(Candidate(id, memory.name(id), "recent", 0.0) for id in memory.recent)
    return Unsure(words, recent)


def _context_among(options: tuple[Candidate, ...], memory: Memory) -> Known | None:
    if memory.group and any(option.id == memory.group for option in options):
        return Known(memory.group, "group")
    last = memory.last.customer_id if memory.last else None
    return Known(last, "context") if last and any(option.id == last for option in options) else None


def _mine(options: tuple[Candidate, ...], memory: Memory) -> tuple[Candidate, ...]:
    seen = {option.id: option for option in reversed(options) if memory.may_see(option.id)}
    return tuple(sorted(seen.values(), key=lambda option: -option.score))
