"""提醒张伟发报价单, said by who leads him: shown first, then told in her name (E2b)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.followup.fit import named, thing
from bot.process import cases
from bot.replies import watch as say
from bot.replies import words
from bot.routing import Reply
from bot.turn import Turn
from nlp.reading import Customer
from storage import commitments, customers, members, opportunities
from storage.records import Commitment, Member

SENTENCE_MOST = 40
SAID = re.compile(r"^(?:帮我|帮忙|麻烦|请|你)?(?:提醒|催促?|督促|盯)(?:一?下|着|紧)?(?P<rest>.+)$")
ASKS = re.compile(r"[?？吗]$")
FOR_WHOM = re.compile(r"[给跟向为把的，,\s]*$")


async def by_sentence(turn: Turn) -> Reply | None:
    """None for talk that means something else."""
    found = SAID.match(turn.text) if len(turn.text) <= SENTENCE_MOST and not turn.event.chat else None
    rep = await _led(found["rest"], turn) if found and not ASKS.search(turn.text) else None
    if found is None or rep is None:
        return None
    what = found["rest"][len(rep.name) :].strip("，,：: 。.")
    if not what:
        return Reply(push=words.text("nudge.what", who=rep.name))
    heard = await turn.house.names.reading(what, turn.at, turn.calendar)
    promise = await _promised(what, rep, turn)
    deal = await _deal(promise, [one for one in heard.customers if one.known], rep)
    case = next(iter(await cases.of([deal], turn.house.playbooks, turn.now)), None) if deal else None
    if case is None:
        return Reply(push=words.text("nudge.which", who=rep.name, what=what))
    deed = promise.what if promise is not None else _without(what, heard.customers)
    about = {
        "opportunity": case.deal.id, "customer": case.customer, "words": what, "n": 0, "thing": thing(deed),
        "what": deed, "commitment": promise.id if promise else "",
    }  # fmt: skip
    until = turn.now + timedelta(minutes=turn.playbook.context.answer_minutes)
    return Reply(push=say.preview(case, what), about=about, awaits="nudge.words", awaits_until=until)


async def _led(rest: str, turn: Turn) -> Member | None:
    """Whose name the words begin with, where he is one of the member's people."""
    found = [one for one in await members.everyone() if len(one.name) > 1 and rest.startswith(one.name)]
    led = [one for one in found if one.id != turn.member.id and turn.scope.covers(one.id)]
    return led[0] if len(led) == 1 else None


async def _promised(what: str, rep: Member, turn: Turn) -> Commitment | None:
    """The one open promise of his that the words name."""
    ours = [one for one in await commitments.of_owner(rep.id) if one.by == "us"]
    fits = list(named(what, ours, turn.playbook.synonyms))
    if len(fits) > 1:
        fits = [one for one in fits if await customers.short_name(one.customer_id) in what]
    return fits[0] if len(fits) == 1 else None


async def _deal(promise: Commitment | None, known: Sequence[Customer], rep: Member) -> str:
    """The opportunity that it is about: the promise's, else the one he has with the customer that is named; "" where
    that cannot be told."""
    if promise is not None and promise.opportunity_id:
        return promise.opportunity_id
    ids = [promise.customer_id] if promise is not None else [one.id for one in known]
    found = [one for id in dict.fromkeys(ids) for one in await opportunities.open_of(id) if one.owner_id == rep.id]
    return found[0].id if len(found) == 1 else ""


def _without(what: str, named_: Sequence[Customer]) -> str:
    """给启明制造发报价单 → 发报价单"""
    for one in named_:
        at = what.find(one.text)
        if at >= 0:
            what = FOR_WHOM.sub("", what[:at]) + what[at + len(one.text) :]
    return what.strip("，, 的")
