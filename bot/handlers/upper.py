"""A manager's taps on late promises (C4), and the rep's answer to what the manager asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.messages import Card
from bot.followup import service as followup
from bot.followup.fit import named
from bot.followup.view import Matter, by_ids
from bot.letter import Letter
from bot.replies import followup as say
from bot.replies import turned, words
from bot.replies.wording import clock_of, quote
from bot.routing import Reply, Router, Tap
from storage import cards, members
from storage.records import CardRow, Member

router = Router()

CARD = ("promise.late.manager",)
WHICH = "promise.which_late"
ABOUT = ("commitment", "commitments", "card", "manager")
ACTS: dict[str, Callable[[Tap], Awaitable[Reply]]] = {}
"""What may be tapped on a card of several, by its button."""
ANSWER_WITHIN = timedelta(hours=24)
NEWEST = 20
"""Open cards of a manager that are looked through for the one with a promise."""


async def of_card(data: Mapping[str, Any]) -> list[Matter]:
    """The promises of the card, also those that were closed since."""
    return await by_ids(str(id) for id in data.get("commitments", ()))


def chosen(tap: Tap, found: Sequence[Matter]) -> Matter | None:
    """The one that was selected, or the only one that still stands; None where it cannot be told."""
    picked = [one for one in found if one.promise.id in tap.selected]
    standing = [one for one in found if one.promise.state in followup.OPEN]
    options = picked or standing
    return options[0] if len(options) == 1 else None


def unclear(tap: Tap, found: Sequence[Matter]) -> Reply:
    """Which one is meant, on a card of its own: a tap on one does what was tapped. Or that none stands any more."""
    standing = [one for one in found if one.promise.state in followup.OPEN]
    if not standing:
        return Reply(push=turned.gone(found[0] if found else None, tap.now))
    options = [one.promise.id for one in standing]
    ask = Letter(
        turned.which_one(standing, tap.now, WHICH), to=tap.member.id, once=f"{tap.event}:which_late",
        about={"options": options, "commitments": options, "button": tap.button, "said": tap.card.data.get("said", {})},
    )  # fmt: skip
    return Reply(more=(ask,), card_state="open")


@router.tap("pick", cards=(WHICH,))
async def picked(tap: Tap) -> Reply:
    """What was tapped before it was asked which; its card is that of the one from now on."""
    data = tap.card.data
    about = {"commitments": [str(data["options"][int(tap.button.partition(":")[2]) - 1])]}
    card = replace(tap.card, kind=CARD[0], data={**data, **about})
    meant = replace(tap, card=card, button=str(data["button"]), selected=tuple(about["commitments"]), words="")
    reply = await ACTS[meant.button](meant)
    return replace(reply, about={**about, **reply.about})


@router.tap("chosen", cards=CARD)
async def by_number(tap: Tap) -> Reply:
    """2 on a card of several: the second one alone, with its buttons."""
    found = await by_ids(tap.selected)
    if not found:
        return Reply(push=turned.gone(None, tap.now), card_state="open")
    said = tap.card.data.get("said", {})
    alone = Letter(
        say.late_manager(found, tap.now, said), to=tap.member.id, once=f"{tap.event}:alone",
        about={"commitments": [one.promise.id for one in found], "said": said},
    )  # fmt: skip
    return Reply(more=(alone,), card_state="open")


def _card(tap: Tap, found: Sequence[Matter], status: str) -> Card:
    return say.late_manager(found, tap.now, tap.card.data.get("said"), status)


@router.tap("nudge", cards=CARD)
async def nudge(tap: Tap) -> Reply:
    """问问他: the rep is asked in the manager's name, and the words come back onto this card."""
    found = await of_card(tap.card.data)
    one = chosen(tap, found)
    if one is None:
        return unclear(tap, found)
    ask = Letter(
        turned.asked(one, tap.member.name), to=one.promise.owner_id, once=f"asked:{one.promise.id}:{tap.now:%Y%m%d}",
        about={
            "commitment": one.promise.id, "commitments": [one.promise.id], "card": tap.card.id,
            "manager": tap.member.id,
        },
        answer=False, awaits="promise.asked", awaits_until=tap.now + ANSWER_WITHIN,
    )  # fmt: skip
    card = _card(tap, found, words.bit("asked_at", who=one.owner, clock=clock_of(tap.now)))
    if len(found) == 1:
        card = replace(card, buttons=tuple(button for button in card.buttons if button.id != "nudge"))
    return Reply(push=card, more=(ask,), card_state="open")


