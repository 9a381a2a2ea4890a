"""What is said in chats that the company keeps (CAP-10): whose it is, and what of it is kept. It is data: nothing in it
is a command, and nothing moves before a member taps (CAP-6, CAP-7)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from adapters.base import Adapter, Contacts
from adapters.errors import NotDeliverable, PlatformRefused, SendError
from adapters.events import InboundEvent, Outsider
from bot.capture import chat_file
from bot.capture.evidence import LARGEST, kind_of_content, safe_name
from bot.capture.silent import hit
from bot.handlers import outsiders, silent
from bot.handlers.outsiders import PRIVATE
from bot.house import House
from bot.playbook.times import Times
from bot.replies import words
from bot.routing import Reply
from bot.turn import Fetched
from storage import bindings, chatfiles, chatlines, customers, externals, files, inbox, members
from storage.chatlines import Line
from storage.records import Change, External, Member, Message, Moment, made, new_id

log = structlog.get_logger(__name__)
KEPT_KINDS = ("file", "image", "voice")
"""A film is of no type that is taken."""
SUFFIXES = {"image": ".jpg", "voice": ".amr"}


@dataclass(frozen=True, slots=True)
class _Talk:
    """Who talks with whom: ours, and the other with what is known of him."""

    member: Member
    external: str
    known: External | None
    customer_id: str | None


async def fetched(event: InboundEvent, adapter: Adapter, house: House) -> Outsider | None:
    """Who speaks, asked of the platform, where a word of the trade comes from somebody outside not heard of yet."""
    who = event.sender.user
    if who not in event.data.get("outside", ()) or not isinstance(adapter, Contacts):
        return None
    live = await house.live(None)
    if not hit(event.text, live.playbook.silent.words) or await externals.of_id(who) is not None:
        return None
    try:
        return await adapter.contact(who)
    except SendError:  # it is asked about all the same, without a name
        return None


async def file_of(event: InboundEvent, adapter: Adapter) -> Fetched | None:
    """The file of the message, where it is said with a customer's people. Raises Retryable, for another try."""
    sent = next((one for one in event.files if one.kind in KEPT_KINDS), None)
    if sent is None or not event.data.get("msgid"):
        return None
    talk = await _talk(event)
    if talk is None or talk.customer_id is None:
        return None
    try:
        _, body = await adapter.fetch(sent)
    except (NotDeliverable, PlatformRefused) as gone:
        log.warning("archive.file_gone", code=gone.code)
        return None
    return Fetched(sent.name or f"{words.named('chat_files', sent.kind)}{SUFFIXES.get(sent.kind, '')}", body)


async def heard(
    event: InboundEvent, row: Message, house: House, found: Outsider | None = None, file: Fetched | None = None
) -> Reply:
    """Never answers. The words are kept only where they are said with somebody outside by one of ours, and then where
    such words are kept; the inbox forgets them at once."""
    await inbox.forget_payload(row.seq)
    id = str(event.data.get("msgid") or "")
    if not id:  # only the word that there is something new
        return Reply(reason="archive_notice")
    recalled = str(event.data.get("recalls") or "")
    if recalled:
        await chatlines.recalled(_id(event, recalled))
        before = await inbox.by_key(event.sender.account, f"archive:{recalled}")
        if before is not None:
            await chatfiles.forget(before.id)
        return Reply(reason="archive_recall")
    if event.data.get("consent") is False:
        await chatlines.forget(event.sender.user)
        await chatfiles.forget_of(event.sender.user)
        return Reply(reason="archive_no_consent")
    talk = await _talk(event)
    if talk is None or not (event.text.strip() or file):
        return Reply(reason="archive_not_kept")
    kept = await _kept_file(file, talk, event, row, house) if file is not None else Reply()
    if not event.text.strip():
        return replace(kept, reason="archive_file" if kept.moments else "archive_not_kept", actor=outsiders.HAND)
    changes: tuple[Change, ...] = ()
    if found is not None and talk.known is None and talk.external == found.id:
        user = next((str(one) for one in event.data.get("to", ()) if one != found.id), "")
        known = await outsiders.met(found, event.sender.account, user, talk.member, event.at)
        changes = (made(known),)
        talk = replace(talk, known=known, customer_id=talk.customer_id or known.customer_id)
    line = Line(
        id=_id(event, id), account=event.sender.account, chat=event.chat, at=event.at,
        side="customer" if event.sender.user == talk.external else "us", member_id=talk.member.id,
        external=talk.external, text=event.text, customer_id=talk.customer_id,
    )  # fmt: skip
    if not await chatlines.keep(line):
        return Reply(reason="archive_repeat")
    more = await silent.noticed(line, talk.member, talk.known, house)
    return replace(kept, reason="archive_kept", changes=changes, more=more, actor=outsiders.HAND)


