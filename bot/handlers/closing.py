"""Won and lost: what only a tap decides (VOICE.md A11, D8)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.capture.fields import terms_of
from bot.handlers.answers import turn_of
from bot.handlers.gate import page_for
from bot.process import agreeing
from bot.process import service as process
from bot.process.gates import AGREE, Decision, close
from bot.replies import ending as say
from bot.replies import gate, override, words
from bot.replies.reading import Eyes, title_name
from bot.replies.wording import clock_of, cut, day_of
from bot.routing import Reply, Router, Tap
from nlp.workdays import Calendar
from storage import activities, audit, evidence, opportunities
from storage.records import Change, Opportunity, changed

router = Router()
AGREEING = frozenset({"amount", "signing_party", "payment_terms"})
CONTRACT_SUM = re.compile(r"合同(?:金额|总额|价|额)?|总[价额]|成交")


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
    before = await _before(tap, deal, told)
    decision = close(pipeline, deal, ending, await evidence.counts(deal.id), before)
    name, event = str(tap.card.data["name"]), str(tap.card.data["message"])
    about = {**tap.card.data, "missing": list(decision.missing), "stage": ending.id,
             "before": {field: str(value) for field, value in before.items()}}  # fmt: skip
    fields = [one for one in decision.blocking if one in tap.playbook.fields]
    if decision.blocking and not fields:
        return await _not_through(tap, deal, decision, before, told, about)
    if decision.blocking:
        return Reply(
            push=gate.fields_wanted(name, ending.name, fields, tap.playbook),
            changes=told,
            event=event,
            about={**about, "missing": fields},
            card_state="open",
            awaits="gate.fields",
            awaits_until=tap.now + timedelta(minutes=tap.playbook.context.answer_minutes),
        )
    changes = (*told, *process.by_hand(deal, decision, tap.playbook, tap.now))
    agree = words.bit("terms_agree") if before.keys() >= AGREEING else ""
    done, here = await activities.count_of(deal.id), pipeline.stage(deal.stage)
    return Reply(push=say.won(deal, name, tap.member.name, done, tap.now, agree), changes=changes, event=event,
                 about={"events": [event], "facts": _ended(name, here.name if here else "", ending.name)})  # fmt: skip


async def _before(tap: Tap, deal: Opportunity, told: tuple[Change, ...]) -> dict[str, Any]:
    """What was recorded of the fields that must agree, before this stage's messages and the words that came with the
    win changed them."""
    before: dict[str, Any] = {}
    kept = tap.card.data.get("before") or {}
    for field, value in kept.items():
        before[str(field)] = Decimal(str(value)) if field == "amount" else str(value)
    written = [entry.change for entry in await audit.by_event(str(tap.card.data["message"])) if entry.change]
    for change in (*(one for one in written if one.record == deal.id), *told):
        for field in AGREEING & change.after.keys():
            old = (change.before or {}).get(field)
            if old not in (None, ""):
                before.setdefault(field, old)
    return {**before, **await agreeing.before(deal)}


async def _not_through(
    tap: Tap, deal: Opportunity, decision: Decision, before: dict[str, Any], told: tuple[Change, ...],
    about: dict[str, Any],
) -> Reply:  # fmt: skip
    """What was recorded differs, or evidence is missing on the way: shown, with the way to a manager."""
    name = str(tap.card.data["name"])
    lacks = [one for one in decision.blocking if not one.startswith(AGREE)]
    if lacks:
        have = process.in_hand(deal, decision.to, await evidence.of_opportunity(deal.id), tap.playbook)
        page = await page_for(deal, decision, tap)
        eyes = Eyes(tap.playbook, tap.now, None, page, turn_of(tap).hears_files)
        ending = tap.playbook.pipeline(deal.pipeline).ending("won")
        stage = ending.name if ending else ""
        push = gate.gate_card(title_name(name), stage, lacks, eyes, have, may_pass=not decision.final)
    else:
        push = override.differs(deal, name, decision, tap.playbook, before)
    return Reply(push=push, changes=told, event=str(tap.card.data["message"]), about=about, card_state="open",
                 question=True)  # fmt: skip


def _ended(name: str, here: str, there: str) -> list[list[str]]:
    """The lines of the card when the ending is taken back and restored."""
    return [[words.bit("customer"), name], [words.bit("stage"), words.bit("move", old=here, new=there)]]


def _terms_wanted(tap: Tap) -> list[str]:
    """What is missing; and an amount that is named as the contract's, to be compared with the one recorded."""
    missing = [str(one) for one in tap.card.data.get("missing", [])]
    return [*missing, "amount"] if "amount" not in missing and CONTRACT_SUM.search(tap.words) else missing


