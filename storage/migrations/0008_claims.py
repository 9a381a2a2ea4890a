"""Claims to customers that are somebody else's."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Json, Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0007_facts")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Claim",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("customer_id", Words(generated=False, null=False, unique=False)),
                ("owner_id", Words(generated=False, null=False, unique=False)),
                ("member_id", Words(generated=False, null=False, unique=False)),
                ("words", Words(generated=False, null=False, unique=False)),
                ("channel", Words(generated=False, null=False, unique=False)),
                ("activities", Json(generated=False, null=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
                ("state", Words(generated=False, null=False, unique=False)),
                ("by_id", Words(null=True, generated=False, unique=False)),
                ("decided_at", Moment(null=True, generated=False, unique=False)),
            ],
            options={
                "table": "claim",
                "app": "genjin",
                "indexes": [Index(fields=["customer_id", "member_id"]), Index(fields=["state", "at"])],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
    ]
