"""Tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage import rows, sql
from storage.commitments import by_due, within
from storage.records import Task, TaskState
from storage.rows import Table

TASKS: Table[Task] = rows.TABLES["tsk"]


async def get(id: str, *, undone: bool = False) -> Task | None:
    """The task; None where there is none (or it was undone, unless asked for)."""
    return await rows.by_id(TASKS, id, undone=undone)


async def of_owner(member_id: str, states: Sequence[TaskState] = ("open", "overdue")) -> list[Task]:
    """The member's tasks in these states, due first."""
    where = f"owner_id = ? AND state IN ({sql.marks(states)}) AND undone_at IS NULL"
    return by_due(await rows.select(TASKS, where, member_id, *states))


async def due_within(owner_id: str, start: datetime, end: datetime) -> list[Task]:
    """The member's tasks for the days from ``start`` until before ``end`` that were not called off."""
    where, args = within(owner_id, start, end)
    return by_due(await rows.select(TASKS, f"{where} AND state <> 'cancelled'", *args))


async def of_opportunity(opportunity_id: str) -> list[Task]:
    """The opportunity's tasks in any state, due first."""
    return by_due(await rows.select(TASKS, "opportunity_id = ? AND undone_at IS NULL", opportunity_id))
