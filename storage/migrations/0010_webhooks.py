"""Addresses that are told when something happens. Only new tables: nothing on SQLite is built anew."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Json, Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0009_tokens")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Delivery",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("webhook_id", Words(generated=False, null=False, unique=False)),
                ("kind", Words(generated=False, null=False, unique=False)),
                ("event", Words(generated=False, null=False, unique=False)),
                ("body", Json(generated=False, null=False, unique=False)),
                ("state", Words(generated=False, null=False, unique=False)),
                ("tries", fields.IntField()),
                ("ready_at", Moment(generated=False, null=False, unique=False)),
                ("reason", Words(generated=False, null=False, unique=False)),
                ("created_at", Moment(generated=False, null=False, unique=False)),
                ("sent_at", Moment(null=True, generated=False, unique=False)),
                ("owner", Words(null=True, generated=False, unique=False)),
                ("lease_until", Moment(null=True, generated=False, unique=False)),
            ],
            options={
                "table": "delivery",
                "app": "genjin",
                "indexes": [Index(fields=["state", "ready_at"]), Index(fields=["webhook_id", "state"])],
                "pk_attr": "id",
                "table_description": "What addresses outside are yet to be told.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Webhook",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("url", Words(generated=False, null=False, unique=False)),
                ("events", Json(generated=False, null=False, unique=False)),
                ("inside", fields.BooleanField()),
                ("by_id", Words(generated=False, null=False, unique=False)),
                ("created_at", Moment(generated=False, null=False, unique=False)),
                ("ended_at", Moment(null=True, generated=False, unique=False)),
            ],
            options={"table": "webhook", "app": "genjin", "pk_attr": "id"},
            bases=["RecordModel"],
        ),
    ]
