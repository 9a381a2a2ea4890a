"""Files of kept chats that wait for a tap: their bytes lie in the store, nothing of them stands in the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage import marks

PREFIX = "chatfile:"


async def wait(event: str, told: Mapping[str, Any]) -> None:
    """What the message ``event`` brought waits; ``told`` holds what is needed to keep it: ``line``, the message's own
    id; ``at``, when it was sent (ISO); ``external``, with whom of theirs; ``sha256``, "" where it could not be had."""
    await marks.put(PREFIX + event, json.dumps(dict(told), ensure_ascii=False))


async def waiting(event: str) -> dict[str, Any] | None:
    """None for what was taken, turned down, recalled or never waited."""
    told = await marks.get(PREFIX + event)
    return None if told is None else dict(json.loads(told))


async def forget(event: str) -> list[str]:
    """The hash of what waited, of which the bytes are needed here no more; nothing where nothing waited."""
    told = await waiting(event)
    await marks.forget(PREFIX + event)
    return _bytes(told) if told is not None else []


async def forget_of(external: str) -> list[str]:
    """The hashes of what waited of a chat with somebody outside."""
    return [sha for event, told in (await _every()).items() if told["external"] == external
            for sha in await forget(event)]  # fmt: skip


async def prune(before: datetime) -> list[str]:
    """The hashes of what nobody took and was sent earlier, forgotten now."""
    return [sha for event, told in (await _every()).items() if datetime.fromisoformat(told["at"]) < before
            for sha in await forget(event)]  # fmt: skip


async def waits_for(sha: str) -> bool:
    """Something that waits is this very file."""
    return any(told["sha256"] == sha for told in (await _every()).values())


async def _every() -> dict[str, dict[str, Any]]:
    found = await marks.beginning(PREFIX)
    return {name.removeprefix(PREFIX): dict(json.loads(told)) for name, told in found.items()}


def _bytes(told: Mapping[str, Any]) -> list[str]:
    return [str(told["sha256"])] if told["sha256"] else []
