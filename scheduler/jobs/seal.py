"""G1: the day's head hash goes to the managers, so that nobody can rewrite the record unseen."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from adapters.messages import Push
from bot import admins
from bot.letter import Letter
from bot.replies import digest as say
from scheduler.effect import Around, Effect
from storage import chain, marks, members
from storage.records import Member

MARK = "seal.day"
LEADERS = ("manager", "director")


async def day(around: Around) -> Effect:
    """The seal of the day; the alarm, also to the admins, where the chain does not hold. Nothing before the first
    entry."""
    verdict = await chain.verify()
    if verdict.entries == 0 and verdict.broken is None:
        return Effect()
    now = around.now
    if verdict.broken is not None:
        to = [*await _with_roles(LEADERS), *await _with_roles(("admin",))]
        broken, once = say.broken(verdict.broken), f"seal.broken:{verdict.broken}:{now:%Y%m%d}"
        aloud = await admins.in_group(broken, once, around.house, now)
        return Effect(says=(*to_all(broken, to, once).says, *aloud))
    before = await last()
    sealed = datetime.fromisoformat(before["at"]) if before else None
    count = verdict.entries - int(before.get("n", 0))
    push = say.seal(now, count, sealed, verdict.head)
    await marks.put(MARK, json.dumps({"n": verdict.entries, "at": now.isoformat(), "hash": verdict.head}))
    return to_managers(push, await _with_roles(LEADERS), f"seal.day:{now:%Y%m%d}", around)


async def last() -> dict[str, Any]:
    """The last seal: its number, moment and hash; empty before the first."""
    kept = await marks.get(MARK)
    return dict(json.loads(kept)) if kept else {}


async def _with_roles(roles: tuple[str, ...]) -> list[Member]:
    found = [member for role in roles for member in await members.with_role(role)]
    return list({member.id: member for member in found}.values())


def to_managers(push: Push, managers: list[Member], once: str, around: Around) -> Effect:
    """To the managers' group where one is configured, else to each of them."""
    account, group = admins.place(around.house.managers_chat, list(around.house.hears_files))
    if not (group and account and managers):
        return to_all(push, managers, once)
    return Effect(says=(Letter(push, to=managers[0].id, once=f"{once}:group", account=account, chat=group),))


def to_all(push: Push, to: list[Member], once: str) -> Effect:
    return Effect(says=tuple(Letter(push, to=one.id, once=f"{once}:{one.id}") for one in to))
