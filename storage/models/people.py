"""Tables of people and of what acts for them."""

from __future__ import annotations

from tortoise import fields

from storage.models.base import RecordModel
from storage.models.fields import Day, Json, Moment, Words


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
