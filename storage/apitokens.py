"""Tokens of programs."""

from __future__ import annotations

from storage import rows
from storage.records import ApiToken
from storage.rows import Table

TOKENS: Table[ApiToken] = rows.TABLES["tok"]


async def of_hash(hash: str) -> ApiToken | None:
    """The token of that hash, in force or revoked; None for none."""
    return await rows.first(TOKENS, "hash = ? AND undone_at IS NULL", hash)


async def get(id: str) -> ApiToken | None:
    return await rows.by_id(TOKENS, id)


async def all() -> list[ApiToken]:
    """Every token, revoked ones too, oldest first."""
    return await rows.select(TOKENS, "undone_at IS NULL ORDER BY id")
