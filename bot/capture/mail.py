"""A customer's mail → what it would change. It is what somebody outside wrote: it may add, and it moves no stage and
overwrites no amount. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.capture import facts, filed
from bot.capture.approval import PARTY_MOST, TERMS_MOST, amount_of, day_of
from bot.capture.evidence import File
from bot.capture.values import Said
from bot.playbook.model import Playbook
from nlp.reading import Reading, Signal
from storage.records import (
    Activity,
    Change,
    Commitment,
    Contact,
    Customer,
    Evidence,
    Member,
    Opportunity,
    changed,
    made,
    new_id,
)

TEXT_KEPT = 4000
BEHIND = r"\s*(?:(?:为|是)?\s*[:：|]|为|是|(?=\s*\d))\s*"
"""A label is followed by a mark, by 是, or at once by a figure: in 付款方式我们再商量 nothing is told."""
UNSAID = re.compile(r"$|.*[?？]|(?:什么|怎么|如何|多少|哪|待定|再|还|未|没|暂|无|不|按原|同上|[-/—]+$)")
"""What stands behind a label and tells nothing."""
HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
PERSON = re.compile(r"[A-Za-z][A-Za-z .'-]{1,30}")


@dataclass(frozen=True, slots=True)
class Labelled:
    """``label`` as it stood, ``value`` as it is kept."""

    field: str
    label: str
    value: Any


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it is to be recorded. ``files`` lie in the evidence store; ``refused`` are names of what was not
    taken."""

    address: str
    name: str
    subject: str
    text: str
    at: datetime
    event: str
    files: tuple[File, ...] = ()
    refused: tuple[str, ...] = ()
    passed_on_by: str = ""
    thread: tuple[str, ...] = ()
    """What the mail and those before it are called, as hashes."""

    @property
    def words(self) -> str:
        return f"{self.subject}\n{self.text}".strip()

    def kept(self) -> dict[str, Any]:
        """As JSON, until it is said whose it is."""
        files = [[one.name, one.sha256, one.size, one.mime] for one in self.files]
        return {
            "address": self.address, "name": self.name, "subject": self.subject, "text": self.text,
            "at": self.at.isoformat(), "event": self.event, "files": files, "refused": list(self.refused),
            "passed_on_by": self.passed_on_by, "thread": list(self.thread),
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Mail:
        files = tuple(File(str(name), str(sha), int(size), str(mime)) for name, sha, size, mime in kept["files"])
        told = {
            **kept, "at": datetime.fromisoformat(kept["at"]), "files": files, "refused": tuple(kept["refused"]),
            "thread": tuple(kept.get("thread", ())),
        }  # fmt: skip
        return cls(**told)


def labelled(words: str, playbook: Playbook) -> list[tuple[str, str, str]]:
    """(field, label, what stands behind it) for each label of the playbook's, the first of a field alone."""
    found: dict[str, tuple[str, str, str]] = {}
    for name, labels in playbook.mail.fields.items():
        for label in sorted(labels, key=len, reverse=True):
            match = re.search(rf"{re.escape(label)}{BEHIND}([^;；。\n]{{1,80}})", words, re.IGNORECASE)
            said = match[1].strip(" 　*|\t") if match else ""
            if match and name not in found and not UNSAID.match(said):
                found[name] = (name, match[0][: len(label)], said)
    return list(found.values())


def values(said: Sequence[tuple[str, str, str]], readings: Mapping[str, Reading]) -> list[Labelled]:
    """What the labels are followed by, as it is kept; ``readings``: of the words behind a label that name a day."""
    found = []
    for name, label, words in said:
        value = _value(name, words, readings.get(words))
        if value is not None:
            found.append(Labelled(name, label, value))
    return found


def _value(name: str, words: str, reading: Reading | None) -> Any:
    if name == "sign_date":
        return day_of(words) or _day(reading)
    if name == "amount":
        first = re.split(r"[，、\s]", words)[0]
        return amount_of(first) or amount_of(words)
    most = PARTY_MOST if name == "signing_party" else TERMS_MOST
    return " ".join(words.split())[:most] or None


def _day(reading: Reading | None) -> date | None:
    days = [one for one in reading.dates if one.grain not in ("month", "quarter", "year")] if reading else []
    one = next(iter(days), None)
    return one.start.date() if one is not None else None


def again(name: str, label: str, kept: str) -> Labelled:
    """From the text of a value that was kept."""
    value: Any = kept
    if name == "sign_date":
        value = date.fromisoformat(kept)
    elif name == "amount":
        value = Decimal(kept)
    return Labelled(name, label, value)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a mail comes to: ``changes``; of the deal what was filled, and what stands otherwise in the record."""

    changes: tuple[Change, ...]
    filled: tuple[Labelled, ...] = ()
    otherwise: tuple[Labelled, ...] = ()
    """Labels whose value the record has otherwise, and which were left alone."""
    signals: tuple[Signal, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    files: tuple[Evidence, ...] = ()

    @property
    def says_something(self) -> bool:
        """It is worth a card: more than that somebody wrote."""
        return bool(self.filled or self.otherwise or self.signals or self.commitments or self.files)


@dataclass(frozen=True, slots=True)
class Known:
    """The record as it stands: whose mail it is, and the opportunity that it is about, if that is plain."""

    customer: Customer
    people: tuple[Contact, ...]
    deal: Opportunity | None
    owner: Member
    counts: Mapping[str, int] = field(default_factory=dict)
    by_thread: bool = False
    """It is known by its thread alone: who writes may be anybody, and is not taken for one of the customer's."""


def take(
    mail: Mail, reading: Reading, said: Sequence[Labelled], known: Known, playbook: Playbook, now: datetime
) -> Taken:
    """The changes of the mail, in the name of nobody of the house: the customer's owner is whose talk it is."""
    person, reached = _person(mail, known, now)
    deal = known.deal
    note = Said(mail.words, mail.at, now, mail.event)
    activity = _activity(mail, reading, known, now)
    people = (person,) if person is not None else ()
    activity = activity.with_(tags=facts.four_tags(activity, known.customer, deal, people))
    changes = [*reached, made(activity)]
    promises = tuple(
        facts.commitment(one, note, known.owner, known.customer, deal, people)
        for one in reading.commitments
        if one.by == "customer" and one.confidence >= playbook.asks_below("commitment")
    )
    changes += [made(one) for one in promises]
    filled, otherwise = terms(said, deal)
    if filled and deal is not None:
        fields = {one.field: one.value for one in filled}
        changes.append(changed(deal, "opportunity.terms", **fields))
        deal = deal.with_(**fields)
    came = filed.Came(known.customer.id, known.owner.id, mail.event, mail.subject, deal)
    proofs = tuple(filed.proof(file, mail.at, came, playbook, now) for file in mail.files)
    changes += [made(one) for one in proofs]
    changes += filed.settled(proofs, deal, known.counts, playbook, now)
    return Taken(tuple(changes), filled, otherwise, reading.signals, promises, proofs)


def _activity(mail: Mail, reading: Reading, known: Known, now: datetime) -> Activity:
    return Activity(
        id=new_id("act", now), customer_id=known.customer.id, opportunity_id=known.deal.id if known.deal else None,
        action="email", author_id=known.owner.id, recorder_id=known.owner.id, occurred_at=mail.at,
        text=mail.words[:TEXT_KEPT], signals=tuple(dict.fromkeys(one.value for one in reading.signals)),
        message_id=mail.event,
    )  # fmt: skip


def terms(said: Sequence[Labelled], deal: Opportunity | None) -> tuple[tuple[Labelled, ...], tuple[Labelled, ...]]:
    """(what is filled, what stands otherwise and stays). A day is moved by the customer's own word; what we agreed on
    is not."""
    if deal is None:
        return (), tuple(said)
    filled: list[Labelled] = []
    otherwise: list[Labelled] = []
    for one in said:
        old = getattr(deal, one.field)
        if old == one.value:
            continue
        (filled if old in (None, "") or one.field == "sign_date" else otherwise).append(one)
    return tuple(filled), tuple(otherwise)


def _person(mail: Mail, known: Known, now: datetime) -> tuple[Contact | None, list[Change]]:
    """Who wrote: known by the address, or by the name, to which the address then belongs; or somebody new."""
    by_address = next((one for one in known.people if mail.address in {e.casefold() for e in one.emails}), None)
    if by_address is not None:
        return by_address, []
    name = "" if known.by_thread else mail.name
    named = next((one for one in known.people if name and name in (one.name, f"{one.name}{one.title or ''}")), None)
    if named is not None:
        return named, [changed(named, "contact.reach", emails=(*named.emails, mail.address))]
    if known.by_thread or not (HAN_NAME.fullmatch(name) or PERSON.fullmatch(name)):
        return None, []
    fresh = Contact(id=new_id("con", now), customer_id=known.customer.id, name=name, emails=(mail.address,))
    return fresh, [made(fresh)]
