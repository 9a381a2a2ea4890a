"""/audit verify, head, customer: the record that nobody can rewrite unseen."""

from __future__ import annotations

from datetime import datetime

from bot.commands import find
from bot.commands.registry import Call, Registry, Wrong
from bot.replies import admin as say
from bot.replies import words
from bot.routing import Reply
from bot.turn import Turn
from storage import audit as record
from storage import customers, members
from storage.rows import fold

own = Registry()
SHOWN = 100
LONGEST_WALK = 300_000
"""Entries that are walked while everybody else waits to write: some three seconds."""


@own.command("audit", roles=("admin",))
async def audit(turn: Turn, call: Call) -> Reply:
    what = fold(call.words[0]) if call.words else ""
    if what == "verify":
        return await _verified(turn)
    if what == "head":
        n, hash_ = await record.head()
        return Reply(push=say.head(n, hash_, await _at(n), turn.now))
    if what == "customer":
        return await _of_customer(turn, call.rest[len(call.words[0]) :].strip())
    near = find.nearest(what, ("verify", "head", "customer")) if what.isascii() else ""
    if near:
        raise Wrong("audit.how", what=what, nearest=f"/audit {near} {' '.join(call.words[1:])}".strip())
    if call.words:
        one = await find.customer(turn, call.rest, lambda name: f"/audit customer {name}")
        raise Wrong("audit.customer", nearest=f"/audit customer {await customers.short_name(one.id)}")
    raise Wrong("audit.how")


async def _verified(turn: Turn) -> Reply:
    n, _ = await record.head()
    if n > LONGEST_WALK:
        return Reply(push=words.text("cmd.audit.long", count=f"{n:,}"))
    verdict = await record.verify()
    return Reply(push=say.verified(verdict, await _at(verdict.entries), turn.now))


async def _at(n: int) -> datetime | None:
    """When the entry of that number was written; None before the first."""
    found = await record.entries(after=n - 1, limit=1) if n else []
    return found[0].at if found else None


async def _of_customer(turn: Turn, said: str) -> Reply:
    one = await find.customer(turn, said, lambda name: f"/audit customer {name}".strip())
    entries = await record.of_customer(one.id, SHOWN)
    names = {member.id: member.name for member in await members.everyone(active=False)}
    return Reply(push=say.history(await customers.short_name(one.id), entries, names, turn.now))
