"""A file that comes in on a page: checked by what is in it, kept by its hash, and recorded for what it settles."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot import record
from bot.capture.evidence import LARGEST, File, HandedIn, Wanted, hand_in, kind_of_content, safe_name
from bot.followup.view import matter, matters
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import put
from bot.replies import followup as say
from bot.replies import handed
from bot.replies.wording import clock_of
from storage import commitments, customers, evidence, files, members, opportunities
from storage.records import Commitment
from storage.uploads import Upload

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file is not taken; said on the page."""

    title: str
    words: str
    status: int


NO_FILE = Refused("没有收到文件", "选一个文件再点上传。", 400)
TOO_LARGE = Refused("文件太大", "一次最多 100 MB。", 413)
NOT_TAKEN = Refused("这种文件收不了", "PDF、图片、Word、Excel 都行。", 415)


async def store(house: House, name: str, body: bytes | None) -> File | Refused:
    """The file, on disk; nothing is recorded of it yet."""
    if body is None:
        return NO_FILE
    if len(body) > LARGEST:
        return TOO_LARGE
    mime = kind_of_content(body)
    if mime is None:
        return NOT_TAKEN
    sha = await asyncio.to_thread(files.put, house.data, body)
    return File(safe_name(name), sha, len(body), mime)


async def open_promise(upload: Upload) -> Commitment | None:
    """The promise that the page is for, while it waits for a file."""
    promise = await commitments.get(upload.commitment_id) if upload.commitment_id else None
    return promise if promise is not None and promise.state in ("open", "overdue") else None


async def still_wanted(upload: Upload) -> tuple[str, ...]:
    """The kinds of evidence that the gate has not got yet."""
    if not upload.kinds or not upload.opportunity_id:
        return ()
    counts = await evidence.counts(upload.opportunity_id)
    return tuple(kind for kind in upload.kinds if not counts.get(kind))


async def keep(upload: Upload, file: File, purpose: str, house: House, event: str, address: str = "") -> HandedIn:
    """Records the file and what it settles, and says so in the chat; inside the caller's transaction. ``address`` is
    the page on which more can be handed in."""
    now = house.clock.now()
    member = await members.get(upload.member_id)
    assert member is not None
    live = await house.live(member)
    local = now.astimezone(await house.zone(member))
    wanted = await _wanted(upload, purpose)
    found = hand_in(file, member, local, wanted, live.playbook, event)
    follows = await record.keep(found.changes, house, actor=member.id, event=event, at=now)
    await _tell(found, member.id, event, local, await still_wanted(upload), address, house)
    for other in follows:
        their = await house.live(await members.get(other.to))
        await put(other, local, their, event)
    log.info("upload.taken", kind=found.evidence.kind, size=file.size)
    return found


async def _wanted(upload: Upload, purpose: str) -> Wanted:
    promise = await open_promise(upload)
    deal = await opportunities.get(upload.opportunity_id) if upload.opportunity_id else None
    counts = await evidence.counts(deal.id) if deal else {}
    kinds = await still_wanted(upload)
    if not purpose and promise is not None and not kinds:
        purpose = "commitment"
    if not purpose and kinds and promise is None:
        purpose = "gate"
    promises = (promise,) if promise is not None else ()
    return Wanted(upload.customer_id, promises, deal, counts, kinds, upload.stage, purpose)


async def _tell(
    found: HandedIn, member_id: str, event: str, now: datetime, left: Sequence[str], address: str, house: House
) -> None:
    live = await house.live(await members.get(member_id))
    about: dict[str, object] = {"evidence": found.evidence.id, "events": [event], "message": event}
    if found.kept is not None:
        kept = await commitments.get(found.kept.id)
        assert kept is not None
        card = say.closed(await matter(kept), now, live.calendar)
        about["commitment"] = kept.id
    elif found.which:
        card = say.which(await matters(found.which), now, file=found.evidence.file or "")
        about |= {"options": [one.id for one in found.which], "brief": found.evidence.file or ""}
    else:
        name = await customers.short_name(found.evidence.customer_id) if found.evidence.customer_id else ""
        card = handed.came(found, name, live.playbook, clock_of(now), left, address)
    once, asks = f"{event}:answer", bool(found.which)
    await put(Letter(card, to=member_id, once=once, event=event, about=about, question=asks), now)
