"""Tables of the records. No foreign keys: nothing is ever deleted, and a rebuilt table takes no child with it."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from storage.models.fields import Day, Json, Moment, Money, Words


class RecordModel(Model):
    id = Words(primary_key=True)
    undone_at = Moment(null=True)

    class Meta:
        abstract = True


class Team(RecordModel):
    name = Words()
    parent_id = Words(null=True)
    region = Words()
    manager_id = Words(null=True)
    deputy_id = Words(null=True)
    zone = Words()
    folded = Words()

    class Meta:
        table = "team"
        indexes = (("folded",),)


class Member(RecordModel):
    name = Words()
    roles = Json()
    team_id = Words(null=True)
    active = fields.BooleanField()
    leave_from = Day(null=True)
    leave_until = Day(null=True)
    deputy_id = Words(null=True)
    greeted_at = Moment(null=True)
    prefs = Json()
    folded = Words()

    class Meta:
        table = "member"
        indexes = (("folded",), ("team_id",))


class Identity(RecordModel):
    member_id = Words()
    account = Words()
    user = Words()
    folded = Words()
    in_use = fields.BooleanField(db_default=False)
    """The member spoke from this account last. No part of the record: it moves with every change of platform."""

    class Meta:
        table = "identity"
        indexes = (("folded", "account"), ("member_id",))


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


class Correction(RecordModel):
    member_id = Words()
    team_id = Words(null=True)
    message_id = Words(null=True)
    field = Words()
    old = Words()
    new = Words()
    at = Moment()

    class Meta:
        table = "correction"
        indexes = (("team_id", "at"), ("message_id",))


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


class ScriptUse(RecordModel):
    script = Words()
    opportunity_id = Words(null=True)
    customer_id = Words(null=True)
    member_id = Words()
    at = Moment()
    how = Words()

    class Meta:
        table = "scriptuse"
        indexes = (("script", "at"), ("opportunity_id",), ("member_id", "at"))


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


class ApiToken(RecordModel):
    member_id = Words()
    name = Words()
    hash = Words()
    read_only = fields.BooleanField()
    created_at = Moment()
    revoked_at = Moment(null=True)

    class Meta:
        table = "apitoken"
        indexes = (("hash",), ("member_id",))


class Webhook(RecordModel):
    url = Words()
    events = Json()
    inside = fields.BooleanField()
    by_id = Words()
    created_at = Moment()
    ended_at = Moment(null=True)

    class Meta:
        table = "webhook"


class LeadKey(Model):
    """By what a lead is known again: a phone, a credit code, a company's name. The newest lead has it."""

    key = Words(primary_key=True)
    lead_id = Words()

    class Meta:
        table = "leadkey"
        indexes = (("lead_id",),)


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
