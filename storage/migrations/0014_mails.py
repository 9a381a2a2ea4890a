"""Which record a thread of mails belongs to. Only a new table: nothing on SQLite is built anew."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0013_nonces")]

    initial = False

    operations = [
        ops.CreateModel(
            name="MailThread",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("event", Words(generated=False, null=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "mailthread",
                "app": "genjin",
                "indexes": [Index(fields=["at"])],
                "pk_attr": "id",
                "table_description": "Which recorded mail a thread was last placed by.",
            },
            bases=["Model"],
        ),
    ]
