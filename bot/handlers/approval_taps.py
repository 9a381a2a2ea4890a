"""Taps and answers on an approval's cards: whose it is, that it is right, why it differs, what legal finds."""

from __future__ import annotations

from datetime import timedelta

from bot import unassigned as inbox
from bot.capture.approval import which
from bot.capture.told import Told
from bot.followup.escalate import superior
from bot.handlers import approval
from bot.handlers.answers import turn_of
from bot.handlers.approval_placed import placed
from bot.letter import Letter
from bot.replies import approval as say
from bot.replies import words
from bot.replies.wording import cut
from bot.routing import Reply, Router, Tap
from storage import customers, members, opportunities
from storage import inbox as messages
from storage.records import Change, Customer, Member, Opportunity, Unassigned

router = Router()
SENTENCE_MOST = 200


@router.tap("pick", cards=("approval.which_opportunity",))
async def this_one(tap: Tap) -> Reply:
    deal = await opportunities.get(str(tap.card.data["options"][int(tap.button.partition(":")[2]) - 1]))
    if deal is None or deal.state != "open":
        return Reply(push=words.text("reading.spent", what=words.bit("already_done")))
    return await _settled(tap, Told.of(tap.card.data["approval"]), deal)


@inbox.places("approval")
async def of_customer(one: Unassigned, customer: Customer, tap: Tap) -> Reply:
    """It is that customer's: the opportunity by what the form says, else by a tap. Without one that is open nothing
    moves, and it is noted down."""
    told = Told.of(one.data)
    deals = which(told.filled, await opportunities.open_of(customer.id), tap.member.id)
    if len(deals) == 1:
        return await _settled(tap, told, deals[0])
    if deals:
        letter = await approval.question(told, customer, deals, tap.member, turn_of(tap).house)
        return Reply(push=letter.push, about=letter.about, question=True, card_state="open", event=told.event)
    note = inbox.noted(one, customer, None, tap.member.id, tap.now)
    push = words.text("approval.no_deal", customer=await customers.short_name(customer.id))
    return Reply(push=push, changes=(note,))


async def _settled(tap: Tap, told: Told, deal: Opportunity) -> Reply:
    """It is about this opportunity: done as if that had been plain at once."""
    turn = turn_of(tap)
    row = await messages.get(told.event)
    if row is not None:
        await messages.settle(row.seq)
    if (await approval.marked(told)).get("state") != "agreed":
        return Reply(push=words.text("approval.over"))
    owner = await members.get(deal.owner_id) or tap.member
    done = await placed(told, deal, owner, turn.house)
    await approval.mark(told, deal)
    if owner.id == tap.member.id:
        return Reply(push=done.card, changes=done.changes, about=done.about, more=done.more, event=told.event,
                     card_state="open")  # fmt: skip
    push = words.text("approval.elsewhere", customer=str(done.about["name"]), who=owner.name)
    return Reply(push=push, changes=done.changes, more=done.letters(), event=told.event)


@router.tap("approval_leave", cards=("approval.which_opportunity",))
async def leave(tap: Tap) -> Reply:
    row = await messages.get(Told.of(tap.card.data["approval"]).event)
    if row is not None:
        await messages.settle(row.seq)
    return Reply(push=words.text("approval.left"))


@router.tap("approval_keep", cards=("approval.withdrawn.after",))
async def keep(tap: Tap) -> Reply:
    return Reply(push=words.text("approval.kept", customer=str(tap.card.data["name"])))


@router.tap("approval_fine", cards=("approval.done",))
async def fine(tap: Tap) -> Reply:
    """没问题"""
    told = Told.of(tap.card.data["approval"])
    card = say.checked(tap.card.data, told, str(tap.card.data["name"]), tap.member.name, tap.now)
    return Reply(push=card, about=tap.card.data, card_state="open")


@router.tap("approval_why", cards=("approval.done",))
async def why(tap: Tap) -> Reply:
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    ask = words.text("approval.explain", customer=str(tap.card.data["name"]))
    letter = Letter(ask, to=tap.member.id, once=f"{tap.event}:explain", about=tap.card.data, awaits="approval.explain",
                    awaits_until=until)  # fmt: skip
    return Reply(more=(letter,), card_state="open")


@router.answer("approval.explain")
async def explained(tap: Tap) -> Reply:
    """One sentence, kept in the record beside the form's end."""
    told, said = Told.of(tap.card.data["approval"]), tap.words[:SENTENCE_MOST]
    kept = {"opportunity_id": str(tap.card.data["opportunity"]), "number": told.number, "why": said}
    change = Change("opportunity.explained", f"sys_approval_{told.number}_why", kept)
    return Reply(push=words.text("approval.explained", words=cut(said, 40)), changes=(change,))


@router.tap("has_problem", cards=("approval.legal",))
async def problem(tap: Tap) -> Reply:
    who = "、".join(one.name for one in await _concerned(tap)) or words.named("roles", "admin")
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    ask = Letter(words.text("approval.problem", who=who), to=tap.member.id, once=f"{tap.event}:problem",
                 about=tap.card.data, awaits="approval.problem", awaits_until=until)  # fmt: skip
    return Reply(more=(ask,), card_state="open")


@router.answer("approval.problem")
async def told_of(tap: Tap) -> Reply:
    """What legal finds goes to the rep and whoever leads him, in legal's words."""
    concerned = await _concerned(tap)
    push = words.text("approval.problem.hears", who=tap.member.name, customer=str(tap.card.data["name"]),
                      words=cut(tap.words, 120))  # fmt: skip
    letters = [Letter(push, to=one.id, once=f"{tap.event}:problem:{one.id}", answer=False) for one in concerned]
    who = "、".join(one.name for one in concerned) or words.named("roles", "admin")
    return Reply(push=words.text("approval.problem.told", who=who), more=tuple(letters))


async def _concerned(tap: Tap) -> list[Member]:
    owner = await members.get(str(tap.card.data["owner"]))
    if owner is None:
        return await members.with_role("admin")
    boss = superior(owner, await members.teams(), await members.everyone(), tap.now.date())
    above = await members.get(boss) if boss else None
    return [owner, *([above] if above is not None and above.id != owner.id else [])]
