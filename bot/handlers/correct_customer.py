"""The customer put right: a message's part moves to another one, and the word that misled is remembered (LOOP-1)."""

from __future__ import annotations

from dataclasses import replace

from adapters.messages import Card
from bot.capture import undo
from bot.capture.gated import owed_again
from bot.capture.service import Considered, consider
from bot.capture.values import Choices, Entry, Said
from bot.capture.whose import CLAIM
from bot.handlers import claims, talk
from bot.handlers.gated import refusal
from bot.replies import facts, words
from bot.replies import reading as say
from bot.replies.wording import clock_of
from bot.routing import Reply
from bot.turn import Turn
from nlp.corrections import Correction as Said_
from nlp.reading import Deal
from storage import bindings, customers, inbox
from storage.records import Alias, AuditEntry, Change, Correction, Customer, made, new_id


async def to_another(
    said: Said_, event: str, mine: tuple[AuditEntry, ...], old: Customer | None, turn: Turn
) -> Reply | None:
    """The message's part of one customer moves to another: taken back here, read again there, in one go."""
    row = await inbox.get(event)
    target = await target_of(said.new, turn)
    if row is None or (old is not None and target == old.id):
        return None
    at = (row.sent_at or row.received_at).astimezone(turn.now.tzinfo)
    words_ = Said(row.text, at, turn.now, event, group=await bindings.customer_of(row.account, row.chat))
    as_said = await consider(words_, talk.mind_of(turn))
    moving = _deals_of(old, as_said)
    considered = await consider(words_, talk.mind_of(turn), Choices(dict.fromkeys(moving, target)))
    deals = [considered.reading.deals[int(n)] for n in moving]
    entries = tuple(entry for entry in considered.proposal.entries if entry.deal in deals)
    asks = tuple(ask for ask in considered.proposal.asks if str(ask.deal) in moving and ask.kind == "foreign")
    if not entries and not asks:
        return None
    back = undo.reverse(mine, turn.now)
    if (refused := await refusal(back, turn.playbook)) is not None:
        return refused
    owed = await owed_again(back, turn.playbook)
    if not entries:
        only = replace(considered, proposal=replace(considered.proposal, asks=asks))
        _, theirs = await claims.taken(turn, only, Said(row.text, at, turn.now, event))
        reply = theirs.alone(turn, event)
        return replace(reply, changes=(*back, *owed, *reply.changes))
    changes = [*back, *owed, *(change for entry in entries for change in entry.changes)]
    learnt = await _learn_customer(said, target, old, _mentions(deals, considered), turn)
    card = await _moved_card(entries[0], old, said, turn, learnt, considered)
    about = await talk.about_card(turn, entries, event, None)
    labelled = example("customer", old.name if old else "", said.new, event, turn)
    return Reply(push=card, changes=(*changes, *learnt, labelled), event=event, about=about)


def _deals_of(old: Customer | None, as_said: Considered) -> list[str]:
    """Numbers of the deals that were recorded for ``old``; all of them where the words name nobody else."""
    others = {
        str(n)
        for n, deal in enumerate(as_said.reading.deals)
        for entry in as_said.proposal.entries
        if entry.deal is deal and entry.customer and old and entry.customer.id != old.id
    }
    numbers_ = [str(n) for n in range(len(as_said.reading.deals))]
    return [n for n in numbers_ if n not in others] or numbers_


def _mentions(deals: list[Deal], considered: Considered) -> list[str]:
    """The words for the customer in these deals."""
    return [considered.reading.customers[deal.mention].text for deal in deals if deal.mention is not None]


async def target_of(name: str, turn: Turn) -> str:
    """The id of the customer meant, ``claim:ID`` of one that is somebody else's, or ``new:NAME``."""
    called = await customers.named(name)
    found = [one for one in called if turn.scope.sees(one)]
    if len(found) == 1:
        return found[0].id
    if called and not found:
        return f"{CLAIM}{called[0].id}"
    reading = await turn.house.names.reading(name, turn.at, turn.calendar)
    known = [one for one in reading.customers if one.known and one.id]
    if len(known) == 1:
        owner = await customers.get(known[0].id)
        if owner and turn.scope.sees(owner):
            return owner.id
        if owner and known[0].how in ("exact", "alias"):
            return f"{CLAIM}{owner.id}"
    return f"new:{name}"


async def _learn_customer(
    said: Said_, target: str, old: Customer | None, mentions: list[str], turn: Turn
) -> tuple[Change, ...]:
    """The word that misled stands for the right customer from now on; where it stands for both, it is asked. The whole
    name of another customer stands for that one alone, whatever was meant once."""
    if target.startswith(("new:", CLAIM)) or not mentions or (old is not None and mentions[0] == old.name):
        return ()
    if mentions[0] in {a.text for a in await customers.aliases(target)}:
        return ()
    customer = await customers.get(target)
    if customer is None or customer.name == mentions[0]:
        return ()
    alias = Alias(
        id=new_id("ali", turn.now), customer_id=target, text=mentions[0], team_id=turn.member.team_id, learnt=True
    )
    return (made(alias, "alias.learnt"),)


async def _moved_card(
    entry: Entry, old: Customer | None, said: Said_, turn: Turn, learnt: tuple[Change, ...], considered: Considered
) -> Card:
    before = await customers.short_name(old.id) if old else said.old
    lines = [(words.bit("customer"), words.bit("correct_customer", old=before, new=entry.name))]
    dates = sum(1 for one in entry.commitments if one.due) + (1 if entry.signing else 0)
    if along := facts.along(len(entry.commitments), dates):
        lines.append((words.bit("along_label"), along))
    if line := facts.stage_line(entry, turn.playbook):
        lines.append((words.bit("stage"), line))
    if learnt:
        word = str(learnt[0].after["text"])
        key = "remember_ask" if old and word in (old.name, before) else "remember_is"
        lines.append((words.bit("remembered"), words.bit(key, words=word, customer=entry.name)))
    elif person := _person_at_both(entry, considered):
        lines.append((words.bit("remembered"), words.bit("remember_ask", words=person)))
    return say.corrected(entry.name, clock_of(turn.now), lines)


def _person_at_both(entry: Entry, considered: Considered) -> str:
    """Whom the words named and the right customer now has too: from now on the name alone tells nothing."""
    new = {change.after["name"] for change in entry.changes if change.kind == "contact.created"}
    people = considered.reading.contacts
    return next((one.text for one in people if one.name in new and one.customers), "")


def example(field: str, old: str, new: str, event: str, turn: Turn) -> Change:
    """Every correction is kept as a labelled example."""
    return made(
        Correction(
            id=new_id("cor", turn.now),
            member_id=turn.member.id,
            team_id=turn.member.team_id,
            message_id=event,
            field=field,
            old=old,
            new=new,
            at=turn.at,
        )
    )
