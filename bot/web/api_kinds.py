"""What can be read at ``/api/v1``: kinds of records, their keys with types, and by what they may be filtered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TYPES: Mapping[str, Mapping[str, object]] = {
    "s": {"type": "string"},
    "s?": {"type": ["string", "null"]},
    "b": {"type": "boolean"},
    "i": {"type": "integer"},
    "m?": {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    "t": {"type": "string", "format": "date-time"},
    "t?": {"type": ["string", "null"], "format": "date-time"},
    "d?": {"type": ["string", "null"], "format": "date"},
    "due?": {"type": ["string", "null"], "description": "a date, or a moment with offset"},
    "ls": {"type": "array", "items": {"type": "string"}},
    "lo": {"type": "array", "items": {"type": "object"}},
    "o": {"type": "object"},
}
"""Types of keys, in short and as JSON schema."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``noun``: the kind of the export; ``keys``: its keys with their types; ``filters``: parameter → column, with the
    values that there are where they are few; ``moments``: the column of ``since`` and ``until``; ``veiled``: keys that
    are null to whoever does not see the record's customer."""

    noun: str
    what: str
    keys: Mapping[str, str]
    filters: Mapping[str, tuple[str, ...]]
    moments: str = ""
    search: bool = False
    admin: bool = False
    veiled: tuple[str, ...] = ()


def _keys(told: str) -> dict[str, str]:
    return {key: kind for word in told.split() for key, kind in [word.split(":")]}


