"""A visit that was made, by one tap: the same record that the words 刚拜访了王总 make. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.playbook.model import Playbook
from bot.process import service as process
from storage.records import Activity, Change, Contact, Customer, Evidence, Member, Opportunity, made, new_id

ACTION = "visit"


@dataclass(frozen=True, slots=True)
class Visited:
    activity: Activity
    proofs: tuple[Evidence, ...]
    changes: tuple[Change, ...]


def visited(
    customer: Customer,
    deal: Opportunity | None,
    counts: Mapping[str, int],
    member: Member,
    words: str,
    playbook: Playbook,
    now: datetime,
    event: str,
    person: Contact | None = None,
) -> Visited:
    """The visit, the evidence that a visit is by itself (as the playbook's kinds say), and what that settles. The stage
    is left alone: no tap moves an opportunity by the way."""
    activity = Activity(
        id=new_id("act", now), customer_id=customer.id, opportunity_id=deal.id if deal else None, action=ACTION,
        author_id=member.id, recorder_id=member.id, occurred_at=now, text=words, confirmed=True, message_id=event,
    )  # fmt: skip
    if deal is None:
        return Visited(activity, (), (made(activity),))
    whom = f"{person.name}{person.title or ''}" if person else ""
    proofs = tuple(
        Evidence(
            id=new_id("evi", now), kind=kind, customer_id=customer.id, opportunity_id=deal.id, member_id=member.id,
            at=now, note=whom or words[:80], message_id=event,
        )
        for kind, meaning in playbook.evidence.items()
        if ACTION in meaning.from_actions
    )  # fmt: skip
    found = Counter(counts)
    found.update(proof.kind for proof in proofs)
    _, settled = process.evidence_came(deal, found, playbook, now)
    return Visited(activity, proofs, (made(activity), *(made(proof) for proof in proofs), *settled))
