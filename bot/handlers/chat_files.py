"""Files of a kept chat: shown to the rep, who has them kept by a tap, or not (VOICE.md §6)."""

from __future__ import annotations

from typing import Any

from bot.capture import chat_file
from bot.capture.filed import Came
from bot.handlers.answers import turn_of
from bot.replies import silent as say
from bot.replies import words
from bot.replies.wording import clock_of, cut
from bot.routing import Reply, Router, Tap
from storage import chatfiles, customers, evidence, opportunities
from storage.records import Customer

router = Router()
CARDS = (chat_file.KIND,)


@router.tap("as_is", cards=CARDS)
async def keep(tap: Tap) -> Reply:
    """照这样记: those that still wait are evidence of the customer's one open opportunity, or of the customer."""
    customer = await _theirs(tap)
    if customer is None:
        return Reply(push=words.text("reading.no_card"))
    found = await _waiting(tap)
    if not found:
        return Reply(push=words.card("silent.files.gone", customer=_name(tap)))
    deals = await opportunities.open_of(customer.id)
    deal = deals[0] if len(deals) == 1 else None
    came = Came(customer.id, tap.member.id, tap.event, words.bit("chat_file_note"), deal)
    counts = await evidence.counts(deal.id) if deal is not None else {}
    changes = chat_file.take(list(found.values()), came, counts, tap.playbook, tap.now)
    for event in found:
        await chatfiles.forget(event)
    card = say.files_kept(_name(tap), tap.member.name, [str(told["file"]) for told in found.values()], tap.now)
    return Reply(push=card, changes=changes, about={"events": [tap.event], "name": tap.card.data["name"]})


@router.tap("leave_it", cards=CARDS)
async def leave(tap: Tap) -> Reply:
    """不要: what still waits is forgotten."""
    if await _theirs(tap) is None:
        return Reply(push=words.text("reading.no_card"))
    for event in await _waiting(tap):
        await chatfiles.forget(event)
    return Reply(push=words.card("silent.files.left", customer=_name(tap), who=cut(tap.member.name, 8),
                                 clock=clock_of(tap.now)))  # fmt: skip


async def _theirs(tap: Tap) -> Customer | None:
    """The card's customer; None where it is the tapper's no more."""
    customer = await customers.get(str(tap.card.data["customer"]))
    return customer if customer is not None and turn_of(tap).scope.sees(customer) else None


async def _waiting(tap: Tap) -> dict[str, dict[str, Any]]:
    """What the card showed and still waits, by message."""
    found = {str(event): await chatfiles.waiting(str(event)) for event in tap.card.data["waits"]}
    return {event: told for event, told in found.items() if told is not None}


def _name(tap: Tap) -> str:
    return cut(str(tap.card.data["name"]), 12)
