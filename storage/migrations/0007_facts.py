"""What other systems know of customers. Only a new table: nothing on SQLite is built anew."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Json, Moment, Money, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0006_accounts")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Fact",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("kind", Words(generated=False, null=False, unique=False)),
                ("what", Words(generated=False, null=False, unique=False)),
                ("who", Words(generated=False, null=False, unique=False)),
                ("customer_id", Words(null=True, generated=False, unique=False)),
                ("opportunity_id", Words(null=True, generated=False, unique=False)),
                ("lead_id", Words(null=True, generated=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
                ("amount", Money(null=True, generated=False, unique=False)),
                ("currency", Words(generated=False, null=False, unique=False)),
                ("external_id", Words(generated=False, null=False, unique=False)),
                ("data", Json(generated=False, null=False, unique=False)),
                ("note", Words(generated=False, null=False, unique=False)),
                ("via", Words(generated=False, null=False, unique=False)),
                ("recorder_id", Words(null=True, generated=False, unique=False)),
                ("received_at", Moment(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "fact",
                "app": "genjin",
                "indexes": [
                    Index(fields=["customer_id", "at"]),
                    Index(fields=["opportunity_id", "kind"]),
                    Index(fields=["external_id"]),
                    Index(fields=["lead_id"]),
                ],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
    ]
