"""What members said lately, and what the reader learnt from them: for looking back, never for handling."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import rows, sql
from storage.crypto import ring
from storage.models.fields import from_micros, to_micros
from storage.records import Alias, Contact
from storage.rows import Table

ALIASES: Table[Alias] = rows.TABLES["ali"]
CONTACTS: Table[Contact] = rows.TABLES["con"]


@dataclass(frozen=True, slots=True)
class Words:
    """One message of a member as it was read. ``at`` is when it was sent."""

    id: str
    member_id: str
    at: datetime
    text: str


async def since(moment: datetime, most: int) -> list[Words]:
    """The latest ``most`` messages that members sent since then and whose words are still kept, newest first; commands
    and taps are none. Read on a thread, the loop stays free."""
    found = sql.scan(
        "SELECT id, text, text_key, member_id, COALESCE(sent_at, received_at) FROM message WHERE received_at >= ? "
        "AND member_id IS NOT NULL AND text IS NOT NULL AND kind <> 'tap' AND state IN ('handled', 'waiting') "
        "ORDER BY seq DESC LIMIT ?",
        to_micros(moment),
        most,
    )
    said = [Words(row[0], row[3], from_micros(row[4]), _opened(row)) async for row in found]
    return [one for one in said if one.text.strip() and not one.text.lstrip().startswith(("/", "／"))]


def _opened(row: sql.Row) -> str:
    return ring().open(bytes(row[1]), row[2], f"text:{row[0]}").decode()


async def customer_before(member_id: str, start: datetime, end: datetime) -> str | None:
    """The customer of whom the member last reported within the time, ``end`` included; None where of none."""
    found = await sql.value(
        "SELECT customer_id FROM activity WHERE author_id = ? AND occurred_at >= ? AND occurred_at <= ? "
        "AND undone_at IS NULL ORDER BY occurred_at DESC, id DESC LIMIT 1",
        member_id, to_micros(start), to_micros(end),
    )  # fmt: skip
    return None if found is None else str(found)


async def learnt_aliases(team_id: str | None, most: int = 100) -> list[Alias]:
    """The words that the team's corrections and answers taught for a customer, newest first."""
    where = "learnt = ? AND undone_at IS NULL AND (team_id = ? OR team_id IS NULL) ORDER BY id DESC LIMIT ?"
    return await rows.select(ALIASES, where, *ALIASES.encode({"learnt": True}).values(), team_id or "", most)


async def learnt_contacts(owners: Sequence[str] | None, most: int = 100) -> list[Contact]:
    """People that were first read in somebody's message, newest first, of the customers of these owners (None: of
    all)."""
    mine = (
        ""
        if owners is None
        else f"AND customer_id IN (SELECT id FROM customer WHERE owner_id IN ({sql.marks(owners)}))"
    )
    where = (
        f"undone_at IS NULL {mine} AND id IN (SELECT record FROM audit WHERE kind = 'contact.created' "
        "AND event LIKE 'msg!_%' ESCAPE '!') ORDER BY id DESC LIMIT ?"
    )
    return await rows.select(CONTACTS, where, *(owners or ()), most)


async def recorded(team_id: str | None) -> tuple[int, int]:
    """How many messages of the team's members (of everybody with None) stand in the record, and how many of these were
    corrected. Counted on a thread, the loop stays free."""
    theirs, args = (
        ("", []) if team_id is None else (" AND a.author_id IN (SELECT id FROM member WHERE team_id = ?)", [team_id])
    )
    [(all_of_them, corrected)] = await sql.slowly(
        "SELECT COUNT(DISTINCT a.message_id), COUNT(DISTINCT c.message_id) FROM activity a "
        "LEFT JOIN correction c ON c.message_id = a.message_id AND c.undone_at IS NULL "
        f"WHERE a.undone_at IS NULL AND a.message_id IS NOT NULL{theirs}",
        *args,
    )
    return int(all_of_them), int(corrected)
