"""Cards: what a sent card is about, so that a tap or a typed word finds its meaning."""

# ruff: noqa: S608 (only names of ours are built in; every value is an argument)
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from storage import rows, sql
from storage.models.fields import to_micros
from storage.records import CardRow
from storage.rows import Table

CARDS: Table[CardRow] = Table("card", CardRow)
IN_ITS_PLACE = "ON CONFLICT (id) DO UPDATE SET " + ", ".join(
    f'"{column}" = excluded."{column}"' for column in CARDS.columns[1:]
)


async def put(*cards: CardRow) -> None:
    """Keeps the cards; one with a known id is put in its place."""
    await sql.insert("card", CARDS.columns, [CARDS.encode_all(card) for card in cards], IN_ITS_PLACE)


async def get(id: str) -> CardRow | None:
    return await rows.first(CARDS, "id = ?", id)


async def newest_open(member_id: str, but: Sequence[str] = ()) -> CardRow | None:
    """The member's youngest open card, those of the kinds ``but`` left aside; None where none is open."""
    only = f" AND kind NOT IN ({sql.marks(but)})" if but else ""
    where = f"member_id = ? AND state = 'open'{only} ORDER BY created_at DESC, id DESC"
    return await rows.first(CARDS, where, member_id, *but)


async def recent_open(member_id: str, limit: int = 20) -> list[CardRow]:
    """The member's open cards, youngest first."""
    where = "member_id = ? AND state = 'open' ORDER BY created_at DESC, id DESC LIMIT ?"
    return await rows.select(CARDS, where, member_id, limit)


async def recent_of_kind(member_id: str, kind: str, limit: int) -> list[CardRow]:
    """The member's cards of that kind in any state, youngest first."""
    where = "member_id = ? AND kind = ? ORDER BY created_at DESC, id DESC LIMIT ?"
    return await rows.select(CARDS, where, member_id, kind, limit)


async def that_name(kind: str, word: str) -> list[CardRow]:
    """The cards of that kind that know of ``word``, in any state. Goes through all of them: for forgetting."""
    where = "kind LIKE ? ESCAPE '!' AND data LIKE ? ESCAPE '!' ORDER BY id"
    return await rows.select(CARDS, where, f"{rows.literal(kind)}%", f"%{rows.literal(word)}%")


async def open_of_event(event: str) -> list[CardRow]:
    """The event's open cards, oldest first."""
    return await rows.select(CARDS, "event = ? AND state = 'open' ORDER BY created_at, id", event)


async def of_event(event: str) -> list[CardRow]:
    """The event's cards in any state, oldest first."""
    return await rows.select(CARDS, "event = ? ORDER BY created_at, id", event)


async def update(id: str, **fields: Any) -> bool:
    """Sets fields of the card; False where there is no such card. Raises ValueError for a field it has not."""
    if unknown := fields.keys() - CARDS.kinds.keys():
        raise ValueError(f"a card has no {', '.join(sorted(unknown))}")
    encoded = CARDS.encode(fields)
    sets = ", ".join(f'"{column}" = ?' for column in encoded)
    return await sql.run(f"UPDATE card SET {sets} WHERE id = ?", *encoded.values(), id) == 1


async def awaiting(member_id: str, now: datetime, asked: timedelta = timedelta(minutes=10)) -> CardRow | None:
    """The member's open card whose question the next sentence answers, while it may; else None. What was asked within
    ``asked``, on however old a card, comes before what may be answered all day; else the youngest card."""
    where = (
        "member_id = ? AND awaits_until >= ? AND awaits <> '' AND state = 'open' "
        "ORDER BY CASE WHEN awaits_until <= ? THEN awaits_until ELSE 0 END DESC, created_at DESC, id DESC"
    )
    return await rows.first(CARDS, where, member_id, to_micros(now), to_micros(now + asked))


async def questions(member_id: str) -> list[CardRow]:
    """Questions to the member not yet answered, oldest first."""
    where = "member_id = ? AND state = 'open' AND question = TRUE ORDER BY created_at, id"
    return await rows.select(CARDS, where, member_id)


async def overdue_questions(before: datetime, limit: int = 100) -> list[CardRow]:
    """Questions asked before that moment and not yet answered, oldest first."""
    where = "state = 'open' AND question = TRUE AND created_at < ? ORDER BY created_at, id LIMIT ?"
    return await rows.select(CARDS, where, to_micros(before), limit)


async def fold(ids: Sequence[str]) -> int:
    """How many open cards are now folded into a newer one."""
    return await sql.run(
        f"UPDATE card SET state = 'folded' WHERE id IN ({sql.marks(ids)}) AND {sql.BY_ID[sql.dialect()]}state = 'open'",
        *ids,
    )
