"""Sales talk: read, recorded at once where it is sure, asked back where it is not, answered with one card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.capture import service
from bot.capture.service import Considered, Mind
from bot.capture.values import Ask, Choices, Entry, Said
from bot.clock import SHANGHAI
from bot.followup.view import matters
from bot.handlers import claims, newcomers, nodes, objections
from bot.handlers.handing_in import upload_address, upload_for, wants
from bot.letter import Letter
from bot.process import service as process
from bot.replies import ending, facts, followup, gate, words
from bot.replies import reading as say
from bot.replies.wording import quote
from bot.routing import Reply
from bot.turn import Turn
from storage import bindings, cards, evidence, inbox, outbox
from storage.records import CardRow

HELPS = (objections.CARD, objections.GUIDED, newcomers.CARD)
"""Cards that only help: the one before them may still be folded."""


def mind_of(turn: Turn) -> Mind:
    return Mind(turn.member, turn.scope, turn.playbook, turn.calendar, turn.house.names)


def said_of(turn: Turn, text: str | None = None) -> Said:
    words_ = text if text is not None else turn.text
    return Said(words_, turn.at, turn.now, turn.row.id, turn.late, turn.opinion, turn.group)


async def answer(turn: Turn) -> Reply:
    """The one card for what was said; a friendly hint where it was no business."""
    said, mind = said_of(turn), mind_of(turn)
    reading = await service.read(said, mind)
    if count := service.too_much(reading):
        return many(count)
    considered = await service.weigh(reading, said, mind)
    if not considered.proposal.entries and not considered.proposal.asks:
        return await nothing(turn)
    return await recorded(turn, considered, turn.row.id, Choices())


def many(count: int) -> Reply:
    """More than one card could show and one person could look over: it is asked for in parts, and nothing is kept."""
    return Reply(push=words.text("reading.cannot.many", count=f"{count:,}"))


async def nothing(turn: Turn) -> Reply:
    """A7: the first time of a day a hint, later one line; in a group silence."""
    if turn.event.chat:
        return Reply()
    if is_greeting(turn.text):
        return Reply(push=words.text("reading.nothing.hello"))
    start = turn.now.replace(hour=0, minute=0, second=0, microsecond=0)
    again = await outbox.said_since(turn.member.id, ("reading.nothing", "reading.nothing.again"), start)
    return Reply(push=words.text("reading.nothing.again" if again else "reading.nothing"))


GREETINGS = ("早", "谢", "你好", "您好", "在吗", "在么", "辛苦", "hi", "hello", "收到", "好的", "ok")


def is_greeting(text: str) -> bool:
    """Thanks or a hello, and nothing else."""
    return len(text) <= 8 and text.casefold().startswith(GREETINGS)


async def recorded(turn: Turn, considered: Considered, event: str, choices: Choices) -> Reply:
    """The reply of a proposal: what is sure is recorded, each question is a card of its own."""
    considered = await objections.weighed(turn, considered)
    considered, theirs = await claims.taken(turn, considered, replace(said_of(turn), event=event))
    proposal = considered.proposal
    if theirs.claimed and not proposal.entries and not proposal.asks:
        return theirs.alone(turn, event)
    asks = [question_for(turn, ask, considered, event, choices) for ask in proposal.asks]
    if not proposal.entries:
        first, rest = asks[0], tuple(asks[1:])
        return Reply(
            push=first.push,
            changes=theirs.changes,
            about=first.about,
            question=True,
            awaits=first.awaits,
            more=(*rest, *theirs.letters(turn.member.id, event)),
            event=event,
            awaits_until=_until(turn) if first.awaits else None,
            state="waiting",
        )
    shown = await _shown(turn, considered, event)
    which = [await _which_kept(turn, entry, event) for entry in proposal.entries if entry.which_kept]
    asked = [await nodes.asked(turn, considered, entry, event) for entry in proposal.entries]
    told = tuple(change for changes, _ in asked for change in changes)
    wanted = [letter for _, letters in asked for letter in letters]
    uses, helps = await objections.helped(turn, considered, event)
    more = (*shown.more, *wanted, *which, *asks, *theirs.letters(turn.member.id, event), *helps)
    return replace(shown, changes=(*proposal.changes, *told, *uses, *theirs.changes), more=more, event=event)


async def _which_kept(turn: Turn, entry: Entry, event: str) -> Letter:
    """C7: the words may close several promises, so it is asked which."""
    card = followup.which(await matters(entry.which_kept), turn.now, said=entry.activity.text)
    return Letter(
        card, to=turn.member.id, once=f"{event}:which", question=True,
        about={
            "options": [one.id for one in entry.which_kept], "message": event, "brief": quote(entry.activity.text, 24),
        },
    )  # fmt: skip


def _until(turn: Turn) -> datetime:
    return turn.now + timedelta(minutes=turn.playbook.context.answer_minutes)


def question_for(turn: Turn, ask: Ask, considered: Considered, event: str, choices: Choices) -> Letter:
    """A2 or A4 as a push that remembers the message, so that the answer reads the same words again."""
    eyes = say.Eyes(turn.playbook, turn.now, considered.memory.last)
    push = say.ask(ask, considered.proposal, considered.reading, eyes)
    about = {
        "message": event,
        "brief": say.to_record(ask.deal, considered.reading),
        "deal": ask.deal,
        "words": ask.words,
        "new": ask.new,
        "customer": ask.customer_id,
        "options": [option.id for option in ask.customers] + [deal.id for deal in ask.opportunities],
        "choices": {"customers": dict(choices.customers), "opportunities": dict(choices.opportunities)},
    }
    awaits = "reading.which_customer" if ask.kind == "which_customer" else ""
    return Letter(
        push,
        to=turn.member.id,
        once=f"{event}:{ask.kind}:{ask.deal}:{len(choices.customers)}",
        about=about,
        question=True,
        awaits=awaits,
    )


async def _shown(turn: Turn, considered: Considered, event: str) -> Reply:
    """The card of what was recorded, with the card of a tap that is still needed behind it."""
    entries = considered.proposal.entries
    waiting = [entry for entry in entries if _waits(entry)]
    if len(entries) > 1:
        shown = await _two(turn, considered, event)
        return replace(shown, more=(*shown.more, *[await _outgoing_wait(turn, one, event) for one in waiting]))
    entry = entries[0]
    if waiting and _brings_nothing_else(entry):
        one = await _outgoing_wait(turn, entry, event)
        return Reply(push=one.push, about=one.about, question=True)
    shown = await _one(turn, considered, entry, event)
    return replace(shown, more=(*shown.more, *[await _outgoing_wait(turn, one, event) for one in waiting]))


def _waits(entry: Entry) -> bool:
    """Won and lost wait for a tap; an earlier stage than the present one is no news (it changes less)."""
    decision = entry.decision
    return decision is not None and decision.way == "tap" and not decision.backwards


def _brings_nothing_else(entry: Entry) -> bool:
    changed = entry.commitments or entry.moved or entry.kept or entry.dropped or entry.signing or entry.amount_from
    beside = entry.steps or entry.fields or entry.bad_fields
    return not (changed or beside or entry.new_customer or entry.new_opportunity or entry.which_kept)


async def _one(turn: Turn, considered: Considered, entry: Entry, event: str) -> Reply:
    upload = await upload_for(turn, entry, event)
    eyes = say.Eyes(turn.playbook, turn.now, considered.memory.last, upload_address(turn, upload), turn.hears_files)
    if _gate_alone(entry):
        have = await _have(turn, entry)
        return Reply(push=gate.gate_missing(entry, eyes, have), about=await about_card(turn, [entry], event, upload))
    folded = await _folding(turn, entry)
    before = [(str(a), str(b)) for a, b in _lines_on(folded)] if folded else []
    lines = say.lines_of(entry, eyes, before)
    card = say.clear(entry, eyes, lines)
    about = await about_card(turn, [entry], event, upload)
    about |= {"facts": [[fact.label, fact.value] for fact in card.facts], "lines": lines, "basis": card.why}
    if folded is None:
        return Reply(push=card, about=about)
    about["events"] = [*folded.data.get("events", []), event]
    gone = words.card("reading.confirmed", customer="", who="", clock="", status=words.bit("folded"), buttons=[])
    gone = replace(gone, title=str(folded.data["title"]))
    quiet = Letter(gone, to=turn.member.id, once=f"{folded.id}:folded", changes=folded.id)
    return Reply(push=card, about=about, fold=(folded.id,), more=(quiet,))


def _lines_on(card: CardRow) -> list[list[str]]:
    return list(card.data.get("lines") or card.data.get("facts", []))


def _gate_alone(entry: Entry) -> bool:
    """The blocked move is all that the message brings (VOICE.md B1)."""
    blocked = entry.decision is not None and entry.decision.way == "block"
    signals = entry.deal.signals if entry.deal else ()
    return blocked and _brings_nothing_else(entry) and not entry.amount_from and len(signals) < 2


async def _have(turn: Turn, entry: Entry) -> list[str]:
    assert entry.decision and entry.opportunity
    files = await evidence.of_opportunity(entry.opportunity.id)
    return process.in_hand(entry.opportunity, entry.decision.to, files, turn.playbook, turn.now.tzinfo or SHANGHAI)


async def _two(turn: Turn, considered: Considered, event: str) -> Reply:
    eyes = say.Eyes(turn.playbook, turn.now, considered.memory.last)
    entries = considered.proposal.entries
    return Reply(push=say.two(entries, eyes), about=await about_card(turn, entries, event, None))


async def about_card(turn: Turn, entries: Sequence[Entry], event: str, upload: str | None) -> dict[str, object]:
    entry = entries[0]
    lines = facts.of_entry(entry, turn.playbook, turn.today, None)
    decision = entry.decision
    return {
        "message": event,
        "events": [event],
        "name": entry.name,
        "names": [one.name for one in entries],
        "activities": [one.activity.id for one in entries],
        "customer": entry.customer.id if entry.customer else "",
        "opportunity": entry.opportunity.id if entry.opportunity else "",
        "commitments": [one.id for line in entries for one in line.commitments],
        "stage": decision.to if decision and decision.way == "block" else "",
        "missing": list(decision.missing) if decision and decision.way == "block" else [],
        "unsure": list(entry.unsure),
        "facts": [list(line) for line in facts.shorten(lines)],
        "wants": wants(turn, entry) if upload else None,
    }


async def _folding(turn: Turn, entry: Entry) -> CardRow | None:
    """The untapped card of the same opportunity from the last two minutes, which the new one takes in."""
    card = await cards.newest_open(turn.member.id, HELPS)
    if card is None or card.kind != "reading.clear" or entry.opportunity is None:
        return None
    fresh = turn.now - card.created_at <= timedelta(minutes=turn.playbook.context.fold_minutes)
    return card if fresh and card.data.get("opportunity") == entry.opportunity.id else None


async def _outgoing_wait(turn: Turn, entry: Entry, event: str) -> Letter:
    """A11 for an entry whose stage must be tapped."""
    assert entry.decision is not None and entry.stage is not None
    assert entry.opportunity is not None
    there = turn.playbook.pipeline(entry.opportunity.pipeline).stage(entry.decision.to)
    way = "won" if there is not None and there.ends == "won" else "lost"
    upload = await upload_for(turn, entry, event)
    eyes = say.Eyes(turn.playbook, turn.now, None, upload_address(turn, upload), turn.hears_files)
    missing = [turn.playbook.called(kind) for kind in entry.decision.missing]
    card = ending.waits(entry, way, missing, eyes, turn.at)
    about = await about_card(turn, [entry], event, upload) | {"way": way}
    return Letter(card, to=turn.member.id, once=f"{event}:waits", about=about, question=True)


async def again(turn: Turn, message_text: str, event: str, at: datetime, choices: Choices) -> Considered:
    """The same words read once more, with the answers given since; a pasted chat as one."""
    row = await inbox.get(event)
    group = await bindings.customer_of(row.account, row.chat) if row is not None else ""
    said = Said(message_text, at, turn.now, event, group=group)
    pasted = await turn.house.names.pasted(message_text, at)
    if pasted is not None:
        reading = await turn.house.names.pasted_reading(pasted, at, turn.calendar)
        return await service.weigh(reading, said, mind_of(turn), choices)
    return await service.consider(said, mind_of(turn), choices)
