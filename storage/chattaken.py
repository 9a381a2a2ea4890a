"""Which messages of kept chats stand in the record by a tap, and which were recalled before they were read: so that
what is recalled in the chat is found wherever it went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage import marks

TAKEN, RECALLED = "chattaken:", "chatrecalled:"


async def take(line: str, told: Mapping[str, Any]) -> None:
    """The message stands in the record; ``told``: ``event`` of the tap, ``member`` who tapped, ``customer``, ``who``
    said it, ``at`` (ISO), ``evidence`` where it is a file."""
    await marks.put(TAKEN + line, json.dumps(dict(told), ensure_ascii=False))


async def taken(line: str) -> dict[str, Any] | None:
    """None where the message stands in no record."""
    told = await marks.get(TAKEN + line)
    return None if told is None else dict(json.loads(told))


async def forget(line: str) -> None:
    await marks.forget(TAKEN + line)


async def recall_ahead(line: str, at: datetime) -> None:
    """The message was recalled, and is not read yet."""
    await marks.put(RECALLED + line, at.isoformat())


async def was_recalled(line: str) -> bool:
    """True once: the message needs no reading any more."""
    return await marks.forget(RECALLED + line)


async def prune(before: datetime) -> None:
    """What was said earlier can be recalled no more."""
    for name, told in (await marks.beginning(TAKEN)).items():
        if datetime.fromisoformat(json.loads(told)["at"]) < before:
            await marks.forget(name)
    for name, at in (await marks.beginning(RECALLED)).items():
        if datetime.fromisoformat(at) < before:
            await marks.forget(name)
