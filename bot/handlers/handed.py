"""What follows a hand-over (F4–F6): given back, taken, and what is said about it, each on the others' cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.messages import Card, Push
from bot.handover import outside
from bot.handover import service as handover
from bot.handover.service import Case
from bot.letter import Letter
from bot.replies import reassign as say
from bot.replies import words
from bot.replies.reading import title_name
from bot.replies.wording import clock_of, quote
from bot.routing import Reply, Router, Tap
from storage import cards, customers, handovers
from storage.records import CardRow, changed

router = Router()
CASES = ("reassign.giver", "reassign.taker", "reassign.manager", "reassign.thought")
CHANGED = "changed"
"""In the data of a card that was changed already by a call of ours."""
NEWEST = 30
"""Open cards of a person that are looked through for the one of this hand-over."""
ANSWER_WITHIN = timedelta(hours=24)


def within(tap: Tap) -> timedelta:
    """How long the next sentence is taken for the answer."""
    return timedelta(minutes=tap.playbook.context.answer_minutes)


# -- given back ----------------------------------------------------------------------------------------------------


@router.tap("go_back", cards=("reassign.manager", "reassign.thought"))
async def go_back(tap: Tap) -> Reply:
    """退回: all goes back but what changed since, which is said; later than its hours it is a new hand-over."""
    case = await _case(tap)
    hours = tap.playbook.watch.returnable_hours
    if tap.now > case.done.returnable_until:
        late = words.text("reassign.back.late", hours=hours, customer=case.name, name=case.giver.name)
        return Reply(push=late, card_state="open")
    customer = await customers.get(case.done.customer_id)
    if case.done.state != "moved" or customer is None or customer.owner_id != case.taker.id:
        gone = words.text("reassign.back.gone", customer=case.name, name=case.taker.name)
        return Reply(push=gone, card_state="open")
    result = await handover.give_back(case.done)
    card = say.back(case, tap.member, result.stays, case.parcel, tap.now)
    return Reply(push=card, changes=result.changes, more=tuple(await _all_hear(tap, case)))


@router.tap("transfer_now", cards=("reassign.manager",))
async def transfer_now(tap: Tap) -> Reply:
    """立即转接: asked once more, because it cannot be taken back."""
    case = await _case(tap)
    if case.done.state != "moved" or not case.outside:
        return _over(case)
    sure = Letter(
        words.card("reassign.transfer", customer=title_name(case.name)), to=tap.member.id,
        once=f"{tap.event}:transfer", about=say.about(case), question=True,
    )  # fmt: skip
    return Reply(more=(sure,), card_state="open")


@router.tap("transfer_go", cards=("reassign.transfer",))
async def transfer_go(tap: Tap) -> Reply:
    """The record's way back ends here, and the platform is asked at once."""
    case = await _case(tap)
    if case.done.state != "moved" or tap.turn is None:
        return _over(case)
    people = [one for one in await outside.to_go(case.done) if one.account in tap.turn.house.hands_over]
    tap.turn.house.transfer()
    final = changed(case.done, "handover.final", state="final")
    return Reply(
        push=words.card("reassign.transfer.going", customer=title_name(case.name)), changes=(final,),
        cancel=(case.done.id,), moments=tuple(outside.moment(case.done, one, outside.START, tap.now) for one in people),
    )  # fmt: skip


@router.tap("transfer_wait", cards=("reassign.transfer",))
async def transfer_wait(tap: Tap) -> Reply:
    case = await _case(tap)
    until = say.until(case, tap.now)
    return Reply(push=words.card("reassign.transfer.waits", customer=title_name(case.name), until=until))


