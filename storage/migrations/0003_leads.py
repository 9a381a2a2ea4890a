"""Leads, and by what one is known again. Only new tables: nothing on SQLite is built anew."""

# ruff: noqa: RUF012, E501 (written by the migration tool, read and kept as it writes)
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Json, Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0002_process")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Lead",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("customer_id", Words(null=True, generated=False, unique=False)),
                ("owner_id", Words(null=True, generated=False, unique=False)),
                ("opportunity_id", Words(null=True, generated=False, unique=False)),
                ("channel", Words(generated=False, null=False, unique=False)),
                ("score", fields.BigIntField()),
                ("state", Words(generated=False, null=False, unique=False)),
                ("name", Words(generated=False, null=False, unique=False)),
                ("title", Words(generated=False, null=False, unique=False)),
                ("company", Words(generated=False, null=False, unique=False)),
                ("credit_code", Words(generated=False, null=False, unique=False)),
                ("phones", Json(generated=False, null=False, unique=False)),
                ("emails", Json(generated=False, null=False, unique=False)),
                ("wanted", Words(generated=False, null=False, unique=False)),
                ("tags", Json(generated=False, null=False, unique=False)),
                ("source", Words(generated=False, null=False, unique=False)),
                ("external_ids", Json(generated=False, null=False, unique=False)),
                ("utm", Json(generated=False, null=False, unique=False)),
                ("note", Words(generated=False, null=False, unique=False)),
                ("via", Words(generated=False, null=False, unique=False)),
                ("recorder_id", Words(null=True, generated=False, unique=False)),
                ("received_at", Moment(generated=False, null=False, unique=False)),
                ("last_at", Moment(generated=False, null=False, unique=False)),
                ("arrivals", Json(generated=False, null=False, unique=False)),
                ("reason", Words(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "lead",
                "app": "genjin",
                "indexes": [
                    Index(fields=["state", "received_at"]),
                    Index(fields=["owner_id", "state"]),
                    Index(fields=["customer_id", "state"]),
                ],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
        ops.CreateModel(
            name="LeadKey",
            fields=[
                ("key", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("lead_id", Words(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "leadkey",
                "app": "genjin",
                "indexes": [Index(fields=["lead_id"])],
                "pk_attr": "key",
                "table_description": "By what a lead is known again: a phone, a credit code, a company's name. The newest lead has it.",
            },
            bases=["Model"],
        ),
    ]
