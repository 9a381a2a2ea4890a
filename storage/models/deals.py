"""Tables of opportunities and of what moves them."""

from __future__ import annotations

from tortoise import fields

from storage.models.base import RecordModel
from storage.models.fields import Day, Json, Moment, Money, Words


class Opportunity(RecordModel):
    customer_id = Words()
    owner_id = Words()
    name = Words()
    pipeline = Words()
    stage = Words()
    stage_since = Moment()
    created_at = Moment()
    state = Words()
    amount = Money(null=True)
    currency = Words()
    sign_date = Day(null=True)
    evidence_missing = Json()
    signing_party = Words(null=True)
    payment_terms = Words(null=True)
    lost_reason = Words(null=True)
    ask_again_on = Day(null=True)
    closed_at = Moment(null=True)
    tracks = Json(db_default="{}")
    custom = Json(db_default="{}")
    exempt_until = Day(null=True)
    blocked_reason = Words(null=True)

    class Meta:
        table = "opportunity"
        indexes = (("customer_id", "state"), ("owner_id", "state", "stage"), ("state", "closed_at"))


class Activity(RecordModel):
    customer_id = Words(null=True)
    opportunity_id = Words(null=True)
    action = Words(null=True)
    author_id = Words()
    recorder_id = Words()
    occurred_at = Moment()
    planned_for = Moment(null=True)
    text = Words()
    signals = Json()
    confirmed = fields.BooleanField()
    message_id = Words(null=True)
    tags = Json(db_default="{}")

    class Meta:
        table = "activity"
        indexes = (
            ("customer_id", "occurred_at"),
            ("opportunity_id", "occurred_at"),
            ("author_id", "occurred_at"),
            ("message_id",),
        )


class Commitment(RecordModel):
    customer_id = Words()
    opportunity_id = Words(null=True)
    by = Words()
    what = Words()
    due_day = Day(null=True)
    due_at = Moment(null=True)
    evening = fields.BooleanField()
    state = Words()
    owner_id = Words()
    author_id = Words()
    recorder_id = Words()
    quote = Words()
    said_at = Moment()
    contact_id = Words(null=True)
    evidence_id = Words(null=True)
    message_id = Words(null=True)
    closed_at = Moment(null=True)
    why_closed = Words()

    class Meta:
        table = "commitment"
        indexes = (
            ("customer_id", "state"),
            ("opportunity_id", "state"),
            ("owner_id", "state"),
            ("state",),
            ("message_id",),
        )


class Task(RecordModel):
    what = Words()
    owner_id = Words()
    due_day = Day(null=True)
    due_at = Moment(null=True)
    state = Words()
    customer_id = Words(null=True)
    opportunity_id = Words(null=True)
    created_at = Moment()
    rule = Words(db_default="")
    event = Words(db_default="")
    done_at = Moment(null=True)
    evidence_id = Words(null=True)

    class Meta:
        table = "task"
        indexes = (("owner_id", "state"), ("opportunity_id", "state"))


class Waiver(RecordModel):
    opportunity_id = Words()
    stage = Words()
    missing = Json()
    state = Words()
    asked_by = Words()
    why = Words()
    at = Moment()
    by_id = Words(null=True)
    reason = Words()
    until = Day(null=True)
    decided_at = Moment(null=True)

    class Meta:
        table = "waiver"
        indexes = (("opportunity_id", "state"), ("state", "at"))


class Handover(RecordModel):
    customer_id = Words()
    from_id = Words()
    to_id = Words()
    by_id = Words()
    reason = Words()
    note = Words()
    items = Json()
    at = Moment()
    returnable_until = Moment()
    state = Words()

    class Meta:
        table = "handover"
        indexes = (("customer_id", "at"), ("state", "returnable_until"))


class Risk(RecordModel):
    opportunity_id = Words()
    customer_id = Words()
    owner_id = Words()
    kind = Words()
    state = Words()
    since = Moment()
    quiet_until = Day(null=True)
    facts = Json()
    ended_at = Moment(null=True)

    class Meta:
        table = "risk"
        indexes = (("owner_id", "state"), ("opportunity_id", "kind", "state"), ("state", "since"))
