"""少发点 and 今天别吵: how much a member wants to hear (VOICE.md §5). Nobody else sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.outbox.diet import HALVED, HALVES, HUSHED
from bot.replies import words
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import cards, commitments, customers, opportunities
from storage.records import Change, Member, changed

router = Router()

LESS = frozenset({"少发点", "少发一点", "提醒太多", "太吵了"})
THIS_LESS = frozenset({"这类少发", "这类少发点", "这种少发点"})
THIS_NOT = frozenset({"这类不要", "这类不要了", "这类别发", "这类别发了"})
OF_ONE = re.compile(
    r"^(?:关于)?(?P<who>.{2,24}?)(?:的提醒|的消息|的)?"
    r"(?:(?P<less>少(?:发|提醒)(?:一?点|些)?|别提醒了?|不用提醒了?|别发了)|(?:照常|恢复)提醒)吧?$"
)
"""启明制造少发点, 这家别提醒, 启明制造照常提醒."""
THIS_ONE = frozenset({"这家", "这个客户", "这客户", "这单"})
HUSH = frozenset({"今天别吵", "今天别发了", "今天安静点"})
LEVELS = {"hear_all": "all", "hear_less": "less", "hear_promises": "promises"}


async def answer(turn: Turn, word: str) -> Reply | None:
    """The reply to one of the wishes; None for any other word."""
    if word in LESS:
        return Reply(push=words.card("quiet.level"))
    if word in HUSH:
        change = _prefer(turn.member, quiet_on=turn.today.isoformat())
        return Reply(push=words.text("quiet.today"), changes=(change,))
    if word in THIS_LESS | THIS_NOT and not turn.event.chat:
        return await _of_this_kind(turn, off=word in THIS_NOT)
    said = None if turn.event.chat else OF_ONE.match(word)
    return await _of_a_customer(turn, said["who"], less=bool(said["less"])) if said else None


async def _of_a_customer(turn: Turn, who: str, *, less: bool) -> Reply | None:
    """What is about one customer comes no more unasked, or again; None where the words name none."""
    found = await _spoken_of(turn) if who in THIS_ONE else await _named(turn, who)
    if found is None:
        own = await customers.of_owner([turn.member.id]) if who in THIS_ONE else []
        return Reply(push=words.text("quiet.customer.which", example=own[0].name)) if own else None
    hushed = set(turn.member.prefs.get(HUSHED, ())) - {found}
    change = _prefer(turn.member, **{HUSHED: sorted(hushed | {found} if less else hushed)})
    card = words.card("quiet.customer" if less else "quiet.customer.again", customer=await customers.short_name(found))
    return Reply(push=card, changes=(change,) if change.after else ())


async def _named(turn: Turn, who: str) -> str | None:
    """The one customer that these words are, of those whom the member may speak of."""
    read = turn.house.names.read(who, turn.at, turn.calendar).customers
    ids = {one.id for one in read if one.known and one.id and one.span[1] - one.span[0] == len(who)}
    found = await customers.many(sorted(ids)) if ids else {}
    mine = [one for one in found.values() if turn.scope.sees(one)]
    return mine[0].id if len(mine) == 1 else None


async def _spoken_of(turn: Turn) -> str | None:
    """The customer of the youngest card that is about one."""
    for card in await cards.recent_open(turn.member.id):
        id = await _of_card(card.data)
        if id is not None:
            return id
    return None


async def _of_card(data: Mapping[str, Any]) -> str | None:
    if data.get("opportunity"):
        deal = await opportunities.get(str(data["opportunity"]))
        return deal.customer_id if deal else None
    promises = list(data.get("commitments") or ())
    promise = await commitments.get(str(promises[0])) if len(promises) == 1 else None
    return promise.customer_id if promise else None


async def _of_this_kind(turn: Turn, *, off: bool) -> Reply:
    """The kind of the youngest push that can be turned down by kind; how much at all is asked where there is none."""
    found = next((one for one in await cards.recent_open(turn.member.id) if one.kind in HALVES), None)
    if found is None:
        return Reply(push=words.card("quiet.level"))
    return _kind(turn.member, found.kind, "off" if off else HALVED)


def _kind(member: Member, kind: str, wish: str) -> Reply:
    """The kind is off, comes every second time, or ("") comes as ever."""
    sets = {name: set(member.prefs.get(name, ())) - {kind} for name in ("off", HALVED)}
    if wish:
        sets[wish].add(kind)
    change = changed(
        member, "member.prefs", prefs={**member.prefs, **{name: sorted(kinds) for name, kinds in sets.items()}}
    )
    said = words.bit(f"kind_{wish or 'on'}", kind=words.named("push_kinds", kind))
    return Reply(push=words.card("quiet.set", level=said), changes=(change,) if change.after else ())


@router.tap("want_kind", "drop_kind", cards=("quiet.still",))
async def still(tap: Tap) -> Reply:
    """这类还要吗？: 要 brings it as ever, 不要 no more."""
    reply = _kind(tap.member, str(tap.card.data["kind"]), "off" if tap.button == "drop_kind" else "")
    return replace(reply, event=tap.event)


@router.tap(*LEVELS, cards=("quiet.level",))
async def level(tap: Tap) -> Reply:
    wishes: dict[str, object] = {"level": LEVELS[tap.button]}
    if tap.button == "hear_all":
        wishes |= {"off": [], HALVED: [], HUSHED: []}
    change = _prefer(tap.member, **wishes)
    return Reply(push=words.card("quiet.set", level=words.label(tap.button)), changes=(change,), event=tap.event)


def _prefer(member: Member, **wishes: object) -> Change:
    return changed(member, "member.prefs", prefs={**member.prefs, **wishes})
