"""Silent capture and summary (CAP-6, CAP-7): what a kept chat holds is shown to the rep, who has it recorded by a tap,
or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.messages import Card
from bot.capture.service import weigh
from bot.capture.silent import chat_of, hit
from bot.capture.values import Choices, Said
from bot.followup.escalate import superior
from bot.handlers import talk
from bot.handlers.answers import turn_of
from bot.house import House
from bot.letter import Letter
from bot.playbook.silent import KeywordGroup
from bot.playbook.times import Times
from bot.replies import silent as say
from bot.replies import words
from bot.replies.wording import clock_of, cut
from bot.routing import Reply, Router, Tap
from nlp import phones
from nlp.reading import Reading
from storage import cards, chatlines, chattaken, customers, members, opportunities
from storage.chatlines import Line
from storage.records import Activity, Change, Correction, External, Member, changed, made, new_id

router = Router()
SUMMARY = ("silent.summary",)


# -- what is noticed as it comes -----------------------------------------------------------------------------------


async def noticed(line: Line, member: Member, known: External | None, house: House) -> tuple[Letter, ...]:
    """What a line of a kept chat is told for at once: a word of a group, to who looks at it; one of the words, from
    somebody who is nobody's customer, to the rep at the next window."""
    live = await house.live(member)
    rules, zone = live.playbook.silent, await house.zone(member)
    now = house.clock.now().astimezone(zone)
    found = [
        letter for group in rules.groups if (word := hit(line.text, group.words))
        for letter in await _reviewed(line, group, word, member, now)
    ]  # fmt: skip
    if line.customer_id is None and line.side == "customer" and hit(line.text, rules.words):
        times = Times.of(live.playbook, live.calendar, zone, member)
        at = times.next_window(now)
        phone = next((one.value for one in phones.find(line.text)), "")
        called = known.name if known is not None and known.name else words.bit("somebody")
        found.append(
            Letter(
                say.lead(line, called, phone, now), to=member.id, once=f"silent.lead:{line.external}",
                answer=False, question=True, at=at,
                about={"external": line.external, "account": line.account, "name": known.name if known else "",
                       "phone": phone, "said": line.text[:200], "line": line.id},
            )
        )  # fmt: skip
    return tuple(found)


async def _reviewed(line: Line, group: KeywordGroup, word: str, member: Member, now: datetime) -> list[Letter]:
    """To the member of that name, or to whoever of that role the rep's matters go up to."""
    to = await _reviewer(group.reviewer, member, now)
    if to is None or to == member.id:
        return []
    customer = await customers.short_name(line.customer_id) if line.customer_id else ""
    card = say.review(line, group.name, word, member.name, customer, now)
    once = f"silent.review:{group.id}:{line.external}:{now:%Y%m%d}"
    about = {"group": group.name, "external": line.external, "line": line.id}
    return [Letter(card, to=to, once=once, answer=False, about=about)]


async def reviewers(line: Line, house: House) -> set[str]:
    """Who may have been shown the line for a word of a group."""
    member = await members.get(line.member_id)
    if member is None:
        return set()
    groups = (await house.live(member)).playbook.silent.groups
    now = house.clock.now()
    found = [await _reviewer(one.reviewer, member, now) for one in groups if hit(line.text, one.words)]
    return {one for one in found if one is not None}


async def _reviewer(said: str, member: Member, now: datetime) -> str | None:
    everyone = await members.everyone()
    by_name = [one for one in everyone if one.name == said]
    if len(by_name) == 1:
        return by_name[0].id
    if said not in ("manager", "director"):
        of_role = [one for one in everyone if said in one.roles]
        if of_role:
            return of_role[0].id
    return superior(member, await members.teams(), everyone, now.date())


@router.tap("ack", cards=("silent.review",))
async def acked(tap: Tap) -> Reply:
    group = str(tap.card.data.get("group", ""))
    return Reply(
        push=words.card(
            "silent.review.acked", group=cut(group, 12), who=cut(tap.member.name, 8), clock=clock_of(tap.now)
        )
    )


# -- a summary (D1) ------------------------------------------------------------------------------------------------


@router.tap("as_is", cards=SUMMARY)
async def as_is(tap: Tap) -> Reply:
    """照这样记: the lines are read as a chat with this customer, and go the way of everything that is said."""
    turn, data = turn_of(tap), tap.card.data
    customer = await customers.get(str(data["customer"]))
    if customer is None or not turn.scope.sees(customer):
        return Reply(push=words.text("reading.no_card"))
    wanted = [str(id) for id in data["lines"]]
    lines = [line for line in await chatlines.of_customer(customer.id, used=True) if line.id in wanted]
    lines.sort(key=lambda line: (line.at, line.id))
    if not lines:
        return Reply(push=words.card("silent.summary.recalled", customer=cut(str(data["name"]), 12)))
    local = [replace(line, at=line.at.astimezone(tap.now.tzinfo)) for line in lines]
    chat = chat_of(local, tap.member.name, str(data["them"]))
    reading = await turn.house.names.pasted_reading(chat, tap.now, tap.calendar)
    said = Said(chat.text, local[-1].at, tap.now, tap.event)
    choices = Choices(
        {str(n): customer.id for n in range(len(reading.deals))},
        {customer.id: str(data["opportunity"])} if data.get("opportunity") else {},
    )  # fmt: skip
    considered = await weigh(as_shown(reading), said, talk.mind_of(turn), choices)
    if considered.proposal.entries or considered.proposal.asks:
        reply = await talk.recorded(replace(turn, at=local[-1].at), considered, tap.event, choices)
    else:
        reply = await _noted(tap, chat.text, local[-1].at, customer.id)
    await _note_taken(lines, tap)
    return replace(reply, changes=await _with_shown(reply.changes, reading, data, tap.now))


