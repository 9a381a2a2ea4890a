"""请人帮忙: a promise handed on to a colleague, by a tap or by saying so. The colleague is reminded of it and closes
it; the customer stays with the rep, and both hear when it is done (``bot.helped``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from adapters.messages import Card
from bot.access import Scope, manager_of
from bot.capture import service as capture
from bot.followup.fit import named
from bot.followup.view import Matter, matter, matters
from bot.handlers.matters import about, meant, shown
from bot.handlers.talk import mind_of, said_of
from bot.handover.takers import least_loaded
from bot.letter import Letter
from bot.playbook.times import Away
from bot.replies import helping as say
from bot.replies import turned, words
from bot.replies.wording import short_day
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import commitments, customers, members
from storage.records import Change, Commitment, Member, changed, made

router = Router()
CARDS = ("promise.now", "promise.late")
ASKED = "promise.now"
COLLEAGUES = 2
"""Who are offered beside the manager."""
ANSWERED_WITHIN = timedelta(hours=12)
SENTENCE_MOST = 40
SAID = re.compile(
    r"(?:让|请|叫|找|麻烦|安排)(?P<who>[^,，。;；]{1,8}?)(?:来|一起|给我)?(?:帮(?:我(?!们)|忙|一?下)|替我(?!们))"
    r"|(?:转|交)给(?P<whom>[^,，。;；]{2,8}?)(?:来)?(?:办|做|处理|发|跟)?$"
)
PROMISED = "我答应"
"""What is asked of a colleague is read as the rep's own word."""
WITH_IT = ("opp_", "con_")
"""What a new promise brings along."""
TAKE = re.compile(r"[，, ]?(?:还是)?我(?:自己)?来(?:办|做|发|处理)?(?:吧|了)?[。.]?$")
ASKS = re.compile(r"[?？吗]$")
PAST = re.compile(r"了$|[昨前]天|刚[才刚]?|已经")
"""What somebody else was asked for, or what is over: talk to be read."""


# -- by a tap ------------------------------------------------------------------------------------------------------


@router.tap("ask_help", cards=CARDS)
async def ask(tap: Tap) -> Reply:
    """Who? Where a sentence named somebody it goes there at once."""
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    helper = await members.get(str(tap.card.data.get("helper", "")))
    if helper is not None:
        return await hand(tap, one, helper, str(tap.card.data.get("words", "")))
    card, data = await whom(tap, one)
    return shown(tap, card, about=data, awaits="help.whom")


async def whom(tap: Tap, one: Matter) -> tuple[Card, dict[str, object]]:
    """The card that asks who is to help, and what its taps need."""
    found = await offered(tap.member, tap)
    data = {**about(one), "options": [other.id for other in found]}
    return say.whom(one, [other.name for other in found], tap.now), data


async def offered(member: Member, tap: Tap) -> list[Member]:
    """The colleagues of the team who have least in hand, and whoever leads the member, where they are here."""
    team = [one.id for one in await members.of_team(member.team_id)] if member.team_id else []
    found = [one.member for one in await least_loaded(member, Scope(frozenset(team)), tap.now.date(), COLLEAGUES)]
    for id in manager_of(member, await members.teams()):
        boss = await members.get(id)
        if boss is not None and boss.active and not Away.of(boss).on(tap.now.date()) and boss not in found:
            return [*found, boss]
    return found


@router.tap("pick", cards=("help.whom",))
async def this_one(tap: Tap) -> Reply:
    one = await meant(replace(tap, words=""))
    if isinstance(one, Reply):
        return one
    helper = await members.get(str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1]))
    return await hand(tap, one, helper) if helper is not None else Reply(push=words.text("help.nobody"))


@router.answer("help.whom")
async def by_name(tap: Tap) -> Reply | None:
    """A name instead of a tap; other talk is read as usual."""
    found = [one for one in await members.named(tap.words.strip("。. ")) if one.id != tap.member.id]
    if len(found) != 1:
        return None
    one = await meant(replace(tap, words=""))
    return one if isinstance(one, Reply) else await hand(tap, one, found[0])


