"""Taps on the rep's morning (E1) and on the digest after downtime (G5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.messages import Card
from bot.followup import service as followup
from bot.followup.morning import still_asks
from bot.followup.view import Matter, by_ids
from bot.handlers import gate, leave
from bot.handlers.matters import ask_for_file, close
from bot.letter import Letter
from bot.outbox.body import unpack
from bot.replies import followup as say
from bot.replies import task as task_say
from bot.replies import turned, words
from bot.routing import Reply, Router, Tap
from bot.turn import Turn
from storage import cards, customers, outbox, tasks
from storage.records import CardRow, Task, changed

router = Router()
router.include(leave.router)

OF_THE_OLD_CARD = ("buttons", "choice", "title")
ONE_BY_ONE = "one_by_one"
"""On a card that 看等点的 brought."""


@router.tap("see_waiting")
async def see_waiting(tap: Tap) -> Reply:
    """看等点的: the oldest question once more, as a card of its own; the old one folds into it, and so does what has
    come about meanwhile. Once it is answered the next one follows."""
    return await _oldest(tap) or Reply(push=words.text("digest.rep.nothing_waits"), card_state="open")


async def then(reply: Reply, tap: Tap) -> Reply:
    """``reply`` to one of the questions that are gone through one by one, with the next of them behind it."""
    if not tap.card.data.get(ONE_BY_ONE) or not _answers(reply):
        return reply
    following = await _oldest(tap, tap.card.id)
    if following is None:
        return reply
    return replace(reply, more=(*reply.more, *following.more), fold=(*reply.fold, *following.fold))


def _answers(reply: Reply) -> bool:
    """The question is settled: nothing is asked back, and the card does not stay as it was."""
    asks = reply.question or bool(reply.awaits)
    return not asks and (reply.card_state == "done" or bool(reply.changes))


async def _oldest(tap: Tap, answered: str = "") -> Reply | None:
    """The oldest question but the one just ``answered``; None where none waits."""
    gone: list[str] = []
    for card in await cards.questions(tap.member.id):
        if card.id == answered:
            continue
        again = await _again(card, tap) if await still_asks(card) else None
        gone.append(card.id)
        if again is not None:
            return Reply(more=(again,), fold=tuple(gone), card_state="open")
    nothing = Reply(push=words.text("digest.rep.nothing_waits"), fold=tuple(gone), card_state="open")
    return nothing if gone and not answered else None


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
        again = await gate.again(card, tap)
        return replace(again, about={**again.about, ONE_BY_ONE: True}) if again else None
    row = await outbox.get(card.id)
    if row is None:
        return None
    about = {name: value for name, value in card.data.items() if name not in OF_THE_OLD_CARD}
    about[ONE_BY_ONE] = True
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes) if card.awaits else None
    return Letter(
        unpack(row.body), to=tap.member.id, once=f"{tap.event}:again:{card.id}", about=about, question=True,
        awaits=card.awaits, awaits_until=until, event=card.event,
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
    """第一件好了: the first promise of the list, else its first task; the morning's card stays."""
    found = await by_ids(str(id) for id in tap.card.data.get("commitments", ()))
    standing = [one for one in found if one.promise.state in followup.OPEN]
    if not standing:
        task = await _first_task(tap)
        if task is not None:
            return await _task_done(task, tap)
        return Reply(push=turned.gone(found[0] if found else None, tap.now), card_state="open")
    first = standing[0]
    if not say.wants_file(first.promise):
        return close(replace(tap, card=_as_list(tap.card)), first, "said")
    return await ask_for_file(replace(tap, card=_as_list(tap.card)), first)


async def _first_task(tap: Tap) -> Task | None:
    found = [await tasks.get(str(id)) for id in tap.card.data.get("tasks", ())]
    return next((one for one in found if one is not None and one.state in ("open", "overdue")), None)


async def _task_done(task: Task, tap: Tap) -> Reply:
    name = await customers.short_name(task.customer_id) if task.customer_id else ""
    done = changed(task, "task.done", state="done", done_at=tap.now)
    push = task_say.closed([task.with_(state="done", done_at=tap.now)], name, tap.now)
    letter = Letter(push, to=tap.member.id, once=f"{tap.event}:task", about=task_say.about([task], name))
    return Reply(more=(letter,), changes=(done,), card_state="open")


def _as_list(card: CardRow) -> CardRow:
    """The card as one of several promises, whatever their number: what comes of one is said beside it."""
    return replace(card, data={**card.data, "commitments": [*card.data.get("commitments", ()), ""]})
