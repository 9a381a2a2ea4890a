"""What was said in chats that the company keeps, with people outside: no longer than it is needed.

Lines of somebody who is nobody's customer are kept for some days, until it is said whose they are; then they go.
"""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import marks, sql
from storage.crypto import ring
from storage.models.fields import from_micros, to_micros
from storage.records import Side
from storage.rows import clean

COLUMNS = "id, account, chat, at, side, member_id, external, customer_id, text, text_key, used"
AT_ONCE = 500
TOLD = "chattold:"


@dataclass(frozen=True, slots=True)
class Line:
    """``member_id`` is ours who talks there, ``external`` the platform's id of the other; ``side`` says who spoke."""

    id: str
    account: str
    chat: str
    at: datetime
    side: Side
    member_id: str
    external: str
    text: str
    customer_id: str | None = None
    used: bool = False
    """It stood on a card already."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Lines of a customer's that stood on no card yet."""

    customer_id: str
    first: datetime
    last: datetime
    count: int


def _line(row: sql.Row) -> Line:
    text = b"" if row[8] is None else ring().open(bytes(row[8]), row[9], f"line:{row[0]}")
    return Line(
        row[0], row[1], row[2], from_micros(row[3]), row[4], row[5], row[6], text.decode(), row[7], bool(row[10])
    )  # fmt: skip


async def keep(line: Line) -> bool:
    """True when it is new."""
    sealed, key = ring().seal(clean(line.text).encode(), f"line:{line.id}")
    row = (line.id, line.account, line.chat, to_micros(line.at), line.side, line.member_id, line.external,
           line.customer_id, sealed, key, line.used)  # fmt: skip
    columns = tuple(COLUMNS.split(", "))
    return bool(await sql.insert("chatline", columns, [row], "ON CONFLICT (id) DO NOTHING RETURNING id"))


async def get(id: str) -> Line | None:
    """None where it was not kept, or is gone."""
    found = await sql.fetch(f"SELECT {COLUMNS} FROM chatline WHERE id = ?", id)
    return _line(found[0]) if found else None


async def recalled(id: str) -> bool:
    """What was taken back in the chat is gone here too; False where it was not kept."""
    return await sql.run("DELETE FROM chatline WHERE id = ?", id) == 1


async def of_external(external: str, limit: int = 50) -> list[Line]:
    """What was said with somebody outside, newest first."""
    found = await sql.fetch(
        f"SELECT {COLUMNS} FROM chatline WHERE external = ? ORDER BY at DESC, id DESC LIMIT ?", external, limit
    )
    return [_line(row) for row in found]


async def of_customer(customer_id: str, limit: int = 200, *, used: bool = False) -> list[Line]:
    """What was said with the customer's people and stood (did not stand) on a card, newest first."""
    found = await sql.fetch(
        f"SELECT {COLUMNS} FROM chatline WHERE customer_id = ? AND used = ? ORDER BY at DESC, id DESC LIMIT ?",
        customer_id, used, limit,
    )  # fmt: skip
    return [_line(row) for row in found]


async def pending(since: datetime, limit: int = 500) -> list[Pending]:
    """The customers with lines since then that stood on no card yet, longest waiting first."""
    found = await sql.fetch(
        "SELECT customer_id, MIN(at), MAX(at), COUNT(*) FROM chatline WHERE customer_id IS NOT NULL AND used = ? "
        "AND at >= ? GROUP BY customer_id ORDER BY MIN(at), customer_id LIMIT ?",
        False, to_micros(since), limit,
    )  # fmt: skip
    return [Pending(row[0], from_micros(row[1]), from_micros(row[2]), int(row[3])) for row in found]


async def use(customer_id: str, until: datetime) -> int:
    """How many lines up to then stand on a card, or need none any more."""
    return await sql.run(
        "UPDATE chatline SET used = ? WHERE customer_id = ? AND at <= ?", True, customer_id, to_micros(until)
    )


async def unuse(ids: Sequence[str], customer_id: str) -> None:
    """The card on which these lines of the customer's stood is gone: they wait for another."""
    await marks.forget(TOLD + customer_id)
    if ids:
        await sql.run(f"UPDATE chatline SET used = ? WHERE id IN ({sql.marks(ids)})", False, *ids)


async def tell(customer_id: str, at: datetime) -> None:
    """What was said with the customer is summed up on a card."""
    await marks.put(TOLD + customer_id, at.isoformat())


async def told(customer_id: str) -> datetime | None:
    """When that was last; None for never."""
    found = await marks.get(TOLD + customer_id)
    return datetime.fromisoformat(found) if found else None


async def give(external: str, customer_id: str) -> int:
    """How many lines turned out to be the customer's."""
    return await sql.run("UPDATE chatline SET customer_id = ? WHERE external = ?", customer_id, external)


async def forget(external: str) -> int:
    """How many lines of somebody outside are gone now."""
    return await sql.run("DELETE FROM chatline WHERE external = ?", external)


async def prune(*, strangers_before: datetime, before: datetime) -> int:
    """How many lines are gone: those of people who are nobody's customers, and all, that are older than that."""
    return await sql.run(
        "DELETE FROM chatline WHERE (customer_id IS NULL AND at < ?) OR at < ?",
        to_micros(strangers_before), to_micros(before),
    )  # fmt: skip


async def count_where(names: Callable[[str], bool]) -> int:
    """How many lines' text ``names`` somebody."""
    return sum([1 async for line in _every() if names(line.text)])


async def forget_where(names: Callable[[str], bool]) -> int:
    """How many lines whose text ``names`` somebody are gone now."""
    gone = [line.id async for line in _every() if names(line.text)]
    for start in range(0, len(gone), AT_ONCE):
        part: Sequence[str] = gone[start : start + AT_ONCE]
        await sql.run(f"DELETE FROM chatline WHERE id IN ({sql.marks(part)})", *part)
    return len(gone)


async def _every() -> AsyncIterator[Line]:
    after = ""
    while True:
        page = await sql.fetch(f"SELECT {COLUMNS} FROM chatline WHERE id > ? ORDER BY id LIMIT ?", after, AT_ONCE)
        for row in page:
            yield _line(row)
        if len(page) < AT_ONCE:
            return
        after = page[-1][0]
