"""D5: a photo of a business card is read on this machine, looked over by whoever sent it, and kept as he says."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from adapters.messages import Push
from bot.capture import name_card as read
from bot.capture.evidence import kind_of_content
from bot.capture.name_card import Draft
from bot.exchange import privacy
from bot.handlers import files
from bot.handlers.answers import turn_of
from bot.leads import service as leads
from bot.leads.arrival import Arrival
from bot.replies import name_card as say
from bot.replies import words
from bot.replies.wording import cut
from bot.routing import Reply, Router, Tap
from bot.turn import Fetched, Turn
from storage import customers
from storage import files as store
from storage.records import Change, Contact, Customer, Evidence, changed, made, new_id

router = Router()
PICTURES = frozenset({"image/png", "image/jpeg", "image/bmp", "image/webp"})
SECONDS = 10
"""What a reader that is not started yet takes."""
CARD = ("card.photo",)


async def answer(turn: Turn) -> Reply | None:
    """D5 for a picture that is a card; None for every other file, which goes its usual way."""
    ocr = turn.house.ocr
    if ocr is None or turn.event.chat or len(turn.files) != 1:
        return None
    body = turn.files[0].body
    if body is None or kind_of_content(body) not in PICTURES:
        return None
    meanwhile: Push | None = None if ocr.ready else words.text("card.looking", seconds=SECONDS)
    draft = read.read(turn.ahead("card", lambda: ocr.read(body), meanwhile))
    if not draft.is_card:
        return None
    sha = await asyncio.to_thread(store.put, turn.house.data, body)
    about = {"draft": draft.kept(), "photo": sha, "file": turn.files[0].name, "message": turn.row.id,
             "brief": cut(draft.name, 12)}  # fmt: skip
    return Reply(push=say.photo(draft, await _known(draft)), about=about, question=True)


async def _known(draft: Draft) -> bool:
    return bool(draft.company) and bool(await customers.named(draft.company))


# -- taps ----------------------------------------------------------------------------------------------------------


@router.tap("card_lead", cards=CARD)
async def as_lead(tap: Tap) -> Reply:
    """存为线索: the sender's own, a known customer's its owner's; somebody who is a lead already is not one twice."""
    draft = Draft.of(tap.card.data["draft"])
    new = Arrival(
        at=tap.now, via="chat", name=draft.name, title=draft.title, company=draft.company, phones=draft.phones,
        emails=draft.emails, channel="card", recorder_id=tap.member.id, owner_id=await _owner(draft, tap),
    )  # fmt: skip
    taken = await leads.intake(new, event=str(tap.card.data["message"]))
    event = str(tap.card.data["message"])
    changes = (*taken.changes, *_photo(tap, None))
    name = cut(draft.name or draft.company, 12)
    if taken.outcome == "merged":
        return Reply(push=words.text("card.saved.repeat", name=name), changes=changes, event=event)
    if taken.lead.owner_id not in (None, tap.member.id):
        return Reply(push=words.text("card.saved.other", name=name), changes=changes, event=event)
    card = say.saved_lead(taken.lead, tap.member.name, tap.now)
    return Reply(push=card, changes=changes, event=event, about={"events": [event], "name": name}, card_state="open")


async def _owner(draft: Draft, tap: Tap) -> str | None:
    """The sender, unless the company is a customer of somebody's: then its owner's it is."""
    found = await customers.named(draft.company) if draft.company else []
    return None if len(found) == 1 else tap.member.id


