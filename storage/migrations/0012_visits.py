"""Visits. Only a new table: nothing on SQLite is built anew."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Json, Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0011_chats")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Visit",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("customer_id", Words(generated=False, null=False, unique=False)),
                ("opportunity_id", Words(null=True, generated=False, unique=False)),
                ("activity_id", Words(null=True, generated=False, unique=False)),
                ("member_id", Words(generated=False, null=False, unique=False)),
                ("planned_for", Moment(null=True, generated=False, unique=False)),
                ("goals", Json(generated=False, null=False, unique=False)),
                ("state", Words(generated=False, null=False, unique=False)),
                ("created_at", Moment(generated=False, null=False, unique=False)),
                ("at", Moment(null=True, generated=False, unique=False)),
                ("position", Json(generated=False, null=False, unique=False)),
                ("reason", Words(generated=False, null=False, unique=False)),
                ("device", Words(generated=False, null=False, unique=False)),
                ("network", Words(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "visit",
                "app": "genjin",
                "indexes": [
                    Index(fields=["customer_id", "created_at"]),
                    Index(fields=["activity_id"]),
                    Index(fields=["member_id", "created_at"]),
                ],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
    ]
