"""Particulars put right: who it was, what he is, how he is reached, and whose doing it is (LOOP-1, VOICE.md A5)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.capture.facts import contact as made_of
from bot.capture.facts import same_person
from bot.handlers.correct_customer import example, to_another
from bot.replies import facts, words
from bot.replies import reading as say
from bot.replies.facts import called, promised
from bot.replies.wording import clock_of, masked
from bot.routing import Reply
from bot.turn import Turn
from nlp.corrections import Correction as Said_
from nlp.particulars import Particular, Person
from nlp.reading import Contact as SaidContact
from nlp.reading import Reading
from storage import commitments, customers, inbox
from storage.records import AuditEntry, Change, Commitment, Contact, Customer, changed, made


async def put_right(
    said: Particular, event: str, mine: tuple[AuditEntry, ...], customer: Customer | None, turn: Turn
) -> Reply | None:
    """The correction's card; None where the message has nothing of the kind."""
    if said.field == "by":
        return await _by(said, event, mine, turn)
    if customer is None:
        return None
    people = await customers.contacts(customer.id)
    reading = await _as_read(event, turn)
    if said.field == "contact" and said.person is not None:
        return await _another(said, event, mine, customer, people, reading, turn)
    one = _spoken_of(said.whose, people, reading)
    if one is None:
        return Reply(push=words.text("correct.whose", customer=await customers.short_name(customer.id)))
    if said.field == "phone":
        return await _phone(said, one, event, customer, turn)
    return await _renamed(said, one, event, customer, turn)


async def _as_read(event: str, turn: Turn) -> Reading | None:
    row = await inbox.get(event)
    if row is None:
        return None
    return await turn.house.names.reading(row.text, row.sent_at or row.received_at, turn.calendar)


def _matching(person: Person, people: Sequence[Contact]) -> Contact | None:
    said = SaidContact(person.words, (0, 0), "", 1.0, person.name, person.title, person.department)
    return next((one for one in people if same_person(one, said)), None)


def _spoken_of(whose: Person | None, people: Sequence[Contact], reading: Reading | None) -> Contact | None:
    """The person named; else the one of the message, else the customer's only one."""
    if whose is not None:
        return _matching(whose, people)
    for said in reading.contacts if reading else ():
        found = next((one for one in people if same_person(one, said)), None)
        if found is not None:
            return found
    return people[0] if len(people) == 1 else None


# -- another person ------------------------------------------------------------------------------------------------


async def _another(
    said: Particular,
    event: str,
    mine: tuple[AuditEntry, ...],
    customer: Customer,
    people: Sequence[Contact],
    reading: Reading | None,
    turn: Turn,
) -> Reply | None:
    """The message was about somebody else: of the same customer, or of the one where that person is at home."""
    assert said.person is not None
    elsewhere = await _at_home_elsewhere(said.person, customer, reading, turn)
    if elsewhere is not None:
        return await to_another(Said_("customer", "", elsewhere.name, explicit=True), event, mine, customer, turn)
    wrong = _spoken_of(said.whose, people, reading)
    new_here = wrong is not None and any(e.kind == "contact.created" and e.record == wrong.id for e in mine)
    right = _matching(said.person, people)
    if right is not None and wrong is not None and right.id == wrong.id:
        return None
    changes: list[Change] = []
    if right is None and wrong is not None and new_here:
        fields = {"name": said.person.name, "title": said.person.title, "department": said.person.department}
        changes.append(changed(wrong, "contact.corrected", **fields))
        right = wrong.with_(**fields)
    elif right is None:
        right = made_of(_as_said(said.person), customer, turn.now)
        changes.append(made(right))
    changes += [
        changed(one, "commitment.contact", contact_id=right.id)
        for one in await _promises(mine)
        if one.contact_id != right.id
    ]
    old = called(wrong) if wrong is not None else (said.whose.words if said.whose else "")
    changes.append(example("contact", old, said.person.words, event, turn))
    name = await customers.short_name(customer.id)
    line = words.bit("field_change", old=old or "—", new=called(right))
    remembered = words.bit("remember_contact", person=said.person.words, customer=name)
    return _card(name, [("contact_label", line), ("remembered", remembered)], changes, event, turn)