@router.tap("card_contact", cards=CARD)
async def as_contact(tap: Tap) -> Reply:
    """只存联系人: with the customer where that is new; nothing of a colleague's is touched (SEC-2)."""
    draft, turn = Draft.of(tap.card.data["draft"]), turn_of(tap)
    if not draft.company:
        return Reply(push=words.text("card.no_company"), card_state="open")
    found = await customers.named(draft.company)
    if len(found) > 1 or (found and not turn.scope.sees(found[0])):
        return Reply(push=words.text("card.foreign", company=cut(draft.company, 12)), card_state="open")
    changes: list[Change] = []
    customer = found[0] if found else _new_customer(draft, tap)
    if not found:
        changes.append(made(customer))
    changes += await _person(draft, customer, tap)
    changes += _photo(tap, customer)
    event = str(tap.card.data["message"])
    name = await customers.short_name(customer.id) if found else draft.company
    card = say.saved_contact(draft, name, tap.member.name, tap.now)
    about = {"events": [event], "name": name, "customer": customer.id}
    return Reply(push=card, changes=tuple(changes), event=event, about=about, card_state="open")


def _new_customer(draft: Draft, tap: Tap) -> Customer:
    return Customer(
        id=new_id("cus", tap.now), name=draft.company, owner_id=tap.member.id, recorder_id=tap.member.id,
        created_at=tap.now,
    )  # fmt: skip


async def _person(draft: Draft, customer: Customer, tap: Tap) -> list[Change]:
    """A new contact; of somebody who is known the numbers and addresses that were not."""
    known = next((one for one in await customers.contacts(customer.id) if _same(one, draft)), None)
    if known is None:
        return [made(Contact(
            id=new_id("con", tap.now), customer_id=customer.id, name=draft.name, title=draft.title or None,
            department=draft.department or None, phones=draft.phones, emails=draft.emails,
        ))]  # fmt: skip
    phones = tuple(dict.fromkeys((*known.phones, *draft.phones)))
    emails = tuple(dict.fromkeys((*known.emails, *draft.emails)))
    change = changed(known, "contact.reach", phones=phones, emails=emails)
    return [change] if change.after else []


def _same(known: Contact, draft: Draft) -> bool:
    return known.name == draft.name or bool(set(known.phones) & set(draft.phones))


def _photo(tap: Tap, customer: Customer | None) -> list[Change]:
    """The photo itself, kept beside the record."""
    sha = str(tap.card.data["photo"])
    return [made(Evidence(
        id=new_id("evi", tap.now), kind="photo", file=str(tap.card.data.get("file") or "名片.jpg"), sha256=sha,
        mime="image/jpeg", customer_id=customer.id if customer else None, member_id=tap.member.id, at=tap.now,
        note="名片", message_id=str(tap.card.data["message"]),
    ))]  # fmt: skip


@router.tap("card_drop", cards=CARD)
async def drop(tap: Tap) -> Reply:
    """不存: the photo is deleted, unless the same one is kept for something else."""
    await privacy.forget_later([str(tap.card.data["photo"])], str(tap.card.data["message"]), tap.now)
    return Reply(push=words.text("card.dropped"), about={"draft": None})


@router.tap("card_is_file", cards=CARD)
async def is_file(tap: Tap) -> Reply:
    """It is no card but something that was to be handed in."""
    turn = turn_of(tap)
    body = await asyncio.to_thread(store.read, turn.house.data, str(tap.card.data["photo"]))
    return await files.hand_over(turn, Fetched(str(tap.card.data.get("file") or "图片.jpg"), body))


@router.tap("edit", cards=CARD)
async def edit(tap: Tap) -> Reply:
    until = tap.now + timedelta(minutes=tap.playbook.context.answer_minutes)
    return Reply(push=words.text("card.edit"), about=tap.card.data, awaits="card.edit", awaits_until=until,
                 card_state="open")  # fmt: skip


@router.answer("card.edit")
async def edited(tap: Tap) -> Reply | None:
    """姓名是江雨: the card as it stands now, still to be kept by a tap."""
    kept: Any = tap.card.data.get("draft")
    draft = read.corrected(Draft.of(kept), tap.words) if kept else None
    if draft is None:
        return Reply(push=words.text("card.edit.unclear"), card_state="open", about=tap.card.data, awaits="card.edit",
                     awaits_until=tap.card.awaits_until)  # fmt: skip
    about = {**tap.card.data, "draft": draft.kept()}
    return Reply(push=say.photo(draft, await _known(draft)), about=about, question=True, card_state="open")
