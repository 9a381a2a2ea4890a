"""What a chat comes to, customer by customer: readings of its turns go in, what still stands at its end comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from nlp import dialogue
from nlp.actions import foremost
from nlp.reading import (
    STAGE_ORDER,
    ActionFound,
    Amount,
    Commitment,
    Contact,
    Customer,
    Deal,
    Finding,
    Reading,
    Signal,
    StageFound,
    Why,
)
from nlp.signals import once
from nlp.turns import Turn
from nlp.whose import NOBODY, Heard, Owner, Whose, owner_of

F = TypeVar("F", bound=Finding)


@dataclass(slots=True)
class Account:
    """What the chat says of one customer."""

    stages: list[StageFound] = field(default_factory=list)
    actions: list[ActionFound] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    promises: list[Commitment] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)

    def take(self, deal: Deal, reading: Reading) -> None:
        """One part of a turn; what it overthrows goes."""
        if deal.stage is not None:
            if "lost" in (deal.stage.value, *(stage.value for stage in self.stages)):
                self.stages.clear()
            self.stages.append(deal.stage)
        if deal.action is not None:
            self.actions.append(deal.action)
        self.signals += deal.signals
        self.contacts += [reading.contacts[n] for n in deal.contacts]
        self.amounts += [reading.amounts[n] for n in deal.amounts]
        for n in deal.commitments:
            self.promises = agreed_upon(self.promises, reading.commitments[n])

    def unsay(self, turn: Turn) -> None:
        """The stages, appointments and promises that a later turn takes away."""
        self.stages = [one for one in self.stages if not dialogue.cancels(turn.text, one.value)]
        self.actions = [
            one for one in self.actions if not (one.arranged and dialogue.cancels(turn.text, "solution_demo"))
        ]
        self.promises = [one for one in self.promises if one.by == turn.side or not dialogue.refuses(turn.text, one)]

    @property
    def stage(self) -> StageFound | None:
        return max(self.stages, key=lambda stage: STAGE_ORDER.index(stage.value), default=None)


def agreed_upon(promises: Sequence[Commitment], new: Commitment) -> list[Commitment]:
    """The promises with a new one: said again it keeps its day or moves it, and an echo of the other side is none."""
    bare = next((one for one in promises if one.by == new.by and len(new.what) == 1 and one.what[0] == new.what), None)
    if bare is not None and new.due is not None:  # 那11号, after 12号给您出
        return [replace(one, when=new.when, due=new.due) if one is bare else one for one in promises]
    alike = [one for one in promises if _thing(one.what) == _thing(new.what)]
    if any(one.by != new.by and (new.due is None or new.due == one.due) for one in alike):
        return list(promises)
    before = next((one for one in alike if one.by == new.by), None)
    if before is None:
        return [*promises, new]
    kept = before if new.due is None else new
    return [kept if one is before else one for one in promises]


def _thing(what: str) -> str:
    bare = re.sub(r"^(?:回复|提供|准备|安排|整理|发|给|寄|送|做|出|报|拟|写|改|交|推)|[个份版张的一]", "", what)
    return re.sub(r"报价[单表函]", "报价", bare) or what


def gathered(heard: Sequence[Heard], text: str, now: datetime) -> Reading:
    """The reading of a whole chat from the readings of its turns, in the order of the chat."""
    heard = _without_slips(heard)
    customers = _joined(heard, lambda r: r.customers)
    accounts = _accounts(heard, Whose(heard))
    contacts = _people(heard)
    promises = sorted((one for account in accounts.values() for one in account.promises), key=lambda one: one.span)
    amounts = _joined(heard, lambda r: r.amounts)
    deals = tuple(_deal(owner, account, customers, contacts, amounts, promises) for owner, account in accounts.items())
    reading = Reading(
        text=text,
        now=now,
        dates=_joined(heard, lambda r: r.dates),
        customers=customers,
        contacts=contacts,
        phones=_joined(heard, lambda r: r.phones),
        emails=_joined(heard, lambda r: r.emails),
        amounts=amounts,
        action=foremost([deal.action for deal in deals if deal.action]),
        stage=max(
            (deal.stage for deal in deals if deal.stage), key=lambda one: STAGE_ORDER.index(one.value), default=None
        ),
        signals=once([signal for deal in deals for signal in deal.signals]),
        commitments=tuple(promises),
        deals=deals,
    )
    return replace(reading, why=tuple(_why(reading)))


def without_past(reading: Reading, day: date) -> Reading:
    """The reading without promises that fell due before the day: in an old chat they are history, nothing to do."""
    places = [n for n, one in enumerate(reading.commitments) if one.due is None or _day(one.due) >= day]
    if len(places) == len(reading.commitments):
        return reading
    moved_to = {old: new for new, old in enumerate(places)}
    kept = replace(
        reading,
        commitments=tuple(reading.commitments[n] for n in places),
        deals=tuple(
            replace(deal, commitments=tuple(moved_to[n] for n in deal.commitments if n in moved_to))
            for deal in reading.deals
        ),
    )
    return replace(kept, why=tuple(_why(kept)))


def _day(due: date | datetime) -> date:
    return due.date() if isinstance(due, datetime) else due


def _without_slips(heard: Sequence[Heard]) -> list[Heard]:
    """The turns without those that their speaker takes back at once (发错了)."""
    kept: list[Heard] = []
    for one in heard:
        if one.turn is None or one.label or not dialogue.takes_back(one.turn.text):
            kept.append(one)
            continue
        last = next((k for k in reversed(kept) if k.turn and not k.label and k.turn.speaker == one.turn.speaker), None)
        if last is not None:
            kept.remove(last)
    return kept


def _joined(heard: Iterable[Heard], of: Callable[[Reading], Iterable[F]]) -> tuple[F, ...]:
    return tuple(sorted((one for part in heard for one in of(part.reading)), key=lambda finding: finding.span))


def _people(heard: Iterable[Heard]) -> tuple[Contact, ...]:
    """Each person once, where he is first named; a speaker by his label."""
    first: dict[tuple[str, str | None], Contact] = {}
    for part in heard:
        for one in part.reading.contacts:
            first.setdefault((one.name, one.title), one)
    return tuple(sorted(first.values(), key=lambda contact: contact.span))


def _accounts(heard: Sequence[Heard], whose: Whose) -> dict[Owner, Account]:
    accounts: dict[Owner, Account] = {}
    for one in heard:
        if one.turn is not None and not one.label:
            for account in accounts.values():
                account.unsay(one.turn)
        for deal in parts(one.reading):
            owner = whose.of(one.turn, deal)
            if owner is None:
                owner, deal = whose.current, Deal(None, commitments=deal.commitments)
            accounts.setdefault(owner, Account()).take(deal, one.reading)
    return _settled(accounts)


def _settled(accounts: dict[Owner, Account]) -> dict[Owner, Account]:
    """What was said before the customer was named belongs to the one customer who was."""
    named = [owner for owner in accounts if owner != NOBODY]
    if NOBODY not in accounts or len(named) != 1:
        return accounts
    before, account = accounts.pop(NOBODY), accounts[named[0]]
    for name in ("stages", "actions", "signals", "promises", "contacts", "amounts"):
        setattr(account, name, [*getattr(before, name), *getattr(account, name)])
    return accounts


def parts(reading: Reading) -> tuple[Deal, ...]:
    """The reading's deals; everything as one, where it has none."""
    if reading.deals:
        return reading.deals
    owner = owner_of(reading)
    found = Deal(
        customer=owner[0],
        customer_id=owner[1],
        stage=reading.stage,
        action=reading.action,
        signals=reading.signals,
        commitments=tuple(range(len(reading.commitments))),
        contacts=tuple(range(len(reading.contacts))),
        amounts=tuple(range(len(reading.amounts))),
    )
    return (found,) if reading.is_business or reading.amounts else ()


