"""Several customers told apart: each clause belongs to the customer named in it, else to the one named last."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from nlp.actions import foremost
from nlp.facts import Scene
from nlp.reading import ActionFound, Amount, Commitment, Contact, Customer, Deal, Signal, StageFound
from nlp.signals import once
from nlp.stages import furthest

Owner = tuple[str | None, str, int | None]
"""A customer's name, id and the mention it was first named by."""
NOBODY: Owner = (None, "", None)


def owners(scene: Scene, customers: Sequence[Customer], contacts: Sequence[Contact]) -> list[Owner]:
    """Whose each clause is. Words before the first name belong to that name; a contact stands for its customer."""
    named: list[tuple[int, Owner]] = [(c.span[0], (c.name, c.id, n)) for n, c in enumerate(customers)]
    mentioned = {c.id: n for n, c in reversed(list(enumerate(customers))) if c.id}
    if len({owner[0] for _, owner in named}) != 1:
        for contact in contacts:
            if len(contact.customers) == 1 or (contact.customers and _clear(contact)):
                first = contact.customers[0]
                mention = mentioned.get(first.id)
                named.append((contact.span[0], (first.name, first.id, mention)))
    named.sort(key=lambda pair: pair[0])
    found: list[Owner] = []
    current, at = (named[0][1] if named else NOBODY), 0
    for clause in scene.clauses:
        start, end = scene.skeleton.span(clause.start, clause.end)
        while at < len(named) and named[at][0] < start:
            at += 1
        if at < len(named) and named[at][0] < end:
            current = named[at][1]
        found.append(current)
    return found


def _clear(contact: Contact) -> bool:
    return contact.customers[0].score - contact.customers[1].score > 0.005


def deals(
    scene: Scene,
    customers: Sequence[Customer],
    contacts: Sequence[Contact],
    amounts: Sequence[Amount],
    stages: Sequence[tuple[int, StageFound]],
    actions: Sequence[tuple[int, ActionFound]],
    signals: Sequence[tuple[int, Signal]],
    commitments: Sequence[tuple[int, Commitment]],
) -> tuple[Deal, ...]:
    """One deal a customer, in the order they are named; one without a name where none is and something was found."""
    identities = {(c.name, c.id) for c in customers}
    if len(identities) <= 1 and not any(contact.customers for contact in contacts):
        if not (customers or stages or actions or signals or commitments or contacts):
            return ()
        name, id = next(iter(identities), (None, ""))
        whole = Deal(
            customer=name,
            customer_id=id,
            stage=furthest([stage for _, stage in stages]),
            action=foremost([action for _, action in actions]),
            signals=once([signal for _, signal in signals]),
            commitments=tuple(range(len(commitments))),
            contacts=tuple(range(len(contacts))),
            amounts=tuple(range(len(amounts))),
            mention=0 if customers else None,
        )
        return (whole,)
    owner_of = owners(scene, customers, contacts)
    order: dict[tuple[str | None, str], int | None] = {}
    for name, id, mention in [*owner_of, *((c.name, c.id, n) for n, c in enumerate(customers))]:
        if order.get((name, id)) is None:
            order[name, id] = mention
    if len(order) > 1:
        order.pop((None, ""), None)
    shares = {owner: Share() for owner in order} or {(None, ""): Share()}
    alone = next(iter(shares.values())) if len(shares) == 1 else None

    def share(clause: int) -> Share:
        return alone or shares[owner_of[clause][:2]]

    for n, stage in stages:
        share(n).stages.append(stage)
    for n, action in actions:
        share(n).actions.append(action)
    for n, signal in signals:
        share(n).signals.append(signal)
    for k, (n, _) in enumerate(commitments):
        share(n).commitments.append(k)
    ends = [scene.skeleton.starts[clause.end] for clause in scene.clauses]
    for k, contact in enumerate(contacts):
        share(min(bisect_right(ends, contact.span[0]), len(ends) - 1)).contacts.append(k)
    for k, amount in enumerate(amounts):
        share(min(bisect_right(ends, amount.span[0]), len(ends) - 1)).amounts.append(k)
    return tuple(
        _deal(owner, order.get(owner), share) for owner, share in shares.items() if owner[0] is not None or share.holds
    )


@dataclass(slots=True)
class Share:
    """What of a message belongs to one customer."""

    stages: list[StageFound] = field(default_factory=list)
    actions: list[ActionFound] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    commitments: list[int] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Anything that a deal without a name is worth noting for."""
        return bool(self.stages or self.actions or self.signals or self.commitments or self.contacts)


def _deal(owner: tuple[str | None, str], mention: int | None, share: Share) -> Deal:
    return Deal(
        customer=owner[0],
        customer_id=owner[1],
        stage=furthest(share.stages),
        action=foremost(share.actions),
        signals=once(share.signals),
        commitments=tuple(share.commitments),
        contacts=tuple(share.contacts),
        amounts=tuple(share.amounts),
        mention=mention,
    )
