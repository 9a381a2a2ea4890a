"""What an export holds beside the records: the files that were handed in, as they came, and every way of selling that
the team has had."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path, PurePosixPath

import structlog

from storage import files, listing, playbooks
from storage.errors import Missing, Sealed
from storage.files import write_whole
from storage.records import Evidence

log = structlog.get_logger(__name__)
FILES, PLAYBOOKS = "files", "playbooks"
_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


async def handed_in(folder: Path, data: Path) -> int:
    """How many files now lie in ``files``, each once, by the hash under which a record of evidence names it; opened
    where they are kept sealed. What was erased is left out. Raises Full."""
    seen: set[str] = set()
    async for proof in listing.each(Evidence):
        if proof.sha256 is None or proof.sha256 in seen:
            continue
        try:
            content = await asyncio.to_thread(files.read, data, proof.sha256)
        except (Missing, Sealed) as gone:
            log.warning("export.no_file", evidence=proof.id, code=gone.code)
            continue
        seen.add(proof.sha256)
        path = folder / FILES / f"{proof.sha256}{ending(proof.file or '')}"
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(write_whole, path, content)
    return len(seen)


def ending(name: str) -> str:
    """.pdf of 报价单.PDF; "" of what has none, or an odd one."""
    found = PurePosixPath(name).suffix.casefold()
    return found if _ENDING.fullmatch(found) else ""


async def ways(folder: Path) -> int:
    """How many versions of the playbook now lie in ``playbooks``: ``0007-live.toml``."""
    versions = await playbooks.all()
    for one in versions:
        path = folder / PLAYBOOKS / f"{one.n:04d}-{one.state}.toml"
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(write_whole, path, one.text.encode())
    return len(versions)
