"""Tables of what proves a step."""

from __future__ import annotations

from tortoise import fields

from storage.models.base import RecordModel
from storage.models.fields import Json, Moment, Words


class Evidence(RecordModel):
    kind = Words()
    file = Words(null=True)
    sha256 = Words(null=True)
    size = fields.BigIntField()
    mime = Words()
    customer_id = Words(null=True)
    opportunity_id = Words(null=True)
    commitment_id = Words(null=True)
    member_id = Words()
    at = Moment()
    note = Words()
    message_id = Words(null=True)

    class Meta:
        table = "evidence"
        indexes = (("opportunity_id", "kind"), ("customer_id", "at"), ("commitment_id",), ("sha256",))


class Visit(RecordModel):
    customer_id = Words()
    opportunity_id = Words(null=True)
    activity_id = Words(null=True)
    member_id = Words()
    planned_for = Moment(null=True)
    goals = Json()
    state = Words()
    created_at = Moment()
    at = Moment(null=True)
    position = Json()
    reason = Words()
    device = Words()
    network = Words()

    class Meta:
        table = "visit"
        indexes = (("customer_id", "created_at"), ("activity_id",), ("member_id", "created_at"))
