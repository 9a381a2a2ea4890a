"""All of a message at once: text, now, known names, words and calendar in; a Reading out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

from nlp import (
    actions,
    commitments,
    dates,
    deals,
    doubts,
    numbers,
    organisations,
    people,
    phones,
    segment,
    signals,
    stages,
    theirs,
)
from nlp.about import about, is_business
from nlp.customers import NameIndex
from nlp.cutting import clauses
from nlp.facts import Scene, facts
from nlp.lexicon import Lexicon, normalise, table
from nlp.named import IN_SO_MANY_WORDS, RULE
from nlp.reading import Amount, Contact, Customer, Email, Finding, Phone, Reading, Span, Speaker, When, Why, span_of
from nlp.recogniser import Recognise
from nlp.seen import Seen, look
from nlp.spacing import tight
from nlp.workdays import Calendar

TOLD = frozenset(
    {"customer.slot", "customer.office", "customer.apposed", "customer.called", "customer.public", IN_SO_MANY_WORDS}
)
"""New names that only the words of dealing around them told: those words are business enough."""
ENTITIES = ("dates", "customers", "contacts", "phones", "emails", "amounts")
SURE = 0.85
"""From here on a new name speaks of business by itself."""
BY_WORDS = 0.93
"""And one that only words told."""
CHIEFS = frozenset(table("people")["people"]["chiefs"].split())
"""Titles of those who decide; frames see them apart from other people."""
F = TypeVar("F", bound=Finding)


@dataclass(frozen=True, slots=True)
class Context:
    """What was spoken of just before: lets a bare 签了 or 预算批了 count although nobody is named."""

    customer: str
    customer_id: str = ""


class Named(NamedTuple):
    """What a message names, before anything is made of it."""

    dates: tuple[When, ...]
    amounts: tuple[Amount, ...]
    phones: tuple[Phone, ...]
    emails: tuple[Email, ...]
    customers: tuple[Customer, ...]
    contacts: tuple[Contact, ...]


def read(
    text: str,
    now: datetime,
    *,
    names: NameIndex,
    lexicon: Lexicon,
    calendar: Calendar,
    speaker: Speaker = "rep",
    context: Context | None = None,
    recognise: Recognise | None = None,
) -> Reading:
    """What one message says. ``now`` is aware; every moment found is in its offset. Never raises on any text.
    ``recognise``: what else may be a name, where the extra ``ner`` is installed."""
    close = tight(text)
    said = close.text if close else text
    scene, named = scene_of(
        said,
        now,
        names=names,
        lexicon=lexicon,
        calendar=calendar,
        speaker=speaker,
        context=context,
        recognise=recognise,
    )
    reading = _meaning(said, now, scene, named)
    return close.reading(reading) if close else reading


def scene_of(
    text: str,
    now: datetime,
    *,
    names: NameIndex,
    lexicon: Lexicon,
    calendar: Calendar,
    speaker: Speaker = "rep",
    context: Context | None = None,
    recognise: Recognise | None = None,
) -> tuple[Scene, Named]:
    """A message before its meaning is asked for: its clauses with their moods, and what it names."""
    plain = normalise(text)
    named, skeleton = _names(text, plain, now, names, lexicon, calendar, speaker, recognise)
    known = context is not None or speaker == "customer"
    found = clauses(skeleton)
    topic = about(skeleton, found, named.customers or named.contacts, told=known)
    firsts = [clause for n, clause in enumerate(found) if clause.first == n]
    return Scene(skeleton, found, now, topic, speaker, text, firsts), named


class Looked(NamedTuple):
    """A message before new houses are looked for: what was found so far, and what is left to see."""

    emails: tuple[Email, ...]
    phones: tuple[Phone, ...]
    known: Sequence[Customer]
    dates: tuple[When, ...]
    amounts: Sequence[Amount]
    seen: Seen
    people: Sequence[Contact]


def looked_over(
    text: str, plain: str, now: datetime, names: NameIndex, lexicon: Lexicon, calendar: Calendar, speaker: Speaker
) -> Looked:
    """The entities of a message but its new houses. Earlier finders hide their words from later ones."""
    mails, numbers_said = phones.emails(text), phones.find(text)
    spoken = [*map(span_of, mails), *map(span_of, numbers_said)]
    known = doubts.meant(text, plain, names.find(segment.masked(plain, spoken) if spoken else plain))
    so_named = [*map(span_of, known)]
    when = dates.find(text, now, calendar, names=so_named)
    money = _free_of([*spoken, *so_named], numbers.amounts(text), len(text))
    hidden = segment.masked(plain, [*spoken, *so_named, *map(span_of, when), *map(span_of, money)])
    seen = look(text, hidden, lexicon, so_named)
    people_said = [_at_home(c, names) for c in people.find(seen, lexicon, speaker=speaker)]
    return Looked(mails, numbers_said, known, when, money, seen, people_said)


def _names(
    text: str,
    plain: str,
    now: datetime,
    names: NameIndex,
    lexicon: Lexicon,
    calendar: Calendar,
    speaker: Speaker = "rep",
    recognise: Recognise | None = None,
) -> tuple[Named, segment.Skeleton]:
    """The entities of a message and its line for rules."""
    mails, numbers_said, known, when, money, seen, people_said = looked_over(
        text, plain, now, names, lexicon, calendar, speaker
    )
    found = organisations.find(seen, plain, lexicon, names, known, people_said, recognise)
    customers = organisations.settled(found, people_said)
    if later := [*theirs.familiar(seen, lexicon, customers, people_said)]:
        people_said = [*people_said, *(_at_home(c, names) for c in later)]
    contacts = _free_of([*map(span_of, customers)], people_said, len(text))
    kinds: tuple[tuple[str, Sequence[Finding]], ...] = (
        ("mailto", mails), ("phoneno", numbers_said), ("cust", customers), ("date", when), ("amount", money)
    )  # fmt: skip
    entities = [(kind, f) for kind, found_so in kinds if found_so for f in found_so]
    if contacts:
        entities += [("chief" if f.title in CHIEFS else "person", f) for f in contacts]
    named = Named(
        when, tuple(money), numbers_said, mails, _given(text, plain, customers), _given(text, plain, contacts)
    )
    apart = segment.without_overlaps(entities, len(text)) if len(entities) > 1 else entities
    return named, segment.skeleton(plain, lexicon, seen.words, apart)


def _free_of(taken: Sequence[Span], found: Sequence[F], length: int) -> Sequence[F]:
    """Those of the findings that touch none of the spans."""
    if not (taken and found):
        return found
    places = segment.Taken(length, taken)
    return [finding for finding in found if places.free(finding.span)]


def _given(text: str, plain: str, found: Sequence[F]) -> tuple[F, ...]:
    """The findings in order, with the words as they stand in the text as given."""
    if not found:
        return ()
    if plain != text:
        found = [f if f.text == text[f.span[0] : f.span[1]] else replace(f, text=text[slice(*f.span)]) for f in found]
    return tuple(sorted(found, key=span_of) if len(found) > 1 else found)


def _at_home(contact: Contact, names: NameIndex) -> Contact:
    """The contact with the known customers that have one so called."""
    if not names.knows_contacts:
        return contact
    title = contact.title or ""
    homes = names.of_contact(contact.text, contact.name + title, contact.name)
    if not homes:
        return contact
    c = contact
    return Contact(c.text, c.span, c.rule, c.confidence, c.name, c.title, c.department, homes)  # quicker than replace


def _meaning(text: str, now: datetime, scene: Scene, named: Named) -> Reading:
    said = facts(scene)
    stages_said, actions_said = stages.find(scene, said), actions.find(scene, said)
    signals_said, promises = signals.find(scene, said), commitments.find(scene)
    customers = named.customers
    if not (stages_said or actions_said or signals_said or promises or named.contacts or named.amounts):
        surely = is_business(scene.skeleton, scene.clauses) or any(
            not c.known and c.confidence > (BY_WORDS if c.rule == RULE else SURE) for c in customers
        )
        customers = tuple(c for c in customers if c.known or surely or c.rule in TOLD)
    action = actions.foremost([action for _, action in actions_said])
    stage = stages.furthest([stage for _, stage in stages_said])
    signals_once, commitments_said = signals.once([one for _, one in signals_said]), tuple([p for _, p in promises])
    return Reading(
        text=text,
        now=now,
        dates=named.dates,
        customers=customers,
        contacts=named.contacts,
        phones=named.phones,
        emails=named.emails,
        amounts=named.amounts,
        action=action,
        stage=stage,
        signals=signals_once,
        commitments=commitments_said,
        deals=deals.deals(
            scene, customers, named.contacts, named.amounts, stages_said, actions_said, signals_said, promises
        ),
        why=_why(named, customers, action, stage, signals_once, commitments_said),
    )


def _why(
    named: Named,
    customers: Sequence[Finding],
    action: Finding | None,
    stage: Finding | None,
    signals: Sequence[Finding],
    commitments: Sequence[Finding],
) -> tuple[Why, ...]:
    """A line of explanation for every finding."""
    entities = (named.dates, customers, named.contacts, named.phones, named.emails, named.amounts)
    lines = _each(ENTITIES, entities)
    if action:
        lines.append(Why("action", action.span, action.rule, action.confidence))
    if stage:
        lines.append(Why("stage", stage.span, stage.rule, stage.confidence))
    if signals or commitments:
        lines += _each(("signals", "commitments"), (signals, commitments))
    return tuple(lines)


def _each(fields: Sequence[str], found: Sequence[Sequence[Finding]]) -> list[Why]:
    return [
        _line((f"{field}[{n}]", one.span, one.rule, one.confidence))
        for field, some in zip(fields, found, strict=True)
        if some
        for n, one in enumerate(some)
    ]


_line = partial(tuple.__new__, Why)
"""Quicker than ``Why(...)``."""
