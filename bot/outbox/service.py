"""The only way to speak: a push becomes a row in the outbox, in the same transaction as what it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.messages import Address, Card, Push
from adapters.meter import Level
from bot.letter import Letter
from bot.outbox import diet
from bot.outbox.body import pack
from bot.playbook.store import Live
from bot.playbook.times import Away
from storage import cards, members, outbox
from storage.records import CardRow, Member, OutboxRow, new_id

MOST_PUT_OFF = 3
"""Working mornings to which a full day may put off a push."""


async def put(
    letter: Letter, now: datetime, live: Live | None = None, event: str = "", to: Address | None = None
) -> str | None:
    """The id of the row that was put, None where ``once`` stands there already, the member hears nothing of this
    kind, or no platform account is known for the member.

    What nobody asked for goes on the diet of VOICE.md §5 when ``live``, the member's rules and calendar, is given.
    ``event`` is the one at hand, for a letter that names none; ``to`` is whence the member has just spoken.
    """
    member = await _whoever_is_here(letter, await members.get(letter.to), now)
    address = to or (await _address(member, letter) if member is not None else None)
    if member is None or address is None:
        return None
    due = letter.at or now
    if not letter.answer and live is not None:
        verdict = await _on_diet(letter, member, due, live, live.calls.get(address.account, ""))
        if verdict is None:
            return None
        due = verdict
    if letter.before is not None:
        await _write(replace(letter.before, answer=letter.answer), address, member, now, due, letter.event or event)
    return await _write(letter, address, member, now, due, letter.event or event)


async def _whoever_is_here(letter: Letter, member: Member | None, now: datetime) -> Member | None:
    """The member, or of one on leave the deputy, where the deputy is to hear of it."""
    if member is None or member.deputy_id is None or letter.answer or letter.push.kind not in diet.DEPUTED:
        return member
    today = (letter.at or now).date()
    deputy = await members.get(member.deputy_id) if Away.of(member).on(today) else None
    return deputy if deputy is not None and deputy.active and not Away.of(deputy).on(today) else member


async def say_to_stranger(push: Push, to: Address, event: str, now: datetime) -> None:
    """Answers somebody who is no member, once a day."""
    row = OutboxRow(
        seq=0,
        id=new_id("psh", now),
        account=to.account,
        address=str(to),
        kind=push.kind,
        body=pack(push),
        once=f"stranger:{push.kind}:{to}:{now:%Y%m%d}",
        due_at=now,
        state="new",
        event=event,
        answer=True,
        created_at=now,
    )
    await outbox.put([row])


async def _write(
    letter: Letter, address: Address, member: Member, now: datetime, due: datetime, event: str
) -> str | None:
    push = letter.push
    row = OutboxRow(
        seq=0,
        id=new_id("psh", now),
        account=address.account,
        address=str(address),
        kind=push.kind,
        body=pack(push),
        once=letter.once,
        due_at=due,
        state="new",
        member_id=member.id,
        event=event,
        changes=letter.changes,
        answer=letter.answer,
        change_code=letter.change_code,
        created_at=now,
    )
    if not await outbox.put([row]):
        return None
    if letter.changes is not None:
        if letter.about:
            await _keep_in_mind(letter.changes, push, letter.about)
        return row.id
    await cards.put(
        CardRow(
            id=row.id,
            member_id=member.id,
            kind=push.kind,
            event=event,
            data=on_card(push, letter.about),
            state="open",
            question=letter.question,
            created_at=now,
            awaits=letter.awaits,
            awaits_until=letter.awaits_until,
        )
    )
    return row.id


async def _keep_in_mind(card: str, push: Push, about: Mapping[str, Any]) -> None:
    """A card that a further push replaces knows what the new one is about."""
    row = await cards.get(card)
    if row is not None:
        await cards.update(card, data=on_card(push, {**row.data, **about}))


def on_card(push: Push, about: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a card row keeps: ``about``, and what can be tapped or typed on the card as it now stands."""
    choice = push.choice if isinstance(push, Card) else None
    return {
        **(about or {}),
        "buttons": [[button.id, button.label] for button in push.buttons if not button.url],
        "pages": [[n, button.label, button.url] for n, button in enumerate(push.buttons, 1) if button.url],
        "choice": [[option.id, option.label] for option in choice.options] if choice else [],
        "title": push.title if isinstance(push, Card) else push.text[:40],
        "shown": [[fact.label, fact.value] for fact in push.facts] if isinstance(push, Card) else [],
        "why": push.why if isinstance(push, Card) else "",
    }


async def _address(member: Member, letter: Letter) -> Address | None:
    """Where the member is spoken to; a card that is changed is changed where it lies."""
    if letter.chat:
        return Address(letter.account, chat=letter.chat)
    ways = [Address(one.account, one.user) for one in await members.ways_to(member)]
    if letter.account:
        ways = [one for one in ways if one.account == letter.account]
    elif letter.changes and (card := await outbox.get(letter.changes)) is not None:
        ways = [one for one in ways if str(one) == card.address] or ways
    return ways[0] if ways else None


async def _on_diet(letter: Letter, member: Member, at: datetime, live: Live, calls: Level) -> datetime | None:
    """The moment at which this unasked push may go; None where it is dropped. A day that is full puts it off to the
    next; what finds no room on three of them expires rather than pile up."""
    full = 0
    while full <= MOST_PUT_OFF:
        verdict = await _placed(letter, member, at, live, calls)
        if verdict.at is None or verdict.at <= at:
            return verdict.at
        at, full = verdict.at, full + (verdict.why == "cap")
    return None


async def _placed(letter: Letter, member: Member, at: datetime, live: Live, calls: Level) -> diet.Placed:
    start = at.replace(hour=0, minute=0, second=0, microsecond=0)
    today = await outbox.of_member(member.id, start)
    return diet.place(
        letter.push.kind,
        at,
        roles=member.roles,
        calendar=live.calendar,
        away=Away.of(member),
        sent_today=[row.kind for row in today if not row.answer and row.due_at < start + timedelta(days=1)],
        prefs=member.prefs,
        playbook=live.playbook,
        named=letter.named,
        customer=letter.customer,
        calls=calls,
    )
