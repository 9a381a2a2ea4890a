"""The only way to speak: a push becomes a row in the outbox, in the same transaction as what it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.messages import Address, Card, Push
from bot.outbox import diet
from bot.outbox.body import pack
from bot.playbook.model import Playbook
from bot.playbook.times import Away
from nlp.workdays import Calendar
from storage import cards, members, outbox
from storage.records import CardRow, Member, OutboxRow, new_id


async def put(
    push: Push,
    *,
    to: str,
    once: str,
    now: datetime,
    answer: bool = False,
    event: str = "",
    about: Mapping[str, Any] | None = None,
    question: bool = False,
    awaits: str = "",
    awaits_until: datetime | None = None,
    at: datetime | None = None,
    account: str = "",
    chat: str = "",
    changes: str | None = None,
    change_code: str = "",
    playbook: Playbook | None = None,
    calendar: Calendar | None = None,
    named: bool = False,
) -> str | None:
    """The id of the row that was put, None where ``once`` stands there already, the member hears nothing of this
    kind, or no platform account is known for the member.

    An unasked push (``answer`` False) goes on the diet of VOICE.md §5 when ``playbook`` and ``calendar`` are given;
    ``named``: the member himself named this moment by the clock, so that quiet time does not hold it.
    ``changes`` is the id of the sent card that this push replaces.
    """
    member = await members.get(to)
    address = await _address(member, account, chat) if member is not None else None
    if member is None or address is None:
        return None
    due = at or now
    if not answer and playbook is not None and calendar is not None:
        verdict = await _on_diet(push, member, due, playbook, calendar, named)
        if verdict is None:
            return None
        due = verdict
    return await _write(
        push,
        address,
        member,
        once=once,
        now=now,
        due=due,
        answer=answer,
        event=event,
        about=about,
        question=question,
        awaits=awaits,
        awaits_until=awaits_until,
        changes=changes,
        change_code=change_code,
    )


async def say_to_stranger(push: Push, to: Address, event: str, now: datetime) -> None:
    """Answers somebody who is no member, once a day."""
    row = OutboxRow(
        seq=0,
        id=new_id("psh", now),
        account=to.account,
        address=str(to),
        kind=push.kind,
        body=pack(push),
        once=f"stranger:{to}:{now:%Y%m%d}",
        due_at=now,
        state="new",
        event=event,
        answer=True,
        created_at=now,
    )
    await outbox.put([row])


async def _write(
    push: Push,
    address: Address,
    member: Member,
    *,
    once: str,
    now: datetime,
    due: datetime,
    answer: bool,
    event: str,
    about: Mapping[str, Any] | None,
    question: bool,
    awaits: str,
    awaits_until: datetime | None,
    changes: str | None,
    change_code: str,
) -> str | None:
    row = OutboxRow(
        seq=0,
        id=new_id("psh", now),
        account=address.account,
        address=str(address),
        kind=push.kind,
        body=pack(push),
        once=once,
        due_at=due,
        state="new",
        member_id=member.id,
        event=event,
        changes=changes,
        answer=answer,
        change_code=change_code,
        created_at=now,
    )
    if not await outbox.put([row]):
        return None
    if changes is not None and about:
        await _keep_in_mind(changes, push, about)
    if changes is None and (about is not None or question or awaits or _has_buttons(push)):
        await cards.put(
            CardRow(
                id=row.id,
                member_id=member.id,
                kind=push.kind,
                event=event,
                data=on_card(push, about),
                state="open",
                question=question,
                created_at=now,
                awaits=awaits,
                awaits_until=awaits_until,
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
        "choice": [[option.id, option.label] for option in choice.options] if choice else [],
        "title": push.title if isinstance(push, Card) else push.text[:40],
        "shown": [[fact.label, fact.value] for fact in push.facts] if isinstance(push, Card) else [],
        "why": push.why if isinstance(push, Card) else "",
    }


def _has_buttons(push: Push) -> bool:
    return bool(push.buttons) or (isinstance(push, Card) and push.choice is not None)


async def _address(member: Member, account: str, chat: str) -> Address | None:
    if chat:
        return Address(account, chat=chat)
    identity = await members.identity_of(member.id, account or None)
    return Address(identity.account, identity.user) if identity else None


async def _on_diet(
    push: Push, member: Member, at: datetime, playbook: Playbook, calendar: Calendar, named: bool
) -> datetime | None:
    """The moment at which this unasked push may go; None where it is dropped."""
    start = at.replace(hour=0, minute=0, second=0, microsecond=0)
    today = await outbox.of_member(member.id, start)
    verdict = diet.place(
        push.kind,
        at,
        roles=member.roles,
        calendar=calendar,
        away=Away.of(member),
        sent_today=[row.kind for row in today if not row.answer and row.due_at < start + timedelta(days=1)],
        prefs=member.prefs,
        playbook=playbook,
        named=named,
    )
    return verdict.at
