"""What may come in once. Only a new table: nothing on SQLite is built anew."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0012_visits")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Nonce",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("event_key", Words(generated=False, null=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "nonce",
                "app": "genjin",
                "indexes": [Index(fields=["at"])],
                "pk_attr": "id",
                "table_description": "What came with an event and may come once, under whichever key.",
            },
            bases=["Model"],
        ),
    ]
