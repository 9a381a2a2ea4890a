"""What could not be placed waits in a table of its own."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Json, Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0004_sessions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Unassigned",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("kind", Words(generated=False, null=False, unique=False)),
                ("key", Words(unique=True, generated=False, null=False)),
                ("what", Words(generated=False, null=False, unique=False)),
                ("text", Words(generated=False, null=False, unique=False)),
                ("member_id", Words(null=True, generated=False, unique=False)),
                ("options", Json(generated=False, null=False, unique=False)),
                ("data", Json(generated=False, null=False, unique=False)),
                ("message_id", Words(null=True, generated=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
                ("state", Words(generated=False, null=False, unique=False)),
                ("customer_id", Words(null=True, generated=False, unique=False)),
                ("by_id", Words(null=True, generated=False, unique=False)),
                ("ended_at", Moment(null=True, generated=False, unique=False)),
            ],
            options={
                "table": "unassigned",
                "app": "genjin",
                "indexes": [Index(fields=["state", "at"]), Index(fields=["member_id", "state"])],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
    ]
