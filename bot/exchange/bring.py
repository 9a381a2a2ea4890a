"""Import: rows of a table → changes; each row that cannot be taken is named with what to do about it.

A faulty row stops the file before anything is written. What is written goes in one transaction, or, of a long file, in
parts of whole rows: should it break off, the same call goes on, since a row that stands there already adds nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
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

ONE_GO = 2_000
"""Rows that are written in one transaction; longer files go in parts, so that others need not wait."""
PART = 500
Progress = Callable[[int, int], None]


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
    planner = _PLANNERS[kind]
    found = await asyncio.to_thread(table.read, path, COLUMNS[kind])
    planned = Plan(kind, found.said, rows=len(found.rows), left_out=found.left_out)
    await planner(found, planned, Hand(now, recorder, account, playbooks or PlaybookStore()))
    return planned


async def carry_out(
    planned: Plan, *, now: datetime, actor: str, skip_bad: bool = False, playbooks: PlaybookStore | None = None,
    progress: Progress = lambda done, of: None,
) -> int:  # fmt: skip
    """How many rows were taken. Raises Refused while a row is faulty, unless ``skip_bad``; Stale where what a row is
    about was changed since it was planned: then the parts before it stand, and the same call goes on."""
    if planned.faults and not skip_bad:
        raise Refused(f"{len(planned.faults)} 行有误，一行也没导入", "改好再来，或加 --skip-bad 跳过这几行")
    store, steps, event = playbooks or PlaybookStore(), planned.steps, f"import.{planned.kind}"
    size = len(steps) if len(steps) <= ONE_GO else PART
    for start in range(0, len(steps), size or 1):
        changes = [change for _, part in steps[start : start + size] for change in part]
        async with transaction():
            await audit.apply(changes, actor=actor, event=event, at=now)
            further = await follow(changes, now)
            await audit.apply(further, actor=actor, event=event, at=now)
            await watching.follow([*changes, *further], store, now)
        progress(min(start + size, len(steps)), len(steps))
    return planned.taken


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