async def hand(tap: Tap, one: Matter, helper: Member, said: str = "", new: Sequence[Change] = ()) -> Reply:
    """The promise is the colleague's to keep from now on. Without words of the rep's the next sentence is brought.
    ``new``: what makes a promise that did not stand yet."""
    if Away.of(helper).on(tap.now.date()):
        day = short_day(helper.leave_until or tap.now.date(), tap.now.date())
        return Reply(push=words.text("help.away", name=helper.name, day=day), card_state="open")
    change = changed(one.promise, "commitment.helped", owner_id=helper.id)
    if not change.after and not new:
        return Reply(push=words.text("help.already", name=helper.name), card_state="open")
    theirs = replace(one, promise=one.promise.with_(owner_id=helper.id), owner=helper.name)
    letter = Letter(
        say.asked(theirs, tap.member.name, said, tap.now), to=helper.id, once=f"{tap.event}:help:{one.promise.id}",
        about={**about(theirs), "asker": tap.member.id}, answer=False, awaits="promise.said",
        awaits_until=tap.now + ANSWERED_WITHIN,
    )  # fmt: skip
    data = {**about(one), "helper": helper.id}
    reply = shown(
        tap, say.handed(theirs, said, tap.now), about=data, awaits="" if said else "help.words", done=bool(said)
    )
    return replace(reply, changes=tuple(new) or (change,), more=(*reply.more, letter))


@router.answer("help.words")
async def bring(tap: Tap) -> Reply | None:
    """What the rep adds goes to the colleague as it was said."""
    helper = await members.get(str(tap.card.data.get("helper", "")))
    if helper is None or len(tap.words) > SENTENCE_MOST * 2:
        return None
    word = Letter(
        words.text("help.brought", who=tap.member.name, said=tap.words), to=helper.id, once=f"{tap.event}:brought",
        answer=False,
    )  # fmt: skip
    return Reply(push=words.text("help.bringing", name=helper.name), more=(word,))


# -- what the colleague does ---------------------------------------------------------------------------------------


@router.tap("cannot", cards=(ASKED,))
async def cannot(tap: Tap) -> Reply:
    """现在不行: back to whoever asked, who hears of it."""
    one = await meant(tap)
    if isinstance(one, Reply):
        return one
    asker = await members.get(str(tap.card.data.get("asker", "")))
    if asker is None:
        return Reply(push=turned.gone(one, tap.now), card_state="open")
    change = changed(one.promise, "commitment.handed_back", owner_id=asker.id)
    told = words.text("help.cannot", who=tap.member.name, what=one.promise.what, customer=one.customer)
    letter = Letter(told, to=asker.id, once=f"{tap.event}:cannot", answer=False)
    return Reply(push=say.given_back(one, asker.name), changes=(change,), more=(letter,))


# -- by a sentence -------------------------------------------------------------------------------------------------


async def by_sentence(turn: Turn) -> Reply | None:
    """让李娜帮我发报价单; None for talk that means something else."""
    if TAKE.search(turn.text) and len(turn.text) <= SENTENCE_MOST and not turn.event.chat:
        return await _taken_back(turn)
    found = SAID.search(turn.text) if len(turn.text) <= SENTENCE_MOST and not ASKS.search(turn.text) else None
    if found is None or turn.event.chat:
        return None
    helper = await _colleague(found["who"] or found["whom"], turn)
    if helper is None:
        return None
    what = (turn.text[: found.start()] + turn.text[found.end() :]).strip("，,。 ")
    standing = await commitments.of_owner(turn.member.id)
    ours = [one for one in standing if one.by == "us"]
    fits = list(named(what, ours, turn.playbook.synonyms)) if what else ours
    fits = await _of_customer(what, fits) if len(fits) > 1 else fits
    if not fits:
        none = Reply(push=words.text("help.which_none", name=helper.name))
        return await _made_for(turn, found, helper, ours) if what else none
    tap = _as_tap(turn, [one.id for one in fits], helper)
    if len(fits) > 1:
        return _which(tap, await matters(fits), helper)
    return await hand(tap, await matter(fits[0]), helper, turn.text)


