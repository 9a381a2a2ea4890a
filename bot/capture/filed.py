"""Files that come beside the talk, by mail or in a kept chat → evidence. Whatever they are called, no stage moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.capture.evidence import File
from bot.playbook.model import Playbook
from bot.process import service as process
from storage.records import Change, Evidence, Opportunity, new_id

NOT_SENT = "document_sent"
"""A file that came to us is no document that we sent."""
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Came:
    """By which way: the customer, who has it, the message or tap it came by, and a word on where it was."""

    customer_id: str
    member_id: str
    event: str
    note: str
    deal: Opportunity | None = None


def proof(file: File, at: datetime, came: Came, playbook: Playbook, now: datetime, *, by_us: bool = False) -> Evidence:
    """What the file proves; ``at``: when it was sent."""
    kind = process.kind_of(file.name, playbook)
    return Evidence(
        id=new_id("evi", now), kind=OTHER if kind == NOT_SENT and not by_us else kind, file=file.name,
        sha256=file.sha256, size=file.size, mime=file.mime, customer_id=came.customer_id, member_id=came.member_id,
        at=at, opportunity_id=came.deal.id if came.deal else None, note=came.note[:80], message_id=came.event,
    )  # fmt: skip


def settled(
    proofs: Sequence[Evidence], deal: Opportunity | None, counts: Mapping[str, int], playbook: Playbook, now: datetime
) -> tuple[Change, ...]:
    """What was owed beside ``counts`` and is in now, of all of them together."""
    if deal is None or not proofs:
        return ()
    return process.evidence_came(deal, Counter(counts) + Counter(one.kind for one in proofs), playbook, now)[1]