async def _at_home_elsewhere(
    person: Person, customer: Customer, reading: Reading | None, turn: Turn
) -> Customer | None:
    """The sender's one customer who has such a contact, where the message named its customer by the person alone."""
    if reading is None or any(one.known for one in reading.customers):
        return None
    found = turn.house.names.read(person.words, turn.at, turn.calendar).contacts
    ids = {candidate.id for contact in found for candidate in contact.customers}
    if customer.id in ids:
        return None
    theirs = [one for id in ids if (one := await customers.get(id)) and turn.scope.sees(one)]
    return theirs[0] if len(theirs) == 1 else None


def _as_said(person: Person) -> SaidContact:
    return SaidContact(person.words, (0, 0), "correction", 1.0, person.name, person.title, person.department)


async def _promises(mine: tuple[AuditEntry, ...]) -> list[Commitment]:
    ids = dict.fromkeys(entry.record for entry in mine if entry.record.startswith("pro_"))
    return [one for id in ids if (one := await commitments.get(id)) is not None]


# -- what he is, how he is reached ---------------------------------------------------------------------------------


async def _renamed(said: Particular, one: Contact, event: str, customer: Customer, turn: Turn) -> Reply | None:
    assert said.person is not None
    if said.field == "title":
        fields: dict[str, str | None] = {"title": said.person.title}
        if said.person.department:
            fields["department"] = said.person.department
    else:
        fields = {"name": said.person.name}
    after = one.with_(**fields)
    if after == one:
        return None
    kept = example(said.field, called(one), called(after), event, turn)
    name = await customers.short_name(customer.id)
    line = words.bit("field_change", old=called(one), new=called(after))
    return _card(name, [("contact_label", line)], [changed(one, "contact.corrected", **fields), kept], event, turn)


async def _phone(said: Particular, one: Contact, event: str, customer: Customer, turn: Turn) -> Reply | None:
    """The right number stands first; the wrong one goes, and so does a single one that was there."""
    wrong = said.old_phone or (one.phones[0] if len(one.phones) == 1 else "")
    phones = tuple(dict.fromkeys((said.phone, *(phone for phone in one.phones if phone != wrong))))
    if phones == one.phones:
        return None
    kept = example("phone", wrong, said.phone, event, turn)
    name = await customers.short_name(customer.id)
    new = masked(said.phone.removeprefix("+86"))
    old = masked(wrong.removeprefix("+86")) if wrong else "—"
    lines = [("contact_label", called(one)), ("phone_label", words.bit("field_change", old=old, new=new))]
    return _card(name, lines, [changed(one, "contact.corrected", phones=phones), kept], event, turn)


# -- whose doing ---------------------------------------------------------------------------------------------------


async def _by(said: Particular, event: str, mine: tuple[AuditEntry, ...], turn: Turn) -> Reply | None:
    """是他们发，不是我们: the promise changes sides, and its reminders with it."""
    assert said.by is not None
    open_ = [one for one in await _promises(mine) if one.state in ("open", "overdue") and one.by != said.by]
    if not open_:
        return None
    one = open_[-1]
    after = one.with_(by=said.by)
    sides = [promised(one), promised(after)]
    changes = [
        changed(one, "commitment.side", by=said.by),
        example("by", sides[0], sides[1], event, turn),
    ]
    name = await customers.short_name(one.customer_id)
    line = words.bit("field_change", old=sides[0], new=sides[1])
    return _card(name, [("commitment", line)], changes, event, turn)


def _card(name: str, lines: Sequence[tuple[str, str]], changes: Sequence[Change], event: str, turn: Turn) -> Reply:
    shown = [(words.bit(label), facts.shorten([(words.bit(label), value)])[0][1]) for label, value in lines]
    card = say.corrected(name, clock_of(turn.now), shown)
    about = {"events": [event], "message": event, "name": name}
    return Reply(push=card, changes=tuple(changes), event=event, about=about)
