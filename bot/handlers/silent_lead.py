"""A word of the trade from somebody who is nobody's customer: a lead, an old customer's person, a private chat, or
nothing (VOICE.md D2)."""

from __future__ import annotations

from datetime import timedelta

from bot.handlers import chat_forget
from bot.handlers.answers import turn_of
from bot.handlers.correct_customer import target_of
from bot.handlers.outsiders import PRIVATE
from bot.handlers.silent import answered
from bot.leads import service as intake
from bot.leads.arrival import arrival
from bot.replies import silent as say
from bot.replies import words
from bot.replies.wording import cut
from bot.routing import Reply, Router, Tap
from storage import chatlines, customers, externals
from storage.records import Change, External, changed, made, new_id

router = Router()
LEAD = ("silent.lead",)
FIELDS = ("name", "phones", "company", "wanted", "source")
"""The five of a lead (CAP-2)."""


@router.tap("save_lead", cards=LEAD)
async def save(tap: Tap) -> Reply:
    """存为线索: the rep's own, known again by who it is in the chat app."""
    data = tap.card.data
    new = arrival(
        {
            "name": data["name"], "phones": data["phone"], "wanted": "", "note": data["said"],
            "source": words.named("channels", "archive"), "external_ids": {data["account"]: data["external"]},
        },
        at=tap.now, via="archive", recorder_id=tap.member.id, owner_id=tap.member.id,
    )  # fmt: skip
    taken = await intake.intake(new, event=tap.event)
    missing = [name for name in FIELDS if not getattr(taken.lead, name)]
    example = words.named("lead_fields", missing[0]) if missing else ""
    changes = (*taken.changes, *await _person(tap, "known"))
    return Reply(push=say.saved(len(missing), example), changes=changes, about={"events": [tap.event]})


async def _person(tap: Tap, state: str, **fields: object) -> tuple[Change, ...]:
    """Who it is, as the chat app calls him."""
    data = tap.card.data
    known = await externals.of_id(str(data["external"]))
    if known is not None:
        change = changed(known, f"external.{state}", state=state, **fields)
        return (change,) if change.after else ()
    one = External(
        id=new_id("ext", tap.now), account=str(data["account"]), external=str(data["external"]),
        name=str(data["name"]), member_id=tap.member.id, state=state, at=tap.now,
    )  # fmt: skip
    return (made(one.with_(**fields)),)


@router.tap("known_customer", cards=LEAD)
async def whose(tap: Tap) -> Reply:
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    about = {**tap.card.data, "asked_on": tap.card.id}
    return Reply(
        push=words.text("silent.lead.whose"), about=about, awaits="silent.whose", awaits_until=until,
        card_state="open",
    )  # fmt: skip


@router.answer("silent.whose")
async def named(tap: Tap) -> Reply | None:
    """The customer's name: from now on what this person says is that customer's, the lines at hand as well."""
    target = await target_of(tap.words.strip("。. "), turn_of(tap))
    customer = await customers.get(target) if target.startswith("cus_") else None
    if customer is None:
        return Reply(push=words.text("unassigned.which", words=cut(tap.words, 12)), card_state="open")
    await chatlines.give(str(tap.card.data["external"]), customer.id)
    name = await customers.short_name(customer.id)
    changes = await _person(tap, "known", customer_id=customer.id)
    card = words.card("silent.lead.linked", customer=cut(name, 10))
    return Reply(push=card, changes=changes, more=await answered(tap, card))


@router.tap("private_chat", cards=LEAD)
async def private(tap: Tap) -> Reply:
    """私人聊天: forgotten, and never read again. Nothing is left but the id by which the person is passed over."""
    gone = await chat_forget.forget(str(tap.card.data["external"]), tap.event, tap.now, but=tap.card.id)
    changes = await _person(tap, PRIVATE, name="", customer_id=None, contact_id=None)
    chat_forget.blank_audit(tap.event, changes)
    return Reply(push=words.card("silent.lead.forgotten"), changes=changes, about=chat_forget.BLANK, more=gone)


@router.tap("not_lead", cards=LEAD)
async def not_a_lead(tap: Tap) -> Reply:
    gone = await chat_forget.forget(str(tap.card.data["external"]), tap.event, tap.now, but=tap.card.id)
    return Reply(push=words.card("silent.lead.left"), about=chat_forget.BLANK, more=gone)
