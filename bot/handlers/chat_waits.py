"""The file of a message in a kept chat: fetched, and put aside until who talks with the customer has tapped."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from adapters.base import Adapter
from adapters.errors import NotDeliverable, PlatformRefused, Retryable
from adapters.events import InboundEvent
from bot.capture import chat_file
from bot.capture.evidence import LARGEST, kind_of_content, safe_name
from bot.handlers.chat_talk import Talk, talk_of
from bot.house import House
from bot.playbook.times import Times
from bot.replies import words
from bot.turn import Fetched
from storage import chatfiles, files
from storage.records import Message, Moment, new_id

log = structlog.get_logger(__name__)
KINDS = ("file", "image", "voice")
"""A film is of no type that is taken."""
SUFFIXES = {"image": ".jpg", "voice": ".amr"}
TRIES = 14
LONGEST = 3600.0
"""Two seconds after the first try, twice as long after each further one: three hours and some in all."""


async def file_of(event: InboundEvent, adapter: Adapter, tries: int) -> Fetched | None:
    """The file of the message, where it is said with a customer's people; its body None where it cannot be had. Raises
    Retryable, for another try."""
    sent = next((one for one in event.files if one.kind in KINDS), None)
    if sent is None or not event.data.get("msgid"):
        return None
    talk = await talk_of(event)
    if talk is None or talk.customer_id is None:
        return None
    name = sent.name or f"{words.named('chat_files', sent.kind)}{SUFFIXES.get(sent.kind, '')}"
    try:
        return Fetched(name, (await adapter.fetch(sent))[1])
    except Retryable as fault:
        if tries < TRIES:
            fault.wait = min(LONGEST, 2.0**tries)
            raise
        log.warning("archive.file_given_up", code=fault.code, tries=tries)
    except (NotDeliverable, PlatformRefused) as gone:
        log.warning("archive.file_gone", code=gone.code)
    return Fetched(name, None)


async def put_aside(file: Fetched, talk: Talk, event: InboundEvent, row: Message, line: str, house: House) -> bool:
    """It waits, or that it is missing; False for what is of no type that is taken, or of nobody's customer."""
    body = file.body
    mime = await asyncio.to_thread(kind_of_content, body) if body else None
    if talk.customer_id is None or (body is not None and (mime is None or len(body) > LARGEST)):
        return False
    sha = await asyncio.to_thread(files.put, house.data, body) if body else ""
    theirs = (talk.known.name if talk.known else "") or words.bit("customer")
    told = {
        "line": line, "customer": talk.customer_id, "file": safe_name(file.name), "sha256": sha,
        "size": len(body or b""), "mime": mime or "", "by_us": bool(talk.speaker), "external": talk.external,
        "who": "" if talk.speaker else theirs, "speaker": talk.speaker, "at": event.at.isoformat(),
    }  # fmt: skip
    await chatfiles.wait(row.id, told)
    return True


async def asked(talk: Talk, row: Message, house: House, now: datetime) -> Moment:
    """When who talks with the customer hears of it: at the next window."""
    live, zone = await house.live(talk.member), await house.zone(talk.member)
    at = Times.of(live.playbook, live.calendar, zone, talk.member).next_window(now.astimezone(zone))
    return Moment(
        id=new_id("due", now), at=at, kind=chat_file.KIND, record=talk.customer_id or "", member_id=talk.member.id,
        data={"event": row.id},
    )  # fmt: skip
