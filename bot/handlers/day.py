"""Taps on the rep's morning (E1) and on the digest after downtime (G5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.messages import Card
from bot.followup import service as followup
from bot.followup.morning import still_asks
from bot.followup.view import Matter, by_ids
from bot.handlers import gate
from bot.handlers.matters import ask_for_file, close
from bot.letter import Letter
from bot.outbox.body import unpack
from bot.replies import followup as say
from bot.replies import turned, words
from bot.replies.wording import day_of
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import cards, commitments, outbox
from storage.records import CardRow, Moment, changed

router = Router()

OF_THE_OLD_CARD = ("buttons", "choice", "title")


@router.tap("see_waiting")
async def see_waiting(tap: Tap) -> Reply:
    """看等点的: the oldest question once more, as a card of its own; the old one folds into it, and so does what has
    come about meanwhile."""
    gone: list[str] = []
    for card in await cards.questions(tap.member.id):
        again = await _again(card, tap) if await still_asks(card) else None
        gone.append(card.id)
        if again is not None:
            return Reply(more=(again,), fold=tuple(gone), card_state="open")
    return Reply(push=words.text("digest.rep.nothing_waits"), fold=tuple(gone), card_state="open")


async def waiting(turn: Turn) -> Reply:
    """看等点的 said without a card that offers it."""
    card = CardRow(
        id="", member_id=turn.member.id, kind="", event=turn.row.id, data={}, state="open", question=False,
        created_at=turn.now,
    )  # fmt: skip
    return await see_waiting(
        Tap(
            member=turn.member, card=card, button="see_waiting", now=turn.now, event=turn.row.id,
            playbook=turn.playbook, calendar=turn.calendar, turn=turn,
        )
    )  # fmt: skip


async def _again(card: CardRow, tap: Tap) -> Letter | None:
    """The same question as it was asked, a gate's as it stands now; None where what was said is gone."""
    if card.kind in gate.CARDS:
        return await gate.again(card, tap)
    row = await outbox.get(card.id)
    if row is None:
        return None
    about = {name: value for name, value in card.data.items() if name not in OF_THE_OLD_CARD}
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes) if card.awaits else None
    return Letter(
        unpack(row.body), to=tap.member.id, once=f"{tap.event}:again:{card.id}", about=about, question=True,
        awaits=card.awaits, awaits_until=until, event=card.event,
    )  # fmt: skip


@router.tap("leave_today", cards=("digest.rep",))
async def leave_today(tap: Tap) -> Reply:
    """今天请假: the day is quiet, and every open promise is planned around it."""
    today = tap.now.date()
    away = tap.member.with_(leave_from=today, leave_until=today)
    moments: list[Moment] = []
    open_ones = await commitments.of_owner(tap.member.id, ("open",))
    for one in open_ones:
        moments += followup.remember(
            one, playbook=tap.playbook, calendar=tap.calendar, owner=away, now=tap.now, promised=tap.now
        )
    card = words.card("digest.rep.leave", who=tap.member.name, day=day_of(today, today))
    return Reply(
        push=card, changes=(changed(tap.member, "member.leave", leave_from=today, leave_until=today),),
        cancel=tuple(one.id for one in open_ones), moments=tuple(moments),
    )  # fmt: skip


@router.tap("see_late", cards=("late.digest",))
async def see_late(tap: Tap) -> Reply:
    """看 N 件: what fell due, as the cards it would have been, those of one kind together."""
    found = await by_ids(str(id) for id in tap.card.data.get("commitments", ()))
    standing = [one for one in found if one.promise.state in followup.OPEN]
    late = [one for one in standing if one.promise.state == "overdue"][: say.MOST]
    rest = [one for one in standing if one.promise.state == "open"][: say.MOST]
    more = []
    if late:
        more.append(_made_up(tap, say.late(late, tap.now, tap.calendar), late))
    if rest:
        more.append(_made_up(tap, say.ahead(rest, tap.now), rest))
    if not more:
        return Reply(push=turned.gone(found[0] if found else None, tap.now), card_state="open")
    return Reply(more=tuple(more), card_state="open")


def _made_up(tap: Tap, card: Card, part: list[Matter]) -> Letter:
    ids = [one.promise.id for one in part]
    return Letter(
        card, to=tap.member.id, once=f"{tap.event}:{card.kind}", about={"commitments": ids}, awaits="promise.said",
        awaits_until=tap.now + timedelta(hours=12),
    )  # fmt: skip


@router.tap("first_done", cards=("digest.rep",))
async def first_done(tap: Tap) -> Reply:
    """第一件好了: the first promise of the list; the morning's card stays."""
    found = await by_ids(str(id) for id in tap.card.data.get("commitments", ()))
    standing = [one for one in found if one.promise.state in followup.OPEN]
    if not standing:
        return Reply(push=turned.gone(found[0] if found else None, tap.now), card_state="open")
    first = standing[0]
    if not say.wants_file(first.promise):
        return close(replace(tap, card=_as_list(tap.card)), first, "said")
    return await ask_for_file(replace(tap, card=_as_list(tap.card)), first)


def _as_list(card: CardRow) -> CardRow:
    """The card as one of several promises, whatever their number: what comes of one is said beside it."""
    return replace(card, data={**card.data, "commitments": [*card.data.get("commitments", ()), ""]})
