"""One person on several platforms: which account is in use, where a push was tried; groups and people outside."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0005_unassigned")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Binding",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("account", Words(generated=False, null=False, unique=False)),
                ("chat", Words(generated=False, null=False, unique=False)),
                ("customer_id", Words(generated=False, null=False, unique=False)),
                ("by_id", Words(generated=False, null=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "binding",
                "app": "genjin",
                "indexes": [Index(fields=["chat", "account"]), Index(fields=["customer_id"])],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
        ops.CreateModel(
            name="External",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("account", Words(generated=False, null=False, unique=False)),
                ("external", Words(generated=False, null=False, unique=False)),
                ("name", Words(generated=False, null=False, unique=False)),
                ("customer_id", Words(null=True, generated=False, unique=False)),
                ("contact_id", Words(null=True, generated=False, unique=False)),
                ("member_id", Words(null=True, generated=False, unique=False)),
                ("state", Words(generated=False, null=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "external",
                "app": "genjin",
                "indexes": [Index(fields=["external"]), Index(fields=["customer_id"]), Index(fields=["contact_id"])],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
        ops.AddField(
            model_name="Identity",
            name="in_use",
            field=fields.BooleanField(db_default=False),
        ),
        ops.AddField(
            model_name="Outbox",
            name="tried",
            field=Words(db_default="", generated=False, null=False, unique=False),
        ),
    ]
