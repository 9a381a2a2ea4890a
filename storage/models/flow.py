"""Tables of what is on its way: events not yet handled, pushes not yet heard, moments not yet come, and the chain."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from storage.models.fields import Json, Moment, Words


class Message(Model):
    """The inbox. ``payload`` and ``text`` are bytes: plain where their key column is empty, else sealed by that key."""

    seq = fields.BigIntField(primary_key=True, generated=True)
    id = Words(unique=True)
    account = Words()
    event_key = Words()
    conversation = Words()
    received_at = Moment()
    sent_at = Moment(null=True)
    kind = Words()
    payload = fields.BinaryField(null=True)
    payload_key = Words(null=True)
    state = Words()
    sender = Words()
    chat = Words()
    text = fields.BinaryField(null=True)
    text_key = Words(null=True)
    member_id = Words(null=True)
    tries = fields.IntField()
    reason = Words()
    ready_at = Moment()
    owner = Words(null=True)
    lease_until = Moment(null=True)

    class Meta:
        table = "message"
        unique_together = (("account", "event_key"),)
        indexes = (
            ("state", "ready_at"),
            ("conversation", "state", "sent_at"),
            ("account", "sender", "state"),
            ("received_at",),
        )


class Nonce(Model):
    """What came with an event and may come once, under whichever key."""

    id = Words(primary_key=True)
    event_key = Words()
    at = Moment()

    class Meta:
        table = "nonce"
        indexes = (("at",),)


class MailThread(Model):
    """Which recorded mail a thread was last placed by."""

    id = Words(primary_key=True)
    event = Words()
    at = Moment()

    class Meta:
        table = "mailthread"
        indexes = (("at",),)


class Outbox(Model):
    seq = fields.BigIntField(primary_key=True, generated=True)
    id = Words(unique=True)
    account = Words()
    address = Words()
    kind = Words()
    body = Json()
    once = Words(unique=True)
    due_at = Moment()
    state = Words()
    member_id = Words(null=True)
    event = Words()
    changes = Words(null=True)
    answer = fields.BooleanField()
    tries = fields.IntField()
    retry_at = Moment(null=True)
    ready_at = Moment()
    reason = Words()
    reference = Words()
    change_code = Words()
    created_at = Moment()
    sent_at = Moment(null=True)
    owner = Words(null=True)
    lease_until = Moment(null=True)
    tried = Words(db_default="")

    class Meta:
        table = "outbox"
        indexes = (
            ("state", "ready_at"),
            ("account", "address", "state", "due_at"),
            ("account", "reference"),
            ("member_id", "due_at"),
            ("event",),
        )


class Card(Model):
    id = Words(primary_key=True)
    member_id = Words()
    kind = Words()
    event = Words()
    data = Json()
    state = Words()
    question = fields.BooleanField()
    created_at = Moment()
    awaits = Words()
    awaits_until = Moment(null=True)

    class Meta:
        table = "card"
        indexes = (
            ("member_id", "state", "created_at"),
            ("event",),
            ("member_id", "awaits_until"),
            ("state", "question", "created_at"),
        )


class DueMoment(Model):
    id = Words(primary_key=True)
    at = Moment()
    kind = Words()
    record = Words()
    member_id = Words(null=True)
    data = Json()
    state = Words()
    fired_at = Moment(null=True)
    owner = Words(null=True)
    lease_until = Moment(null=True)

    class Meta:
        table = "moment"
        indexes = (("state", "at"), ("record", "state"), ("member_id", "state", "at"))


class Fired(Model):
    """A job's slot that some replica has taken: the row's coming to be is the right to run it."""

    seq = fields.BigIntField(primary_key=True, generated=True)
    job = Words()
    slot = Words()

    class Meta:
        table = "fired"
        unique_together = (("job", "slot"),)


class RuleRun(Model):
    """How a rule did within one stretch of time: counted up, never a row a run."""

    seq = fields.BigIntField(primary_key=True, generated=True)
    rule = Words()
    bucket = Moment()
    runs = fields.IntField()
    fired = fields.IntField()
    failures = fields.IntField()
    micros = fields.BigIntField()
    slowest = fields.BigIntField()
    reason = Words()

    class Meta:
        table = "rulerun"
        unique_together = (("rule", "bucket"),)


class Mark(Model):
    name = Words(primary_key=True)
    value = Words()

    class Meta:
        table = "mark"


class Session(Model):
    """A session of the pages; ``id`` and ``login`` are hashes. Each login makes one session."""

    id = Words(primary_key=True)
    login = Words(unique=True)
    member_id = Words()
    account = Words()
    user = Words()
    roles = Json()
    created_at = Moment()
    expires_at = Moment()

    class Meta:
        table = "session"
        indexes = (("member_id", "expires_at"), ("expires_at",))


class Playbook(Model):
    id = Words(primary_key=True)
    n = fields.IntField(unique=True)
    text = Words()
    hash = Words()
    author = Words()
    team_id = Words(null=True)
    state = Words()
    created_at = Moment()

    class Meta:
        table = "playbook"
        indexes = (("state", "team_id", "n"),)


class Audit(Model):
    """The chain. No name and no text stands here."""

    n = fields.BigIntField(primary_key=True)
    at = Moment()
    actor = Words()
    event = Words()
    kind = Words()
    record = Words()
    digest = Words()
    prev = Words()
    hash = Words()

    class Meta:
        table = "audit"
        indexes = (("event", "n"), ("record", "n"), ("actor", "n"))


class AuditPayload(Model):
    """What lies beside the chain, so that it can be erased without breaking it."""

    n = fields.BigIntField(primary_key=True)
    payload = fields.BinaryField()
    payload_key = Words(null=True)
    salt = fields.BinaryField()

    class Meta:
        table = "audit_payload"


class Delivery(Model):
    """What addresses outside are yet to be told."""

    id = Words(primary_key=True)
    webhook_id = Words()
    kind = Words()
    event = Words()
    body = Json()
    state = Words()
    tries = fields.IntField()
    ready_at = Moment()
    reason = Words()
    created_at = Moment()
    sent_at = Moment(null=True)
    owner = Words(null=True)
    lease_until = Moment(null=True)

    class Meta:
        table = "delivery"
        indexes = (("state", "ready_at"), ("webhook_id", "state"))


class ChatLine(Model):
    """One message of a chat that the company keeps, with somebody outside. ``text`` is bytes: plain where ``text_key``
    is empty, else sealed by that key."""

    id = Words(primary_key=True)
    account = Words()
    chat = Words()
    at = Moment()
    side = Words()
    member_id = Words()
    external = Words()
    customer_id = Words(null=True)
    text = fields.BinaryField(null=True)
    text_key = Words(null=True)
    used = fields.BooleanField(db_default=False)

    class Meta:
        table = "chatline"
        indexes = (("external", "at"), ("customer_id", "used", "at"), ("at",))
