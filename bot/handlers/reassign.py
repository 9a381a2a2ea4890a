"""改派: who takes a customer over, chosen on a card, in words, or by a rep's request.

``offer`` is the way in for every card that has the button: late promises (C4), a rep's own request, the risk list.
"""

from __future__ import annotations

from dataclasses import replace

from adapters.messages import Card
from bot.handlers import handed, nudge, upper
from bot.handlers.handed import within
from bot.handover import service as handover
from bot.handover.service import Case
from bot.handover.takers import able, least_loaded
from bot.letter import Letter
from bot.replies import followup, words
from bot.replies import reassign as say
from bot.replies import task as duty
from bot.replies.wording import clock_of
from bot.routing import Reply, Router, Tap
from storage import cards, customers, members, opportunities, tasks
from storage.records import Customer, Member

router = Router()
router.include(handed.router)
REASON_MOST = 100


# -- who takes it --------------------------------------------------------------------------------------------------


async def offer(tap: Tap, customer_id: str, reason: str = "", card: str = "") -> Letter:
    """The card that asks who takes the customer; ``card`` is the one whose button asked, and hears what came of it."""
    customer = await customers.get(customer_id)
    giver = await members.get(customer.owner_id) if customer else None
    assert customer is not None and giver is not None and tap.turn is not None
    name = await customers.short_name(customer.id)
    found = await least_loaded(giver, tap.turn.scope, tap.now.date())
    once = f"{tap.event}:reassign.pick"
    if not found:
        return Letter(words.text("reassign.nobody", customer=name), to=tap.member.id, once=once)
    about = {
        "customer": customer.id, "name": name, "giver": giver.id, "reason": reason[:REASON_MOST], "card": card,
        "options": [one.member.id for one in found],
    }  # fmt: skip
    return Letter(
        say.pick(name, giver.name, await handover.gather(customer), found), to=tap.member.id, once=once, about=about,
        question=True, awaits="reassign.whom", awaits_until=tap.now + within(tap),
    )  # fmt: skip


@router.tap("reassign", cards=upper.CARD)
async def of_a_promise(tap: Tap) -> Reply:
    """改派 on C4: the customer of the late promise."""
    found = await upper.of_card(tap.card.data)
    one = upper.chosen(tap, found)
    if one is None:
        return upper.unclear(tap, found)
    reason = words.bit("late_thing", what=one.thing) if followup.wants_file(one.promise) else one.promise.what
    return Reply(more=(await offer(tap, one.promise.customer_id, reason, tap.card.id),), card_state="open")


upper.ACTS["reassign"] = of_a_promise


@router.tap("reassign", cards=nudge.LIST)
async def of_a_risk(tap: Tap) -> Reply:
    """改派 on the risk list: the customer of the chosen one."""
    id = nudge.chosen(tap)
    deal = await opportunities.get(id) if id else None
    if deal is None:
        return Reply(push=words.text("watch.choose", label=words.label("reassign")), card_state="open")
    return Reply(more=(await offer(tap, deal.customer_id),), card_state="open")


@router.tap("reassign", cards=("reassign.request",))
async def another(tap: Tap) -> Reply:
    """改派 on a rep's request: the manager chooses somebody (else)."""
    reason = str(tap.card.data.get("reason", ""))
    ask = await offer(tap, str(tap.card.data["customer"]), reason, tap.card.id)
    return Reply(more=(ask,), card_state="open")


@router.tap("pick", cards=("reassign.pick",))
async def this_one(tap: Tap) -> Reply:
    taker = await members.get(str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1]))
    return await _go(tap, taker)


@router.answer("reassign.whom")
async def named(tap: Tap) -> Reply | None:
    """A name instead of a tap: somebody who could take it; other talk is read as usual."""
    found = await members.named(tap.words.strip("。. "))
    giver = await members.get(str(tap.card.data["giver"]))
    if len(found) != 1 or giver is None or tap.turn is None:
        return None
    fit = able([replace(found[0], team_id=giver.team_id)], giver, tap.turn.scope, tap.now.date())
    return await _go(tap, found[0]) if fit else None


@router.tap("execute", cards=("reassign.request",))
async def granted(tap: Tap) -> Reply:
    return await _go(tap, await members.get(str(tap.card.data["to"])))


@router.tap("not_now", cards=("reassign.request",))
async def refused(tap: Tap) -> Reply:
    """不了: the rep hears that all stays as it is."""
    tell = Letter(
        words.text("reassign.refused", who=tap.member.name, customer=str(tap.card.data["name"])),
        to=str(tap.card.data["asker"]), once=f"{tap.event}:refused", answer=False,
    )  # fmt: skip
    return Reply(push=_left(tap), more=(tell,))


@router.tap("not_now", cards=("reassign.pick",))
async def left(tap: Tap) -> Reply:
    return Reply(push=_left(tap))


def _left(tap: Tap) -> Card:
    return words.card("cmd.left", title=str(tap.card.data.get("title", "")))


async def _go(tap: Tap, taker: Member | None) -> Reply:
    """The customer goes over, as the record stands now: it is still the giver's, and whoever takes it is still here."""
    customer = await customers.get(str(tap.card.data["customer"]))
    giver = str(tap.card.data.get("giver") or tap.card.data.get("asker", ""))
    name = str(tap.card.data["name"])
    if customer is None or customer.owner_id != giver or not _may(tap, customer):
        owner = await members.get(giver)
        gone = words.text("reassign.back.gone", customer=name, name=owner.name if owner else "")
        return Reply(push=gone, card_state="done")
    if taker is None or not taker.active or taker.id == giver:
        return Reply(push=words.text("reassign.nobody", customer=name), card_state="open")
    case = await handover.move(
        customer, taker, by=tap.member, reason=str(tap.card.data.get("reason", "")), now=tap.now,
        hours=tap.playbook.watch.returnable_hours,
    )  # fmt: skip
    told = await _told_on(tap, case)
    more = (*say.letters(case, tap.now, tap.playbook), *told)
    return Reply(push=say.manager(case, tap.now), changes=case.changes, more=more, about=say.about(case),
                 card_state="open")  # fmt: skip


def _may(tap: Tap, customer: Customer) -> bool:
    return tap.turn is not None and tap.turn.scope.covers(customer.owner_id)


async def _told_on(tap: Tap, case: Case) -> list[Letter]:
    """The card whose 改派 asked says what came of it; one of several promises keeps its buttons."""
    row = await cards.get(str(tap.card.data.get("card", "")))
    if row is None:
        return []
    status = words.bit("reassigned_at", who=case.taker.name, clock=clock_of(tap.now))
    if row.kind == "reassign.request":
        push = say.request(case.name, case.giver.name, case.taker.name, case.done.reason, case.parcel)
        push = replace(push, status=status, buttons=(), tone="done")
        return [Letter(push, to=row.member_id, once=f"{case.done.id}:asked", changes=row.id)]
    if row.kind == duty.TASK_MANAGER:
        still = [one for id in row.data.get("tasks", ()) if (one := await tasks.get(str(id))) is not None]
        push = duty.late_manager(still, case.giver.name, case.name, tap.now, str(row.data.get("said", "")), status)
        push = replace(push, buttons=(), tone="done")
        return [Letter(push, to=row.member_id, once=f"{case.done.id}:tasks", changes=row.id)]
    if row.kind not in upper.CARD:
        return []
    found = await upper.of_card(row.data)
    push = followup.late_manager(found, tap.now, row.data.get("said"), status)
    if len(found) == 1:
        push = replace(push, buttons=(), tone="done")
    return [Letter(push, to=row.member_id, once=f"{case.done.id}:late", changes=row.id)]