async def _all_hear(tap: Tap, case: Case) -> list[Letter]:
    """Both reps by a word; the cards of this hand-over are spent."""
    counted, name = say.counted(case.parcel), case.name
    told = {
        case.giver.id: words.text("reassign.back.giver", customer=name, words=counted),
        case.taker.id: words.text("reassign.back.taker", customer=name, name=case.giver.name),
    }
    found = [
        Letter(push, to=to, once=f"{case.done.id}:back:{to}", answer=False)
        for to, push in told.items() if to != tap.member.id
    ]  # fmt: skip
    spent = words.bit("returned_at", who=tap.member.name, clock=clock_of(tap.now))
    for person in dict.fromkeys(one.id for one in (case.giver, case.taker, case.by, case.manager) if one):
        for row in await cards.recent_open(person, NEWEST):
            if row.data.get("handover") == case.done.id and row.kind in CASES and row.id != tap.card.id:
                if row.data.get(CHANGED):
                    continue
                push = replace(_again(tap, case, row), status=spent, buttons=(), tone="done")
                found.append(Letter(push, to=person, once=f"{row.id}:back", changes=row.id, about=say.about(case)))
    return found


def _again(tap: Tap, case: Case, row: CardRow) -> Card:
    """A card of the hand-over as it stands now."""
    said = str(row.data.get("said", ""))
    if row.kind == "reassign.giver":
        return say.giver(case, tap.now)
    if row.kind == "reassign.taker":
        return say.taker(case, tap.now, tap.playbook, said, row.data.get("status"))
    if row.kind == "reassign.thought":
        return say.thought(case, said, tap.now)
    return say.manager(case, tap.now, said, str(row.data.get("taken", "")))


async def _case(tap: Tap) -> Case:
    done = await handovers.get(str(tap.card.data["handover"]))
    assert done is not None
    return await handover.case(done)


async def _card_of(case: Case, kind: str, member_id: str) -> CardRow | None:
    found = await cards.recent_open(member_id, NEWEST)
    return next((row for row in found if row.kind == kind and row.data.get("handover") == case.done.id), None)


# -- what the two say to one another -------------------------------------------------------------------------------


@router.tap("took_it", cards=("reassign.taker",))
async def took_it(tap: Tap) -> Reply:
    """我接了: on the taker's card, and on that of who decided."""
    case = await _case(tap)
    if case.done.state != "moved":
        return _over(case)
    clock = clock_of(tap.now)
    status = words.bit("took_at", who=tap.member.name, clock=clock)
    card = say.taker(case, tap.now, tap.playbook, str(tap.card.data.get("said", "")), status)
    card = replace(card, buttons=tuple(button for button in card.buttons if button.id != "took_it"))
    more = []
    row = await _card_of(case, "reassign.manager", case.by.id)
    if row is not None:
        seen = say.manager(case, tap.now, str(row.data.get("said", "")), clock)
        fields = {"taken": clock}
        more = [_brought(row, seen, case, f"{tap.event}:took", {**row.data, **fields}, fields)]
    return Reply(push=card, about={"status": status}, more=tuple(more), card_state="open")


@router.tap("ask_giver", cards=("reassign.taker",))
async def ask_giver(tap: Tap) -> Reply:
    """问张伟: his words come back onto this card."""
    case = await _case(tap)
    if case.done.state != "moved":
        return _over(case)
    status = words.bit("asked_at", who=case.giver.name, clock=clock_of(tap.now))
    ask = Letter(
        words.text("reassign.asked", who=tap.member.name, customer=case.name), to=case.giver.id,
        once=f"asked:{case.done.id}:{tap.now:%Y%m%d}", about=say.about(case), answer=False,
        awaits="reassign.asked", awaits_until=tap.now + ANSWER_WITHIN,
    )  # fmt: skip
    card = say.taker(case, tap.now, tap.playbook, str(tap.card.data.get("said", "")), status)
    return Reply(push=card, about={"status": status}, more=(ask,), card_state="open")


@router.tap("reply_line", cards=("reassign.asked", "reassign.answered"))
async def reply_line(tap: Tap) -> Reply:
    case = await _case(tap)
    return _invites(tap, case, words.text("reassign.asked.say", who=case.taker.name), "reassign.asked")


