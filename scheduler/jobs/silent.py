"""D1, at 11:40 and 16:40: opportunities with talk and no update, and words of the trade in a chat that stand in no
record, summed up for the rep to have them recorded by one tap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot.capture.silent import MOST, hit, tells
from bot.letter import Letter
from bot.playbook.store import Live
from bot.playbook.times import Times
from bot.process.hours import between
from bot.replies import silent as say
from bot.replies import words
from bot.replies.silent import Summed
from bot.replies.wording import quote
from nlp.reading import Reading
from scheduler.effect import Around, Effect
from storage import activities, chatlines, customers, externals, members, opportunities
from storage.chatlines import Line, Pending
from storage.records import Customer, Member, Opportunity

LOOKED_BACK = timedelta(days=14)
LINES_READ = 30
A_WINDOW = 3
"""Cards to one rep at a window; the others come at the next."""
KIND = "silent.summary"


async def summed(around: Around) -> Effect:
    """The cards of this window; what was recorded meanwhile needs none."""
    told: dict[str, int] = {}
    says: list[Letter] = []
    for one in await chatlines.pending(around.now - LOOKED_BACK):
        customer = await customers.get(one.customer_id)
        owner = await members.get(customer.owner_id) if customer is not None else None
        if customer is None or owner is None or not owner.active or told.get(owner.id, 0) >= A_WINDOW:
            continue
        letter = await _of(customer, owner, one, around)
        if letter is not None:
            says.append(letter)
            told[owner.id] = told.get(owner.id, 0) + 1
    return Effect(says=tuple(says))


async def _of(customer: Customer, owner: Member, one: Pending, around: Around) -> Letter | None:
    live, zone = await around.house.live(owner), await around.house.zone(owner)
    rules, now = live.playbook.silent, around.now.astimezone(zone)
    times = Times.of(live.playbook, live.calendar, zone, owner)
    latest = await activities.of_customer(customer.id, limit=1)
    updated = latest[0].occurred_at if latest else None
    if updated is not None and one.last <= updated:  # said in chat, and told by the rep since
        await chatlines.use(customer.id, one.last)
        return None
    lines = [line for line in await chatlines.of_customer(customer.id, LINES_READ)
             if updated is None or line.at > updated]  # fmt: skip
    deals = await opportunities.open_of(customer.id)
    since = max([updated or one.first, *(deal.stage_since for deal in deals)])
    quiet = between(since, now, times) >= rules.summary_hours
    if not quiet and not any(hit(line.text, rules.words) for line in lines):
        return None
    told = await chatlines.told(customer.id)
    if told is not None and between(told, now, times) < rules.summary_hours:  # once an opportunity and so many hours
        return None
    telling = await _telling(lines, live, around)
    if not telling:
        return None
    await chatlines.use(customer.id, one.last)
    await chatlines.tell(customer.id, now)
    return await _letter(customer, owner, deals, telling, rules.summary_hours if quiet else 0, now)


async def _telling(lines: Sequence[Line], live: Live, around: Around) -> list[tuple[Line, Reading]]:
    """The last few that hold a number, a date or a deed, oldest first."""
    names = around.house.reading_as(live).names
    found: list[tuple[Line, Reading]] = []
    for line in lines:  # newest first
        speaker = "customer" if line.side == "customer" else "rep"
        reading = await names.reading(line.text, line.at, live.calendar, speaker)  # type: ignore[arg-type]
        if tells(line.text, reading):
            found.append((line, reading))
        if len(found) == MOST:
            break
    return found[::-1]


async def _letter(
    customer: Customer, owner: Member, deals: Sequence[Opportunity], telling: Sequence[tuple[Line, Reading]],
    hours: int, now: datetime,
) -> Letter:  # fmt: skip
    name = await customers.short_name(customer.id)
    them = await _called(customer, [line for line, _ in telling])
    ours = {one.id: one.name for one in await members.everyone()}
    lines, readings = tuple(line for line, _ in telling), tuple(reading for _, reading in telling)
    one = Summed(name, lines, readings, them, hours, owner.id, ours)
    about = {
        "customer": customer.id, "name": name, "them": them, "lines": [line.id for line in one.lines],
        "externals": list(dict.fromkeys(line.external for line in one.lines)),
        "opportunity": deals[0].id if len(deals) == 1 else "", "brief": quote(one.lines[-1].text, 24),
    }  # fmt: skip
    return Letter(
        say.summary(one, now), to=owner.id, once=f"{KIND}:{customer.id}:{_mark(one.lines)}", about=about,
        question=True, customer=customer.id, answer=False,
    )  # fmt: skip


def _mark(lines: Sequence[Line]) -> str:
    """The same for the same lines: without one that was recalled they are others."""
    return sha256("\n".join(line.id for line in lines).encode()).hexdigest()[:32]


async def _called(customer: Customer, lines: Sequence[Line]) -> str:
    """Who of the customer's spoke."""
    for line in lines:
        known = await externals.of_id(line.external) if line.side == "customer" else None
        person = await customers.contact(known.contact_id) if known is not None and known.contact_id else None
        if person is not None:
            return f"{person.name}{person.title or ''}"
        if known is not None and known.name:
            return known.name
    people = await customers.contacts(customer.id)
    return f"{people[0].name}{people[0].title or ''}" if len(people) == 1 else words.bit("customer")
