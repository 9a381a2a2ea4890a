"""Files of kept chats that wait for a tap: their bytes lie in the store, nothing of them stands in the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage import marks

PREFIX = "chatfile:"


async def wait(event: str, told: Mapping[str, Any]) -> None:
    """What the message ``event`` brought waits; ``told`` holds what is needed to keep it, under ``at`` when it was sent
    (ISO), under ``external`` with whom of theirs."""
    await marks.put(PREFIX + event, json.dumps(dict(told), ensure_ascii=False))


async def waiting(event: str) -> dict[str, Any] | None:
    """None for what was taken, turned down, recalled or never waited."""
    told = await marks.get(PREFIX + event)
    return None if told is None else dict(json.loads(told))


async def forget(event: str) -> bool:
    """False where nothing waited."""
    return await marks.forget(PREFIX + event)


async def forget_of(external: str) -> None:
    """What waits of a chat with somebody outside."""
    for name, told in (await marks.beginning(PREFIX)).items():
        if json.loads(told)["external"] == external:
            await marks.forget(name)


async def prune(before: datetime) -> int:
    """How many nobody took that were sent earlier are forgotten."""
    old = [
        name for name, told in (await marks.beginning(PREFIX)).items()
        if datetime.fromisoformat(json.loads(told)["at"]) < before
    ]  # fmt: skip
    for name in old:
        await marks.forget(name)
    return len(old)
