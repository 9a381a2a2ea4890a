"""What is said in chats that the company keeps (CAP-10): whose it is, and what of it is kept. It is data: nothing in it
is a command, and nothing moves before a member taps (CAP-6, CAP-7)."""

from __future__ import annotations

from dataclasses import replace

from adapters.base import Adapter, Contacts
from adapters.errors import SendError
from adapters.events import InboundEvent, Outsider
from bot.capture.silent import hit
from bot.handlers import chat_forget, chat_waits, outsiders, recalled, silent
from bot.handlers.chat_talk import Talk, talk_of
from bot.handlers.recalled import line_of
from bot.house import House
from bot.routing import Reply
from bot.turn import Fetched
from storage import chatlines, chattaken, externals, inbox
from storage.chatlines import Line
from storage.records import Change, Message, made


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


async def heard(
    event: InboundEvent, row: Message, house: House, found: Outsider | None = None, file: Fetched | None = None
) -> Reply:
    """Never answers. The words are kept only where they are said with somebody outside by one of ours, and then where
    such words are kept; the inbox forgets them at once."""
    await inbox.forget_payload(row.seq)
    id = str(event.data.get("msgid") or "")
    if not id:  # only the word that there is something new
        return Reply(reason="archive_notice")
    recalls = str(event.data.get("recalls") or "")
    if recalls:
        return await recalled.answer(event, row, recalls, house)
    if event.data.get("consent") is False:
        gone = await chat_forget.forget(event.sender.user, row.id, house.clock.now())
        return Reply(reason="archive_no_consent", more=gone, actor=outsiders.HAND)
    overtaken = row.tries > 1 or file is not None  # a later message of the chat may have been read before this one
    if overtaken and await chattaken.was_recalled(line_of(event, id)):
        return Reply(reason="archive_recall")
    talk = await talk_of(event)
    if talk is None or not (event.text.strip() or file):
        return Reply(reason="archive_not_kept")
    line = line_of(event, id)
    waits = file is not None and await chat_waits.put_aside(file, talk, event, row, line, house)
    moments = (await chat_waits.asked(talk, row, house, house.clock.now()),) if waits else ()
    if not event.text.strip():
        return Reply(reason="archive_file" if moments else "archive_not_kept", moments=moments, actor=outsiders.HAND)
    return replace(await _kept(event, id, talk, found, house, asked=waits), moments=moments)


async def _kept(
    event: InboundEvent, id: str, talk: Talk, found: Outsider | None, house: House, *, asked: bool
) -> Reply:
    """``asked``: its file is asked about by itself."""
    changes: tuple[Change, ...] = ()
    if found is not None and talk.known is None and talk.external == found.id:
        user = next((str(one) for one in event.data.get("to", ()) if one != found.id), "")
        known = await outsiders.met(found, event.sender.account, user, talk.member, event.at)
        changes = (made(known),)
        talk = replace(talk, known=known, customer_id=talk.customer_id or known.customer_id)
    line = Line(
        id=line_of(event, id), account=event.sender.account, chat=event.chat, at=event.at,
        side="customer" if event.sender.user == talk.external else "us", member_id=talk.speaker or talk.member.id,
        external=talk.external, text=event.text, customer_id=talk.customer_id, used=asked,
    )  # fmt: skip
    if not await chatlines.keep(line):
        return Reply(reason="archive_repeat")
    more = await silent.noticed(line, talk.member, talk.known, house)
    return Reply(reason="archive_kept", changes=changes, more=more, actor=outsiders.HAND)