@router.tap("reply_line", cards=("promise.asked", "promise.answered"))
async def reply_line(tap: Tap) -> Reply:
    manager = await members.get(str(tap.card.data.get("manager", "")))
    invite = words.text("promise.asked.say", who=manager.name if manager else "")
    data = {name: tap.card.data[name] for name in ABOUT if name in tap.card.data}
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(push=invite, about=data, awaits="promise.asked", awaits_until=until)


@router.answer("promise.asked")
async def answered(tap: Tap) -> Reply | None:
    """The rep's words, as he said them, on the manager's card."""
    manager = await members.get(str(tap.card.data.get("manager", "")))
    row = await _newest_of(manager, tap) if manager else None
    if manager is None or row is None or not await _speaks_of_it(tap):
        return None
    told = {**row.data.get("said", {}), str(tap.card.data["commitment"]): tap.words}
    found = await of_card(row.data)
    status = words.bit("answered_at", who=tap.member.name, clock=clock_of(tap.now))
    card = say.late_manager(found, tap.now, told, status)
    if len(found) == 1:
        card = replace(card, buttons=tuple(button for button in card.buttons if button.id != "nudge"))
    back = Letter(card, to=manager.id, once=f"{tap.event}:answered", about={"said": told}, changes=row.id)
    said = words.text("promise.answered", who=manager.name, said=quote(tap.words))
    return Reply(push=said, about={name: tap.card.data[name] for name in ABOUT if name in tap.card.data}, more=(back,))


async def _newest_of(manager: Member, tap: Tap) -> CardRow | None:
    """The manager's card with the promise: the newest one, as a typed word brings the card anew."""
    id = str(tap.card.data["commitment"])
    found = [row for row in await cards.recent_open(manager.id, NEWEST) if row.kind in CARD]
    with_it = [row for row in found if id in row.data.get("commitments", ())]
    return with_it[0] if with_it else await cards.get(str(tap.card.data.get("card", "")))


async def _speaks_of_it(tap: Tap) -> bool:
    """Within ten minutes the next sentence is the answer (VOICE.md §2); later only one that names the matter, so that
    no idle word is carried to the manager."""
    if tap.now - tap.card.created_at <= timedelta(minutes=tap.playbook.context.answer_minutes):
        return True
    found = await by_ids([str(tap.card.data["commitment"])], undone=True)
    promises = [one.promise for one in found]
    return any(one.customer in tap.words or one.thing in tap.words for one in found) or bool(named(tap.words, promises))


@router.tap("extend_day", cards=CARD)
async def extend_day(tap: Tap) -> Reply:
    """延一天: one working day more; the rep is told by whom."""
    found = await of_card(tap.card.data)
    one = chosen(tap, found)
    if one is None or one.promise.state not in followup.OPEN:
        return unclear(tap, found)
    due = followup.extended(one.promise, tap.now, tap.calendar)
    changes = followup.move(one.promise, due, evening=one.promise.evening)
    after = replace(one, promise=one.promise.with_(due=due, state="open"))
    spoken = say.due_day(after.promise, tap.now)
    tell = Letter(
        words.text("promise.extended", who=tap.member.name, what=one.promise.what, customer=one.customer, due=spoken),
        to=one.promise.owner_id, once=f"{tap.event}:extended", answer=False,
    )  # fmt: skip
    now_ = [after if other.promise.id == one.promise.id else other for other in found]
    card = _card(tap, now_, words.bit("moved_to", due=spoken))
    several = len(found) > 1
    card = card if several else replace(card, buttons=(), tone="done")
    return Reply(push=card, changes=changes, more=(tell,), card_state="open" if several else "done")


@router.tap("ack", cards=CARD)
async def ack(tap: Tap) -> Reply:
    """知道了: silent until it changes."""
    card = _card(tap, await of_card(tap.card.data), words.bit("acked"))
    return Reply(push=replace(card, buttons=(), choice=None, tone="done"))


ACTS |= {"nudge": nudge, "extend_day": extend_day}
