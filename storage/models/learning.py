"""Tables of what was used and what was corrected."""

from __future__ import annotations

from storage.models.base import RecordModel
from storage.models.fields import Moment, Words


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
