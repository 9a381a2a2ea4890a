"""Tables that wait to be brought in from a chat: kept in ``data/imports`` for three days, found by their name alone."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from storage.files import write_whole

FOLDER = "imports"
LASTS = timedelta(days=3)
STAMP = "%Y%m%d-%H%M%S"
NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{16}\.(?:csv|xlsx|jsonl)")
LINES = re.compile(r"\d{8}-\d{6}-[0-9a-f]{16}(?:-[0-9a-f]{8})?\.\d{8}\.lines")
"""What became of a table's lines (:mod:`bot.exchange.bring_report`), which goes with it."""
KINDS = (".csv", ".xlsx", ".jsonl")
ASKED = "import:"
"""Before the kind, in the capability of the page that takes the table."""


async def keep(data: Path, name: str, body: bytes, now: datetime) -> str | None:
    """The name under which the table is kept; None for a file that is none of the three."""
    suffix = next((one for one in KINDS if name.casefold().endswith(one)), None)
    if suffix is None:
        return None
    path = data / FOLDER / f"{now.strftime(STAMP)}-{sha256(body).hexdigest()[:16]}{suffix}"
    await asyncio.to_thread(path.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
    await asyncio.to_thread(write_whole, path, body)
    return path.name


def unnamed(words: str, name: str) -> str:
    """What is said of a table, without the path under which we keep it."""
    return words.rpartition("/")[2].removeprefix(f"{name} ")


def path_of(data: Path, name: str) -> Path | None:
    """Where the table lies; None for a name of ours that is no more, or none of ours."""
    path = data / FOLDER / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def sweep(data: Path, now: datetime) -> int:
    """How many went because their days are over, told by their names."""
    found = (data / FOLDER).glob("*")
    names = [one for one in found if NAME.fullmatch(one.name) or LINES.fullmatch(one.name)]
    old = [one for one in names if datetime.strptime(one.name[:15], STAMP).replace(tzinfo=now.tzinfo) < now - LASTS]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)