async def _note_taken(lines: Sequence[Line], tap: Tap) -> None:
    """The record rests on these lines: should one of them be recalled, the rep hears of it."""
    data, ours = tap.card.data, {one.id: one.name for one in await members.everyone()}
    taken = {"event": tap.event, "member": tap.member.id, "customer": str(data["customer"])}
    for line in lines:
        who = say.who_said(line, str(data["them"]), "", ours)
        await chattaken.take(line.id, {**taken, "who": who, "at": line.at.isoformat()})


def as_shown(reading: Reading) -> Reading:
    """Without what the card did not say: a tap on quoted words moves no stage and finds no mood in them."""
    deals = tuple(replace(deal, stage=None, signals=()) for deal in reading.deals)
    return replace(reading, stage=None, signals=(), deals=deals)


async def _with_shown(
    changes: Sequence[Change], reading: Reading, data: Mapping[str, Any], now: datetime
) -> tuple[Change, ...]:
    """With the sum and the day that the card showed, where the words came to none: the opportunity's amount, what is
    next."""
    found = list(changes)
    deal = await opportunities.get(str(data.get("opportunity") or ""))
    sums = {(one.value, one.currency) for one in reading.amounts}
    if deal is not None and len(sums) == 1 and not any("amount" in change.after for change in found):
        value, currency = next(iter(sums))
        change = changed(deal, "opportunity.amount", amount=value, currency=currency)
        found += [change] if change.after else []
    coming = [one.start for one in reading.dates if one.start > now]
    for n, change in enumerate(found):
        if coming and change.kind == "activity.created" and change.after.get("planned_for") is None:
            found[n] = replace(change, after={**change.after, "planned_for": coming[0]})
    return tuple(found)


async def _noted(tap: Tap, text: str, at: datetime, customer_id: str) -> Reply:
    """Nothing that a field holds: the words alone."""
    deals = await opportunities.open_of(customer_id)
    note = Activity(
        id=new_id("act", tap.now), customer_id=customer_id, opportunity_id=deals[0].id if len(deals) == 1 else None,
        action="wechat", author_id=tap.member.id, recorder_id=tap.member.id, occurred_at=at, text=text,
        confirmed=True, message_id=tap.event,
    )  # fmt: skip
    card = words.card(
        "silent.summary.noted", customer=cut(str(tap.card.data["name"]), 12), who=cut(tap.member.name, 8),
        clock=clock_of(tap.now),
    )  # fmt: skip
    return Reply(push=card, changes=(made(note),), about={"events": [tap.event]})


@router.tap("edit", cards=SUMMARY)
async def edit(tap: Tap) -> Reply:
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(
        push=words.text("silent.summary.edit"), about={**tap.card.data, "asked_on": tap.card.id},
        awaits="silent.corrected", awaits_until=until, card_state="open",
    )  # fmt: skip


@router.answer("silent.corrected")
async def corrected(tap: Tap) -> Reply | None:
    """The rep's own words instead of the lines, about this customer."""
    turn, customer = turn_of(tap), str(tap.card.data["customer"])
    reading = await turn.house.names.reading(tap.words, tap.now, tap.calendar)
    choices = Choices(
        {str(n): customer for n in range(len(reading.deals))},
        {customer: str(tap.card.data["opportunity"])} if tap.card.data.get("opportunity") else {},
    )  # fmt: skip
    considered = await weigh(reading, talk.said_of(turn, tap.words), talk.mind_of(turn), choices)
    if not considered.proposal.entries:
        reply = await _noted(tap, tap.words, tap.now, customer)
    else:
        reply = await talk.recorded(turn, considered, turn.row.id, choices)
    card = words.card("silent.summary.edited", customer=cut(str(tap.card.data["name"]), 12), clock=clock_of(tap.now))
    return replace(reply, more=(*reply.more, *await answered(tap, card)))


async def answered(tap: Tap, push: Card) -> tuple[Letter, ...]:
    """The card on which it was asked asks no more, once the sentence has answered it."""
    asked = await cards.get(str(tap.card.data.get("asked_on", "")))
    if asked is None or asked.state != "open":
        return ()
    await cards.update(asked.id, kind=push.kind, state="done", question=False, awaits="", awaits_until=None)
    about = {**asked.data, "now": push.title}
    return (Letter(push, to=tap.member.id, once=f"{tap.event}:{asked.id}", about=about, changes=asked.id),)


@router.tap("no_progress", cards=SUMMARY)
async def no_progress(tap: Tap) -> Reply:
    """不算进展: nothing is kept but that it was none."""
    wrong = Correction(
        id=new_id("cor", tap.now), member_id=tap.member.id, team_id=tap.member.team_id, field="silent",
        old=str(tap.card.data.get("brief", "")), new="", at=tap.now,
    )  # fmt: skip
    card = words.card(
        "silent.summary.left", customer=cut(str(tap.card.data["name"]), 12), who=cut(tap.member.name, 8),
        clock=clock_of(tap.now),
    )  # fmt: skip
    return Reply(push=card, changes=(made(wrong),))
