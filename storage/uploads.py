"""Capabilities of upload pages: a random word opens one page for one commitment and gate, and dies with them.

Only the word's hash is kept, so that a copy of the database opens no page.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import sha256

from storage import marks

LIVES = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Upload:
    """What may be handed in there, for whom. ``kinds`` are the kinds of evidence that the gate still wants."""

    member_id: str
    customer_id: str
    expires_at: datetime
    opportunity_id: str | None = None
    commitment_id: str | None = None
    kinds: tuple[str, ...] = ()
    stage: str = ""
    event: str = ""
    card: str = ""


FIELDS = tuple(field.name for field in fields(Upload))


async def put(upload: Upload) -> str:
    """The new capability: 128 random bits."""
    word = secrets.token_urlsafe(16)
    body = {name: getattr(upload, name) for name in FIELDS} | {"expires_at": upload.expires_at.isoformat()}
    await marks.put(_key(word), json.dumps(body, ensure_ascii=False))
    return word


async def get(word: str, now: datetime) -> Upload | None:
    """What the word opens; None for one that is unknown, closed or expired."""
    body = await marks.get(_key(word))
    if not body:
        return None
    kept = json.loads(body)
    kept |= {"kinds": tuple(kept["kinds"]), "expires_at": datetime.fromisoformat(kept["expires_at"])}
    upload = Upload(**kept)
    return upload if upload.expires_at > now else None


async def close(word: str) -> None:
    await marks.put(_key(word), "")


def _key(word: str) -> str:
    return f"upload:{sha256(word.encode()).hexdigest()}"
