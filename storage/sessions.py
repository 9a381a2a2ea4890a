"""Sessions of the pages: who looks, on whose platform account, until when. Only a token's hash is kept, so that a copy
of the database opens no page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from storage import rows, sql
from storage.models.fields import to_micros
from storage.rows import Table

KEPT = timedelta(hours=1)
"""A session that is over still says for so long that its login was used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """``roles``: what the member was when the session began. ``login``: hash of the login that it came of."""

    id: str
    login: str
    member_id: str
    account: str
    user: str
    roles: tuple[str, ...]
    created_at: datetime
    expires_at: datetime


SESSIONS: Table[Session] = Table("session", Session)


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


async def begin(session: Session) -> bool:
    """False where its login was used before. What is long over is swept away."""
    async with sql.transaction():
        await sql.run("DELETE FROM session WHERE expires_at < ?", to_micros(session.created_at - KEPT))
        tail = "ON CONFLICT DO NOTHING RETURNING id"
        return bool(await sql.insert("session", SESSIONS.columns, [SESSIONS.encode_all(session)], tail))


async def get(token: str, now: datetime) -> Session | None:
    """The session of the token; None for an unknown one and for one that is over."""
    return await rows.first(SESSIONS, "id = ? AND expires_at > ?", hashed(token), to_micros(now))


async def end(id: str, now: datetime) -> None:
    await sql.run(
        "UPDATE session SET expires_at = ? WHERE id = ? AND expires_at > ?", to_micros(now), id, to_micros(now)
    )


async def end_of(member_id: str, now: datetime) -> int:
    """How many sessions of the member are over now that were not."""
    at = to_micros(now)
    return await sql.run("UPDATE session SET expires_at = ? WHERE member_id = ? AND expires_at > ?", at, member_id, at)