async def _made_for(turn: Turn, found: re.Match[str], helper: Member, ours: Sequence[Commitment]) -> Reply | None:
    """What nobody has promised yet is promised by being asked of the colleague; where it is not clear to whom, it is
    asked which of the rep's own is meant. None for a customer's wish and for what is over."""
    before = turn.text[: found.start()]
    said = await turn.house.names.reading(turn.text, turn.at, turn.calendar)
    asked_for = any(turn.text[: one.span[1]].rstrip("，, ") == before.rstrip("，, ") for one in said.contacts)
    if asked_for or PAST.search(turn.text):
        return None
    beside = (found["who"] or found["whom"]).replace(helper.name, "")
    ones = replace(said_of(turn, f"{before}{PROMISED}{beside}{turn.text[found.end() :]}"), opinion=None)
    mind = mind_of(turn)
    considered = await capture.consider(ones, mind)
    entries = considered.proposal.entries
    made_now = entries[0].commitments if len(entries) == 1 and not entries[0].new_customer else ()
    if len(made_now) != 1 or made_now[0].by != "us":
        unclear = considered.reading.commitments and ours
        return _which(_as_tap(turn, [], helper), await matters(ours), helper) if unclear else None
    promise = made_now[0].with_(quote=turn.text)
    with_it = [one for one in entries[0].changes if one.record.startswith(WITH_IT) and one.record != promise.id]
    tap = _as_tap(turn, [promise.id], helper)
    new = (*with_it, made(promise.with_(owner_id=helper.id)))
    return await hand(tap, await matter(promise), helper, turn.text, new)


async def _taken_back(turn: Turn) -> Reply | None:
    """报价单我来办: what a colleague was asked for is the rep's own again."""
    what = TAKE.sub("", turn.text)
    given = [one for one in await commitments.of_author(turn.member.id) if one.owner_id != turn.member.id]
    fits = named(what, given, turn.playbook.synonyms)
    one = await matter(fits[0]) if len(fits) == 1 else None
    customer = await customers.get(fits[0].customer_id) if one is not None else None
    if one is None or customer is None or customer.owner_id != turn.member.id:
        return None
    fields = {"what": one.promise.what, "customer": one.customer}
    told = words.text("help.taken", who=turn.member.name, **fields)
    return Reply(
        push=words.text("help.mine", who=one.owner, **fields),
        changes=(changed(one.promise, "commitment.handed_back", owner_id=turn.member.id),),
        more=(Letter(told, to=one.promise.owner_id, once=f"{turn.row.id}:taken", answer=False),),
    )  # fmt: skip


async def _colleague(said: str, turn: Turn) -> Member | None:
    """The one colleague whose name stands in the words; None for nobody or oneself."""
    everyone = [one for one in await members.everyone() if one.id != turn.member.id and len(one.name) > 1]
    found = [one for one in everyone if one.name in said]
    return found[0] if len(found) == 1 else None


async def _of_customer(what: str, fits: Sequence[Commitment]) -> list[Commitment]:
    """Those of the customer that the words name, where they name one."""
    theirs = [one for one in fits if await customers.short_name(one.customer_id) in what]
    return theirs or list(fits)


def _as_tap(turn: Turn, ids: Sequence[str], helper: Member) -> Tap:
    card = say.card_of(turn.member.id, turn.row.id, turn.now, {"commitments": list(ids), "helper": helper.id})
    return Tap(
        member=turn.member, card=card, button="ask_help", now=turn.now, event=turn.row.id, playbook=turn.playbook,
        calendar=turn.calendar, words="", turn=turn,
    )  # fmt: skip


def _which(tap: Tap, fits: Sequence[Matter], helper: Member) -> Reply:
    """Which of several? The name that was said goes along."""
    assert tap.turn is not None
    ids = [one.promise.id for one in fits]
    data = {"options": ids, "commitments": ids, "button": "ask_help", "words": tap.turn.text, "of": ASKED,
            "helper": helper.id}  # fmt: skip
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(push=turned.which_one(fits, tap.now), about=data, awaits="promise.which_one", awaits_until=until)
