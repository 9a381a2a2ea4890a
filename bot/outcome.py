"""Writes a Reply: records, audit, moments, cards and what is said, all inside the transaction of the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.events import InboundEvent
from adapters.messages import Address, Card, Push
from bot import record
from bot.house import House
from bot.letter import Letter
from bot.outbox.service import on_card, put, say_to_stranger
from bot.replies import group, words
from bot.replies.wording import clock_of
from bot.routing import Reply
from storage import cards, due, inbox, members
from storage.records import CardRow, Member, Message

CARRIED_WITHIN = timedelta(seconds=1)
"""How long an update call is held back while the tap's own callback may still carry the card."""
NOBODY = "system"


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written: the outbox row and push that answer the event, when something answers it."""

    answer: tuple[str, Push] | None = None


async def apply(
    reply: Reply,
    event: InboundEvent,
    row: Message,
    *,
    owner: str,
    now: datetime,
    house: House,
    awaited: bool = False,
    in_burst: bool = False,
) -> Applied:
    """Everything the reply comes to; ``awaited``: the event's callback stands waiting for the changed card;
    ``in_burst``: of a flood only what asks or was called for is answered."""
    if in_burst and _may_be_silent(reply, event):
        reply = replace(reply, push=None)
    member = reply.member
    actor = member.id if member else reply.actor or NOBODY
    follows = await record.keep(reply.changes, house, actor=actor, event=reply.event or row.id, at=now)
    for cancelled in reply.cancel:
        await due.cancel(cancelled)
    if reply.moments:
        await due.put(list(reply.moments))
    if reply.fold:
        await cards.fold(list(reply.fold))
    if reply.stranger:
        await say_to_stranger(words.text(reply.stranger), Address(row.account, user=event.sender.user), row.id, now)
    local = now.astimezone(await house.zone(member)) if member else now
    heard = row.account in house.hears_files  # at the terminal the answer is printed, nothing is sent
    here = Address(row.account, user=event.sender.user) if heard else None
    if event.chat and heard and reply.push is not None and member is not None:
        reply = await _in_group(reply, event, row, member, local)
    answer = await _answer(reply, event, row, member, local, awaited, here)
    for other in (*reply.more, *follows):
        live = None if other.answer else await house.live(await members.get(other.to))
        await put(other, local, live, row.id)
    if reply.state == "again":
        await inbox.again(row.seq, retry_at=now, reason=reply.reason)
        return Applied()
    await inbox.done(
        row.seq,
        owner,
        state=reply.state,
        sender=event.sender.user,
        chat=event.chat,
        text="" if event.kind == "archive" else event.text,  # kept, if at all, where chats are
        member_id=member.id if member else None,
        reason=reply.reason,
    )
    return Applied(answer)


async def _in_group(reply: Reply, event: InboundEvent, row: Message, member: Member, now: datetime) -> Reply:
    """What is for everybody is said in the group alone; of all else the group hears only that the answer came to who
    asked (VOICE.md §5). A tap changes the card where it stands, and nobody hears of it."""
    if reply.push is None or event.kind == "tap":
        return reply
    for_all = group.aloud(reply.push)
    name = str(reply.about.get("name", ""))
    word = reply.push if for_all else group.pointer(reply.push, name)
    letter = Letter(word, to=member.id, once=f"{row.id}:group", account=row.account, chat=event.chat)
    await put(letter, now, event=reply.event or row.id)
    return replace(reply, push=None) if for_all else reply


def _may_be_silent(reply: Reply, event: InboundEvent) -> bool:
    asks = reply.question or bool(reply.awaits) or reply.card is not None
    return event.kind == "message" and not asks and not event.text.lstrip().startswith(("/", "／"))


async def _answer(
    reply: Reply,
    event: InboundEvent,
    row: Message,
    member: Member | None,
    now: datetime,
    awaited: bool,
    here: Address | None,
) -> tuple[str, Push] | None:
    if reply.push is None:
        if reply.card is not None:
            await cards.update(reply.card.id, state=reply.card_state)
        return None
    if member is None:
        return None
    if reply.card is not None and event.kind == "tap" and isinstance(reply.push, Card):
        return await _changed_card(reply, reply.card, reply.push, event, row, member, now, awaited)
    if reply.card is not None:
        await _leave(reply.card, reply, member, now)
    letter = Letter(
        reply.push,
        to=member.id,
        once=f"{row.id}:answer",
        event=reply.event or row.id,
        about=_about(reply),
        question=reply.question,
        awaits=reply.awaits,
        awaits_until=reply.awaits_until,
        account=row.account,
    )
    await put(letter, now, to=here)
    return None


def _about(reply: Reply) -> Mapping[str, Any]:
    """What the answer is about; a card that a typed word brings takes over what the card it was meant for knew, as
    the tapped card itself would."""
    if reply.card is None or not isinstance(reply.push, Card):
        return reply.about
    known = {name: value for name, value in reply.card.data.items() if name != "asked_again"}
    return {**known, **reply.about}


async def _leave(card: CardRow, reply: Reply, member: Member, now: datetime) -> None:
    """What was asked is answered, or a card said anew takes the old one's place; a card that stays open keeps what it
    waits for."""
    if isinstance(reply.push, Card):
        data = {**card.data, "now": _now_true(reply, reply.push, member, now)}
        await cards.update(card.id, state="done", question=False, awaits="", awaits_until=None, data=data)
    elif reply.card_state == "done":
        await cards.update(card.id, state="done", question=False, awaits="", awaits_until=None)


def _now_true(reply: Reply, push: Card, member: Member, now: datetime) -> str:
    """What a later tap on the old card is answered with: 张伟 10:02 已处理：赢单：启明制造"""
    said = reply.about.get("now")
    if said:
        return str(said)
    return words.bit("handled_by", who=member.name, clock=clock_of(now), what=push.title)


async def _changed_card(
    reply: Reply,
    card: CardRow,
    push: Card,
    event: InboundEvent,
    row: Message,
    member: Member,
    now: datetime,
    awaited: bool,
) -> tuple[str, Push] | None:
    """The tapped card becomes ``push``: carried by the callback's answer when it is quick, by an update call else."""
    letter = Letter(
        push,
        to=member.id,
        once=f"{row.id}:answer",
        event=row.id,
        account=row.account,
        changes=card.id,
        change_code=event.reply_code,
        at=now + CARRIED_WITHIN if awaited else now,
    )
    id = await put(letter, now, to=Address(row.account, user=event.sender.user))
    await cards.update(
        card.id,
        kind=push.kind,
        state=reply.card_state,
        data=on_card(push, {**card.data, **reply.about, "now": _now_true(reply, push, member, now)}),
        question=reply.question,
        awaits=reply.awaits,
        awaits_until=reply.awaits_until,
    )
    return (id, push) if id else None
