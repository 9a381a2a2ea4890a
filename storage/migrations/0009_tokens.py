"""Tokens of programs. Only a new table: nothing on SQLite is built anew."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0008_claims")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ApiToken",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("member_id", Words(generated=False, null=False, unique=False)),
                ("name", Words(generated=False, null=False, unique=False)),
                ("hash", Words(generated=False, null=False, unique=False)),
                ("read_only", fields.BooleanField()),
                ("created_at", Moment(generated=False, null=False, unique=False)),
                ("revoked_at", Moment(null=True, generated=False, unique=False)),
            ],
            options={
                "table": "apitoken",
                "app": "genjin",
                "indexes": [Index(fields=["hash"]), Index(fields=["member_id"])],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
    ]
