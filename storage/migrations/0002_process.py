"""What the process engine keeps: waivers, handovers, risks, scripts used, how rules did; tracks, tags, custom fields.

Only new tables, new columns with a default of the database's and a new index: nothing on SQLite is built anew.
"""

# ruff: noqa: RUF012 (written by the migration tool, read and kept as it writes)
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.models.fields import Day, Json, Moment, Words


class Migration(migrations.Migration):
    dependencies = [("genjin", "0001_initial")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Handover",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("customer_id", Words(generated=False, null=False, unique=False)),
                ("from_id", Words(generated=False, null=False, unique=False)),
                ("to_id", Words(generated=False, null=False, unique=False)),
                ("by_id", Words(generated=False, null=False, unique=False)),
                ("reason", Words(generated=False, null=False, unique=False)),
                ("note", Words(generated=False, null=False, unique=False)),
                ("items", Json(generated=False, null=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
                ("returnable_until", Moment(generated=False, null=False, unique=False)),
                ("state", Words(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "handover",
                "app": "genjin",
                "indexes": [Index(fields=["customer_id", "at"]), Index(fields=["state", "returnable_until"])],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
        ops.CreateModel(
            name="Risk",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("opportunity_id", Words(generated=False, null=False, unique=False)),
                ("customer_id", Words(generated=False, null=False, unique=False)),
                ("owner_id", Words(generated=False, null=False, unique=False)),
                ("kind", Words(generated=False, null=False, unique=False)),
                ("state", Words(generated=False, null=False, unique=False)),
                ("since", Moment(generated=False, null=False, unique=False)),
                ("quiet_until", Day(null=True, generated=False, unique=False)),
                ("facts", Json(generated=False, null=False, unique=False)),
                ("ended_at", Moment(null=True, generated=False, unique=False)),
            ],
            options={
                "table": "risk",
                "app": "genjin",
                "indexes": [
                    Index(fields=["owner_id", "state"]),
                    Index(fields=["opportunity_id", "kind", "state"]),
                    Index(fields=["state", "since"]),
                ],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
        ops.CreateModel(
            name="RuleRun",
            fields=[
                ("seq", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("rule", Words(generated=False, null=False, unique=False)),
                ("bucket", Moment(generated=False, null=False, unique=False)),
                ("runs", fields.IntField()),
                ("fired", fields.IntField()),
                ("failures", fields.IntField()),
                ("micros", fields.BigIntField()),
                ("slowest", fields.BigIntField()),
                ("reason", Words(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "rulerun",
                "app": "genjin",
                "unique_together": (("rule", "bucket"),),
                "pk_attr": "seq",
                "table_description": "How a rule did within one stretch of time: counted up, never a row a run.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ScriptUse",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("script", Words(generated=False, null=False, unique=False)),
                ("opportunity_id", Words(null=True, generated=False, unique=False)),
                ("customer_id", Words(null=True, generated=False, unique=False)),
                ("member_id", Words(generated=False, null=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
                ("how", Words(generated=False, null=False, unique=False)),
            ],
            options={
                "table": "scriptuse",
                "app": "genjin",
                "indexes": [
                    Index(fields=["script", "at"]),
                    Index(fields=["opportunity_id"]),
                    Index(fields=["member_id", "at"]),
                ],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
        ops.CreateModel(
            name="Waiver",
            fields=[
                ("id", Words(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("undone_at", Moment(null=True, generated=False, unique=False)),
                ("opportunity_id", Words(generated=False, null=False, unique=False)),
                ("stage", Words(generated=False, null=False, unique=False)),
                ("missing", Json(generated=False, null=False, unique=False)),
                ("state", Words(generated=False, null=False, unique=False)),
                ("asked_by", Words(generated=False, null=False, unique=False)),
                ("why", Words(generated=False, null=False, unique=False)),
                ("at", Moment(generated=False, null=False, unique=False)),
                ("by_id", Words(null=True, generated=False, unique=False)),
                ("reason", Words(generated=False, null=False, unique=False)),
                ("until", Day(null=True, generated=False, unique=False)),
                ("decided_at", Moment(null=True, generated=False, unique=False)),
            ],
            options={
                "table": "waiver",
                "app": "genjin",
                "indexes": [Index(fields=["opportunity_id", "state"]), Index(fields=["state", "at"])],
                "pk_attr": "id",
            },
            bases=["RecordModel"],
        ),
        ops.AddField(
            model_name="Activity",
            name="tags",
            field=Json(db_default="{}", generated=False, null=False, unique=False),
        ),
        ops.AddField(
            model_name="Contact",
            name="role",
            field=Words(db_default="", generated=False, null=False, unique=False),
        ),
        ops.AddField(
            model_name="Customer",
            name="custom",
            field=Json(db_default="{}", generated=False, null=False, unique=False),
        ),
        ops.AddField(
            model_name="Customer",
            name="tags",
            field=Json(db_default="[]", generated=False, null=False, unique=False),
        ),
        ops.AddField(
            model_name="Opportunity",
            name="blocked_reason",
            field=Words(null=True, generated=False, unique=False),
        ),
        ops.AddField(
            model_name="Opportunity",
            name="custom",
            field=Json(db_default="{}", generated=False, null=False, unique=False),
        ),
        ops.AddField(
            model_name="Opportunity",
            name="exempt_until",
            field=Day(null=True, generated=False, unique=False),
        ),
        ops.AddField(
            model_name="Opportunity",
            name="tracks",
            field=Json(db_default="{}", generated=False, null=False, unique=False),
        ),
        ops.AddIndex(
            model_name="Opportunity",
            index=Index(fields=["state", "closed_at"]),
        ),
        ops.AddField(
            model_name="Task",
            name="done_at",
            field=Moment(null=True, generated=False, unique=False),
        ),
        ops.AddField(
            model_name="Task",
            name="event",
            field=Words(db_default="", generated=False, null=False, unique=False),
        ),
        ops.AddField(
            model_name="Task",
            name="evidence_id",
            field=Words(null=True, generated=False, unique=False),
        ),
        ops.AddField(
            model_name="Task",
            name="rule",
            field=Words(db_default="", generated=False, null=False, unique=False),
        ),
    ]
