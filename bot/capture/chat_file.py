"""A file of a kept chat with a customer → evidence of his. Whatever it is called, no stage moves by it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.capture.evidence import File
from bot.capture.mail import NOT_SENT, OTHER
from bot.playbook.model import Playbook
from bot.process import service as process
from storage.records import Change, Evidence, Member, Opportunity, made, new_id

KIND = "silent.files"
"""The moment at which the rep hears what was kept, and the card that says so."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Who sent it, in which message, and to which customer and opportunity it belongs, if that is plain."""

    file: File
    at: datetime
    event: str
    by_us: bool
    member: Member
    customer_id: str
    deal: Opportunity | None
    note: str = ""


def take(sent: Sent, counts: Mapping[str, int], playbook: Playbook, now: datetime) -> tuple[Change, ...]:
    """The evidence, and what was owed of it and is in now; what a customer sent is no document that we sent."""
    kind = process.kind_of(sent.file.name, playbook)
    if kind == NOT_SENT and not sent.by_us:
        kind = OTHER
    proof = Evidence(
        id=new_id("evi", now), kind=kind, file=sent.file.name, sha256=sent.file.sha256, size=sent.file.size,
        mime=sent.file.mime, customer_id=sent.customer_id, member_id=sent.member.id, at=sent.at,
        opportunity_id=sent.deal.id if sent.deal else None, note=sent.note[:80], message_id=sent.event,
    )  # fmt: skip
    if sent.deal is None:
        return (made(proof),)
    return made(proof), *process.evidence_came(sent.deal, Counter(counts) + Counter([kind]), playbook, now)[1]
