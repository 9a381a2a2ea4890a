"""Taps on what helps in a talk: the file of an objection (B6), its cases and words (B5), and what was no help."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.handlers import concerns, newcomers, objections
from bot.handlers.answers import turn_of
from bot.handlers.objections import lines_for, words_for
from bot.knowledge import service as knowledge
from bot.knowledge.match import CASE, GUIDE, OBJECTION
from bot.letter import Letter
from bot.outbox.body import unpack
from bot.playbook.knowledge import Objection
from bot.replies import knowledge as say
from bot.replies import words
from bot.replies.knowledge import SHOWN
from bot.replies.wording import cut
from bot.routing import Reply, Router, Tap
from nlp.tags import tags_of
from storage import customers, opportunities, outbox
from storage.records import Change, changed

router = Router()
CARD = (objections.CARD,)
GUIDES = ("guide.skipped", "guide.cases")
SHORT = 60
ALL_MOST = 12
"""Scripts in one message: more would be cut by the platform."""


def _objection(tap: Tap) -> Objection | None:
    """The objection of the card, as the playbook has it now; None where it is no longer there."""
    return next((one for one in tap.playbook.objections if one.signal == tap.card.data.get("signal")), None)


def _gone() -> Reply:
    return Reply(push=words.text("reading.no_card"))


def _use(tap: Tap, script: str, how: str) -> Change:
    data = tap.card.data
    return knowledge.use(
        script, how, tap.member, tap.now, opportunity=str(data.get("opportunity", "")),
        customer=str(data.get("customer", "")),
    )  # fmt: skip


@router.tap("take_file", cards=CARD)
async def take_file(tap: Tap) -> Reply:
    """The file itself where there is one, else how to add it."""
    one = _objection(tap)
    if one is None:
        return _gone()
    file = await knowledge.file_for(one, turn_of(tap).scope.ids(), str(tap.card.data["customer"]))
    if file is None:
        letter = Letter(say.no_file(one), to=tap.member.id, once=f"{tap.event}:no_file")
        return Reply(more=(letter,), card_state="open")
    letter = Letter(say.file_itself(file), to=tap.member.id, once=f"{tap.event}:file")
    return Reply(more=(letter,), changes=(_use(tap, OBJECTION + one.signal, "taken"),), card_state="open")


@router.tap("similar_cases", cards=CARD)
async def similar_cases(tap: Tap) -> Reply:
    """B5, because it was asked for: the objection is no longer handled without a case."""
    one = _objection(tap)
    customer = await customers.get(str(tap.card.data["customer"]))
    if one is None or customer is None:
        return _gone()
    lines, real = await lines_for(one, customer, tap.member, tap.playbook)
    taken = (_use(tap, CASE + one.signal, "taken"),)
    if not lines:
        letter = Letter(words.text("guide.nothing", name=one.name), to=tap.member.id, once=f"{tap.event}:cases")
        return Reply(more=(letter,), changes=taken, card_state="open")
    card = say.cases("guide.cases", one, lines[:SHOWN], min(real, SHOWN), 0)
    about = {name: tap.card.data[name] for name in ("signal", "opportunity", "customer")} | {"from": 0}
    letter = Letter(card, to=tap.member.id, once=f"{tap.event}:cases", about=about)
    return Reply(more=(letter,), changes=taken, card_state="open")


@router.tap("not_helpful", cards=CARD)
async def not_helpful(tap: Tap) -> Reply:
    one = _objection(tap)
    return Reply(push=say.thanks(one), changes=(_use(tap, OBJECTION + one.signal, "unhelpful"),)) if one else _gone()


@router.tap("see_scripts", cards=GUIDES)
async def see_scripts(tap: Tap) -> Reply:
    """The whole words, in a message of their own to forward."""
    one = _objection(tap)
    customer = await customers.get(str(tap.card.data["customer"]))
    if one is None or customer is None:
        return _gone()
    found = (await words_for(one, customer.tags, tap.playbook))[:SHOWN]
    push = say.scripts(found) if found else words.text("guide.nothing", name=one.name)
    taken = [_use(tap, match.script.id, "taken") for match in found] + [_use(tap, CASE + one.signal, "taken")]
    letter = Letter(push, to=tap.member.id, once=f"{tap.event}:words")
    return Reply(more=(letter,), changes=tuple(taken), card_state="open")


@router.tap("other_three", cards=GUIDES)
async def other_three(tap: Tap) -> Reply:
    """换一批: the next three, in place; behind the last it says so."""
    one = _objection(tap)
    customer = await customers.get(str(tap.card.data["customer"]))
    if one is None or customer is None:
        return _gone()
    lines, real = await lines_for(one, customer, tap.member, tap.playbook)
    start = int(tap.card.data.get("from", 0)) + SHOWN
    row = await outbox.get(tap.card.id)
    taken = (_use(tap, CASE + one.signal, "taken"),)
    if not lines[start:]:
        letter = Letter(words.text("guide.no_more", name=one.name), to=tap.member.id, once=f"{tap.event}:no_more")
        push = unpack(row.body) if row else None
        left = replace(push, buttons=tuple(b for b in push.buttons if b.id != "other_three")) if push else None
        return Reply(push=left, more=(letter,), changes=taken, card_state="open")
    shown = lines[start : start + SHOWN]
    cases = max(0, min(real - start, SHOWN))
    card = say.cases(tap.card.kind, one, shown, cases, tap.playbook.watch.skipped_guides)
    return Reply(push=card, about={"from": start}, changes=taken, card_state="open")


@router.tap("no_use", cards=GUIDES)
async def no_use(tap: Tap) -> Reply:
    """好，不再推这类; and the reason is asked once."""
    one = _objection(tap)
    if one is None:
        return _gone()
    prefs = dict(tap.member.prefs)
    first = one.signal not in prefs.get(knowledge.NO_GUIDES, ())
    prefs[knowledge.NO_GUIDES] = sorted({*prefs.get(knowledge.NO_GUIDES, ()), one.signal})
    changes = [_use(tap, GUIDE + one.signal, "unhelpful")]
    if not first:
        return Reply(push=say.stopped(one), changes=tuple(changes))
    changes.append(changed(tap.member, "member.prefs", prefs=prefs))
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    why = Letter(
        words.text("guide.why"), to=tap.member.id, once=f"{tap.event}:why", about={"signal": one.signal},
        awaits="guide.why", awaits_until=until,
    )  # fmt: skip
    return Reply(push=say.stopped(one), changes=tuple(changes), more=(why,))


@router.answer("guide.why")
async def because(tap: Tap) -> Reply | None:
    """The reason, kept in the record for whoever writes the scripts."""
    if len(tap.words) > SHORT:
        return None
    kept = Change("guide.useless", f"job_guide:{tap.card.data['signal']}", {"reason": tap.words})
    return Reply(push=words.text("guide.kept", said=cut(tap.words, 30)), changes=(kept,))


@router.tap("see_said", cards=("concern",))
async def see_said(tap: Tap) -> Reply:
    """看原话: of whom the director sees, who heard it of whom."""
    one = _objection(tap)
    if one is None:
        return _gone()
    said = await concerns.said(one, datetime.fromisoformat(str(tap.card.data["hour"])), turn_of(tap).scope)
    letter = Letter(say.heard(one, said), to=tap.member.id, once=f"{tap.event}:said")
    return Reply(more=(letter,), card_state="open")


@router.tap("see_all", cards=(newcomers.CARD,))
async def see_all(tap: Tap) -> Reply:
    """看全部: every word for such a customer, in a message of its own to forward."""
    tags = [str(one) for one in tap.card.data["tags"]]
    found = await knowledge.scripts(tap.playbook, tags)
    letter = Letter(say.scripts(found[:ALL_MOST]), to=tap.member.id, once=f"{tap.event}:all")
    shown = {str(one) for one in tap.card.data["scripts"]}
    taken = tuple(_use(tap, match.script.id, "taken") for match in found if match.script.id in shown)
    return Reply(more=(letter,), changes=taken, card_state="open")


@router.tap("not_helpful", cards=(newcomers.CARD,))
async def newcomer_not_helped(tap: Tap) -> Reply:
    useless = tuple(_use(tap, str(script), "unhelpful") for script in tap.card.data["scripts"])
    return Reply(push=say.newcomer_thanks(str(tap.card.data["tags"][0])), changes=useless)


@router.tap("scripts", cards=("cmd.customer",))
async def scripts(tap: Tap) -> Reply:
    """话术 on a customer's card: what may be said there, and what was won with it."""
    customer = await customers.get(str(tap.card.data["customer"]))
    if customer is None or not turn_of(tap).scope.sees(customer):
        return _gone()
    departments = [one.department for one in await customers.contacts(customer.id)]
    tags = tags_of(customer.name, customer.tags, departments)
    deals = await opportunities.open_of(customer.id)
    found = await knowledge.for_customer(tags, deals, tap.playbook, tap.now)
    shown = tuple(_use(tap, match.script.id, "shown") for match in found)
    return Reply(push=say.for_customer(str(tap.card.data["name"]), found), changes=shown, card_state="open")
