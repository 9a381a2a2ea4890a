"""Files that are handed out from a chat: one sealed archive in ``data/exports``, for a day, its password said apart."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.exchange import export
from bot.exchange.export import Format
from bot.exchange.sealed import password, sealed
from storage import listing
from storage.files import write_whole
from storage.records import Change, Moment, new_id

FOLDER = "exports"
LASTS = timedelta(hours=24)
OVER = "export.over"
"""The moment at which the file goes."""
AT_ONCE = 5_000
"""Records that are at hand within a second or two; of more it is said that they come."""
MOST = 20_000
"""Records of one call, made while others' messages go on. Whoever wants more asks at the server."""
NAME = re.compile(r"[a-z]+-\d{8}-\d{6}-[0-9a-f]{8}\.zip")
STAMP = "%Y%m%d-%H%M%S"
KINDS: Mapping[str, str] = {
    "customers": "customer", "contacts": "contact", "opportunities": "opportunity", "history": "activity",
    "commitments": "commitment", "tasks": "task", "evidence": "evidence", "handovers": "handover",
    "waivers": "waiver", "risks": "risk", "scripts": "scriptuse", "leads": "lead", "facts": "fact",
    "visits": "visit", "unassigned": "unassigned", "claims": "claim", "bindings": "binding", "externals": "external",
    "members": "member", "teams": "team",
    "messages": "message", "audit": "audit",
}  # fmt: skip
"""What one asks for, and the kind of record that it is."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """Where the file lies, what opens it, how many records are in it; and what is to be written down of it."""

    path: Path
    word: str
    count: int
    changes: tuple[Change, ...]
    moments: tuple[Moment, ...]


async def count(kinds: Sequence[str]) -> int:
    """How many records the kinds have, undone ones among them."""
    return sum([await listing.count(KINDS[kind]) for kind in kinds])


async def records(data: Path, kinds: Sequence[str], form: Format, now: datetime) -> HandedOut:
    """The records of these kinds, a file each, in one archive. Raises Full, OSError."""
    files, found = [], 0
    with tempfile.TemporaryDirectory(dir=_folder(data), prefix=".") as place:
        for kind in kinds:
            path = Path(place) / f"{kind}.{form}"
            found += await export.one(path, KINDS[kind], form)
            files.append((path.name, await asyncio.to_thread(path.read_bytes)))
    name = kinds[0] if len(kinds) == 1 else "all"
    return await archive(data, name, files, found, now, form=form)


async def archive(
    data: Path, what: str, files: Sequence[tuple[str, bytes]], found: int, now: datetime, **remarks: str
) -> HandedOut:
    """The files as one sealed archive that lasts a day; ``what`` begins its name and names nobody."""
    word, job = password(), new_id("job", now)
    path = _folder(data) / f"{what}-{now.strftime(STAMP)}-{job[-8:]}.zip"
    body = await asyncio.to_thread(sealed, files, word, now)
    await asyncio.to_thread(write_whole, path, body)
    said = {"_what": what, "_count": found, "_file": path.name, **{f"_{name}": one for name, one in remarks.items()}}
    over = Moment(id=new_id("due", now), at=now + LASTS, kind=OVER, record=job, data={"file": path.name})
    return HandedOut(path, word, found, (Change("export.made", job, said),), (over,))


def path_of(data: Path, name: str, now: datetime) -> Path | None:
    """Where the archive lies; None for one whose day is over, or none of ours."""
    if not NAME.fullmatch(name):
        return None
    path = data / FOLDER / name
    return path if _made_at(name, now) > now - LASTS and path.is_file() else None


def forget(data: Path, name: str) -> None:
    """The file is gone, if it was there; a name that no archive of ours has does nothing."""
    if NAME.fullmatch(name):
        (data / FOLDER / name).unlink(missing_ok=True)


def sweep(data: Path, now: datetime) -> int:
    """How many archives went because their day is over, told by their names: what a crash left behind among them."""
    names = [one.name for one in (data / FOLDER).glob("*.zip") if NAME.fullmatch(one.name)]
    old = [one for one in names if _made_at(one, now) < now - LASTS]
    for name in old:
        forget(data, name)
    return len(old)


def _made_at(name: str, now: datetime) -> datetime:
    return datetime.strptime(name[-28:-13], STAMP).replace(tzinfo=now.tzinfo)


def _folder(data: Path) -> Path:
    folder = data / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
