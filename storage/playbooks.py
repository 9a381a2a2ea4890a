"""Versions of the team's way of selling."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from typing import Literal

from storage import marks, rows, sql
from storage.records import PlaybookVersion
from storage.rows import Table

PLAYBOOKS: Table[PlaybookVersion] = Table("playbook", PlaybookVersion)
STAMP = "playbook.stamp"
VERSION_LOCK = 0x706C6179  # "play"
State = Literal["draft", "trial", "live", "past"]


async def put(version: PlaybookVersion) -> None:
    """Keeps a version; where it is live (or on trial), the one that was so for that team is past. Raises Clash for a
    known n."""
    async with sql.transaction():
        if version.state in ("live", "trial"):
            await _retire(version.team_id, version.state)
        await sql.insert("playbook", PLAYBOOKS.columns, [PLAYBOOKS.encode_all(version)])
        await touch()


async def in_turn() -> None:
    """Until the open transaction ends nobody else makes a version: its number is one more than the last."""
    if sql.dialect() == "postgres":
        await sql.wait_for_lock(VERSION_LOCK)


async def live(team_id: str | None = None) -> PlaybookVersion | None:
    """The version in force for the team: its own, else the company's; None before the first."""
    order = "ORDER BY CASE WHEN team_id IS NULL THEN 1 ELSE 0 END, n DESC"
    return await rows.first(PLAYBOOKS, f"state = 'live' AND (team_id = ? OR team_id IS NULL) {order}", team_id or "")


async def trials() -> list[PlaybookVersion]:
    """What is tried now, each by one team."""
    return await rows.select(PLAYBOOKS, "state = 'trial' ORDER BY n")


async def latest(state: State, team_id: str | None = None) -> PlaybookVersion | None:
    """The youngest version of that state for exactly this team (None: the company)."""
    same = sql.SAME[sql.dialect()]
    return await rows.first(PLAYBOOKS, f"state = ? AND team_id {same} ? ORDER BY n DESC", state, team_id)


async def past(team_id: str | None, most: int = 50) -> list[PlaybookVersion]:
    """What was in force for exactly this team, the youngest first."""
    same = sql.SAME[sql.dialect()]
    where = f"state = 'past' AND team_id {same} ? ORDER BY n DESC LIMIT ?"
    return await rows.select(PLAYBOOKS, where, team_id, most)


async def get(n: int) -> PlaybookVersion | None:
    """The version of that number."""
    return await rows.first(PLAYBOOKS, "n = ?", n)


async def by_id(id: str) -> PlaybookVersion | None:
    return await rows.first(PLAYBOOKS, "id = ?", id)


async def all() -> list[PlaybookVersion]:
    """Every version, oldest first."""
    return await rows.select(PLAYBOOKS, "1 = 1 ORDER BY n")


async def next_n() -> int:
    """The number of the version to come."""
    return int(await sql.value("SELECT COALESCE(MAX(n), 0) + 1 FROM playbook"))


async def set_state(id: str, state: State) -> bool:
    """Sets the state; made live, the one that was live for its team is past. False where there is no such version."""
    async with sql.transaction():
        version = await by_id(id)
        if version is None:
            return False
        if state == "live":
            await _retire(version.team_id, state)
        await sql.run("UPDATE playbook SET state = ? WHERE id = ?", state, id)
        await touch()
        return True


async def stamp() -> str:
    """A value that is another one after any version changed."""
    return await marks.get(STAMP) or "0"


async def _retire(team_id: str | None, state: State) -> None:
    same = sql.SAME[sql.dialect()]
    await sql.run(f"UPDATE playbook SET state = 'past' WHERE state = ? AND team_id {same} ?", state, team_id)


async def touch() -> None:
    """Whoever holds a version in hand looks again."""
    await marks.count(STAMP)
