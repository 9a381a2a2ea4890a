"""What every record is: an id that tells its kind and the moment of its making, and the moment it was undone."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

_latest = (0, 0)


def new_id(prefix: str, now: datetime) -> str:
    """A new id: prefix, underscore, UUIDv7 in hex (48 bits of milliseconds, then chance). Of one millisecond the ids
    of this process still rise, so that what was made in one go stands in the order of its making."""
    global _latest
    millis = int(now.timestamp() * 1000) & 0xFFFFFFFFFFFF
    chance = int.from_bytes(os.urandom(10), "big")
    tail = _latest[1] + (chance >> 48) + 1 if _latest[0] == millis else chance >> 7  # 73 of 74 bits: room to rise
    _latest = (millis, tail)
    value = (millis << 80) | (0x7 << 76) | ((tail >> 62) << 64) | (0b10 << 62) | (tail & ((1 << 62) - 1))
    return f"{prefix}_{value:032x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    prefix: ClassVar[str]
    id: str
    undone_at: datetime | None = None

    def with_(self, **fields: Any) -> Self:
        return dataclasses.replace(self, **fields)