_ANY: tuple[str, ...] = ()
KINDS: Mapping[str, Kind] = {
    "members": Kind(
        "member", "colleagues whose customers one sees, and oneself",
        _keys("id:s name:s roles:ls team_id:s? active:b accounts:lo deputy_id:s? leave_from:d? leave_until:d?"),
        {"team_id": _ANY},
    ),
    "teams": Kind(
        "team", "their teams", _keys("id:s name:s parent_id:s? region:s manager_id:s? deputy_id:s? zone:s"), {}
    ),
    "customers": Kind(
        "customer", "customers",
        _keys("id:s name:s aliases:ls owner_id:s recorder_id:s created_at:t note:s tags:ls custom:o"),
        {"owner_id": _ANY}, "created_at", search=True,
    ),
    "contacts": Kind(
        "contact", "people of customers",
        _keys("id:s customer_id:s name:s title:s? department:s? phones:ls emails:ls role:s"), {"customer_id": _ANY},
    ),
    "opportunities": Kind(
        "opportunity", "opportunities",
        _keys(
            "id:s customer_id:s owner_id:s name:s pipeline:s stage:s state:s amount:m? currency:s sign_date:d? "
            "evidence_missing:ls stage_since:t created_at:t closed_at:t? signing_party:s? payment_terms:s? "
            "lost_reason:s? ask_again_on:d? tracks:o custom:o exempt_until:d? blocked_reason:s?"
        ),
        {"customer_id": _ANY, "owner_id": _ANY, "state": ("open", "won", "lost"), "stage": _ANY, "pipeline": _ANY},
        "created_at",
    ),
    "activities": Kind(
        "activity", "what was done and said",
        _keys(
            "id:s customer_id:s? opportunity_id:s? action:s? author_id:s recorder_id:s occurred_at:t text:s "
            "confirmed:b planned_for:t? signals:ls message_id:s? tags:o"
        ),
        {
            "customer_id": _ANY, "opportunity_id": _ANY, "author_id": _ANY,
            "action": ("wechat", "phone", "visit", "demo", "email", "other"),
        },
        "occurred_at",
    ),
    "commitments": Kind(
        "commitment", "promises, ours and customers'",
        _keys(
            "id:s customer_id:s opportunity_id:s? by:s what:s due:due? state:s evidence_id:s? evening:b owner_id:s "
            "author_id:s recorder_id:s contact_id:s? quote:s said_at:t closed_at:t? why_closed:s message_id:s?"
        ),
        {
            "customer_id": _ANY, "opportunity_id": _ANY, "owner_id": _ANY, "by": ("us", "customer"),
            "state": ("open", "kept", "overdue", "withdrawn"),
        },
        "said_at",
    ),
    "evidence": Kind(
        "evidence", "what was handed in (the files stay where they are)",
        _keys(
            "id:s kind:s file:s? sha256:s? opportunity_id:s? commitment_id:s? customer_id:s? member_id:s at:t size:i "
            "mime:s note:s message_id:s?"
        ),
        {"customer_id": _ANY, "opportunity_id": _ANY, "commitment_id": _ANY, "kind": _ANY}, "at",
    ),
    "tasks": Kind(
        "task", "tasks",
        _keys(
            "id:s what:s due:due? owner_id:s state:s customer_id:s? opportunity_id:s? created_at:t rule:s done_at:t? "
            "evidence_id:s?"
        ),
        {
            "customer_id": _ANY, "opportunity_id": _ANY, "owner_id": _ANY,
            "state": ("open", "done", "overdue", "cancelled"),
        },
        "created_at",
    ),
    "visits": Kind(
        "visit", "visits, planned and made",
        _keys(
            "id:s customer_id:s opportunity_id:s? activity_id:s? member_id:s planned_for:t? goals:ls state:s "
            "created_at:t at:t? position:o reason:s device:s network:s"
        ),
        {"customer_id": _ANY, "opportunity_id": _ANY, "member_id": _ANY, "state": ("planned", "there")}, "created_at",
    ),
    "leads": Kind(
        "lead", "leads",
        _keys(
            "id:s customer_id:s? owner_id:s? channel:s score:i state:s opportunity_id:s? name:s title:s company:s "
            "credit_code:s phones:ls emails:ls wanted:s tags:ls source:s external_ids:o utm:o note:s via:s "
            "recorder_id:s? received_at:t last_at:t arrivals:lo reason:s"
        ),
        {
            "customer_id": _ANY, "owner_id": _ANY, "channel": _ANY,
            "state": ("new", "waiting", "assigned", "failed", "invalid", "converted"),
        },
        "received_at",
    ),
    "unassigned": Kind(
        "unassigned", "what came in and waits to be placed, and where it went",
        _keys(
            "id:s kind:s what:s text:s member_id:s? options:ls at:t state:s customer_id:s? by_id:s? ended_at:t? "
            "message_id:s?"
        ),
        {"kind": _ANY, "member_id": _ANY, "state": ("waiting", "placed", "dropped")}, "at",
    ),
    "claims": Kind(
        "claim", "colleagues who claim the same customer; the claimer is not told whose it is",
        _keys(
            "id:s customer_id:s? owner_id:s? member_id:s words:s channel:s at:t state:s by_id:s? decided_at:t?"
        ),
        {"member_id": _ANY, "state": ("open", "together", "owner", "claimer", "separate")}, "at",
        veiled=("customer_id", "owner_id", "by_id"),
    ),
    "bindings": Kind(
        "binding", "groups that belong to a customer",
        _keys("id:s account:s chat:s customer_id:s by_id:s at:t"), {"customer_id": _ANY, "account": _ANY}, "at",
    ),
    "externals": Kind(
        "external", "people outside, as the chat apps know them",
        _keys(
            "id:s account:s external:s name:s customer_id:s? contact_id:s? member_id:s? state:s at:t"
        ),
        {
            "customer_id": _ANY, "contact_id": _ANY, "member_id": _ANY, "account": _ANY, "external": _ANY,
            "state": ("known", "lost", "private"),
        },
        "at",
    ),
    "facts": Kind(
        "fact", "what other systems told",
        _keys(
            "id:s kind:s what:s who:s customer_id:s? opportunity_id:s? lead_id:s? at:t amount:m? currency:s "
            "external_id:s data:o note:s via:s recorder_id:s? received_at:t"
        ),
        {
            "customer_id": _ANY, "opportunity_id": _ANY,
            "kind": ("behaviour", "finance", "contract", "delivery", "service"),
        },
        "at",
    ),
    "risks": Kind(
        "risk", "why an opportunity is to be looked at",
        _keys(
            "id:s opportunity_id:s customer_id:s owner_id:s kind:s state:s since:t quiet_until:d? facts:o ended_at:t?"
        ),
        {"opportunity_id": _ANY, "owner_id": _ANY, "state": ("early", "open", "acked", "gone")},
    ),
    "handovers": Kind(
        "handover", "customers that changed hands",
        _keys(
            "id:s customer_id:s from_id:s to_id:s by_id:s reason:s note:s items:o at:t returnable_until:t state:s"
        ),
        {"customer_id": _ANY, "from_id": _ANY, "to_id": _ANY, "state": ("moved", "returned", "final")}, "at",
    ),
    "waivers": Kind(
        "waiver", "gates that somebody let pass",
        _keys(
            "id:s opportunity_id:s stage:s missing:ls state:s asked_by:s why:s at:t by_id:s? reason:s until:d? "
            "decided_at:t?"
        ),
        {"opportunity_id": _ANY, "state": ("asked", "granted", "refused")}, "at",
    ),
    "messages": Kind(
        "message", "what was said to the bot, one's own and one's people's",
        _keys(
            "id:s account:s event_key:s sender:s chat:s? text:s sent_at:t state:s kind:s member_id:s? received_at:t "
            "reason:s"
        ),
        {},
    ),
    "audit": Kind(
        "audit", "the chain of the record, for admins",
        _keys("n:i at:t actor:s event:s kind:s record:s digest:s prev:s hash:s"), {}, admin=True,
    ),
}  # fmt: skip
