"""What every table of records has. No foreign keys: nothing is ever deleted, a rebuilt table takes no child along."""

from __future__ import annotations

from tortoise.models import Model

from storage.models.fields import Moment, Words


class RecordModel(Model):
    id = Words(primary_key=True)
    undone_at = Moment(null=True)

    class Meta:
        abstract = True