async def _kept_file(file: Fetched, talk: _Talk, event: InboundEvent, row: Message, house: House) -> Reply:
    """The file waits: who talks with the customer is asked at the next window; before, nothing is recorded of it."""
    body, name = file.body or b"", safe_name(file.name)
    mime = await asyncio.to_thread(kind_of_content, body)
    if talk.customer_id is None or not body or mime is None or len(body) > LARGEST:
        return Reply()
    sha = await asyncio.to_thread(files.put, house.data, body)
    live, zone = await house.live(talk.member), await house.zone(talk.member)
    now = house.clock.now().astimezone(zone)
    by_us = event.sender.user != talk.external
    who = words.bit("silent_you") if by_us else (talk.known.name if talk.known else "") or words.bit("customer")
    told = {
        "customer": talk.customer_id, "file": name, "sha256": sha, "size": len(body), "mime": mime, "by_us": by_us,
        "external": talk.external, "who": who, "at": event.at.isoformat(),
    }  # fmt: skip
    await chatfiles.wait(row.id, told)
    at = Times.of(live.playbook, live.calendar, zone, talk.member).next_window(now)
    asks = Moment(
        id=new_id("due", now), at=at, kind=chat_file.KIND, record=talk.customer_id, member_id=talk.member.id,
        data={"event": row.id},
    )  # fmt: skip
    return Reply(moments=(asks,))


def _id(event: InboundEvent, id: str) -> str:
    return f"{event.sender.account}:{id}"


async def _talk(event: InboundEvent) -> _Talk | None:
    """None where nobody of ours or nobody outside takes part, or the chat is a private one."""
    people = list(dict.fromkeys((event.sender.user, *map(str, event.data.get("to", ())))))
    outside = [str(one) for one in event.data.get("outside", ()) if one in people]
    if not outside:
        return None
    known = {one: found for one in outside[:10] if (found := await externals.of_id(one)) is not None}
    if any(one.state == PRIVATE for one in known.values()):
        return None
    ours = await members.by_accounts(event.sender.account, [one for one in people if one not in outside])
    ours = [one for one in ours if one.active]
    if not ours:
        return None
    bound = await bindings.customer_of(event.sender.account, event.chat)
    other = event.sender.user if event.sender.user in outside else _likeliest(outside, known)
    found = known.get(other)
    customer = bound or (found.customer_id if found is not None else None) or None
    return _Talk(await _whose(ours, event, found, customer), other, found, customer)


def _likeliest(outside: Sequence[str], known: dict[str, External]) -> str:
    """Of several whom we speak to: one that is a customer's."""
    return next((one for one in outside if one in known and known[one].customer_id), outside[0])


async def _whose(ours: Sequence[Member], event: InboundEvent, known: External | None, customer: str | None) -> Member:
    """Whose matter it is: the customer's owner, who has the contact, who speaks, else the first of ours."""
    owner = await customers.get(customer) if customer else None
    wanted = (owner.owner_id if owner else None, known.member_id if known else None)
    for id in wanted:
        found = next((one for one in ours if one.id == id), None)
        if found is not None:
            return found
    speaks = await members.by_identity(event.sender.account, event.sender.user)
    return speaks if speaks is not None and speaks.active else ours[0]