@router.answer("gate.fields")
async def fields_said(tap: Tap) -> Reply:
    """The sentence that gives what the gate of 赢单 lacked; with all of it the deal is won: the tap still stands."""
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None or deal.state != "open":
        return _spent()
    turn = turn_of(tap)
    found = await turn.house.names.reading(tap.words, turn.at, turn.calendar)
    told = terms_of(tap.words, found, _terms_wanted(tap))
    if not told:
        until = tap.card.awaits_until
        example = gate.fields_example(str(tap.card.data["name"]), list(tap.card.data.get("missing", [])))
        unclear = words.text("gate.fields.unclear", example=example)
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
        "reading.not_moved",
        customer=title_name(str(tap.card.data["name"])),
        who=cut(tap.member.name, 8),
        clock=clock_of(tap.now),
    )
    return Reply(push=card)


@router.tap("lose", "chosen", cards=("reading.waits.lost",))
async def lose(tap: Tap) -> Reply:
    """Lost, for the reason that was chosen; the day to ask again is the next tap (VIEW-9)."""
    if not tap.selected:
        return Reply(push=words.text("reading.waits.why"), card_state="open")
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None or deal.state != "open":
        return _spent()
    reason = tap.selected[0]
    pipeline = tap.playbook.pipeline(deal.pipeline)
    ending = pipeline.ending("lost")
    assert ending is not None
    decision = close(pipeline, deal, ending, Counter())
    changes = process.by_hand(deal, decision, tap.playbook, tap.now, reason=reason)
    event = str(tap.card.data["message"])
    name, here = str(tap.card.data["name"]), pipeline.stage(deal.stage)
    card = words.card("reading.ask_again_on", customer=title_name(name))
    return Reply(
        push=card, changes=changes, event=event, card_state="open",
        about={"reason": reason, "events": [event], "facts": _ended(name, here.name if here else "", ending.name)},
    )  # fmt: skip


@router.tap("in_three_months", "next_budget", "never_again", cards=("reading.ask_again_on",))
async def ask_again(tap: Tap) -> Reply:
    deal = await opportunities.get(str(tap.card.data["opportunity"]))
    if deal is None:
        return Reply(push=words.text("reading.no_card"))
    day = _ask_again_day(tap.button, tap.now.date(), tap.calendar)
    changes = (changed(deal, "opportunity.ask_again", ask_again_on=day),) if day else ()
    reason = words.named("lost_reasons", str(tap.card.data["reason"]))
    card = words.card(
        "reading.lost",
        customer=title_name(str(tap.card.data["name"])),
        who=cut(tap.member.name, 8),
        clock=clock_of(tap.now),
        reason=reason,
        facts=[(words.bit("date"), words.bit("ask_again", day=day_of(day, tap.now.date())))] if day else [],
    )
    return Reply(push=card, changes=changes, event=str(tap.card.data["message"]))


def _ask_again_day(button: str, today: date, calendar: Calendar) -> date | None:
    """The day itself, or the next working day: it is asked in the morning of one."""
    if button == "never_again":
        return None
    if button == "in_three_months":
        day = _months_on(today, 3)
    else:
        november = date(today.year, 11, 1)
        day = november if november > today else november.replace(year=today.year + 1)
    return day if calendar.is_workday(day) else calendar.workday_after(day)


def _months_on(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a month that is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