def _deal(
    owner: Owner,
    account: Account,
    customers: Sequence[Customer],
    contacts: Sequence[Contact],
    amounts: Sequence[Amount],
    promises: Sequence[Commitment],
) -> Deal:
    people = {(one.name, one.title) for one in account.contacts}
    return Deal(
        customer=owner[0],
        customer_id=owner[1],
        stage=account.stage,
        action=foremost(account.actions),
        signals=once(account.signals),
        commitments=tuple(n for n, one in enumerate(promises) if one in account.promises),
        contacts=tuple(n for n, one in enumerate(contacts) if (one.name, one.title) in people),
        amounts=tuple(n for n, one in enumerate(amounts) if one in account.amounts),
        mention=next((n for n, c in enumerate(customers) if (c.name, c.id) == owner), None),
    )


def _why(reading: Reading) -> Iterator[Why]:
    """A line of explanation for every finding, lists entry by entry."""
    found: list[tuple[str, Finding | None]] = [("action", reading.action), ("stage", reading.stage)]
    for name in ("dates", "customers", "contacts", "phones", "emails", "amounts", "signals", "commitments"):
        found += [(f"{name}[{n}]", finding) for n, finding in enumerate(getattr(reading, name))]
    for path, finding in found:
        if finding is not None:
            yield Why(path, finding.span, finding.rule, finding.confidence)
