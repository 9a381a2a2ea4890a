"""Which nodes a message reaches, what they still want to know, and what a sentence answers of it (CAP-8). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.capture import trial
from bot.capture.fields import PARTY, terms_of
from bot.capture.values import Entry
from bot.playbook.model import CustomField, Playbook
from bot.playbook.nodes import TERMS, Node
from bot.process import fields as own
from nlp.reading import Contact, Reading
from storage.records import Customer, Opportunity

NONE: tuple[Any, ...] = (None, "", [], ())


def reached(entry: Entry, playbook: Playbook) -> list[Node]:
    """Those that this part of a message comes to."""
    deal, decision = entry.deal, entry.decision
    if deal is None or entry.opportunity is None:
        return []
    here = {signal.value for signal in deal.signals}
    if trial.is_trial(deal):
        here.add("trial")
    if deal.action is not None and not deal.action.arranged:
        here.add(f"action.{deal.action.value}")
    if decision is not None and decision.moves:
        here.add(f"stage.{decision.to}")
    return [node for node in playbook.asking if node.fields and here & set(node.on)]


def by_form(form: str, playbook: Playbook) -> list[Node]:
    """Those that an agreed form comes to."""
    return [node for node in playbook.asking if node.fields and f"approval.{form}" in node.on]


def missing(node: Node, deal: Opportunity, customer: Customer | None, playbook: Playbook) -> list[str]:
    """What it wants and nobody said yet."""
    return [name for name in node.fields if not _known(name, deal, customer, playbook)]


def _known(name: str, deal: Opportunity, customer: Customer | None, playbook: Playbook) -> bool:
    if name == trial.PERIOD:
        return bool(deal.custom.get("trial_until"))
    if name in TERMS:
        return getattr(deal, name) not in NONE
    mapped = playbook.custom_field(name)
    if mapped is not None and mapped.of == "customer":
        return customer is None or customer.custom.get(name) not in NONE
    return deal.custom.get(name) not in NONE


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence answers: ``terms`` and ``custom`` of the opportunity, ``customer``'s own fields, and whom it
    names. ``bad``: what does not hold, and what would."""

    terms: Mapping[str, Any] = field(default_factory=dict)
    custom: Mapping[str, Any] = field(default_factory=dict)
    customer: Mapping[str, Any] = field(default_factory=dict)
    person: Contact | None = None
    bad: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.custom or self.customer)

    @property
    def plainly(self) -> bool:
        """It answers more than a day or a name, which any other talk may hold."""
        return bool(self.terms or self.customer or set(self.custom) - {"trial_from", "trial_until", trial.PERSON})


def told(
    words: str, reading: Reading, wanted: Sequence[str], playbook: Playbook, today: date, *, asked: bool,
    contacts: tuple[int, ...] | None = None,
) -> Told:  # fmt: skip
    """What ``words`` say of the ``wanted``. ``asked``: they answer the question, so that a bare value is the value of
    the one field it fits; else a field is told only where it is named."""
    terms = _terms(words, reading, [name for name in wanted if name in TERMS], asked)
    custom: dict[str, Any] = {}
    person = None
    if {trial.PERIOD, trial.PERSON} & set(wanted):
        about = trial.told(reading, contacts)
        custom, person = about.fields(), about.person
    fields = [mapped for name in wanted if (mapped := playbook.custom_field(name)) is not None]
    said = own.said_of(words, fields)
    if asked:
        said |= _bare(words, reading, [one for one in fields if one.id not in said])
    values: dict[str, dict[str, Any]] = {"customer": {}, "opportunity": custom}
    bad = []
    for one in fields:
        value = own.check(one, said[one.id], today) if one.id in said else None
        if isinstance(value, own.Bad):
            bad.append(value.mend)
        elif value is not None:
            values[one.of][one.id] = [value] if one.kind == "table" else value
    return Told(terms, custom, values["customer"], person, tuple(bad))


def _terms(words: str, reading: Reading, wanted: Iterable[str], asked: bool) -> dict[str, Any]:
    spoken = {"payment_terms"} | ({"signing_party"} if PARTY.search(words) else set())
    named = [name for name in wanted if asked or name in spoken]
    found = terms_of(words, reading, [name for name in named if name != "sign_date"])
    days = [one for one in reading.dates if one.grain in ("day", "halfday", "minute", "hour")]
    if asked and "sign_date" in named and len(days) == 1:
        found["sign_date"] = days[0].start.date()
    return found


def _bare(words: str, reading: Reading, fields: Sequence[CustomField]) -> dict[str, str]:
    """三甲, answered to 医院等级？: each value to the one field that it can be of."""
    found: dict[str, str] = {}
    for one in fields:
        alike = [other for other in fields if other.kind == one.kind]
        if one.kind in ("choice", "choices"):
            chosen = [choice for choice in one.choices if choice in words]
            if chosen:
                found[one.id] = "、".join(chosen) if one.kind == "choices" else max(chosen, key=len)
        elif len(alike) == 1 and one.kind == "number" and own.NUMBER.search(words):
            found[one.id] = words
        elif len(alike) == 1 and one.kind == "day" and reading.dates:
            found[one.id] = reading.dates[0].start.date().isoformat()
    left = [one for one in fields if one.id not in found]
    if len(fields) == len(left) == 1 and left[0].kind in ("text", "table"):
        found[left[0].id] = words
    return found
