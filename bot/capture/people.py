"""The people that one customer's part of a message names."""

from __future__ import annotations

from bot.capture import facts
from bot.capture.part import Part
from nlp import tags
from nlp.reading import Contact as SaidContact
from storage.records import Contact, changed, made


def people_of(part: Part) -> tuple[Contact, ...]:
    """The contacts this part names: those on the books, and new ones with the phones said beside them."""
    assert part.customer is not None
    known = part.memory.contacts.get(part.customer.id, ())
    found = [_person(part, part.reading.contacts[index], known) for index in part.deal.contacts]
    if len(found) == 1:
        _reach(part, found[0])
    return tuple(found)


def _person(part: Part, said: SaidContact, known: tuple[Contact, ...]) -> Contact:
    assert part.customer is not None
    told = (part.reading.text, said, part.reading.contacts)
    role = tags.decides(*told)
    person = next((one for one in known if facts.same_person(one, said)), None)
    known_before = person is not None
    if person is None:
        person = facts.contact(said, part.customer, part.said.now).with_(role=role)
        part.changes.append(made(person))
    elif role != person.role and (role or person.role in tags.decides_not(*told)):
        part.changes.append(changed(person, "contact.role", role=role))
        person = person.with_(role=role)
    else:
        return person
    if role or known_before:
        part.decides.append((f"{person.name}{person.title or ''}", role))
    return person


def _reach(part: Part, person: Contact) -> None:
    phones = tuple(dict.fromkeys((*person.phones, *(p.value for p in part.reading.phones))))
    emails = tuple(dict.fromkeys((*person.emails, *(e.value for e in part.reading.emails))))
    if (phones, emails) != (person.phones, person.emails):
        part.changes.append(changed(person, "contact.reach", phones=phones, emails=emails))
