"""The records, as values. Storage answers in these; nobody above it sees a table.

Ids are text: a kind prefix and a UUIDv7 (``opp_0195…``). Moments are aware datetimes, days are dates reckoned in the
team's zone, money is Decimal in whole currency units. ``undone_at`` is set on a record whose making was undone.
A change to any of these is a :class:`Change`, and goes through ``storage.audit.apply`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.records.base import Record, new_id
from storage.records.change import AuditEntry, Change, Verdict, changed, made
from storage.records.customers import (
    Alias,
    Binding,
    Claim,
    ClaimState,
    Contact,
    Customer,
    External,
    Fact,
    Unassigned,
    UnassignedState,
)
from storage.records.deals import (
    Activity,
    Commitment,
    CommitmentState,
    Handover,
    HandoverState,
    Opportunity,
    OpportunityState,
    Risk,
    RiskState,
    Side,
    Task,
    TaskState,
    Waiver,
    WaiverState,
)
from storage.records.flow import CardRow, Delivery, Message, MessageState, Moment, OutboxRow, PlaybookVersion
from storage.records.leads import Lead, LeadState
from storage.records.learning import Correction, ScriptUse
from storage.records.people import ApiToken, Identity, Member, Team, Webhook
from storage.records.proof import Evidence, Visit, VisitState

__all__ = [
    "RECORDS",
    "Activity",
    "Alias",
    "ApiToken",
    "AuditEntry",
    "Binding",
    "CardRow",
    "Change",
    "Claim",
    "ClaimState",
    "Commitment",
    "CommitmentState",
    "Contact",
    "Correction",
    "Customer",
    "Delivery",
    "Evidence",
    "External",
    "Fact",
    "Handover",
    "HandoverState",
    "Identity",
    "Lead",
    "LeadState",
    "Member",
    "Message",
    "MessageState",
    "Moment",
    "Opportunity",
    "OpportunityState",
    "OutboxRow",
    "PlaybookVersion",
    "Record",
    "Risk",
    "RiskState",
    "ScriptUse",
    "Side",
    "Task",
    "TaskState",
    "Team",
    "Unassigned",
    "UnassignedState",
    "Verdict",
    "Visit",
    "VisitState",
    "Waiver",
    "WaiverState",
    "Webhook",
    "changed",
    "made",
    "new_id",
]

RECORDS: Mapping[str, type[Record]] = {
    kind.prefix: kind
    for kind in (
        Team, Member, Identity, Customer, Alias, Contact, Opportunity, Activity, Commitment, Evidence, Task, Correction,
        Waiver, Handover, Claim, Risk, ScriptUse, Lead, Unassigned, Binding, External, Fact, Visit,
        ApiToken, Webhook,
    )
}  # fmt: skip
"""Every record that changes by :class:`Change`, by the prefix of its id."""
