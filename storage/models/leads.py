"""Tables of leads, and of what each is known again by."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from storage.models.base import RecordModel
from storage.models.fields import Json, Moment, Words


class Lead(RecordModel):
    customer_id = Words(null=True)
    owner_id = Words(null=True)
    opportunity_id = Words(null=True)
    channel = Words()
    score = fields.BigIntField()
    state = Words()
    name = Words()
    title = Words()
    company = Words()
    credit_code = Words()
    phones = Json()
    emails = Json()
    wanted = Words()
    tags = Json()
    source = Words()
    external_ids = Json()
    utm = Json()
    note = Words()
    via = Words()
    recorder_id = Words(null=True)
    received_at = Moment()
    last_at = Moment()
    arrivals = Json()
    reason = Words()

    class Meta:
        table = "lead"
        indexes = (("state", "received_at"), ("owner_id", "state"), ("customer_id", "state"))


class LeadKey(Model):
    """By what a lead is known again: a phone, a credit code, a company's name. The newest lead has it."""

    key = Words(primary_key=True)
    lead_id = Words()

    class Meta:
        table = "leadkey"
        indexes = (("lead_id",),)
