"""What the pages keep: who looks, until when. One new table: nothing on SQLite is built anew."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Json, Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0003_leads")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("login", Words(generated=False, null=False, unique=True)),
                ("member_id", Words(generated=False, null=False, unique=False)),
                ("account", Words(generated=False, null=False, unique=False)),
                ("user", Words(generated=False, null=False, unique=False)),
                ("roles", Json(generated=False, null=False, unique=False)),
                ("created_at", Moment(generated=False, null=False, unique=False)),
                ("expires_at", Moment(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "session",
                "app": "genjin",
                "indexes": [Index(fields=["member_id", "expires_at"]), Index(fields=["expires_at"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
