"""Tokens by which a program reads with a member's rights: made, recognised, revoked. Only a hash is kept."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from storage import apitokens, members
from storage.records import ApiToken, Change, Member, changed, made, new_id

PREFIX = "gjt_"
LONGEST = 200


def create(member: Member, *, read_only: bool, name: str, now: datetime) -> tuple[str, Change]:
    """The token, which is shown once, and the change that keeps its hash."""
    word = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        id=new_id("tok", now), member_id=member.id, name=name, hash=_hash(word), read_only=read_only, created_at=now
    )
    return word, made(token, "token.created")


def revoke(token: ApiToken, now: datetime) -> Change:
    return changed(token, "token.revoked", revoked_at=now)


async def recognised(word: str) -> tuple[ApiToken, Member] | None:
    """Whose token it is; None for one that is none, was revoked, or whose member has left."""
    if not word.startswith(PREFIX) or len(word) > LONGEST:
        return None
    token = await apitokens.of_hash(_hash(word))
    if token is None or token.revoked_at is not None:
        return None
    member = await members.get(token.member_id)
    return (token, member) if member is not None and member.active else None


def _hash(word: str) -> str:
    return sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
