"""Several customers told apart: each clause belongs to the customer named in it, else to the one named last."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.actions import foremost
from nlp.facts import Scene
from nlp.reading import ActionFound, Amount, Commitment, Contact, Customer, Deal, Signal, Span, StageFound
from nlp.signals import once
from nlp.stages import furthest

Owner = tuple[str | None, str, int | None]
"""A customer's name, id and the mention it was first named by."""
NOBODY: Owner = (None, "", None)


def owners(scene: Scene, customers: Sequence[Customer], contacts: Sequence[Contact]) -> list[Owner]:
    """Whose each clause is. Words before the first name belong to that name; a contact stands for its customer."""
    named: list[tuple[int, Owner]] = [(c.span[0], (c.name, c.id, n)) for n, c in enumerate(customers)]
    if len({owner[0] for _, owner in named}) != 1:
        for contact in contacts:
            if len(contact.customers) == 1 or (contact.customers and _clear(contact)):
                first = contact.customers[0]
                mention = next((n for n, c in enumerate(customers) if c.id == first.id), None)
                named.append((contact.span[0], (first.name, first.id, mention)))
    named.sort(key=lambda pair: pair[0])
    found: list[Owner] = []
    current = named[0][1] if named else NOBODY
    for clause in scene.clauses:
        start, end = scene.skeleton.span(clause.start, clause.end)
        current = next((owner for at, owner in named if start <= at < end), current)
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
    clause_owner = owners(scene, customers, contacts)
    order = list(dict.fromkeys(owner[:2] for owner in clause_owner))
    order += [pair for pair in dict.fromkeys((c.name, c.id) for c in customers) if pair not in order]
    if any(name is not None for name, _ in order):
        order = [pair for pair in order if pair[0] is not None]
    found = []
    for name, id in order:
        mine = {n for n, owner in enumerate(clause_owner) if owner[:2] == (name, id) or len(order) == 1}
        within = [scene.skeleton.span(scene.clauses[n].start, scene.clauses[n].end) for n in sorted(mine)]
        deal = Deal(
            customer=name,
            customer_id=id,
            stage=furthest([stage for n, stage in stages if n in mine]),
            action=foremost([action for n, action in actions if n in mine]),
            signals=once([signal for n, signal in signals if n in mine]),
            commitments=tuple(k for k, (n, _) in enumerate(commitments) if n in mine),
            contacts=_inside(contacts, within),
            amounts=_inside(amounts, within),
            mention=next((n for n, c in enumerate(customers) if (c.name, c.id) == (name, id)), None),
        )
        if name is not None or deal.stage or deal.action or deal.signals or deal.commitments or deal.contacts:
            found.append(deal)
    return tuple(found)


def _inside(findings: Sequence[Contact] | Sequence[Amount], within: Sequence[Span]) -> tuple[int, ...]:
    return tuple(n for n, finding in enumerate(findings) if any(s <= finding.span[0] < e for s, e in within))
