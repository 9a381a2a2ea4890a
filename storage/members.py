"""Members, their accounts on the platforms, and teams."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Collection, Sequence

from storage import rows, sql
from storage.records import Identity, Member, Team
from storage.rows import Table, fold

MEMBERS: Table[Member] = rows.TABLES["mem"]
IDENTITIES: Table[Identity] = rows.TABLES["idn"]
TEAMS: Table[Team] = rows.TABLES["team"]
PREFERRED = "account"
"""In a member's wishes: the account to which pushes go, wherever he speaks."""


async def get(id: str, *, undone: bool = False) -> Member | None:
    """The member; None where there is none (or it was undone, unless asked for)."""
    return await rows.by_id(MEMBERS, id, undone=undone)


async def by_identity(account: str, user: str) -> Member | None:
    """Whose account this is, the user name compared folded; None for a stranger. Also a member who has left."""
    found = await _whose(account, user)
    return found[0] if found else None


async def speaking(account: str, user: str) -> Member | None:
    """As :func:`by_identity`, of somebody who speaks from it just now: this account is the one in use from now on."""
    found = await _whose(account, user)
    if found is None:
        return None
    member, identity, in_use = found
    if not in_use:
        await sql.run(
            "UPDATE identity SET in_use = (id = ?) WHERE member_id = ? AND undone_at IS NULL", identity, member.id
        )
    return member


async def _whose(account: str, user: str) -> tuple[Member, str, bool] | None:
    """(member, id of the account, whether it is the one in use)"""
    select = MEMBERS.select.replace(" FROM ", ", i.id, i.in_use FROM ", 1)
    found = await sql.fetch(
        f"{select} JOIN identity i ON i.member_id = member.id WHERE i.folded = ? AND i.account = ? "
        "AND i.undone_at IS NULL AND member.undone_at IS NULL ORDER BY i.id LIMIT 1",
        fold(user),
        account,
    )
    if not found:
        return None
    member = MEMBERS.decode(found[0])
    rows.at_hand(MEMBERS, member)
    return member, found[0][-2], bool(found[0][-1])


async def identity(account: str, user: str) -> Identity | None:
    """The account itself, the user name compared folded; None where nobody has it."""
    return await rows.first(
        IDENTITIES, "folded = ? AND account = ? AND undone_at IS NULL ORDER BY id", fold(user), account
    )


async def by_accounts(account: str, users: Sequence[str]) -> list[Member]:
    """The members whose accounts these are, in the order of the users; nobody for those that are nobody's."""
    if not users:
        return []
    wanted = [fold(user) for user in users]
    found = await sql.fetch(
        f"SELECT folded, member_id FROM identity WHERE folded IN ({sql.marks(wanted)}) AND account = ? "
        "AND undone_at IS NULL ORDER BY id DESC", *wanted, account,
    )  # fmt: skip
    ids = {row[0]: row[1] for row in found}
    known = {one.id: one for one in await rows.select(
        MEMBERS, f"id IN ({sql.marks(list(ids.values()))}) AND undone_at IS NULL", *ids.values()
    )} if ids else {}  # fmt: skip
    return [known[ids[user]] for user in wanted if user in ids and ids[user] in known]


async def identities(member_id: str) -> list[Identity]:
    """The member's accounts, oldest first."""
    return await rows.select(IDENTITIES, "member_id = ? AND undone_at IS NULL ORDER BY id", member_id)


async def ways_to(member: Member) -> list[Identity]:
    """The member's accounts in the order in which he is spoken to: the one he chose, the one from which he spoke last,
    then the oldest first; empty where he has none."""
    chosen = member.prefs.get(PREFERRED)
    found = await rows.select(IDENTITIES, "member_id = ? AND undone_at IS NULL ORDER BY in_use DESC, id", member.id)
    return sorted(found, key=lambda one: one.account != chosen)


async def all_identities() -> list[Identity]:
    """Everybody's accounts, oldest first."""
    return await rows.select(IDENTITIES, "undone_at IS NULL ORDER BY id")


async def identity_of(member_id: str, account: str | None = None) -> Identity | None:
    """The member's oldest account, of that configured account where one is named; None where there is none."""
    where = "member_id = ? AND undone_at IS NULL"
    if account is None:
        return await rows.first(IDENTITIES, f"{where} ORDER BY id", member_id)
    return await rows.first(IDENTITIES, f"{where} AND account = ? ORDER BY id", member_id, account)


async def last_identity(member_id: str, account: str) -> Identity | None:
    """The member's newest account there, also one that is nobody's any more; None where there never was one."""
    return await rows.first(IDENTITIES, "member_id = ? AND account = ? ORDER BY id DESC", member_id, account)


async def everyone(active: bool = True) -> list[Member]:
    """All members by id, those who have left only with ``active=False``."""
    only = " AND active = TRUE" if active else ""
    return await rows.select(MEMBERS, f"undone_at IS NULL{only} ORDER BY id")


async def named(name: str) -> list[Member]:
    """Active members of that name or platform user name, compared folded; empty where there is none."""
    return await rows.select(
        MEMBERS,
        "undone_at IS NULL AND active = TRUE AND (folded = ? OR id IN "
        "(SELECT member_id FROM identity WHERE folded = ? AND undone_at IS NULL)) ORDER BY id",
        fold(name),
        fold(name),
    )


async def of_team(team_id: str) -> list[Member]:
    """The team's own active members, not those of teams below it."""
    return await rows.select(MEMBERS, "team_id = ? AND undone_at IS NULL AND active = TRUE ORDER BY id", team_id)


async def ids_in(team_ids: Collection[str], *, left: bool = False) -> list[str]:
    """Who is in one of these teams, by id: the active, with ``left`` those too who are there no more; nothing is asked
    where there is no team."""
    if not team_ids:
        return []
    only = "" if left else " AND active = TRUE"
    where = f"team_id IN ({sql.marks(team_ids)}) AND undone_at IS NULL{only} ORDER BY id"
    return [row[0] for row in await sql.fetch(f"SELECT id FROM member WHERE {where}", *team_ids)]


async def with_role(role: str) -> list[Member]:
    """Active members who have the role."""
    return [member for member in await everyone() if role in member.roles]


async def first() -> bool:
    """True when there is any member at all."""
    return await sql.value("SELECT 1 FROM member WHERE undone_at IS NULL LIMIT 1") is not None


async def team(id: str, *, undone: bool = False) -> Team | None:
    return await rows.by_id(TEAMS, id, undone=undone)


async def teams() -> list[Team]:
    """All teams, by id."""
    return await rows.select(TEAMS, "undone_at IS NULL ORDER BY id")


async def team_named(name: str) -> list[Team]:
    """Teams of that name, compared folded."""
    return await rows.select(TEAMS, "folded = ? AND undone_at IS NULL ORDER BY id", fold(name))
