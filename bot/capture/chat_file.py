"""A file of a kept chat with a customer → evidence of his. Whatever it is called, no stage moves by it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from bot.capture.evidence import File
from bot.capture.mail import NOT_SENT, OTHER
from bot.playbook.model import Playbook
from bot.process import service as process
from storage.records import Change, Evidence, Member, Opportunity, made, new_id

KIND = "silent.files"
"""The moment at which the rep hears what waits, and the card that asks."""


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

    @classmethod
    def of(cls, told: Mapping[str, Any], event: str, member: Member, deal: Opportunity | None, note: str) -> Self:
        """As ``told`` says it, which waited for a tap; ``event`` is the tap."""
        file = File(str(told["file"]), str(told["sha256"]), int(told["size"]), str(told["mime"]))
        at = datetime.fromisoformat(str(told["at"]))
        return cls(file, at, event, bool(told["by_us"]), member, str(told["customer"]), deal, note)


def take(sent: Sent, counts: Mapping[str, int], playbook: Playbook, now: datetime) -> tuple[tuple[Change, ...], str]:
    """The evidence with what was owed of it and is in now, and its kind; what a customer sent is no document that we
    sent."""
    kind = process.kind_of(sent.file.name, playbook)
    if kind == NOT_SENT and not sent.by_us:
        kind = OTHER
    proof = Evidence(
        id=new_id("evi", now), kind=kind, file=sent.file.name, sha256=sent.file.sha256, size=sent.file.size,
        mime=sent.file.mime, customer_id=sent.customer_id, member_id=sent.member.id, at=sent.at,
        opportunity_id=sent.deal.id if sent.deal else None, note=sent.note[:80], message_id=sent.event,
    )  # fmt: skip
    if sent.deal is None:
        return (made(proof),), kind
    return (made(proof), *process.evidence_came(sent.deal, Counter(counts) + Counter([kind]), playbook, now)[1]), kind
