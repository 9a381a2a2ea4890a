"""What is said in chats that the company keeps."""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0010_webhooks")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ChatLine",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("account", Words(generated=False, null=False, unique=False)),
                ("chat", Words(generated=False, null=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
                ("side", Words(generated=False, null=False, unique=False)),
                ("member_id", Words(generated=False, null=False, unique=False)),
                ("external", Words(generated=False, null=False, unique=False)),
                ("customer_id", Words(null=True, generated=False, unique=False)),
                ("text", fields.BinaryField(null=True)),
                ("text_key", Words(null=True, generated=False, unique=False)),
                ("used", fields.BooleanField(db_default=False)),
            ],
            options={
                "table": "chatline",
                "app": "genjin",
                "indexes": [
                    Index(fields=["external", "at"]),
                    Index(fields=["customer_id", "used", "at"]),
                    Index(fields=["at"]),
                ],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
