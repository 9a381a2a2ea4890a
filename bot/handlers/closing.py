"""Won, lost, and the card of a gate that waits: what only a tap decides (VOICE.md A11, B1, D8)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from bot.capture.fields import terms_of
from bot.handlers.answers import turn_of
from bot.process import service as process
from bot.process.gates import close
from bot.replies import reading as say
from bot.replies import words
from bot.replies.wording import clock_of, day_of
from bot.routing import Reply, Router, Tap
from storage import customers, evidence, opportunities
from storage.records import Change, Opportunity, changed

router = Router()


@router.tap("win", cards=("reading.waits.won", "gate.fields"))
async def win(tap: Tap) -> Reply:
    """Won by a tap; where the gate of 赢单 still lacks something it is asked for by name, and nothing moves yet."""
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    return await _close_as_won(tap, deal) if deal is not None and deal.state == "open" else _spent()


def _spent() -> Reply:
    return Reply(push=words.text("reading.spent", what=words.bit("already_done")))


async def _close_as_won(tap: Tap, deal: Opportunity, told: tuple[Change, ...] = ()) -> Reply:
    """``told`` are fields that were given just now."""
    pipeline = tap.playbook.pipeline(deal.pipeline)
    ending = pipeline.ending("won")
    assert ending is not None
    decision = close(pipeline, deal, ending, await evidence.counts(deal.id))
    name, event = str(tap.card.data["name"]), str(tap.card.data["message"])
    if decision.blocking:
        return Reply(
            push=say.fields_wanted(name, ending.name, decision.missing, tap.playbook),
            changes=told,
            event=event,
            about={**tap.card.data, "missing": list(decision.missing), "stage": ending.id},
            card_state="open",
            awaits="gate.fields",
            awaits_until=tap.now + timedelta(minutes=tap.playbook.context.answer_minutes),
        )
    changes = (*told, *process.by_hand(deal, decision, tap.playbook, tap.now))
    day = day_of(tap.now.date(), tap.now.date())
    card = words.card("won", customer=name, who=tap.member.name, day=day, facts=say.won_facts(deal, tap.now))
    return Reply(push=card, changes=changes, event=event, about={"events": [event]})


@router.answer("gate.fields")
async def fields_said(tap: Tap) -> Reply:
    """The sentence that gives what the gate of 赢单 lacked; with all of it the deal is won: the tap still stands."""
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None or deal.state != "open":
        return _spent()
    turn = turn_of(tap)
    reading = turn.house.names.read(tap.words, turn.at, turn.calendar)
    told = terms_of(tap.words, reading, tap.card.data.get("missing", []))
    if not told:
        until = tap.card.awaits_until
        unclear = words.text("gate.fields.unclear")
        return Reply(push=unclear, card_state="open", awaits="gate.fields", awaits_until=until, about=tap.card.data)
    return await _close_as_won(tap, deal.with_(**told), (changed(deal, "opportunity.terms", **told),))


@router.tap(
    "not_signed",
    "still_talking",
    "not_now",
    cards=("reading.waits.won", "reading.waits.lost", "reading.waits.back", "gate.fields"),
)
async def not_yet(tap: Tap) -> Reply:
    card = words.card(
        "reading.not_moved", customer=str(tap.card.data["name"]), who=tap.member.name, clock=clock_of(tap.now)
    )
    return Reply(push=card)


@router.tap("lost:price", "lost:competitor", "lost:budget", "lost:other", cards=("reading.waits.lost",))
async def lose(tap: Tap) -> Reply:
    """Lost with its reason in one tap, and the day to ask again in the next (VIEW-9)."""
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None or deal.state != "open":
        return Reply(push=words.text("reading.spent", what=words.bit("already_done")))
    reason = tap.button.partition(":")[2]
    pipeline = tap.playbook.pipeline(deal.pipeline)
    ending = pipeline.ending("lost")
    assert ending is not None
    decision = close(pipeline, deal, ending, Counter())
    changes = process.by_hand(deal, decision, tap.playbook, tap.now, reason=reason)
    event = str(tap.card.data["message"])
    card = words.card("reading.ask_again_on", customer=str(tap.card.data["name"]))
    return Reply(
        push=card, changes=changes, event=event, card_state="open", about={"reason": reason, "events": [event]}
    )


@router.tap("in_three_months", "next_budget", "never_again", cards=("reading.ask_again_on",))
async def ask_again(tap: Tap) -> Reply:
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None:
        return Reply(push=words.text("reading.no_card"))
    day = _ask_again_day(tap.button, tap.now.date())
    changes = (changed(deal, "opportunity.ask_again", ask_again_on=day),) if day else ()
    reason = words.named("lost_reasons", str(tap.card.data["reason"]))
    card = words.card(
        "reading.lost",
        customer=str(tap.card.data["name"]),
        who=tap.member.name,
        clock=clock_of(tap.now),
        reason=reason,
        facts=[(words.bit("date"), words.bit("ask_again", day=day_of(day, tap.now.date())))] if day else [],
    )
    return Reply(push=card, changes=changes, event=str(tap.card.data["message"]))


def _ask_again_day(button: str, today: date) -> date | None:
    if button == "never_again":
        return None
    if button == "in_three_months":
        return today + timedelta(days=91)
    november = date(today.year, 11, 1)
    return november if november > today else november.replace(year=today.year + 1)


@router.tap("ask_customer", cards=("gate.missing",))
async def words_for_customer(tap: Tap) -> Reply:
    """The words to forward, as plain text; the bot itself never writes to a customer (SEC-8)."""
    missing = [tap.playbook.called(str(kind)) for kind in tap.card.data.get("missing", [])]
    people = await customers.contacts(str(tap.card.data["customer"])) if tap.card.data.get("customer") else []
    who = f"{people[0].name}{people[0].title or ''}" if people else "您好"
    return Reply(push=words.text("gate.ask_customer", who=who, what="、".join(missing)), card_state="open")


@router.tap("later", cards=("gate.missing",))
async def later(tap: Tap) -> Reply:
    stages = {stage.id: stage.name for pipeline in tap.playbook.pipelines for stage in pipeline.stages}
    missing = tap.card.data.get("missing", [])
    card = words.card(
        "gate.later",
        customer=str(tap.card.data.get("name", "")),
        count=len(missing),
        stage=stages.get(str(tap.card.data.get("stage")), ""),
    )
    return Reply(push=card, about={"asked_later": True})