@router.tap("write_handover", cards=("reassign.giver",))
async def write_handover(tap: Tap) -> Reply:
    """写句交接: it stands on the taker's card."""
    case = await _case(tap)
    if case.done.state != "moved":
        return _over(case)
    return _invites(tap, case, words.text("reassign.note.say", name=case.taker.name), "reassign.note")


@router.tap("have_thought", cards=("reassign.giver",))
async def have_thought(tap: Tap) -> Reply:
    """有想法: to who decided, in the giver's words."""
    case = await _case(tap)
    if case.done.state != "moved":
        return _over(case)
    return _invites(tap, case, words.text("reassign.thought.say", who=case.by.name), "reassign.thought")


def _over(case: Case) -> Reply:
    """A card that outlived its hand-over."""
    return Reply(push=words.text("reassign.over", customer=case.name, name=case.giver.name), card_state="open")


def _invites(tap: Tap, case: Case, push: Push, awaits: str) -> Reply:
    until = tap.now + within(tap)
    return Reply(push=push, about=say.about(case), awaits=awaits, awaits_until=until, card_state="open")


@router.answer("reassign.asked")
async def answered(tap: Tap) -> Reply | None:
    """The giver's answer; hours later only a sentence that names the customer is one, other talk is read as usual."""
    case = await _case(tap)
    if tap.now - tap.card.created_at > within(tap) and case.name not in tap.words:
        return None
    push = words.text("reassign.answered", who=case.taker.name, said=quote(tap.words))
    status = words.bit("answered_at", who=tap.member.name, clock=clock_of(tap.now))
    more = await _on_takers(tap, case, said=tap.words, status=status)
    return Reply(push=push, about=say.about(case), more=more)


@router.answer("reassign.note")
async def note(tap: Tap) -> Reply | None:
    case = await _case(tap)
    change = changed(case.done, "handover.note", note=tap.words)
    noted = replace(case, done=case.done.with_(note=tap.words))
    push = words.text("reassign.note.done", name=case.taker.name, said=quote(tap.words))
    return Reply(push=push, changes=(change,), more=await _on_takers(tap, noted))


async def _on_takers(tap: Tap, case: Case, **fields: str) -> tuple[Letter, ...]:
    """The taker's card with what was said since."""
    row = await _card_of(case, "reassign.taker", case.taker.id)
    if row is None:
        return ()
    data = {**row.data, **fields}
    card = say.taker(case, tap.now, tap.playbook, str(data.get("said", "")), data.get("status"))
    offered = {id for id, _ in row.data.get("buttons", ())}
    card = replace(card, buttons=tuple(button for button in card.buttons if button.id in offered))
    return (_brought(row, card, case, f"{tap.event}:taker", data, fields),)


def _brought(
    row: CardRow, card: Card, case: Case, once: str, data: Mapping[str, Any], fields: Mapping[str, str]
) -> Letter:
    """The card as it now is: in its place the first time, later said anew, since a platform may let a card be changed
    only once where nobody taps it."""
    if row.data.get(CHANGED):
        kept = {name: data[name] for name in ("said", "status", "taken") if data.get(name)}
        return Letter(card, to=row.member_id, once=once, about={**say.about(case), **kept})
    return Letter(card, to=row.member_id, once=once, about={**fields, CHANGED: True}, changes=row.id)


@router.answer("reassign.thought")
async def thought(tap: Tap) -> Reply | None:
    case = await _case(tap)
    card = Letter(
        say.thought(case, tap.words, tap.now), to=case.by.id, once=f"{tap.event}:thought", answer=False,
        about={**say.about(case), "said": tap.words},
    )  # fmt: skip
    push = words.text("reassign.thought.done", who=case.by.name, said=quote(tap.words))
    return Reply(push=push, more=(card,))


@router.tap("ack", cards=("reassign.thought",))
async def acked(tap: Tap) -> Reply:
    """知道了: it stays as it is."""
    card = say.thought(await _case(tap), str(tap.card.data.get("said", "")), tap.now)
    return Reply(push=replace(card, status=words.bit("acked"), buttons=(), tone="done"))
