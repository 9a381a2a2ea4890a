"""Import: rows of a table → changes; each row that cannot be taken is named with what to do about it.

A faulty row stops the file before anything is written. What is written goes in one transaction, or, of a long file, in
parts of whole rows: should it break off, the same call goes on, since a row that stands there already adds nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.errors import GenjinError
from bot.exchange import table
from bot.exchange.bring_columns import COLUMNS, NOT_YET
from bot.exchange.bring_people import bring_contacts, bring_customers, bring_members
from bot.exchange.bring_plan import Hand, Plan
from bot.exchange.bring_sales import bring_facts, bring_history, bring_leads, bring_opportunities
from bot.exchange.table import Table
from bot.leads.service import follow
from bot.playbook.store import PlaybookStore
from bot.process import watching
from storage import audit
from storage.connect import transaction
from storage.records import Change

ONE_GO = 2_000
"""Rows that are written in one transaction; longer files go in parts, so that others need not wait."""
PART = 500
TOLD_MOST = 200
"""Leads' rows of a table whose assignments addresses outside are told of; a longer one is an old book, which tells
nothing."""
Progress = Callable[[int, int], None]
Also = Callable[[Sequence[Change]], Awaitable[None]]


class Refused(GenjinError):
    """Some rows cannot be taken, so none was."""

    code = "import_refused"


class NoHome(GenjinError):
    """A kind of the contract that the record has no place for yet."""

    code = "no_home"


async def plan(
    kind: str, path: Path, *, now: datetime, recorder: str, account: str = "", playbooks: PlaybookStore | None = None
) -> Plan:
    """What importing the file would do; nothing is written. ``account``: the platform account of members whose row
    names none; ``recorder``: the id of who imports. Raises BadTable, NoHome, KeyError for a kind that there is not."""
    if kind in NOT_YET:
        raise NoHome(f"{NOT_YET[kind]}现在还没有地方记，导不进来", f"能导：{'、'.join(KINDS)}")
    found = await asyncio.to_thread(table.read, path, COLUMNS[kind])
    return await planned_of(kind, found, Hand(now, recorder, account, playbooks or PlaybookStore()))


async def planned_of(kind: str, found: Table, hand: Hand) -> Plan:
    """What importing these rows would do, as the record now stands."""
    planned = Plan(kind, found.said, rows=len(found.rows), left_out=found.left_out, source=found.rows)
    await _PLANNERS[kind](found, planned, hand)
    return planned


async def tells_nobody(changes: Sequence[Change]) -> None:
    """Addresses outside hear nothing of it."""


async def carry_out(
    planned: Plan, *, now: datetime, actor: str, skip_bad: bool = False, playbooks: PlaybookStore | None = None,
    progress: Progress = lambda done, of: None, also: Also = tells_nobody,
) -> int:  # fmt: skip
    """How many rows were taken. ``also`` is done with what was written, in its transaction. Raises Refused while a row
    is faulty, unless ``skip_bad``; Stale where what a row is about was changed since it was planned: then the parts
    before it stand, and the same call goes on."""
    if planned.faults and not skip_bad:
        raise Refused(f"{len(planned.faults)} 行有误，一行也没导入", "改好再来，或加 --skip-bad 跳过这几行")
    store, steps = playbooks or PlaybookStore(), planned.steps
    size = len(steps) if len(steps) <= ONE_GO else PART
    for start in range(0, len(steps), size or 1):
        changes = [change for _, part in steps[start : start + size] for change in part]
        async with transaction():
            await also(await written(planned.kind, changes, actor=actor, at=now, playbooks=store))
        progress(min(start + size, len(steps)), len(steps))
    return planned.taken


async def written(
    kind: str, changes: Sequence[Change], *, actor: str, at: datetime, playbooks: PlaybookStore
) -> list[Change]:
    """The changes with what followed from them, now record: no gate or rule was asked and nobody reminded. In the
    caller's transaction."""
    event = f"import.{kind}"
    await audit.apply(changes, actor=actor, event=event, at=at)
    further = await follow(changes, at)
    await audit.apply(further, actor=actor, event=event, at=at)
    found = [*changes, *further]
    await watching.follow(found, playbooks, at)
    return found


_PLANNERS: Mapping[str, Callable[[Table, Plan, Hand], Awaitable[None]]] = {
    "members": bring_members,
    "customers": bring_customers,
    "contacts": bring_contacts,
    "leads": bring_leads,
    "opportunities": bring_opportunities,
    "history": bring_history,
    "finance": partial(bring_facts, "finance"),
    "contracts": partial(bring_facts, "contract"),
    "delivery": partial(bring_facts, "delivery"),
    "service": partial(bring_facts, "service"),
}
KINDS = tuple(_PLANNERS)
