"""What an objection in a message brings at once: its card, and its cases where they were passed over too often."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.capture.service import Considered
from bot.capture.values import Entry
from bot.handlers import concerns, newcomers
from bot.knowledge import considering
from bot.knowledge import service as knowledge
from bot.knowledge.match import GUIDE, OBJECTION, Match
from bot.knowledge.service import Met, Won
from bot.letter import Letter
from bot.outbox import diet
from bot.playbook.knowledge import Objection
from bot.playbook.model import Playbook
from bot.replies import knowledge as say
from bot.replies.knowledge import SHOWN, Line
from bot.turn import Turn
from nlp.reading import Signal
from storage import customers
from storage.records import Change, Customer, Member

CARD, GUIDED = "objection.card", "guide.skipped"
STOPS = re.compile("[，,。.;；!！?？\n]")
Helped = tuple[tuple[Change, ...], tuple[Letter, ...]]


async def weighed(turn: Turn, considered: Considered) -> Considered:
    """The proposal, with 考虑 taken apart where a customer considers."""
    entries = [await _weighed(turn, entry) for entry in considered.proposal.entries]
    return replace(considered, proposal=replace(considered.proposal, entries=tuple(entries)))


async def _weighed(turn: Turn, entry: Entry) -> Entry:
    signals = signals_of(entry)
    if considering.SIGNAL not in signals or entry.opportunity is None:
        return entry
    shown = await knowledge.behaviours(entry.opportunity, list(signals), turn.playbook, turn.now)
    return replace(entry, considers=shown)


def signals_of(entry: Entry) -> Mapping[str, Signal]:
    return {one.value: one for one in entry.deal.signals} if entry.deal is not None else {}


async def helped(turn: Turn, considered: Considered, event: str) -> Helped:
    """What is shown and said of the objections of all customers of the message."""
    changes: list[Change] = []
    letters: list[Letter] = []
    for entry in considered.proposal.entries:
        for more, says in (await _of_entry(turn, considered, entry, event), await newcomers.met(turn, entry)):
            changes += more
            letters += says
    return tuple(changes), tuple(letters)


async def _of_entry(turn: Turn, considered: Considered, entry: Entry, event: str) -> Helped:
    found = knowledge.objections_in(list(signals_of(entry)), turn.playbook)
    if not found or entry.opportunity is None or entry.customer is None:
        return (), ()
    met = None
    if not _unwanted(turn):
        met = await knowledge.meet(found, entry.opportunity, turn.member, turn.playbook, turn.now)
    of = {"opportunity": entry.opportunity.id, "customer": entry.customer.id}
    changes = [
        knowledge.use(
            OBJECTION + one.signal, "shown" if met and one == met.objection else "met", turn.member, turn.now, **of
        )
        for one in found
    ]
    letters = [letter for one in found for letter in await concerns.heard(one, turn)]
    if met is None:
        return tuple(changes), tuple(letters)
    about = {**of, "signal": met.objection.signal, "events": [event], "message": event}
    letters.insert(0, await _card(turn, considered, entry, met, event, about))
    wanted = met.guide and not diet.turned_off(GUIDED, turn.member.prefs)
    guide = await _guide(turn, entry.customer, met, event, about) if wanted else None
    if guide is not None:
        changes.append(knowledge.use(GUIDE + met.objection.signal, "shown", turn.member, turn.now, **of))
        letters.insert(1, guide)
    return tuple(changes), tuple(letters)


def _unwanted(turn: Turn) -> bool:
    """The member has turned such cards down, or wants quiet today."""
    today = turn.member.prefs.get("quiet_on") == turn.today.isoformat()
    return today or bool(diet.turned_off(CARD, turn.member.prefs))


async def _card(
    turn: Turn, considered: Considered, entry: Entry, met: Met, event: str, about: Mapping[str, object]
) -> Letter:
    assert entry.deal is not None and entry.customer is not None
    one = met.objection
    people = [considered.reading.contacts[n] for n in entry.deal.contacts]
    who = f"{people[0].name}{people[0].title or ''}" if people else ""
    file = await knowledge.file_for(one, turn.scope.ids(), entry.customer.id)
    card = say.objection(
        one,
        f"{entry.name} {who}".strip(),
        _said(considered, signals_of(entry)[one.signal]),
        turn.at,
        file,
        turn.calendar,
    )
    return Letter(card, to=turn.member.id, once=f"{event}:objection:{one.signal}", about=about)


def _said(considered: Considered, signal: Signal) -> str:
    """The words of the signal, to the end of their clause: 比上家贵 12%."""
    start, end = signal.span
    text = considered.reading.text
    stop = STOPS.search(text, end)
    return text[start : stop.start() if stop else None]


async def _guide(turn: Turn, customer: Customer, met: Met, event: str, about: Mapping[str, object]) -> Letter | None:
    """B5 by itself; None where there is nothing to show."""
    lines, real = await lines_for(met.objection, customer, turn.member, turn.playbook)
    if not lines:
        return None
    times = turn.playbook.watch.skipped_guides
    card = say.cases(GUIDED, met.objection, lines[:SHOWN], min(real, SHOWN), times)
    once = f"{event}:guide:{met.objection.signal}"
    return Letter(card, to=turn.member.id, once=once, about={**about, "from": 0}, answer=False)


async def lines_for(one: Objection, customer: Customer, member: Member, playbook: Playbook) -> tuple[list[Line], int]:
    """(lines, how many of them are cases): deals that were won although it was met, cases of the playbook, then words.
    A colleague's customer is not named."""
    found = await knowledge.scripts(playbook, customer.tags, one.signal)
    told = [match for match in found if match.script.case]
    won = await _told_won(one, member, playbook)
    lines = [*won, *map(say.script_line, told), *(say.script_line(match) for match in found if not match.script.case)]
    return lines, len(won) + len(told)


async def _told_won(one: Objection, member: Member, playbook: Playbook) -> list[Line]:
    mates = await newcomers.mates_of(member)
    won = await knowledge.won_after(one.signal, sorted(mates))
    titles = {script.id: script.title for script in playbook.scripts}
    own = await customers.short_names(list((await customers.many([deal.customer_id for deal in won])).values()))
    return [
        say.case_line(
            one.name,
            own.get(deal.customer_id, "") if deal.owner_id == member.id else whose(mates[deal.owner_id]),
            deal.days,
            given(one, deal, titles),
        )
        for deal in won
    ]


def whose(member: Member) -> str:
    return say.piece("of_whose", who=member.name)


def given(one: Objection, deal: Won, titles: Mapping[str, str]) -> str:
    """给成本构成分解图: what was taken from the card of this deal."""
    if OBJECTION + one.signal in deal.given:
        return say.piece("gave", what=one.file)
    said = next((titles[script] for script in deal.given if script in titles), "")
    return say.piece("talked", what=said) if said else ""


async def words_for(one: Objection, tags: Sequence[str], playbook: Playbook) -> list[Match]:
    return await knowledge.scripts(playbook, tags, one.signal)
