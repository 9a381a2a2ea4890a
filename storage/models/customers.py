"""Tables of customers, their names, people, facts and accounts."""

from __future__ import annotations

from tortoise import fields

from storage.models.base import RecordModel
from storage.models.fields import Json, Moment, Money, Words


class Customer(RecordModel):
    name = Words()
    owner_id = Words()
    recorder_id = Words()
    created_at = Moment()
    note = Words()
    tags = Json(db_default="[]")
    custom = Json(db_default="{}")
    folded = Words()

    class Meta:
        table = "customer"
        indexes = (("folded",), ("owner_id", "created_at"))


class Alias(RecordModel):
    customer_id = Words()
    text = Words()
    team_id = Words(null=True)
    learnt = fields.BooleanField()
    folded = Words()

    class Meta:
        table = "alias"
        indexes = (("folded",), ("customer_id",))


class Contact(RecordModel):
    customer_id = Words()
    name = Words()
    title = Words(null=True)
    department = Words(null=True)
    phones = Json()
    emails = Json()
    role = Words(db_default="")

    class Meta:
        table = "contact"
        indexes = (("customer_id",),)


class Claim(RecordModel):
    customer_id = Words()
    owner_id = Words()
    member_id = Words()
    words = Words()
    channel = Words()
    activities = Json()
    at = Moment()
    state = Words()
    by_id = Words(null=True)
    decided_at = Moment(null=True)

    class Meta:
        table = "claim"
        indexes = (("customer_id", "member_id"), ("state", "at"))


class Fact(RecordModel):
    kind = Words()
    what = Words()
    who = Words()
    customer_id = Words(null=True)
    opportunity_id = Words(null=True)
    lead_id = Words(null=True)
    at = Moment()
    amount = Money(null=True)
    currency = Words()
    external_id = Words()
    data = Json()
    note = Words()
    via = Words()
    recorder_id = Words(null=True)
    received_at = Moment()

    class Meta:
        table = "fact"
        indexes = (("customer_id", "at"), ("opportunity_id", "kind"), ("external_id",), ("lead_id",))


class Unassigned(RecordModel):
    kind = Words()
    key = Words(unique=True)
    what = Words()
    text = Words()
    member_id = Words(null=True)
    options = Json()
    data = Json()
    message_id = Words(null=True)
    at = Moment()
    state = Words()
    customer_id = Words(null=True)
    by_id = Words(null=True)
    ended_at = Moment(null=True)

    class Meta:
        table = "unassigned"
        indexes = (("state", "at"), ("member_id", "state"))


class Binding(RecordModel):
    account = Words()
    chat = Words()
    customer_id = Words()
    by_id = Words()
    at = Moment()

    class Meta:
        table = "binding"
        indexes = (("chat", "account"), ("customer_id",))


class External(RecordModel):
    account = Words()
    external = Words()
    name = Words()
    customer_id = Words(null=True)
    contact_id = Words(null=True)
    member_id = Words(null=True)
    state = Words()
    at = Moment()

    class Meta:
        table = "external"
        indexes = (("external",), ("customer_id",), ("contact_id",))
