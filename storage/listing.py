"""All records of one kind, one after the other: memory stays flat however many there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar

from storage import audit, inbox, rows, sql
from storage.records import AuditEntry, Message, Record

R = TypeVar("R", bound=Record)
_PAGE = 500


async def each(kind: type[R], *, undone: bool = False) -> AsyncIterator[R]:
    """The committed records, oldest first; those whose making was undone only when asked for."""
    table: rows.Table[R] = rows.TABLES[kind.prefix]
    hidden = "" if undone else " WHERE undone_at IS NULL"
    async for row in sql.scan(f"{table.select}{hidden} ORDER BY id"):
        yield table.decode(row)


async def count(table: str) -> int:
    """How many rows of the table there are; counted on a thread. Raises KeyError for none of ours."""
    known = {"message", "audit", *(one.name for one in rows.TABLES.values())}
    if table not in known:
        raise KeyError(table)
    found = await sql.slowly(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 (a name of ours)
    return int(found[0][0])


async def each_message() -> AsyncIterator[Message]:
    """Every acknowledged event, in the order of coming."""
    after = 0
    while page := await inbox.messages(_PAGE, after):
        for message in page:
            yield message
        after = page[-1].seq


async def each_entry() -> AsyncIterator[AuditEntry]:
    """The whole audit chain, from its first entry."""
    after = 0
    while page := await audit.entries(after, _PAGE):
        for entry in page:
            yield entry
        after = page[-1].n
